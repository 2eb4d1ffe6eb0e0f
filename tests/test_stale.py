"""`stale`: which copies still carry what was corrected; each run stores what `find_stale` finds."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsroom import article, select, write_lines

import twicetold as library
from twicetold.queries.stale_copies import find_stale

WRONG = (
    "The ferry Merrow Star sank on Tuesday with 43 people aboard, the harbour office said. Divers "
    "found the hull at a depth of 60 metres. The owner, Dunmore Lines, had no licence for the "
    "strait and was fined twice last year, the office said. Relatives waited at the quay all night."
)
RIGHT = WRONG.replace(
    "had no licence for the strait and was fined twice last year",
    "has held a licence for the strait since 1998 and was never fined",
)


def test_copies_that_still_carry_what_was_corrected_are_listed(twicetold, folder):
    later = "2026-02-03T12:00:00Z"
    write_lines(
        folder / "feed.jsonl",
        article(id="origin", title="Ferry sinks", body=WRONG),
        article(id="stale", outlet="CNA", title="Ferry sinks off Merrow", body=WRONG),
        article(id="cut", outlet="LATIMES", title="Ferry", body=WRONG.partition(" The owner")[0]),
    )
    write_lines(
        folder / "evening.jsonl",
        article(id="origin", title="Ferry sinks", body=RIGHT, updated=later),
        article(id="right", outlet="Le Monde", title="Ferry", body=RIGHT, published=later),
    )
    twicetold("run", "news.db", "feed.jsonl")
    twicetold("run", "news.db", "evening.jsonl", "--now", "2026-02-03T13:00:00Z")

    answer = json.loads(twicetold("stale", "news.db", "--json").stdout)

    ids = dict(select("news.db", "select key, id from articles"))
    assert answer == [
        {
            "article": ids["origin"],
            "outlet": "Reuters",
            "changed": "2026-02-03T13:00:00Z",
            "version": 1,
            "copy": ids["stale"],
            "copying_outlet": "CNA",
            "carried": 1.0,
            "title": "Ferry sinks off Merrow",
        }
    ]
    assert json.loads(twicetold("stale", "news.db", "right", "--json").stdout) == []


ORIGIN = article(id="origin", title="Ferry sinks", body=WRONG)
COPY = article(id="copy", outlet="CNA", title="Ferry sinks off Merrow", body=WRONG)
CORRECTED = ORIGIN | {"body": RIGHT, "updated": "2026-02-03T12:00:00Z"}


@pytest.mark.parametrize("order", [1, -1])
def test_the_latest_text_that_a_copy_carries_is_so_whichever_was_read_first(
    twicetold, folder, order
):
    half = WRONG.replace("had no licence for the strait", "has held a licence since 1998")
    middle = ORIGIN | {"body": half, "updated": "2026-02-03T11:00:00Z"}
    write_lines(folder / "copy.jsonl", COPY)
    for number, record in enumerate([ORIGIN, middle, CORRECTED][::order]):
        write_lines(folder / f"{number}.jsonl", record)
        twicetold("run", "news.db", f"{number}.jsonl")
    twicetold("run", "news.db", "copy.jsonl")

    latest = select(
        "news.db",
        "select updated, carried < 1 from stale_copies join versions"
        " on versions.article_id = article and versions.version = stale_copies.version",
    )

    assert select("news.db", "select count(*) from stale") == [(2,)]
    assert latest == [("2026-02-03T11:00:00Z", 1)]


VIEW = "select outlet, version, copying_outlet, carried, title from stale_copies"
STALE = [("Reuters", 1, "CNA", 1.0, "Ferry sinks off Merrow")]


@pytest.fixture
def corrected(twicetold, folder):
    """The command line where an article was copied, then corrected."""
    for name, feed in (("morning", [ORIGIN, COPY]), ("evening", [CORRECTED])):
        write_lines(folder / f"{name}.jsonl", *feed)
        twicetold("run", "news.db", f"{name}.jsonl")
    assert select("news.db", VIEW) == STALE
    return twicetold


def test_a_copy_that_is_corrected_too_is_stale_no_more(corrected, folder):
    write_lines(folder / "late.jsonl", COPY | {"body": RIGHT, "updated": "2026-02-03T15:00:00Z"})

    corrected("run", "news.db", "late.jsonl")

    assert select("news.db", "select * from stale") == []


@pytest.mark.parametrize("day", ["2026-02-03", "2026-04-03"])
def test_a_copy_of_the_older_text_that_comes_after_its_correction_is_stale(corrected, folder, day):
    late = COPY | {"id": "late", "outlet": "LATIMES", "published": f"{day}T18:00:00Z"}
    write_lines(folder / "late.jsonl", late)

    corrected("run", "news.db", "late.jsonl")

    assert [row[2] for row in select("news.db", VIEW)] == ["CNA", "LATIMES"]


def test_a_late_copy_is_stale_though_nothing_else_has_the_older_text(twicetold, folder):
    other = "Divers of the harbour police found a bell from 1611 in the mud below the pier. " * 3
    late = COPY | {"published": "2026-04-03T18:00:00Z"}
    for feed in ([ORIGIN], [CORRECTED | {"body": other}], [late]):
        write_lines(folder / "feed.jsonl", *feed)
        twicetold("run", "news.db", "feed.jsonl")

    assert select("news.db", VIEW) == STALE


def test_a_copy_cut_too_short_for_a_common_bucket_is_stale_by_its_copy_group(twicetold, folder):
    places = "Lima Oslo Cairo Quito Perth Accra Turin Sofia Osaka Delhi Kyoto Minsk"
    sentences = [
        f"In {place} the {number} envoys of {place} spoke of {number * 7} tankers, as in {place}."
        for number, place in enumerate(places.split(), start=11)
    ]
    whole = " ".join(sentences)
    cut = COPY | {"title": "Ferry sinks", "body": " ".join(sentences[:4])}
    for feed in (
        [ORIGIN | {"body": whole}],
        [CORRECTED | {"body": whole.replace("11 envoys", "19 envoys")}],
        [cut],
    ):
        write_lines(folder / "feed.jsonl", *feed)
        twicetold("run", "news.db", "feed.jsonl")

    shared = "select count(*) from bands join version_bands using (bucket)"
    assert select("news.db", f"{shared} where bands.article_id = 2") == [(0,)]
    assert [row[:3] for row in select("news.db", VIEW)] == [("Reuters", 1, "CNA")]


def test_an_older_text_that_comes_late_is_carried_too(twicetold, folder):
    for name, feed in (("evening", [CORRECTED, COPY]), ("morning", [ORIGIN])):
        write_lines(folder / f"{name}.jsonl", *feed)
        twicetold("run", "news.db", f"{name}.jsonl")

    assert select("news.db", VIEW) == STALE


def test_of_several_older_texts_the_latest_that_a_copy_carries_counts(corrected, folder):
    again = CORRECTED | {"body": RIGHT.replace("60", "70"), "updated": "2026-02-04T12:00:00Z"}
    write_lines(folder / "again.jsonl", again)

    corrected("run", "news.db", "again.jsonl")

    assert select("news.db", "select version from stale order by version") == [(1,), (2,)]
    assert select("news.db", VIEW) == [("Reuters", 2, "CNA", 1.0, "Ferry sinks off Merrow")]


@pytest.mark.parametrize("gone", ["origin", "copy"])
def test_a_removed_article_is_no_longer_listed(corrected, gone):
    corrected("remove", "news.db", gone)

    assert select("news.db", "select * from stale") == []
    left = "select count(distinct article_id) from version_bands"
    assert select("news.db", left) == [(gone == "copy",)]
    assert corrected("check", "news.db").exit_code == 0


@pytest.mark.parametrize("how", [[], ["--keep-signatures"]])
def test_what_is_pruned_is_listed_no_more(corrected, folder, how):
    write_lines(folder / "new.jsonl", article(id="new", published="2026-05-01T09:00:00Z"))
    corrected("run", "news.db", "new.jsonl")

    corrected("prune", "news.db", "--before", "2026-04-01", *how)

    tables = ("stale", "versions", "version_bands")
    assert [select("news.db", f"select * from {table}") for table in tables] == [[]] * 3
    asked = corrected("stale", "news.db", "origin")
    finding = "the text of 'origin' was pruned" if how else "no article 'origin'"
    assert asked.stderr.startswith(f"news.db: {finding}")


def test_a_rebuilt_index_lists_the_same(corrected):
    assert corrected("rebuild", "news.db").exit_code == 0

    assert select("news.db", VIEW) == STALE


@pytest.mark.parametrize("damage", ["stale", "version_bands"])
def test_a_lost_stale_copy_is_found_and_restored(corrected, damage):
    rows = select("news.db", f"select * from {damage}")
    with library.Index.open("news.db") as index:
        index.connection.execute(f"delete from {damage}")

        answer = {one.rule: one.broken for one in library.check(index, repair=True) if one.broken}

    assert answer == {"stale copies are those that carry an older text": 1}
    assert select("news.db", f"select * from {damage}") == rows
    assert corrected("check", "news.db").exit_code == 0


FERRY = (WRONG.replace("Merrow", "Dunmore") + " " + RIGHT.replace("Tuesday", "Friday")).split(". ")
BODIES = [
    WRONG,
    RIGHT,
    ". ".join(FERRY),
    ". ".join(FERRY[:5]),  # cut
    ". ".join(FERRY[3:]),  # cut elsewhere: tied to the first one by the whole alone
    ". ".join([*FERRY[:3], *reversed(FERRY[3:])]),
    f"{WRONG} Nothing of this kind was ever said by anybody in the town hall or anywhere else.",
    "",
]


@st.composite
def nights(draw):
    """Nights of records, a few articles that come again and again with other texts."""
    record = st.builds(
        lambda key, body, day, hour: article(
            id=f"a{key}",
            outlet=f"outlet {key}",
            title="Ferry sinks",
            body=BODIES[body],
            published=f"2026-02-{1 + 12 * (key % 2):02}T09:00:00Z",
            updated=f"2026-02-{14 + day:02}T{hour:02}:00:00Z",
        ),
        st.integers(0, 5),
        st.integers(0, len(BODIES) - 1),
        st.integers(0, 3),
        st.integers(0, 3),
    )
    return draw(st.lists(st.tuples(st.booleans(), st.lists(record, max_size=6)), max_size=5))


def read(folder, records):
    path = write_lines(folder / "night.jsonl", *records)
    return list(library.read_articles(path))


SLUGGED = "CORRECTED-Ferry sinks off Merrow"


@pytest.fixture
def corrected_under_another_id(twicetold, folder):
    """A wire text, a copy of it, and its correction under an id of its own."""
    write_lines(
        folder / "feed.jsonl",
        article(id="origin", title="Ferry sinks off Merrow", body=WRONG),
        article(id="stale", outlet="CNA", title="Ferry sinks off Merrow", body=WRONG),
        article(id="later", title=SLUGGED, body=RIGHT, published="2026-02-03T14:00:00Z"),
    )
    twicetold("run", "news.db", "feed.jsonl")


def test_a_correction_under_another_id_corrects_the_earlier_article(
    twicetold, corrected_under_another_id
):
    (row,) = json.loads(twicetold("stale", "news.db", "--json").stdout)

    assert (row["outlet"], row["copying_outlet"], row["carried"]) == ("Reuters", "CNA", 1.0)
    assert twicetold("run", "news.db", "feed.jsonl").stdout.endswith("nothing new to cluster\n")
    twicetold("rebuild", "news.db")
    assert len(json.loads(twicetold("stale", "news.db", "--json").stdout)) == 1
    assert twicetold("check", "news.db").exit_code == 0


def test_a_correction_and_what_it_corrects_are_removed_one_by_one(
    twicetold, corrected_under_another_id, folder
):
    twicetold("remove", "news.db", "later")

    again = twicetold("run", "news.db", "feed.jsonl")

    assert again.stdout.startswith("0 articles stored, 0 updated, 2 unchanged, 1 rejected")
    twicetold("remove", "news.db", "origin")
    twicetold("remove", "news.db", "stale")
    assert b"had no licence" not in (folder / "news.db").read_bytes()


def test_the_text_that_was_corrected_is_gone_when_it_is_removed(
    twicetold, corrected_under_another_id, folder
):
    for name in ("origin", "stale"):
        twicetold("remove", "news.db", name)

    assert select("news.db", "select key from articles") == [("later",)]
    assert b"had no licence" not in (folder / "news.db").read_bytes()


@pytest.mark.slow
@settings(max_examples=40)
@given(nights=nights(), gone=st.integers(0, 5))
def test_the_stored_stale_copies_are_those_of_the_texts(tmp_path_factory, nights, gone):
    folder = tmp_path_factory.getbasetemp()
    with library.Index.in_memory() as index:
        for clustered, records in nights:
            (library.run if clustered else library.ingest)(index, read(folder, records))
        library.cluster(index)
        assert kept(index) == told(index)

        key = f"a{gone}"
        if index.connection.execute("select 1 from articles where key = ?", (key,)).fetchone():
            library.remove(index, key)
        assert kept(index) == told(index)


def kept(index):
    return index.connection.execute("select * from stale").fetchall()


def told(index):
    ids = [row[0] for row in index.connection.execute("select id from articles order by id")]
    return [tuple(row) for row in find_stale(index.connection, ids)]
