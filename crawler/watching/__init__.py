"""How far a crawl is, what it found, and what looks wrong."""
