"""The web → the archive."""
