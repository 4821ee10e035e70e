"""Two analysed campaigns → what differs between them. Nothing here imports spaCy."""
