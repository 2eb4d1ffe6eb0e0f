"""Questions to an index that only read."""
