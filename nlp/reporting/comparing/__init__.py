"""Two campaigns compared → pages of the later one's report, and the list of its comparisons."""
