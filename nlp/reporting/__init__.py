"""Tables → pictures and report. Nothing here imports spaCy."""
