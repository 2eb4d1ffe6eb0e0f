"""What writes to an index: ingest, cluster, decide, remove, check."""
