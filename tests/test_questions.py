"""Many questions to one open index: what is kept for the next one is never out of date."""

import numpy as np
import pytest
from newsroom import CORPUS, TALKS_RESUME, article, write_lines

import twicetold as library
from twicetold.clustering import pair_scoring as pairs
from twicetold.clustering import weights as weighing
from twicetold.index import cache as kept
from twicetold.index import windows
from twicetold.index.times import day_number
from twicetold.jobs import pipeline
from twicetold.queries import match as matching
from twicetold.text import cleaning as text

DRAFT = article(id=None, outlet="Draft", title="Harbour talks go on in Merrow")
OTHER = article(
    id="talks-2",
    outlet="AP",
    title="Talks about the harbour of Merrow resume",
    body="In Merrow envoys talked on Tuesday about the harbour, and about who pays for dredging.",
)


def read(folder, *records):
    return library.read([str(write_lines(folder / "feed.jsonl", *records))])


def story(index, folder):
    (found,) = library.match(index, read(folder, DRAFT))
    return found.story_title


@pytest.fixture
def times_loaded(monkeypatch):
    """The windows that were read from the index, as they are."""
    loaded = []
    load = windows.load

    def told(db, first, last):
        loaded.append((first, last))
        return load(db, first, last)

    monkeypatch.setattr(windows, "load", told)
    return loaded


def test_days_are_read_once_for_many_questions(folder, times_loaded):
    with library.Index.open("news.db", create=True) as index:
        library.run(index, read(folder, TALKS_RESUME, OTHER))
        times_loaded.clear()

        for _ in range(3):
            assert story(index, folder) == "Talks on the harbour resume"
            library.why(index, "talks-1", "talks-2")

    assert len(times_loaded) == 1


def test_what_was_written_since_is_seen(folder):
    with library.Index.open("news.db", create=True) as index:
        library.run(index, read(folder, OTHER | {"title": "A goat is elected", "body": "At last."}))
        assert story(index, folder) == ""

        library.run(index, read(folder, TALKS_RESUME))
        assert story(index, folder) == "Talks on the harbour resume"

        library.remove(index, "talks-1")
        assert story(index, folder) == ""


def test_what_others_wrote_since_is_seen(folder):
    with library.Index.open("news.db", create=True) as index:
        assert story(index, folder) == ""

        with library.Index.open("news.db") as other:
            library.run(other, read(folder, TALKS_RESUME, OTHER))
        assert story(index, folder) == "Talks on the harbour resume"
        before = library.why(index, "talks-1", "talks-2")

        with library.Index.open("news.db") as other:
            library.decide(other, "talks-1", "talks-2", "different")
        after = library.why(index, "talks-1", "talks-2")

    assert (before.one_story, after.one_story) == (True, False)


def test_what_is_taken_back_was_never_kept(folder):
    with library.Index.open("news.db", create=True) as index:
        library.run(index, read(folder, TALKS_RESUME))
        index.connection.execute("begin")
        index.connection.execute("update stories set title = 'Changed'")
        index.connection.execute("update articles set story_id = null")
        assert story(index, folder) == ""
        index.connection.execute("rollback")

        assert story(index, folder) == "Talks on the harbour resume"


def test_only_the_last_few_are_kept(folder, times_loaded):
    days = [article(id=f"{day}", published=f"2026-02-{day}T09:00:00Z") for day in range(10, 28, 6)]
    pairs = [(f"{day}", f"{day}-ap") for day in range(10, 28, 6)]
    others = [one | {"id": f"{one['id']}-ap", "outlet": "AP"} for one in days]
    with library.Index.open("news.db", create=True) as index:
        library.run(index, read(folder, *days, *others))
        times_loaded.clear()

        for a, b in (*pairs, *pairs[-kept.MOST :], pairs[0]):
            library.why(index, a, b)

    assert len(times_loaded) == len(pairs) + 1


def by_all_articles(index, item, day):
    """The twin: the draft is put among the articles, and all are counted and weighed anew."""
    settings = library.settings_of(index)
    window = windows.load(index.connection, day - 9, day + 4)
    alone = matching._alone(item, day)
    before = [
        title
        for title, outlet, on in zip(window.titles, window.outlets, window.day, strict=True)
        if outlet == item.article.outlet and day - text.TITLE_DAYS < on <= day
    ]
    own = text.headline(item.article.title, item.article.outlet, before)
    whole = window.beside(alone)
    headlines = [*weighing.block(window).headlines, own]
    block = weighing.counted(whole, headlines, None, whole.several_languages)
    articles = weighing.weighed(block, 0, len(whole.ids))
    last = np.array([len(window.ids)])
    found = pairs.neighbours(articles, last, last, articles, whole.day > day - 5)
    said = pairs.evidence(articles, found, settings.scorer)
    best = int(np.argmax(said.probability))
    return int(window.story[found.a[best]]), float(said.probability[best])


def test_a_draft_is_judged_as_if_it_were_counted_with_the_others():
    items = [i for i in library.read([str(CORPUS)]) if isinstance(i, library.Article)]
    held = items[::5]
    with library.Index.in_memory() as index:
        library.run(index, [item for item in items if item not in held])

        for item in pipeline.signed(held):
            (found,) = library.match(index, [item.article])

            day = day_number(item.article.published.isoformat())
            story, probability = by_all_articles(index, item, day)
            if found.copy_of is None:
                expected = (story, pytest.approx(probability, abs=1e-5))
                assert (found.story, found.probability) == (
                    expected if probability >= 0.5 else (None, None)
                )
