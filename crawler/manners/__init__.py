"""What a crawl may ask for, when, and what it refuses."""
