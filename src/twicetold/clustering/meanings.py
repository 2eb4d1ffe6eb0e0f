"""What each feature of the model means, in one sentence: for the help of `why` and for the docs."""

MEANINGS = {
    "root_cosine_title": "Square root of the TF-IDF cosine of the two titles, 0 to 1.",
    "root_cosine_stems": "Square root of the cosine of stems, the first four letters of words in"
    " title and lead, 0 to 1.",
    "root_cosine_body": "Square root of the TF-IDF cosine of titles and whole texts, 0 to 1.",
    "root_cosine_lead": "Square root of the TF-IDF cosine of titles and first 120 words, 0 to 1.",
    "root_cosine_names": "Square root of the TF-IDF cosine of names and numbers, 0 to 1.",
    "days": "Days between the two times of publication; 0 if one is unknown.",
    "stems_x_share_of_larger_best": "The cosine of stems times the pair's similarity as a share of"
    " the highest that either article has: 1 if no article is nearer to either.",
    "stems_x_share_of_smaller_best": "The cosine of stems times the pair's similarity as a share of"
    " the highest of one article, the one for which that is lower.",
    "crowd": "Similarity of the fifth nearest neighbour, the lower of the two articles': where many"
    " are near, nearness means little.",
    "log_articles": "Natural logarithm of the number of articles of the language in the active"
    " days: among more strangers, more look alike by chance. 0 for undated pairs.",
    "dense_days": "Log-odds of the estimated share of candidate pairs that report one event, where"
    " that is more than half, else 0: the day of a big event.",
    "undated_share": "Log-odds of the same share among undated pairs, by their texts; 0 for dated"
    " ones.",
    "names_apart": "Share of one headline's names that the other text lacks, 0 to 1; the lower of"
    " the two directions.",
    "lead_apart": "The same for all words of the title and the first 120 words.",
    "log_odds_so_far": "The log-odds before development is compared: not shown, because its weight"
    " is part of the contributions that make it up.",
    "new_share": "Share of the news in both texts, 0 to 1: of the terms, weighted by how new they"
    " are to the articles of the days before on the same affair.",
    "same_days": "1 if both openings name the same day near their publication, -1 if they name"
    " different ones, 0 if one names none.",
    "bursting_names": "How much more frequent the names in both texts are than in the days before.",
    "days_late": "Days between the two times of publication, beyond the first.",
    "cosine_names": "TF-IDF cosine of the names, numbers and dates, in one spelling, 0 to 1.",
    "cosine_words": "TF-IDF cosine of words translated to English, or of runs of four letters where"
    " a language has no lexicon, 0 to 1.",
    "cosine_grams": "TF-IDF cosine of runs of four letters, 0 to 1.",
    "undated": "1 if the source of an article gave no time, else 0.",
    "words_x_share_of_larger_best": "cosine_words times the pair's similarity as a share of the"
    " highest that either article has in the language of the other.",
    "words_x_share_of_smaller_best": "cosine_words times the pair's similarity as a share of the"
    " highest of one article, the one for which that is lower.",
    "cosine_embedding": "Cosine of the two embeddings, 0 to 1 (only with --embedder).",
    "embedding_x_share_of_larger_best": "cosine_embedding times the pair's share of the highest"
    " that either article has (only with --embedder).",
    "embedding_x_share_of_smaller_best": "cosine_embedding times the pair's share of the highest"
    " of one article, the one for which that is lower (only with --embedder).",
}
