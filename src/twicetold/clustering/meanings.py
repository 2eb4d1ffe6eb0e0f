"""What each feature of the model means, in one sentence: for the help of `why` and for the docs."""

MEANINGS = {
    "cosine_title": "TF-IDF cosine of the two titles, 0 to 1.",
    "cosine_stems": "TF-IDF cosine of the first four letters of words, in title and lead, 0 to 1.",
    "days": "Days between the two times of publication; 0 if one is unknown.",
    "stems_x_share_of_larger_best": "cosine_stems times the pair's similarity as a share of the"
    " highest that either article has: 1 if no article is nearer to either.",
    "stems_x_share_of_smaller_best": "cosine_stems times the pair's similarity as a share of the"
    " highest of one article, the one for which that is lower.",
    "crowd": "Similarity of the fifth nearest neighbour, the lower of the two articles': where many"
    " are near, nearness means little.",
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
