"""Past years, read from a web archive."""
