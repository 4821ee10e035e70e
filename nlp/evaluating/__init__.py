"""Tables against gold. Reads results by their contract alone; nothing here imports spaCy."""
