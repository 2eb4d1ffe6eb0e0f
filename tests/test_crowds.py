"""The many copies of one text on one day: few are compared, all are one group and one story."""

import random

import pytest
from newsroom import CORPUS, article, select, write_lines

import twicetold as library
from twicetold.index import crowds

SHAPE = (
    "select key, story_id is null, copy_group_id is null from articles order by key",
    "select min(key), count(*) from articles group by story_id order by 1",
    "select min(key), count(*) from articles where copy_group_id is not null"
    " group by copy_group_id order by 1",
    "select one.key, other.key, kind from links join articles as one on one.id = a"
    " join articles as other on other.id = b order by 1, 2",
    "select key from crowds join articles on id = article_id order by 1",
    "select title, articles, outlets from stories order by 1, 2",
)
COPIES = [
    article(id=f"c{n:02d}", outlet=f"O{n}", published=f"2026-02-0{3 + n % 2}T{n:02d}:00:00Z")
    for n in range(20)
]


@pytest.fixture(autouse=True)
def few_compared(monkeypatch):
    """Only three copies of a text on a day are compared."""
    monkeypatch.setattr(crowds, "MOST_COMPARED", 3)


def shape(path):
    return [select(path, sql) for sql in SHAPE]


def run(path, *nights):
    with library.Index.open(path, create=True) as index:
        for night in nights:
            library.run(index, map(library.Article.from_dict, night), now="2026-02-05")
    return shape(path)


def test_surplus_copies_have_one_link_and_share_group_and_story(twicetold, folder):
    *_, surplus, stories = run("news.db", COPIES)

    assert len(surplus) == 20 - 2 * 3
    assert stories == [(COPIES[0]["title"], 20, 20)]
    assert select("news.db", "select count(*) from copy_groups") == [(1,)]
    (most,) = select(
        "news.db",
        "select count(*) from crowds join links on article_id in (a, b) group by article_id"
        " order by 1 desc limit 1",
    )
    assert most == (1,)
    assert twicetold("check", "news.db").exit_code == 0


@pytest.mark.parametrize("seed", range(6))
def test_neither_order_nor_the_split_into_runs_matters(folder, seed):
    draw = random.Random(seed)
    others = [article(id=f"x{n}", title=f"Bank {n} opens", body="A bank. " * n) for n in range(4)]
    records = [*COPIES, *others]
    whole = run("whole.db", records)

    draw.shuffle(records)
    cuts = sorted(draw.sample(range(1, len(records)), 3))
    nights = [records[i:j] for i, j in zip([0, *cuts], [*cuts, None], strict=True)]

    assert run("nights.db", *nights) == whole
    with library.Index.open("nights.db") as index:
        library.rebuild(index)
    assert shape("nights.db") == whole


def test_a_surplus_copy_can_be_asked_about_decided_on_removed_and_updated(twicetold, folder):
    write_lines(folder / "feed.jsonl", *COPIES, article(id="x", title="Bank opens", body="A bank."))
    twicetold("run", "news.db", "feed.jsonl")
    ((surplus, first),) = select("news.db", "select article_id, first_id from crowds limit 1")

    assert "a copy: the texts decide" in twicetold("why", "news.db", surplus, first).stdout
    assert twicetold("same", "news.db", surplus, "x").stdout.endswith(
        "are one story now (story 1)\n"
    )
    assert twicetold("undecide", "news.db", surplus, "x").exit_code == 0
    assert twicetold("remove", "news.db", first).exit_code == 0
    assert twicetold("check", "news.db").exit_code == 0
    assert select("news.db", "select count(distinct story_id) from articles") == [(2,)]

    changed = COPIES[16] | {"body": "Quite another text about a bank.", "title": "Bank opens"}
    write_lines(folder / "later.jsonl", changed | {"updated": "2026-02-04T22:00:00Z"})
    twicetold("run", "news.db", "later.jsonl")

    in_crowd = "select count(*) from crowds join articles on id = article_id where key = 'c16'"
    assert select("news.db", in_crowd) == [(0,)]
    assert twicetold("check", "news.db").exit_code == 0


def test_the_sample_corpus_has_no_crowd(sample):
    assert select(sample, "select count(*) from crowds") == [(0,)]
    assert CORPUS.exists()
