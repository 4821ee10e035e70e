"""References and decisions → tables. Nothing here imports spaCy."""
