"""Read-only views of the index: rows from `views`, words for a person from `card`, and formats."""
