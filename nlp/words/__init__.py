"""Words of a campaign: tokens, partitions, counts, concordances, statistics, maps."""
