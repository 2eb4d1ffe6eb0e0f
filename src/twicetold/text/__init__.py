"""Text to weighted terms: cleaning, tokens, TF-IDF, names, features that cross languages. Pure."""
