"""The words of articles: read once, and selected for copies and for terms."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import CORPUS

import twicetold as library
from twicetold.copies import minhash
from twicetold.jobs import word_cache
from twicetold.jobs.word_cache import WordCache
from twicetold.text import words as words_module
from twicetold.text.cleaning import own_words
from twicetold.text.headlines import headline_spans
from twicetold.text.tokens import marked_stream, stream
from twicetold.text.words import full_text, headline_mask, own_words_mask, read_words

LINES = st.sampled_from(
    [
        "PARIS (AP) -",
        "İZMİR — Talks",
        "Read more: all",
        "Talks go on.",
        "© 2026 AFP",
        "İ",
        "港口",
        "",
    ]
)
BODIES = st.lists(LINES, max_size=5).map("\n".join)
TITLES = st.lists(st.sampled_from(["İzmir", "Opinion", "|", "-", "Talks", "The Post"])).map(
    " ".join
)
ARTICLES = st.lists(st.tuples(TITLES, BODIES), min_size=1, max_size=5)


def words_of(words, mask):
    """The hashes of the marked words of each article."""
    bounds = zip(words.tokens.offsets[:-1], words.tokens.offsets[1:], strict=True)
    return [words.tokens.hashes[a:b][mask[a:b]].tolist() for a, b in bounds]


def tokenised(texts):
    """The twin: the words of each text, tokenised alone."""
    return [stream([text], split_unspaced=True).hashes.tolist() for text in texts]


@given(ARTICLES)
def test_own_words_are_those_of_the_cleaned_body(articles):
    titles, bodies = map(list, zip(*articles, strict=True))
    words = read_words(titles, bodies)

    answer = words_of(words, own_words_mask(words, titles, bodies))

    assert answer == tokenised([own_words(body) for body in bodies])


@given(ARTICLES)
def test_counted_words_are_those_of_the_headline_and_the_body(articles):
    titles, bodies = map(list, zip(*articles, strict=True))
    words = read_words(titles, bodies)
    spans = headline_spans(titles, ["The Post"] * len(titles), [0] * len(titles))

    answer = words_of(words, headline_mask(words, titles, spans))

    headlines = [title[start:end] for title, (start, end) in zip(titles, spans, strict=True)]
    assert answer == tokenised([full_text(*both) for both in zip(headlines, bodies, strict=True)])


@pytest.fixture
def tokenisations(monkeypatch):
    """How often each text is tokenised."""
    counts = Counter()

    def counting(function):
        def count(texts, *, split_unspaced=False):
            counts.update(texts)
            return function(texts, split_unspaced=split_unspaced)

        return count

    monkeypatch.setattr(words_module, "marked_stream", counting(marked_stream))
    monkeypatch.setattr(minhash, "stream", counting(stream))
    return counts


def test_a_text_is_tokenised_once_when_read_and_once_when_clustered(index, tokenisations):
    library.ingest(index, library.read_articles(CORPUS))
    when_read = Counter(tokenisations)
    tokenisations.clear()

    library.cluster(index)

    older_texts = 1  # the corpus has one, which is signed again to find its stale copies
    assert when_read.total() == 153 + older_texts
    learning = 20  # texts that share something under unrelated titles are read for furniture, too
    assert 100 < tokenisations.total() <= 153 + older_texts + learning


@given(st.lists(st.lists(st.integers(0, 9), unique=True), max_size=6), st.integers(1, 40))
def test_cached_words_are_those_of_the_texts(requests, largest):
    cache = WordCache()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_cache, "LARGEST", largest)
        for ids in requests:
            titles, bodies = [f"title {id}" for id in ids], ["body " * id for id in ids]

            answer, expected = cache.words(ids, titles, bodies), read_words(titles, bodies)

            assert answer.tokens.hashes.tolist() == expected.tokens.hashes.tolist()
            assert answer.tokens.offsets.tolist() == expected.tokens.offsets.tolist()
            assert answer.in_title.tolist() == expected.in_title.tolist()


def test_words_of_some_articles_are_those_of_these_articles():
    titles, bodies = ["One", "Two words", "", "İzmir"], ["a b", "", "c", "d İ"]
    words = read_words(titles, bodies)

    some, between = words.take(np.array([3, 0])), words.between(1, 3)

    expected = read_words([titles[3], titles[0]], [bodies[3], bodies[0]])
    assert [column.tolist() for column in some.tokens] == [c.tolist() for c in expected.tokens]
    assert some.stems.tolist() == expected.stems.tolist()
    expected = read_words(titles[1:3], bodies[1:3])
    assert between.tokens.hashes.tolist() == expected.tokens.hashes.tolist()
