"""SQL for people who look: functions in every program that reads SQLite, views and questions."""

import json
import re
import sqlite3
import subprocess
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import MODEL_STORY, article, select, write_lines

import twicetold as library
from twicetold.index.questions import questions

TEXT = "Envoys of both sides met again on Tuesday to talk about the harbour of Merrow."


def answer(sql, *values, index=":memory:"):
    """The first row of a query by a connection with the functions."""
    with closing(sqlite3.connect(index)) as db:
        library.register(db)
        return db.execute(sql, values).fetchone()


def test_signatures_in_sql_give_the_jaccard_similarity_of_datasketch(sample):
    two = "select article, copy from copies where jaccard between .5 and .9 limit 1"
    ((one, other),) = select(sample, two)

    (estimate, exact) = answer(
        "select jaccard(x.minhash, y.minhash), copies.jaccard from copies"
        " join signatures as x on x.article_id = article"
        " join signatures as y on y.article_id = copy where article = ? and copy = ?",
        one,
        other,
        index=sample,
    )

    with library.Index.open(sample) as index:
        expected = index.minhash(one).jaccard(index.minhash(other))
    assert estimate == pytest.approx(expected, abs=0.001)
    assert estimate == pytest.approx(exact, abs=0.15)


def test_a_signature_of_a_text_is_the_one_that_an_index_would_store(twicetold, folder):
    write_lines(folder / "feed.jsonl", article())
    twicetold("run", "news.db", "feed.jsonl")

    (same,) = answer(
        "select minhash = signature(body) from signatures join articles on id = article_id",
        index=folder / "news.db",
    )
    assert same == 1


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (f"shared_text('So: {TEXT}', '{TEXT} More.')", TEXT.rstrip(".")),
        (f"shared_text('{TEXT}', 'Envoys of both sides stayed home.')", ""),
        ("hours_between('2026-02-05T10:00:00Z', '2026-02-05T12:30:00Z')", 2.5),
        ("hours_between('2026-02-05', '2026-02-07T12:30:00Z')", 48.0),
        ("names('Poutine à Abou Dhabi le 5 février')", '["putin", "abu dhabi", "5 february"]'),
        ("search_words('putin''s abu-dhabi')", '("putin") AND ("abu-dhabi")'),
        ("length(signature('two words'))", 512),
    ],
)
def test_a_function_says_what_it_promises(call, expected):
    assert answer(f"select {call}") == (expected,)


CALLS = (
    "jaccard({0}, {0})",
    "signature({0})",
    "shared_text({0}, {0})",
    "hours_between({0}, '2026-02-05')",
    "names({0})",
    "search_words({0})",
    "story_of({0})",
)


@pytest.mark.parametrize("call", CALLS)
@given(st.none() | st.integers(-9, 9) | st.floats() | st.binary(max_size=9) | st.text(max_size=20))
def test_no_value_makes_a_function_fail(call, value):
    with closing(sqlite3.connect(":memory:")) as db:
        library.register(db)
        (row,) = db.execute(f"select {call.format('?1')}", (value,)).fetchall()
    assert isinstance(row[0], str | bytes | float | int | None)


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_shared_passage_is_in_the_first_text_and_its_words_are_in_the_other(one, other):
    (passage,) = answer("select shared_text(?, ?)", one, f"{other} {one}")

    assert passage in one


def test_the_story_of_a_text_is_found_from_sql(sample):
    title = MODEL_STORY.replace("agree", "agreed")

    found, of_day, none, wrong_day = answer(
        "select story_of(?1), story_of(?1, '2026-02-05'), story_of('Nothing of that at all'),"
        " story_of(?1, 'soon')",
        title,
        index=sample,
    )

    ((story,),) = select(sample, "select id from stories where title = ?", MODEL_STORY)
    assert (found, of_day, none, wrong_day) == (story, story, None, None)


def test_the_story_of_a_text_is_found_in_any_thread(sample):
    with closing(sqlite3.connect(sample, check_same_thread=False)) as db:
        library.register(db)
        ask = partial(db.execute, "select story_of(?)", (MODEL_STORY,))
        here = ask().fetchone()
        with ThreadPoolExecutor(1) as other:
            there = other.submit(lambda: ask().fetchone()).result()

    assert here == there != (None,)


def test_sqlite_utils_has_the_functions_without_an_option(sample):
    command = Path(sysconfig.get_path("scripts")) / "sqlite-utils"
    sql = "select json_array_length(names(title)) > 0 as has_names from stories limit 1"

    done = subprocess.run([command, "query", sample, sql], capture_output=True, text=True)

    assert (done.stdout, done.stderr) == ('[{"has_names": 1}]\n', "")


def test_functions_that_depend_on_their_arguments_alone_can_be_indexed():
    with closing(sqlite3.connect(":memory:")) as db:
        library.register(db)
        db.execute("create table texts (body text)")
        db.execute("create index by_names on texts(names(body), signature(body))")
        with pytest.raises(sqlite3.OperationalError, match="non-deterministic"):
            db.execute("create index by_story on texts(story_of(body))")


def plan(index, sql, values=None):
    """The steps of a query plan."""
    with closing(sqlite3.connect(index)) as db:
        library.register(db)
        rows = db.execute(f"explain query plan {sql}", values or {})
        return [row[3] for row in rows]


def scanned(steps):
    """The tables that are read from one end to the other, without an index for it."""
    names = [re.fullmatch(r"SCAN (\w+)", step) for step in steps]
    return {name[1] for name in names if name}


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_a_question_reads_a_whole_table_only_if_it_says_so(sample, question):
    steps = plan(sample, question.sql, question.examples)
    large = {"articles", "links", "stories", "signatures", "bands", "story_events", "copied"}
    whole = {
        "links USING INDEX copy_links": "all copies",
        "stories": "all stories",
    }

    for step in steps:
        for table, words in whole.items():
            if re.match(rf"SCAN {table}$", step):
                assert words in question.reads
    if not question.reads:
        assert not scanned(steps) & large


@pytest.mark.parametrize(
    "sql",
    [
        "select title from threads where story = 43",
        "select title from copies where copy = 81",
        "select title from copies where article = 95",
        "select title from copies where story = 43",
        "select title from story_reports where story = 43",
        "select title from story_reports where article = 95",
        "select title from story_reports where published >= '2026-02-05'",
        "select title from story_overview limit 5",
        "select title from changes where run = 3",
        "select report.title from story_reports as report join copies on copy = report.article"
        " where report.story = 43",
    ],
)
def test_a_view_is_read_by_an_index(sample, sql):
    steps = plan(sample, sql)

    assert not scanned(steps) - {"threads", "changes"}  # what a view has grouped


@pytest.mark.parametrize("view", ["threads", "copies", "outlet_pairs"])
def test_each_join_of_a_view_is_by_an_index(sample, view):
    steps = plan(sample, f"select count(*) from {view}")

    first = next(step for step in steps if step.startswith("SCAN"))
    assert first in ("SCAN links USING INDEX copy_links", "SCAN links")
    # what is read in full are the links, or the copies among them, and then the rows of the view
    assert scanned(steps) <= {"links", view}
    assert all("AUTOMATIC" not in step for step in steps)


def test_views_say_whose_text_a_report_has(sample):
    rows = select(
        sample,
        "select outlet, copied_from, percent_copied from story_reports where copied_from not null"
        " and story = (select id from stories where title = ?) order by published",
        MODEL_STORY,
    )

    assert rows == [("CNA", "Reuters", 97), ("LATIMES", "Reuters", 83)]


def test_numbers_of_views_are_rounded_and_those_of_lists_are_whole(twicetold, sample):
    ((rounded,),) = select(sample, "select max(jaccard) from copies where jaccard < 1")
    whole = {row["jaccard"] for row in json.loads(twicetold("copies", sample, "--json").stdout)}

    assert rounded == round(rounded, 3)
    assert {round(value, 3) for value in whole} != whole
