"""Tables of other programs: Parquet, Arrow, Excel, SQLite."""

import sqlite3
import sys
from contextlib import closing
from datetime import UTC, date, datetime

import openpyxl
import pandas as pd
import pyarrow
import pyarrow.ipc
import pyarrow.parquet
import pytest
from newsroom import TALKS_RESUME, article, select

import twicetold as library

ROWS = [article(id=f"talks-{number}", title=f"Talks, day {number}") for number in range(3)]


def read(source, **options):
    return list(library.read_articles([source], **options))


def reasons(source, **options):
    return [str(item) for item in read(source, **options) if isinstance(item, library.Rejection)]


@pytest.fixture
def tables(folder):
    """One table of three articles, in each format, with a column that no article needs."""
    frame = pd.DataFrame([{**row, "vector": [1.0, 2.0]} for row in ROWS])
    frame.to_parquet("table.parquet")
    frame.to_feather("table.feather")
    table = pyarrow.Table.from_pandas(frame)
    with pyarrow.ipc.new_stream("table.arrow", table.schema) as stream:
        stream.write_table(table)
    plain = frame.drop(columns="vector")
    plain.to_excel("table.xlsx", index=False)
    with closing(sqlite3.connect("table.db")) as db:
        plain.to_sql("posts", db, index=False)
        db.execute("create table users (name text)")
    return folder


@pytest.mark.parametrize(
    "source",
    [
        *("table.parquet", "table.feather", "table.arrow", "table.xlsx", "table.db"),
        *(
            "sqlite:table.db",
            "sqlite:table.db?table=posts",
            "sqlite:table.db?sql=select+*+from+posts",
        ),
    ],
)
def test_a_table_is_read_by_its_columns(tables, source):
    assert read(source) == [library.Article.from_dict(row) for row in ROWS]


def test_times_of_a_data_frame_keep_their_hours_and_zones(folder):
    frame = pd.DataFrame(
        {
            "headline": ["a", "b"],
            "domain": ["post.example"] * 2,
            "date": pd.to_datetime(["2026-02-03 10:00", None]).tz_localize("Europe/Paris"),
        }
    )
    frame.to_parquet("frame.parquet")

    one, other = read("frame.parquet")

    assert (one.title, one.published) == ("a", datetime(2026, 2, 3, 9, 0, tzinfo=UTC))
    assert (other.title, other.published) == ("b", None)


def test_columns_are_mapped_in_every_table(tables):
    frame = pd.DataFrame({"titre": ["Marée haute"], "texte": ["La mer monte."]})
    frame.to_parquet("port.parquet")
    frame.to_excel("port.xlsx", index=False)
    with closing(sqlite3.connect("port.db")) as db:
        frame.to_sql("posts", db, index=False)
    columns = {"title": "titre", "body": "texte"}

    for source in ("port.parquet", "port.xlsx", "port.db"):
        (answer,) = read(source, columns=columns, outlet="Le Port")
        assert (answer.title, answer.body) == ("Marée haute", "La mer monte.")


def test_a_table_without_text_is_told_with_its_columns(folder):
    frame = pd.DataFrame({"titre": ["Marée haute"], "quand": ["2026-02-03"]})
    frame.to_parquet("port.parquet")
    frame.to_excel("port.xlsx", index=False)

    assert reasons("port.parquet") == [
        "port.parquet: title has no column among titre, quand (name it: --map title=titre)"
    ]
    assert reasons("port.xlsx") == [
        "port.xlsx: file has no column for titles or texts in the first 20 rows of a sheet"
        " (name it: --map title=COLUMN)"
    ]


@pytest.mark.parametrize(
    ("name", "seen"),
    [("table.parquet", "parquet"), ("table.xlsx", "excel"), ("table.db", "sqlite")],
)
def test_a_table_with_the_wrong_suffix_is_told(tables, name, seen):
    (tables / name).rename(tables / "table.csv")

    (reason,) = reasons("table.csv")

    assert reason == (
        f"table.csv: file looks like {seen}, not like csv (name its format: --format {seen})"
    )


def test_a_workbook_is_known_by_its_content(tables):
    (tables / "table.xlsx").rename(tables / "table")

    assert len(read("table")) == 3


def test_the_place_of_a_rejected_row_is_its_number(folder):
    frame = pd.DataFrame([*ROWS, {**TALKS_RESUME, "title": "", "body": ""}])
    frame.to_parquet("table.parquet")
    frame.to_excel("table.xlsx", index=False)
    empty = "title and body are empty (map a column: --map body=COLUMN)"

    assert reasons("table.parquet") == [f"table.parquet:4: {empty}"]
    assert reasons("table.xlsx") == [f"table.xlsx:5: {empty}"]


def test_a_workbook_has_sheets_and_lines_above_the_header(folder):
    book = openpyxl.Workbook()
    first = book.active
    first.title = "About"
    first.append(["Made by the library"])
    for name in ("Monday", "Tuesday"):
        sheet = book.create_sheet(name)
        sheet.append([f"Reports of {name}"])
        sheet.append([])
        sheet.append(["id", "Outlet", "Title", "Published"])
        sheet.append([7 if name == "Monday" else 8, "Post", f"Talks of {name}", date(2026, 2, 3)])
        sheet.append([9, None, "Nobody's", None])
    book.save("book.xlsx")

    items = read("book.xlsx")

    assert [(each.id, each.outlet, each.title, each.published) for each in items] == [
        ("7", "Post", "Talks of Monday", date(2026, 2, 3)),
        ("9", "book", "Nobody's", None),
        ("8", "Post", "Talks of Tuesday", date(2026, 2, 3)),
        ("9", "book", "Nobody's", None),
    ]


def test_of_a_sqlite_file_with_several_tables_of_articles_one_has_to_be_named(tables):
    with closing(sqlite3.connect("table.db")) as db:
        db.execute("create table drafts (headline text)")

    assert reasons("table.db") == [
        "table.db: file has 2 tables of articles among posts, drafts"
        " (name one: sqlite:FILE?table=NAME)"
    ]
    assert len(read("sqlite:table.db?table=posts")) == 3


def test_a_sqlite_file_is_only_read(tables):
    before = (tables / "table.db").read_bytes()

    answer = reasons("sqlite:table.db?sql=delete from posts")

    assert answer == ["table.db: file can't be read: attempt to write a readonly database"]
    assert (tables / "table.db").read_bytes() == before


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("sqlite:none.db", "none.db: no such file\n"),
        (
            "sqlite:table.db?tables=posts",
            "sqlite:table.db?tables=posts: does not name a table or a query"
            " (as sqlite:FILE?table=NAME or sqlite:FILE?sql=SELECT)\n",
        ),
    ],
)
def test_a_sqlite_source_that_cannot_be_read_ends_the_run_before_it_begins(
    twicetold, tables, source, message
):
    result = twicetold("ingest", "news.db", source)

    assert (result.exit_code, result.stderr) == (1, message)
    assert not (tables / "news.db").exists()


def test_no_table_of_that_name_is_told(tables):
    assert reasons("sqlite:table.db?table=none") == [
        "table.db: file has no table 'none' among posts, users"
    ]


def test_a_folder_is_not_searched_for_databases(twicetold, tables):
    (tables / "posts").mkdir()
    (tables / "table.db").rename(tables / "posts" / "table.db")

    result = twicetold("ingest", "news.db", "posts")

    assert result.stderr == "passed over 1 file: table.db\n"


@pytest.mark.parametrize("name", ["table.parquet", "table.feather", "table.arrow", "table.xlsx"])
def test_a_damaged_table_costs_no_other_file(twicetold, tables, name):
    content = (tables / name).read_bytes()
    (tables / name).write_bytes(content[: len(content) // 2])

    result = twicetold("ingest", "news.db", name, "sqlite:table.db")

    assert result.exit_code == 3
    assert result.stderr.startswith(f"{name}: file is ")
    assert "damaged" in result.stderr
    assert select("news.db", "select count(*) from articles") == [(3,)]


@pytest.mark.parametrize(
    ("name", "module", "library_name", "extra"),
    [
        ("table.parquet", "pyarrow.parquet", "pyarrow", "parquet"),
        ("table.xlsx", "python_calamine", "python-calamine", "excel"),
    ],
)
def test_a_missing_extra_is_named(
    twicetold, tables, monkeypatch, name, module, library_name, extra
):
    monkeypatch.setitem(sys.modules, module, None)

    result = twicetold("ingest", "news.db", name)

    assert result.stderr == (
        f"{name}: file needs {library_name} (pip install 'twicetold[{extra}]')\n"
    )


@pytest.mark.slow
def test_a_text_that_many_rows_share_is_held_once(folder):
    frame = pd.DataFrame({"title": ["x" * 1_000_000] * 2_000, "outlet": ["Post"] * 2_000})
    frame.to_parquet("table.parquet")  # 2 GB, once it is unpacked

    articles = iter(library.read_articles("table.parquet"))

    assert next(articles).title == "x" * 1_000_000


def test_parquet_on_standard_input_is_read(twicetold, tables):
    result = twicetold("ingest", "news.db", "-", input=(tables / "table.parquet").read_bytes())

    assert result.stdout == "3 articles stored, 0 updated, 0 unchanged, 0 rejected\n"


def test_a_cell_that_python_cannot_hold_costs_no_other(folder):
    days = pyarrow.array([20_000, 7_000_000, 20_000], pyarrow.date32())
    table = pyarrow.table({"title": ["a", "b", "c"], "outlet": ["Post"] * 3, "date": days})
    pyarrow.parquet.write_table(table, "table.parquet")

    items = read("table.parquet")

    assert [(item.title, item.published is None) for item in items] == [
        ("a", False),
        ("b", True),
        ("c", False),
    ]


def test_of_two_columns_with_one_name_the_first_is_read(folder):
    arrays = [pyarrow.array(["a"]), pyarrow.array(["x"]), pyarrow.array(["y"])]
    table = pyarrow.Table.from_arrays(arrays, names=["title", "body", "body"])
    pyarrow.parquet.write_table(table, "table.parquet")

    (item,) = read("table.parquet", outlet="Post")

    assert item.body == "x"


def test_a_workbook_with_one_far_cell_does_not_fill_the_memory(folder):
    book = openpyxl.Workbook()
    book.active.append(["title", "outlet"])
    book.active["XFD1048576"] = "far"
    book.save("far.xlsx")

    assert reasons("far.xlsx") == [
        "far.xlsx: file has more than 200 MB or 20,000,000 cells (write it as CSV)"
    ]


def test_a_text_that_is_not_utf_8_costs_no_row_of_a_database(folder):
    with closing(sqlite3.connect("posts.db")) as db:
        db.execute("create table posts (title text, outlet text)")
        db.execute("insert into posts values (cast(x'ff41' as text), 'Post'), ('b', 'Post')")
        db.commit()

    assert [item.title for item in read("posts.db")] == ["\ufffdA", "b"]
