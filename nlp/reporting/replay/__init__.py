"""Replay: from a quote to the page as it stood, shown from the campaign's own archive."""
