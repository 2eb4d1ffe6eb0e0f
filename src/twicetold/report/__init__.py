"""What users see: answers in words, tables and JSON, and metrics for Prometheus."""
