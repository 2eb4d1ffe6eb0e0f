"""Key points against what people wrote: python keypoints.py ARTICLES SUMMARIES [--stories N]

ARTICLES are labelled articles in JSON lines, SUMMARIES human summaries by `label`. For each story
of two reports or more, each method may use as many words as people did (54 in English, 100 in
French). The table gives the mean ROUGE-2 recall, and the share of the best baseline. All methods
run on the same sentences.
"""

import argparse
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean

import numpy as np
from rouge_score import rouge_scorer
from rouge_score.tokenizers import Tokenizer
from sklearn.feature_extraction.text import TfidfVectorizer

from twicetold import Article, key_points
from twicetold.arrays import FloatArray
from twicetold.text.sentences import sentence_spans

WORDS = {"en": 54, "fr": 100}  # that people wrote, in the mean
_LEXRANK = 0.1  # least cosine of an edge, as in Erkan & Radev 2004
_DAMPING = 0.85
_SHORTEST = 4  # words of a sentence
_SEEDS = range(5)

Method = Callable[[list[Article]], str]


class WordTokens(Tokenizer):  # type: ignore[misc]
    """Words of any language; the tokeniser of rouge-score breaks them at accents."""

    def tokenize(self, text: str) -> list[str]:
        return re.findall(r"\w+", text.lower())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", type=Path)
    parser.add_argument("summaries", type=Path)
    parser.add_argument("--stories", type=int, help="a random sample of so many stories")
    options = parser.parse_args()
    summaries = {row["label"]: row for row in _rows(options.summaries)}
    reports = defaultdict(list)
    for row in _rows(options.articles):
        if row.get("label") in summaries:
            reports[row["label"]].append(row)
    labels = sorted(label for label, rows in reports.items() if len(rows) > 1)
    if options.stories:
        labels = sorted(random.Random(0).sample(labels, options.stories))
    (lang,) = {summaries[label]["lang"] for label in labels}
    stories = [
        ([_article(row, lang) for row in reports[label]], summaries[label]["summaries"])
        for label in labels
    ]
    score = _recall(lang)
    means = {}
    for name, method in _methods(WORDS[lang]).items():
        texts = [method(articles) for articles, _ in stories]
        means[name] = mean(
            score(references, text) for (_, references), text in zip(stories, texts, strict=True)
        )
    means["greedy oracle"] = mean(_oracle(*story, WORDS[lang], score) for story in stories)
    best = max(
        value for name, value in means.items() if name not in ("key points", "greedy oracle")
    )
    print(f"{options.summaries.name}: {len(stories)} stories, {WORDS[lang]} words")
    for name, value in means.items():
        print(f"  {name:32}{value:.3f}   {value / best:.2f} x the best baseline")


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _article(row: dict[str, str], lang: str) -> Article:
    fields = {name: row[name] for name in ("id", "title", "body", "published") if row.get(name)}
    return Article.from_dict({"outlet": row.get("outlet", row["id"]), "lang": lang, **fields})


def _methods(words: int) -> dict[str, Method]:
    """Return the methods by name; each returns at most so many words."""

    def ranked(rank: Callable[[list[str]], FloatArray]) -> Method:
        def method(articles: list[Article]) -> str:
            sentences = [text for article in articles for text in _sentences(article)]
            order = np.argsort(-rank(sentences), kind="stable")
            return _cut([sentences[place] for place in order], words)

        return method

    def points(articles: list[Article]) -> str:
        return _cut([point.text for point in key_points(articles, words=words)], words)

    def in_turn(articles: list[Article]) -> str:
        texts = [_sentences(article) for article in articles]
        longest = max(map(len, texts))
        return _cut([text[n] for n in range(longest) for text in texts if n < len(text)], words)

    return {
        "random": ranked(lambda sentences: np.random.default_rng(0).random(len(sentences))),
        "TextRank": ranked(_textrank),
        "LexRank": ranked(_lexrank),
        "first sentences in turn": in_turn,
        "key points": points,
    }


def _sentences(article: Article) -> list[str]:
    spans = sentence_spans(article.body, article.lang)
    texts = [" ".join(article.body[start:end].split()) for start, end in spans]
    return [text for text in texts if len(text.split()) >= _SHORTEST]


def _cut(sentences: Sequence[str], words: int) -> str:
    return " ".join(" ".join(sentences).split()[:words])


def _lexrank(sentences: list[str]) -> FloatArray:
    """Source: Erkan & Radev 2004, LexRank."""
    weights = TfidfVectorizer(token_pattern=r"\w+").fit_transform(sentences)
    return _pagerank(np.asarray((weights @ weights.T).todense()) >= _LEXRANK)


def _textrank(sentences: list[str]) -> FloatArray:
    """Source: Mihalcea & Tarau 2004, TextRank: shared words by the logarithms of both lengths."""
    words = [set(re.findall(r"\w+", sentence.lower())) for sentence in sentences]
    logs = np.log([max(len(each), 2) for each in words])
    shared = np.array([[len(one & other) for other in words] for one in words], np.float64)
    np.fill_diagonal(shared, 0)
    return _pagerank(shared / (logs[:, None] + logs[None, :]))


def _pagerank(edges: FloatArray | np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> FloatArray:
    weights = edges / np.maximum(edges.sum(axis=1, keepdims=True), 1e-9)
    rank = np.full(len(weights), 1 / len(weights))
    for _ in range(100):
        rank = (1 - _DAMPING) / len(weights) + _DAMPING * rank @ weights
    return np.asarray(rank)


def _recall(lang: str) -> Callable[[Sequence[str], str], float]:
    """Return the mean ROUGE-2 recall against several summaries."""
    options = {"use_stemmer": True} if lang == "en" else {"tokenizer": WordTokens()}
    scorer = rouge_scorer.RougeScorer(["rouge2"], **options)

    def score(references: Sequence[str], text: str) -> float:
        return mean(float(scorer.score(one, text)["rouge2"].recall) for one in references)

    return score


def _oracle(
    articles: list[Article],
    references: Sequence[str],
    words: int,
    score: Callable[[Sequence[str], str], float],
) -> float:
    """Return what choosing sentence by sentence with the summaries at hand reaches."""
    sentences = [text for article in articles for text in _sentences(article)]
    chosen: list[str] = []
    best = 0.0
    while len(" ".join(chosen).split()) < words and sentences:
        values = [score(references, _cut([*chosen, text], words)) for text in sentences]
        place = int(np.argmax(values))
        if values[place] <= best:
            break
        best = values[place]
        chosen.append(sentences.pop(place))
    return best


if __name__ == "__main__":
    main()
