"""One crawl, shared by several machines and joined again."""
