"""Local files and other crawlers' archives, by the same road into the archive."""
