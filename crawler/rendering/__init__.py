"""Pages that scripts write, for sources that ask for it."""
