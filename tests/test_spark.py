"""The same articles give the same on Spark, on Sail and on one machine, to the last digit."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from newsroom import CORPUS, article, rows_of, write_lines

import twicetold as library
from twicetold.sources.tables_of_spark import SparkTables
from twicetold.times import day_text, utc_text

pytest.importorskip("pyspark")
pytest.importorskip("pysail")
pytestmark = [
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
NOW = "2026-11-27T12:00:00Z"
WIRES = Path(__file__).parents[2] / "shared" / "data" / "newswire_1987.jsonl"
LINK = (
    "kind, found_by, probability, jaccard, a_in_b, b_in_a, cosine_body, cosine_lead, cosine_title,"
    " cosine_names"
)
STORY = (
    "title, lang, first_published, last_published, articles, outlets, languages, cohesion,"
    " weakest_link"
)
ARTICLE = "title, body, lang, published, updated, first_seen, url, byline, credit"
FOOTER = (
    "Sign up for our newsletter and get the best of the day in your mailbox every morning before"
    " breakfast; you may unsubscribe at any time. By signing up you agree to our terms."
)


@pytest.fixture(scope="module")
def sail() -> Iterator[str]:
    """The address of a Sail server: Spark Connect without a JVM."""
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    yield f"sc://127.0.0.1:{server.listening_address[1]}"
    server.stop()


@pytest.fixture(scope="module")
def session(sail):
    """A session with Sail."""
    from twicetold.spark import open_session

    with open_session(remote=sail) as session:
        yield session


def columns(row: dict[str, Any], names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names.split(", "))


def sets_of(pairs: Any) -> list[list[str]]:
    """The keys that have the same number, whatever it is."""
    sets: dict[int, list[str]] = {}
    for key, number in pairs:
        if number is not None:
            sets.setdefault(number, []).append(key)
    return sorted(map(sorted, sets.values()))


def on_one_machine(index: library.Index) -> dict[str, Any]:
    """All that an index found, by keys."""
    name = dict(rows_of(index, "select id, key from articles"))
    members = rows_of(index, "select key, story_id, copy_group_id from articles")
    return {
        "articles": sorted(
            rows_of(
                index,
                f"select key, name, words, {ARTICLE} from articles"
                " join outlets on outlets.id = outlet_id",
            )
        ),
        "stories": sets_of((key, story) for key, story, _ in members),
        "groups": sets_of((key, group) for key, _, group in members),
        "links": {
            (name[a], name[b]): rest
            for a, b, *rest in rows_of(index, f"select a, b, {LINK} from links")
        },
        "outlines": sorted(
            (name[lead], *rest)
            for lead, *rest in rows_of(index, f"select lead_article_id, {STORY} from stories")
        ),
        "origins": sorted(
            (name[origin], size, bool(by_credit), agency)
            for origin, size, by_credit, agency in rows_of(
                index, "select origin_article_id, articles, by_credit, agency from copy_groups"
            )
        ),
        "furniture": sorted(
            rows_of(
                index,
                "select from_day, passage, articles, outlets, example from furniture"
                " where from_day is not null",
            )
        ),
        "crowds": sorted(
            (name[a], name[b]) for a, b in rows_of(index, "select article_id, first_id from crowds")
        ),
        "priors": sorted(
            rows_of(index, "select day, lang, articles, dated_share, undated_share from priors")
        ),
        "outlets": sorted(
            rows_of(index, "select name from outlets where id in (select outlet_id from articles)")
        ),
    }


def in_tables(folder: Path) -> dict[str, Any]:
    """The same from the tables of a run on Spark."""
    tables = SparkTables(folder)
    articles = list(tables.rows("articles"))
    name = {row["id"]: row["key"] for row in articles}
    words = {row["article_id"]: row["words"] for row in tables.rows("signatures")}
    return {
        "articles": sorted(
            (row["key"], row["outlet"], words[row["id"]], *columns(row, ARTICLE))
            for row in articles
        ),
        "stories": sets_of((row["key"], row["story_id"]) for row in articles),
        "groups": sets_of((row["key"], row["copy_group_id"]) for row in articles),
        "links": {
            (name[row["a"]], name[row["b"]]): list(columns(row, LINK))
            for row in tables.rows("links")
        },
        "outlines": sorted(
            (name[row["lead_article_id"]], *columns(row, STORY)) for row in tables.rows("stories")
        ),
        "origins": sorted(
            (name[row["origin_article_id"]], *columns(row, "articles, by_credit, agency"))
            for row in tables.rows("copy_groups")
        ),
        "furniture": sorted(
            (day_text(row["from_day"]), *columns(row, "passage, articles, outlets, example"))
            for row in tables.rows("furniture")
            if row["from_day"] is not None
        ),
        "crowds": sorted(
            (name[row["article_id"]], name[row["first_id"]]) for row in tables.rows("crowds")
        ),
        "priors": sorted(
            (day_text(row["day"]), *columns(row, "lang, articles, dated_share, undated_share"))
            for row in tables.rows("priors")
        ),
        "outlets": sorted({(row["outlet"],) for row in articles}),
    }


def assert_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Compare part by part: the difference of all would be too long to read."""
    for part, expected in one.items():
        assert other[part] == expected, part


def record_of(report: library.Article) -> dict[str, Any]:
    """A report as a line of JSON."""
    return {
        "id": report.id or report.key,
        "outlet": report.outlet,
        "title": report.title,
        "body": report.body,
        "lang": report.lang,
        "published": utc_text(report.published),
        "updated": utc_text(report.updated),
        "url": report.url,
        "byline": report.byline,
    }


ARTICLES = 153  # of the sample corpus; one comes twice
REPORTS = [
    record_of(item) for item in library.read_articles(CORPUS) if isinstance(item, library.Article)
]


MANY = list(enumerate(REPORTS[:40]))
TEXTS = (  # with nothing in common
    {"title": REPORTS[0]["title"], "body": REPORTS[0]["body"]},
    {"title": REPORTS[50]["title"], "body": REPORTS[50]["body"]},
)


def messy(random: Random) -> list[dict[str, Any]]:
    """The sample corpus as news in fact flows, in any order.

    A text in forty papers on one day; a footer under the reports of one paper; papers that reprint
    and cut; times without an hour and missing ones; two papers with one id; one paper by two names.
    """
    records = [dict(record) for record in REPORTS]
    long = max(records, key=lambda record: len(record["body"]))
    records += [
        long | {"id": f"chain-{number}", "outlet": f"Chain Paper {number}", "url": ""}
        for number in range(45)
    ]
    for number, record in enumerate(random.sample(REPORTS, 40)):
        body = record["body"].split("\n\n")
        cut = "\n\n".join(body[: random.randint(1, len(body))])
        records.append(
            record
            | {
                "id": f"cut-{number}",
                "outlet": random.choice(["The Post", "Post", "Evening Star"]),
                "url": "",
                "body": f"{cut}\n\n{FOOTER}" if number % 2 else cut,
            }
        )
    for record in random.sample(records, 12):
        record["published"] = record["published"][:10]
    for record in random.sample(records, 4):
        record["published"] = None
    records += [record | {"outlet": "Evening Star"} for record in random.sample(REPORTS, 3)]
    random.shuffle(records)
    return records


def run_here(records: list[dict[str, Any]], path: Path, **given: Any) -> dict[str, Any]:
    """Write lines, and return what one machine finds in them."""
    write_lines(path, *records)
    with library.Index.in_memory() as index:
        library.run(index, library.read_articles(path), now=NOW, **given)
        return on_one_machine(index)


def in_nights(nights: Iterable[tuple[Path, str]]) -> dict[str, Any]:
    """What one machine finds in files that are read at different times."""
    with library.Index.in_memory() as index:
        for path, now in nights:
            library.ingest(index, library.read_articles(path), now=now)
        library.cluster(index, now=NOW)
        return on_one_machine(index)


def run_there(
    session: Any,
    paths: Path | list[Path],
    out: Path,
    *,
    add: bool = False,
    now: str = NOW,
    **given: Any,
) -> dict[str, Any]:
    """Return what the tables have after a run on the lines of files; or after adding them."""
    from twicetold.spark import add_days, open_sources, run

    work = add_days if add else run
    sources = [paths] if isinstance(paths, Path) else paths
    work(session, open_sources(session, list(map(str, sources))), str(out), now=now, **given)
    return in_tables(out)


@pytest.mark.slow
@settings(max_examples=2, phases=[Phase.generate])
@given(random=st.randoms(use_true_random=False), cores=st.integers(1, 5))
def test_news_as_it_flows_gives_the_same_on_sail(session, tmp_path_factory, random, cores):
    folder = tmp_path_factory.mktemp("messy")

    here = run_here(messy(random), folder / "news.jsonl")
    lines = (folder / "news.jsonl").read_text("utf-8").splitlines(keepends=True)
    random.shuffle(lines)
    (folder / "shuffled.jsonl").write_text("".join(lines), "utf-8")
    there = run_there(session, folder / "shuffled.jsonl", folder / "out", cores=cores)

    assert here["crowds"]
    assert here["furniture"]
    assert_same(here, there)


def test_decisions_named_furniture_and_outlets_are_obeyed(session, folder):
    from twicetold.spark import ManualTables

    records = REPORTS[:60]
    write_lines(folder / "news.jsonl", *records)
    with library.Index.in_memory() as index:
        library.run(index, library.read_articles("news.jsonl"), now=NOW)
        copy = library.list_copies(index)[0]
        keys = [row["key"] for row in index.db.query("select key from articles order by id")]
        library.different(index, copy.article, copy.copy)
        library.same(index, keys[0], keys[-1])
        library.merge_outlets(index, ["Reuters"], "Le Monde")
        library.name_furniture(index, "the talks in Abu Dhabi")
        library.rebuild(index, now=NOW)
        here = on_one_machine(index)
        manual = ManualTables.of_index(index)

    there = run_there(session, folder / "news.jsonl", folder / "out", manual=manual)

    assert_same(here, there)


def test_what_a_file_says_about_outlets_counts_for_days_that_are_added(session, folder):
    from twicetold.spark import ManualTables

    first = article(id="1", outlet="Harbour Wire", published="2026-02-04 23:30")
    second = article(
        id="2",
        outlet="The Post",
        body=f"MERROW (HarWire) - {first['body']}",
        published="2026-02-05",
    )
    third = article(id="3", outlet="HarWire", published="2026-02-06 00:30")
    wire = library.Outlet(
        "Harbour Wire", names=("HarWire",), agency="Harbour Wire", timezone="Asia/Singapore"
    )
    write_lines(folder / "one.jsonl", first)
    write_lines(folder / "two.jsonl", second, third)
    with library.Index.in_memory() as index:
        library.use_outlets(index, [wire])
        manual = ManualTables.of_index(index)
        paths = [folder / "one.jsonl", folder / "two.jsonl"]
        zones = library.outlet_zones(index)
        library.run(index, library.read_articles(paths, zones=zones), now=NOW)
        here = on_one_machine(index)

    run_there(session, folder / "one.jsonl", folder / "out", manual=manual)
    there = run_there(session, folder / "two.jsonl", folder / "out", add=True)

    assert [row[-1] for row in here["articles"]] == ["", "Harbour Wire", ""]
    assert_same(here, there)


@settings(max_examples=25, deadline=None)
@given(
    edges=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=60),
    most=st.sampled_from([3, 10, 1_000]),
)
def test_components_are_the_same_in_one_task_and_in_many(session, tmp_path_factory, edges, most):
    import numpy as np

    from twicetold.pairs import components
    from twicetold.spark.components import connected
    from twicetold.spark.store import Store

    low = [(min(edge), max(edge)) for edge in edges if edge[0] != edge[1]]
    if not low:
        return
    store = Store(session, str(tmp_path_factory.mktemp("graph")), 2)
    frame = session.createDataFrame(low, "a long, b long")

    answer = {row["id"]: row["label"] for row in connected(store, frame, "graph", most).collect()}

    expected = components(41, *np.array(low).T).tolist()
    assert answer == {node: expected[node] for pair in low for node in pair}


def test_a_large_bucket_gives_the_same_pairs_in_stretches(session, tmp_path):
    from twicetold.spark.candidates import candidate_pairs
    from twicetold.spark.store import Store

    entries = [(7, id) for id in range(1, 400)] + [(8, id) for id in range(1, 90, 3)]
    frame = session.createDataFrame(entries, "bucket int, article_id long")

    whole, cut = (
        candidate_pairs(Store(session, str(tmp_path / name), 2), frame, 32 * 400, 400, large)
        for name, large in (("whole", 1_000), ("cut", 50))
    )

    assert sorted(map(tuple, cut.collect())) == sorted(map(tuple, whole.collect()))
    assert whole.count() > sum(min(32, place) for place in range(399))


def test_what_is_rejected_is_counted_and_kept_with_its_reason(session, folder):
    late = article(id="late", published="2030-01-01T00:00:00Z")
    write_lines(folder / "news.jsonl", article(), "{broken", article(id="2", outlet=None), late)

    there = run_there(session, folder / "news.jsonl", folder / "out")

    assert [row[0] for row in there["articles"]] == ["2", "talks-1"]
    assert {row[1] for row in there["articles"]} == {"Reuters", "news"}  # the name of the file
    written = SparkTables(folder / "out")
    rejected = {row["field"]: row["reason"] for row in written.rows("rejections")}
    assert set(rejected) == {"line", "published"}
    assert rejected["published"] == "'2030-01-01T00:00:00Z' is more than two days ahead"
    assert written.run["rejected"] == 2


def test_what_a_source_means_is_understood_as_on_one_machine(session, folder):
    days = [record | {"id": f"dmy-{n}", "published": "03/02/2026 10:00"} for n, record in MANY]
    one_id = [article(id="q1", url=f"https://x.example/{n}") | TEXTS[n] for n in (0, 1)]
    one_id.append(one_id[1] | {"id": ""})
    plain = [article(id="7", outlet=outlet, body=f"{outlet} says so.") for outlet in ("A", "B")]
    one_id += [*plain, article(id="B|7", outlet="C", body="The third one."), plain[0]]
    wire = {"uri": "http://w.example/1", "type": "text", "versioncreated": "2026-02-05T09:00:00Z"}
    wire |= {"headline": "A storm comes", "body_text": article()["body"], "provider": "Wire"}
    canceled = wire | {"pubstatus": "canceled", "versioncreated": "2026-02-05T10:00:00Z"}
    write_lines(folder / "dates.jsonl", *days)
    write_lines(folder / "news.jsonl", *one_id, wire | {"pubstatus": "usable"}, canceled)
    paths = [folder / "dates.jsonl", folder / "news.jsonl"]
    with library.Index.in_memory() as index:
        library.run(index, library.read_articles(paths), now=NOW)
        here = on_one_machine(index)

    there = run_there(session, paths, folder / "out")

    assert len(here["articles"]) == len({row[0] for row in there["articles"]}) == 5
    assert_same(here, there)
    rejected = {row["field"]: row for row in SparkTables(folder / "out").rows("rejections")}
    assert rejected.keys() == {"published", "item"}
    assert "--date-format" in rejected["published"]["reason"]


def test_a_run_without_an_article_leaves_what_an_earlier_one_wrote(session, folder):
    import pyarrow as pa
    import pyarrow.parquet as pq

    write_lines(folder / "news.jsonl", article())
    before = run_there(session, folder / "news.jsonl", folder / "out")
    pq.write_table(pa.table({"Kopfzeile": ["Talks"]}), folder / "german.parquet")

    with pytest.raises(library.TwicetoldError, match="name it: --map title=Kopfzeile"):
        run_there(session, folder / "german.parquet", folder / "out")

    assert_same(before, in_tables(folder / "out"))


def test_a_newer_text_of_an_article_replaces_the_older_one(session, folder):
    older = article(body="Envoys met on Tuesday in the harbour of Merrow, and will meet again.")
    newer = article(updated="2026-02-03T12:00:00Z")
    here = run_here([older, newer], folder / "news.jsonl")

    there = run_there(session, folder / "news.jsonl", folder / "out")

    assert_same(here, there)
    versions = list(SparkTables(folder / "out").rows("versions"))
    assert [(row["key"], row["body"]) for row in versions] == [("talks-1", older["body"])]


def test_rows_of_a_frame_are_read_as_lines_are(session, folder):
    import pyarrow as pa

    from twicetold.spark import run

    rows = [
        {name: record[name] for name in ("id", "outlet", "title", "body")} for record in REPORTS
    ]
    table = pa.Table.from_pylist(
        [row | {"date": record["published"]} for row, record in zip(rows, REPORTS, strict=True)]
    )
    result = run(session, session.createDataFrame(table), str(folder / "out"), now=NOW)
    write_lines(folder / "news.jsonl", *table.to_pylist())

    assert result.record.articles == ARTICLES
    assert_same(in_tables(folder / "out"), run_there(session, folder / "news.jsonl", folder / "o2"))


def test_an_embedder_and_a_folder_with_other_files_are_refused(session, folder):
    from twicetold.spark import run

    frame = session.createDataFrame([article()])
    (folder / "notes.txt").write_text("mine")

    with pytest.raises(library.TwicetoldError, match="embedder"):
        run(session, frame, str(folder / "out"), library.Settings(embedder="use"))
    with pytest.raises(library.TwicetoldError, match="has other files"):
        run(session, frame, str(folder))
    assert (folder / "notes.txt").read_text() == "mine"


@pytest.fixture(scope="module")
def tables(session, tmp_path_factory):
    """The tables of a run on the sample corpus."""
    folder = tmp_path_factory.mktemp("tables")
    run_there(session, write_lines(folder / "news.jsonl", *REPORTS), folder / "out")
    return folder / "out"


def test_an_index_is_made_of_all_tables(tables, folder):
    here = run_here(REPORTS, folder / "news.jsonl")

    with library.Index.open("news.db", create=True) as index:
        library.import_parquet(index, tables)
        there = on_one_machine(index)
        broken = [each for each in library.check(index) if each.broken]

    assert broken == []
    assert_same(here, there)


@pytest.mark.parametrize(
    ("part", "days"),
    [
        (["--since", "2026-02-05"], {"05", "06", "07", "08"}),
        (["--since", "2026-02", "--until", "2026-02-03"], {"02", "03"}),
    ],
)
def test_an_index_of_a_part_is_sound_and_the_other_part_can_follow(twicetold, tables, part, days):
    twicetold("import-parquet", "news.db", tables, *part)
    again = twicetold("import-parquet", "news.db", tables, *part)

    with library.Index.open("news.db") as index:
        dates = {article.published[8:10] for article in index.articles()}
        assert not [each for each in library.check(index) if each.broken]
    assert dates == days
    assert re.fullmatch(
        r"0 articles, 0 links, 0 stories imported; \d+ were there already\n", again.output
    )
    twicetold("import-parquet", "news.db", tables)
    with library.Index.open("news.db") as index:
        assert not [each for each in library.check(index) if each.broken]
        assert_same(on_one_machine(index), in_tables(tables))


def test_the_days_of_a_story_or_one_outlet_are_imported(twicetold, tables):
    story = next(row for row in SparkTables(tables).rows("stories") if row["outlets"] == 4)

    twicetold("import-parquet", "story.db", tables, "--story", story["id"])
    twicetold("import-parquet", "outlet.db", tables, "--outlet", "le monde")
    answer = twicetold("import-parquet", "other.db", tables, "--outlet", "Le Mond")

    with library.Index.open("story.db") as index:
        shown = library.story(index, story["id"])
        assert (shown.story.title, shown.story.outlets) == (story["title"], 4)
    with library.Index.open("outlet.db") as index:
        assert {row.outlet for row in library.articles(index)} == {"Le Monde"}
    assert "no outlet 'Le Mond' (did you mean Le Monde?)" in answer.stderr


def test_an_index_with_articles_of_its_own_is_left_alone(twicetold, tables, folder):
    write_lines(folder / "feed.jsonl", article())
    twicetold("run", "news.db", "feed.jsonl")

    answer = twicetold("import-parquet", "news.db", tables)

    assert answer.exit_code == 1
    assert "has articles that were not imported" in answer.stderr


def test_a_folder_without_a_finished_run_is_told(twicetold, tables, folder):
    shutil.copytree(tables, folder / "out")
    shutil.rmtree(folder / "out" / "runs")

    answer = twicetold("import-parquet", "news.db", "out")

    assert answer.exit_code == 1
    assert "has no tables of a run on Spark" in answer.stderr
    assert not Path("news.db").exists()


def command(*words: object) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own: a process has one session."""
    # a session with Sail, in this process, leaves its traces in the environment
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SPARK")}
    every = [sys.executable, "-m", "twicetold", "spark", *map(str, words)]
    return subprocess.run(every, capture_output=True, text=True, env=clean, check=False)


def test_the_command_runs_on_a_server_and_adds_days(sail, folder):
    for name, is_new in (("old.jsonl", False), ("new.jsonl", True)):
        chosen = [each for each in REPORTS if ((each["published"] or "") > "2026-02-07") == is_new]
        write_lines(folder / name, *chosen)

    first = command("run", "out", "old.jsonl", "--remote", sail, "--json")
    second = command("add", "out", "new.jsonl", "--remote", sail)
    missing = command("run", "other", "nothing.jsonl", "--remote", sail)

    assert json.loads(first.stdout)["articles"] == 129
    assert second.stdout.startswith("24 new articles, 0 rejected\n153 articles, ")
    assert missing.returncode == 1
    assert "nothing.jsonl: has no records" in missing.stderr  # Sail reads what is not there


def test_a_master_that_spark_does_not_have_is_told_before_it_starts(folder):
    done = command("run", "out", "news.jsonl", "--master", "loca")

    assert done.returncode == 1
    assert done.stderr.startswith("master: 'loca' is none (local[2], yarn, ")


def test_without_spark_the_command_names_the_extra():
    code = "import sys; sys.modules['pyspark'] = None; from twicetold.cli import cli; cli()"
    words = [sys.executable, "-c", code, "spark", "run", "out", "news.jsonl"]

    done = subprocess.run(words, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr == "Spark: needs pyspark (pip install 'twicetold[spark]')\n"


def odd_sources(folder: Path) -> list[Path]:
    """Parquet with types and names that Spark does not like, and lines that are no text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    reports = REPORTS[:40]
    times = [datetime.fromisoformat(report["published"]) for report in reports]
    columns = {
        "id": [f"odd-{number}" for number in range(len(reports))],
        "outlet": pa.array([report["outlet"] for report in reports]).dictionary_encode(),
        "headline": [report["title"] for report in reports],
        "fields.bodyText": [report["body"] for report in reports],
        "date": pa.array([time.replace(tzinfo=None) for time in times], pa.timestamp("ns")),
        "odd `name`.of": pa.array([2**63] * len(reports), pa.uint64()),
        "Headline": [""] * len(reports),
    }
    pq.write_table(pa.table(columns), folder / "odd.parquet")
    seconds = pa.array([int(time.timestamp()) for time in times], pa.uint64())
    others = {"id": [f"epoch-{number}" for number in range(len(reports))], "date": seconds}
    plain = {name: columns[name] for name in ("outlet", "headline")}
    pq.write_table(pa.table({**others, **plain}), folder / "epoch.parquet")
    lines = [
        json.dumps(REPORTS[0] | {"id": "crlf", "published": "gestern"}).encode() + b"\r",
        json.dumps(REPORTS[1] | {"id": "cr"}).encode().replace(b", ", b",\r"),
        b'{"id": "latin", "outlet": "O", "title": "caf\xe9 nights"}',
        b"{broken",
    ]
    (folder / "lines.jsonl").write_bytes(b"\n".join(lines))
    return [folder / name for name in ("odd.parquet", "epoch.parquet", "lines.jsonl")]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("java") is None, reason="no Java")
def test_spark_itself_gives_the_same_as_one_machine(folder):
    wires = list(library.read_articles(WIRES, outlet="wire"))[:20_000] if WIRES.exists() else []
    records = [record_of(each) for each in wires if isinstance(each, library.Article)]
    sources = [write_lines(folder / "news.jsonl", *(records or REPORTS)), *odd_sources(folder)]
    with library.Index.in_memory() as index:
        library.run(index, library.read_articles(sources), now=NOW)
        here = on_one_machine(index)
        rejected = library.rejections(index)

    done = command("run", "out", *sources, "--master", "local[2]", "--now", NOW)

    assert done.returncode == 3, done.stderr[-2_000:]
    assert_same(here, in_tables(folder / "out"))
    assert len(list(SparkTables(folder / "out").rows("rejections"))) == len(rejected)
    assert "stored without a time: 1, first: 'gestern'" in done.stderr


@pytest.mark.slow
@settings(max_examples=1, phases=[Phase.generate])
@given(random=st.randoms(use_true_random=False), first=st.integers(3, 5))
def test_days_that_are_added_give_the_same_as_all_at_once(session, tmp_path_factory, random, first):
    folder = tmp_path_factory.mktemp("days")
    # which of two outlets with one id has the plain key depends on who came first
    shared = {record["id"] for record in REPORTS}
    records = [
        record
        for record in messy(random)
        if record["outlet"] != "Evening Star" or record["id"] not in shared
    ]
    here = run_here(records, folder / "news.jsonl")
    parts: dict[int, list[dict[str, Any]]] = {}
    minutes = Counter(str(record["published"])[:16] for record in records)
    ids = Counter(record["id"] for record in records)
    for record in records:
        minute = str(record["published"])[:16]
        is_late = ids[record["id"]] == minutes[minute] == 1 and random.random() < 0.2
        day = int((record["published"] or "0000-00-00")[8:10]) + is_late
        parts.setdefault(min(max(day, first), first + 2), []).append(record)

    for number, (_, part) in enumerate(sorted(parts.items())):
        path = write_lines(folder / f"{number}.jsonl", *part)
        there = run_there(session, path, folder / "out", add=number > 0)

    for found in (here, there):
        found.pop("outlets")  # an outlet keeps the name that it had on the first day
        found["articles"] = [(key, *rest) for key, _, *rest in found["articles"]]
    assert_same(here, there)


def test_a_decision_that_comes_without_articles_is_obeyed(session, tables, folder):
    from twicetold.spark import ManualTables

    shutil.copytree(tables, folder / "out")
    write_lines(folder / "news.jsonl", *REPORTS)
    write_lines(folder / "again.jsonl", REPORTS[0])
    with library.Index.in_memory() as index:
        library.run(index, library.read_articles("news.jsonl"), now=NOW)
        copy = library.list_copies(index)[0]
        library.different(index, copy.article, copy.copy)
        library.rebuild(index, now=NOW)
        here, manual = on_one_machine(index), ManualTables.of_index(index)

    there = run_there(session, folder / "again.jsonl", folder / "out", add=True, manual=manual)

    assert_same(here, there)
    with library.Index.in_memory() as index:
        library.import_parquet(index, folder / "out")
        assert_same(here, on_one_machine(index))


def test_a_crowd_stays_one_if_its_furniture_is_learned_later(session, folder):
    body = f"{REPORTS[0]['body']}\n\n{FOOTER}"
    chain = [
        article(
            id=f"chain-{number}",
            outlet="The Chain" if number else "The Post",
            title="One text",
            body=body,
            published=f"2026-02-06T{number // 4:02}:00:00Z",
        )
        for number in range(40)
    ]
    footed = [
        record
        | {"id": f"footed-{number}", "outlet": f"Paper {number % 5}", "url": ""}
        | {"body": f"{record['body']}\n\n{FOOTER}", "published": "2026-02-07T09:00:00Z"}
        for number, record in enumerate(REPORTS[40:80])
    ]
    write_lines(folder / "one.jsonl", *chain)
    write_lines(folder / "two.jsonl", *footed)
    here = in_nights([(folder / f"{name}.jsonl", NOW) for name in ("one", "two")])

    run_there(session, folder / "one.jsonl", folder / "out")
    there = run_there(session, folder / "two.jsonl", folder / "out", add=True)

    assert here["crowds"]
    assert here["furniture"]
    assert_same(here, there)


def test_an_added_day_that_is_there_already_changes_nothing(session, tables, folder):
    shutil.copytree(tables, folder / "out")
    before = in_tables(folder / "out")
    late = article(id="late", published="2026-02-03T09:00:00Z")
    word = max(REPORTS[0]["body"].split(), key=len)
    corrected = REPORTS[0]["body"].replace(word, word[::-1], 1)
    paper = next(record for record in REPORTS[1:] if record["outlet"] == "Reuters")
    others = [record for record in REPORTS[1:] if record is not paper]
    named = paper | {"outlet": f"World news | {paper['outlet']}"}
    write_lines(folder / "again.jsonl", *others[:15], named, late, REPORTS[0] | {"body": corrected})

    after = run_there(session, folder / "again.jsonl", folder / "out", add=True)

    assert_same(before, after)
    rows = list(SparkTables(folder / "out").rows("rejections"))
    assert all(row["source"].endswith("again.jsonl") for row in rows)
    assert {row["field"]: row["reason"] for row in rows} == {
        "published": "2026-02-03T09:00:00Z is 5 days or more before 2026-02-08, the last day of the"
        " folder; a run of all articles takes it",
        "id": f"'{REPORTS[0]['id']}' belongs to an article of the folder that has another text",
    }


def test_nights_give_the_same_as_on_one_machine(session, folder):
    """Rows are numbered again each night; articles without a time stand between dated ones."""
    evening = [record for record in REPORTS[:30] if record["published"] < "2026-02-06"]
    undated = [record | {"published": None} for record in REPORTS[:30:3]]
    night = [
        record | {"published": f"2026-02-09T{hour % 24:02}:15:00Z"}
        for hour, record in enumerate(REPORTS[100:130])
    ]
    night.append(undated[0] | {"published": "2026-02-09T07:00:00Z"})
    nights = [("2026-02-09T02:00:00Z", evening + undated), (NOW, night)]
    paths = []
    for name, (now, records) in enumerate(nights):
        numbered = [
            record | {"id": str(number), "outlet": "The Post", "url": ""}
            for number, record in enumerate(records, start=5 * name)
        ]
        paths.append((write_lines(folder / f"{name}.jsonl", *numbered), now))
    here = in_nights(paths)

    for number, (path, now) in enumerate(paths):
        there = run_there(session, path, folder / "out", add=number > 0, now=now)

    assert len(here["articles"]) > len(evening) + len(undated) + len(night) // 2
    assert here["groups"]
    assert_same(here, there)
