"""Is one text taken from the other? Shingles, MinHash, LSH buckets, exact comparison. Pure."""
