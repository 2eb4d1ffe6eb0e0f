"""Many questions to one open index: what is cached is never out of date."""

import numpy as np
import pytest
from newsroom import CORPUS, TALKS_RESUME, article, write_lines

import twicetold as library
from twicetold.clustering.neighbours import find_neighbours
from twicetold.clustering.pair_scoring import compare_pairs, score_pairs
from twicetold.clustering.term_weights import count_headlines, weight_rows
from twicetold.index import cache, priors, windows
from twicetold.index.signing import sign_articles
from twicetold.queries.match import _single_window
from twicetold.text.headlines import TITLE_DAYS, headline_span, headline_spans
from twicetold.text.words import read_words
from twicetold.times import day_number

DRAFT = article(id=None, outlet="Draft", title="Harbour talks go on in Merrow")
OTHER = article(
    id="talks-2",
    outlet="AP",
    title="Talks about the harbour of Merrow resume",
    body="In Merrow envoys talked on Tuesday about the harbour, and about who pays for dredging.",
)


def read(folder, *records):
    return library.read_articles(write_lines(folder / "feed.jsonl", *records))


def story(index, folder):
    (answer,) = library.match(index, read(folder, DRAFT))
    return answer.story_title


@pytest.fixture
def times_loaded(monkeypatch):
    """The windows that are read from the index: first and last day of each."""
    loaded = []
    load = windows.load

    def load_and_note(db, first, last, *also):
        loaded.append((first, last))
        return load(db, first, last, *also)

    monkeypatch.setattr(windows, "load", load_and_note)
    return loaded


def test_days_are_read_once_for_many_questions(folder, times_loaded):
    with library.Index.open("news.db", create=True) as index:
        library.run(index, read(folder, TALKS_RESUME, OTHER))
        times_loaded.clear()

        for _ in range(3):
            assert story(index, folder) == "Talks on the harbour resume"
            library.why(index, "talks-1", "talks-2")

    assert len(times_loaded) == 1


def test_what_this_connection_wrote_is_seen(folder):
    with library.Index.open("news.db", create=True) as index:
        library.run(index, read(folder, OTHER | {"title": "A goat is elected", "body": "At last."}))
        assert story(index, folder) == ""

        library.run(index, read(folder, TALKS_RESUME))
        assert story(index, folder) == "Talks on the harbour resume"

        library.remove(index, "talks-1")
        assert story(index, folder) == ""


def test_what_another_connection_wrote_is_seen(folder):
    with library.Index.open("news.db", create=True) as index:
        assert story(index, folder) == ""

        with library.Index.open("news.db") as other:
            library.run(other, read(folder, TALKS_RESUME, OTHER))
        assert story(index, folder) == "Talks on the harbour resume"
        before = library.why(index, "talks-1", "talks-2")

        with library.Index.open("news.db") as other:
            library.different(other, "talks-1", "talks-2")
        after = library.why(index, "talks-1", "talks-2")

    assert (before.one_story, after.one_story) == (True, False)


def test_what_is_rolled_back_is_not_cached(folder):
    with library.Index.open("news.db", create=True) as index:
        library.run(index, read(folder, TALKS_RESUME))
        index.connection.execute("begin")
        index.connection.execute("update stories set title = 'Changed'")
        index.connection.execute("update articles set story_id = null")
        assert story(index, folder) == ""
        index.connection.execute("rollback")

        assert story(index, folder) == "Talks on the harbour resume"


def test_only_the_last_few_contexts_are_cached(folder, times_loaded):
    days = [article(id=f"d{day}", published=f"2026-02-{day}T09:00:00Z") for day in range(10, 28, 6)]
    pairs = [(f"d{day}", f"d{day}-ap") for day in range(10, 28, 6)]
    others = [one | {"id": f"{one['id']}-ap", "outlet": "AP"} for one in days]
    with library.Index.open("news.db", create=True) as index:
        library.run(index, read(folder, *days, *others))
        times_loaded.clear()

        for a, b in (*pairs, *pairs[-cache.MAX_VALUES :], pairs[0]):
            library.why(index, a, b)

    assert len(times_loaded) == len(pairs) + 1


def by_all_articles(index, item, day):
    """The twin: the draft is appended to the articles, and all are counted and weighted."""
    settings = library.settings_of(index)
    window = windows.load(index.connection, day - 9, day + 4)
    alone = _single_window(item, day)
    others = [
        title
        for title, outlet, on in zip(window.titles, window.outlets, window.day, strict=True)
        if outlet == item.article.outlet and day - TITLE_DAYS < on <= day
    ]
    own = headline_span(item.article.title, item.article.outlet, others)
    before = window.before
    spans = headline_spans(
        [*before.titles, *window.titles],
        [*before.outlets, *window.outlets],
        [*before.days, *window.day.tolist()],
    )[len(before.titles) :]
    whole = window.append(alone)
    words = read_words(whole.titles, whole.bodies)
    block = count_headlines(whole, words, [*spans, own], None, whole.has_several_languages)
    articles = weight_rows(block, 0, len(whole.ids))
    last = np.array([len(window.ids)])
    pairs = find_neighbours(articles, last, last, articles, whole.day > day - 5)
    # the names and document frequencies of development are those of the days without the draft
    context = weight_rows(block, 0, len(window.ids))
    articles = articles._replace(vocabulary=context.vocabulary)
    counts = np.bincount(window.lang[window.day > day - 1], minlength=len(whole.langs))
    prior = priors.load(index.connection, int(window.day.max()), whole.langs, counts.tolist())
    compared = compare_pairs(articles, pairs, settings.scorer)
    scored = score_pairs(articles, compared, settings.scorer, prior, context)
    best = int(np.argmax(scored.probability))
    return int(window.story[pairs.a[best]]), float(scored.probability[best])


@pytest.mark.slow
def test_a_draft_is_scored_as_if_it_were_in_the_index():
    items = [i for i in library.read_articles(CORPUS) if isinstance(i, library.Article)]
    held = items[::5]
    with library.Index.in_memory() as index:
        library.run(index, [item for item in items if item not in held])

        for item in sign_articles(held):
            (answer,) = library.match(index, [item.article])

            day = day_number(item.article.published.isoformat())
            story, probability = by_all_articles(index, item, day)
            if answer.copy_of is None:
                # the rarity of words that only the draft has is estimated
                expected = (story, pytest.approx(probability, abs=0.01))
                assert (answer.story, answer.probability) == (
                    expected if probability >= 0.5 else (None, None)
                )
