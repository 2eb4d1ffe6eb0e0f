"""Neither the order of arrival nor the split into runs changes the stories."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsroom import CORPUS, rows_of, select

import twicetold as library
from twicetold.index import buckets, windows

NIGHTS = sorted(path for path in CORPUS.iterdir() if path.is_dir())
REPORTS = [
    item
    for item in library.read_articles([str(night) for night in NIGHTS[:3]])
    if isinstance(item, library.Article)
]
LINKS = (
    "select x.key, y.key, kind, probability, jaccard, cosine_body, cosine_names from links"
    " join articles as x on x.id = a join articles as y on y.id = b order by 1, 2"
)
TEXTS = (
    "select key, title, body, lang, published, updated, url from articles order by key",
    "select key, versions.title, versions.body, versions.updated from versions"
    " join articles on id = article_id order by 1, 3",
)


def found(index: library.Index) -> tuple[object, ...]:
    """Stories and copy groups as sets of keys, and links with their figures."""
    rows = rows_of(index, "select key, story_id, copy_group_id from articles")
    stories: dict[int, set[str]] = {}
    groups: dict[int, set[str]] = {}
    for key, story, group in rows:
        stories.setdefault(story, set()).add(key)
        groups.setdefault(group, set()).add(key)
    links = rows_of(index, LINKS)
    return sorted(map(sorted, stories.values())), sorted(map(sorted, groups.values())), links


@pytest.fixture(scope="module")
def at_once() -> tuple[object, ...]:
    with library.Index.in_memory() as index:
        library.run(index, REPORTS)
        return found(index)


@pytest.mark.slow
@settings(max_examples=12)
@given(random=st.randoms(use_true_random=False), cuts=st.sets(st.integers(0, 65), max_size=4))
def test_neither_order_of_arrival_nor_split_into_runs_changes_a_story(at_once, random, cuts):
    arrived = random.sample(REPORTS, k=len(REPORTS))
    bounds = [0, *sorted(cuts), len(arrived)]

    with library.Index.in_memory() as index:
        for first, last in pairwise(bounds):
            library.run(index, arrived[first:last])

        assert found(index) == at_once


def with_revisions(random: Random) -> list[library.Article]:
    """The reports, some with newer texts that name when they were updated or published."""
    texts = []
    for report in REPORTS:
        assert report.published is not None
        for number in range(random.choice([1, 1, 1, 2, 3])):
            time = report.published + timedelta(hours=30 * number, minutes=random.randrange(400))
            times = random.choice(
                [
                    {"updated": time},
                    {"updated": time, "published": None},
                    {"published": time, "updated": None},
                ]
            )
            sentences = random.sample(report.body.split(". "), k=1 + report.body.count(". "))
            body = f"{'. '.join(sentences[number:])} This is text {number}."
            texts.append(replace(report, body=body, **times) if number else report)
    return texts


@pytest.mark.slow
@settings(max_examples=6)
@given(random=st.randoms(use_true_random=False), cut=st.integers(0, 60))
def test_the_order_in_which_texts_of_an_article_come_changes_nothing(random, cut):
    texts = with_revisions(random)
    arrived = random.sample(texts, k=len(texts))
    with library.Index.in_memory() as in_order, library.Index.in_memory() as mixed:
        library.run(in_order, texts)
        library.run(mixed, arrived[:cut])
        library.run(mixed, arrived[cut:])

        assert found(mixed) == found(in_order)
        for sql in TEXTS:
            assert rows_of(mixed, sql) == rows_of(in_order, sql)


def test_seven_nights_equal_one_batch():
    with library.Index.in_memory() as nightly, library.Index.in_memory() as batch:
        for night in NIGHTS:
            library.run(nightly, library.read_articles(night))
        library.run(batch, library.read_articles(CORPUS))

        assert found(nightly) == found(batch)


def again(times: int, every: timedelta) -> list[library.Article]:
    """One report that comes again and again, under a new id."""
    one = max(REPORTS, key=lambda report: len(report.body))
    assert one.published is not None
    return [
        replace(one, id=f"again-{number}", url="", published=one.published + number * every)
        for number in range(times)
    ]


def rounds(times: int, every: timedelta, long: str) -> list[library.Article]:
    """The whole corpus, and again and again later, in other words: affairs that run for weeks."""
    answer = []
    for number in range(times):
        mark = rf"\g<0>{chr(ord('a') + number)}"
        for item in library.read_articles(CORPUS):
            if isinstance(item, library.Article) and item.published:
                later = replace(
                    item,
                    id=f"{number}-{item.id or item.url}",
                    url="",
                    title=re.sub(long, mark, item.title),
                    body=re.sub(long, mark, item.body),
                    published=item.published + number * every,
                    updated=item.updated and item.updated + number * every,
                )
                answer.append(later)
    return answer


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "at_once"), [(1, 20_000), (2, 60)])
def test_weeks_of_nights_with_late_arrivals_equal_one_batch_and_a_rebuild(
    seed, at_once, monkeypatch
):
    monkeypatch.setattr(windows, "_BLOCK_ARTICLES", at_once)  # how many are gone through at once
    monkeypatch.setattr(buckets, "LARGE", at_once)  # with few, two tables of buckets
    chance = Random(seed)
    reports = rounds(times=4, every=timedelta(days=2), long=r"\w{7,}")
    chance.shuffle(reports)
    nights: dict[int, list[library.Article]] = {}
    for report in reports:
        late = chance.randint(1, 4) if chance.random() < 0.1 else 0
        nights.setdefault(report.published.toordinal() + late, []).append(report)

    with library.Index.in_memory() as nightly, library.Index.in_memory() as batch:
        for night in sorted(nights):
            library.run(nightly, nights[night])
        library.run(batch, reports)

        assert len(nights) > 2 * 5  # stories settle, and leave the window
        assert found(nightly) == found(batch)
        assert not [one for one in library.check(nightly) if one.broken]
        library.rebuild(nightly)
        assert found(nightly) == found(batch)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_weeks_of_nights_with_copies_of_old_articles_equal_one_batch(seed):
    chance = Random(seed)
    reports = rounds(times=4, every=timedelta(days=2), long=r"\w{6,}")
    for report in chance.sample(reports, k=len(reports) // 12):
        body = report.body + chance.choice(["", "\n\n" + chance.choice(reports).body])
        hours = timedelta(hours=chance.randint(1, 600))
        later = {"published": report.published + hours, "updated": None}
        reports.append(replace(report, id=f"copy-{report.id}", outlet="X", body=body, **later))
    nights: dict[int, list[library.Article]] = {}
    for report in reports:
        nights.setdefault(report.published.toordinal(), []).append(report)

    with library.Index.in_memory() as nightly, library.Index.in_memory() as batch:
        for night in sorted(nights):
            library.run(nightly, nights[night])
        library.run(batch, reports)

        assert found(nightly) == found(batch)


def test_days_between_a_late_article_and_last_night_are_not_read():
    (first, *rest) = again(times=60, every=timedelta(days=1))
    with library.Index.in_memory() as index:
        library.run(index, rest[:-1])
        library.ingest(index, [first, rest[-1]])

        plan = windows.plan(index.connection, 5)

    assert [len(stretch.days) for stretch in plan] == [5, 1]


@pytest.mark.slow
@settings(max_examples=6)
@given(random=st.randoms(use_true_random=False), cuts=st.sets(st.integers(0, 50), max_size=3))
def test_nor_does_it_among_many_copies(random, cuts):
    crowd = again(times=50, every=timedelta(hours=2))
    arrived = random.sample(crowd, k=len(crowd))

    with library.Index.in_memory() as index, library.Index.in_memory() as at_once:
        for first, last in pairwise([0, *sorted(cuts), len(arrived)]):
            library.run(index, arrived[first:last])
        library.run(at_once, crowd)

        assert found(index) == found(at_once)
        # each with the 32 before it, not with all before it
        copies = "select count(*) from links where kind = 'copy' and found_by = 'bucket'"
        assert index.connection.execute(copies).fetchone()[0] == sum(min(n, 32) for n in range(50))


@pytest.mark.slow
def test_a_daily_text_is_compared_with_the_latest_ones_and_stays_one_copy_group():
    days = again(times=100, every=timedelta(days=1))

    with library.Index.in_memory() as nightly, library.Index.in_memory() as batch:
        for day in days:
            library.run(nightly, [day])
        library.run(batch, days)

        assert found(nightly) == found(batch)
        assert nightly.connection.execute("select articles from copy_groups").fetchall() == [(100,)]
        crowds = "select max(n) from (select count(*) as n from bands group by bucket)"
        assert nightly.connection.execute(crowds).fetchone()[0] <= 32 + 5  # five days are active
        assert not [one for one in library.check(nightly) if one.broken]
        library.rebuild(nightly)
        assert found(nightly) == found(batch)


@pytest.mark.parametrize("environment", [{"PYTHONHASHSEED": "7"}, {"OMP_NUM_THREADS": "1"}])
def test_neither_hash_seed_nor_threads_change_a_link(folder, sample, environment):
    command = [sys.executable, "-m", "twicetold", "run", "news.db", str(CORPUS)]

    subprocess.run(command, env=os.environ | environment, check=True, capture_output=True)

    assert select("news.db", LINKS) == select(sample, LINKS)
    stories = "select key, story_id, copy_group_id from articles order by key"
    assert select("news.db", stories) == select(sample, stories)
