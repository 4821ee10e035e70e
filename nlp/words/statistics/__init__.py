"""The measures of word counts: pure functions on arrays (docs/statistics.md says each formula)."""
