"""An index for assistants, asked by a real client over stdin and stdout."""

import asyncio
import json
import sys
from time import monotonic

import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from newsroom import MODEL_STORY, select

import twicetold as library
from twicetold.index import asking
from twicetold.index.questions import questions
from twicetold.plugins.limited_sql import answer_sql

TOOLS = {
    "stories",
    "articles",
    "copies",
    "story",
    "article",
    "why",
    "match",
    "questions",
    "tables",
    "sql",
}


def ask(index, *calls):
    """What a client is told of the tools, and the answers to calls: name and arguments."""
    command = ["-m", "twicetold", "mcp", str(index)]

    async def talk():
        server = StdioServerParameters(command=sys.executable, args=command)
        async with stdio_client(server) as streams, ClientSession(*streams) as session:
            await session.initialize()
            tools = (await session.list_tools()).tools
            return tools, [await session.call_tool(name, given) for name, given in calls]

    return asyncio.run(talk())


def test_all_tools_read_only_and_say_what_they_do(sample):
    tools, _ = ask(sample)

    assert {tool.name for tool in tools} == TOOLS
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert tool.description[0].isupper()


def test_answers_are_the_json_of_the_command_line(twicetold, sample):
    ((story, a, b),) = select(
        sample,
        "select story, copy_of, article from story_reports where title = ?",
        f"{MODEL_STORY} - CNA",
    )
    calls = [
        ("stories", {"search": "abu-dhabi", "limit": 3}),
        ("articles", {"outlet": "Le Monde", "sort": "oldest", "limit": 2}),
        ("copies", {"outlet": "Reuters", "by": "CNA", "sort": "hours", "limit": 2}),
        ("story", {"story": story}),
        ("story", {"story": story, "full": True}),
        ("why", {"a": a, "b": b}),
    ]
    commands = [
        ["stories", "--search", "abu-dhabi", "--limit", "3"],
        ["articles", "--outlet", "Le Monde", "--sort", "oldest", "--limit", "2"],
        ["copies", "--outlet", "Reuters", "--by", "CNA", "--sort", "hours", "--limit", "2"],
        ["show", story],
        ["show", story, "--full"],
        ["why", a, b],
    ]

    _, answers = ask(sample, *calls)

    for answer, (name, *options) in zip(answers, commands, strict=True):
        printed = json.loads(twicetold(name, sample, *options, "--json").stdout)
        content = answer.structured_content
        assert content.get("result", content) == printed


def test_an_article_a_match_and_the_questions_are_told(sample):
    _, (article, match, asked, tables) = ask(
        sample,
        ("article", {"article": 81}),
        ("match", {"title": "Quake in southern Peru", "day": "2026-02-04"}),
        ("questions", {}),
        ("tables", {}),
    )

    assert article.structured_content["article"]["copied_from"] == "Reuters"
    assert match.structured_content["story_title"].startswith("Earthquake in southern Peru")
    assert len(asked.structured_content["result"]) == len(questions())
    assert "story_reports" in {each["name"] for each in tables.structured_content["result"]}


def test_errors_are_sentences(sample):
    _, (story, search) = ask(
        sample, ("story", {"story": 99_999}), ("stories", {"search": "a", "since": "soon"})
    )

    assert story.is_error
    assert "no story 99999" in story.content[0].text
    assert search.is_error
    assert "'soon'" in search.content[0].text


def test_sql_is_answered_with_our_functions(sample):
    _, (answer, many) = ask(
        sample,
        ("sql", {"query": "select story_of('US and Russia to resume military dialogue') as story"}),
        ("sql", {"query": "select a, b, minhash from links join signatures on article_id = a"}),
    )

    ((story,),) = select(sample, "select id from stories where title = ?", MODEL_STORY)
    assert answer.structured_content["rows"] == [{"story": story}]
    assert len(many.structured_content["rows"]) == 200
    assert many.structured_content["more"] is True
    assert many.structured_content["rows"][0]["minhash"] == "512 bytes"


@pytest.fixture
def connection(sample):
    connection = asking.open_for_sql(sample)
    yield connection
    connection.close()


@pytest.mark.parametrize(
    "sql",
    [
        "delete from articles",
        "insert into runs (id) values (1)",
        "create temp table t (a)",
        "attach 'other.db' as other",
        "pragma journal_mode = delete",
        "vacuum into 'copy.db'",
        "select load_extension('x')",
        "select * from secrets",
        "select (select value from secrets)",
        "select 1; select 2",
        "select * from nowhere",
        "select randomblob(1000000000)",
        "begin",
    ],
)
def test_sql_that_does_more_than_read_is_refused(connection, folder, sql):
    with pytest.raises(library.TwicetoldError) as error:
        asking.ask(connection, sql, rows=10, seconds=5)

    assert str(error.value).startswith("sql: ")
    assert list(folder.iterdir()) == []


def test_sql_that_takes_too_long_is_ended(connection):
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"

    with pytest.raises(library.TwicetoldError, match=r"takes more than 0\.1 seconds"):
        asking.ask(connection, endless, rows=10, seconds=0.1)

    assert asking.ask(connection, "select 1 as one", rows=10, seconds=5).rows == [{"one": 1}]


@pytest.mark.slow
@pytest.mark.parametrize(
    "sql",
    [
        "select length(replace(printf('%.*c',1900000,'a'),printf('%.*c',900000,'a')||'b','c'))",
        "select instr(printf('%.*c',1000000,'a'),printf('%.*c',500000,'a')||'b') as i"
        " union all select instr(printf('%.*c',1000000,'a'),printf('%.*c',500000,'a')||'c')",
        "with recursive n(i, t) as (select 1, randomblob(1900000) union"
        " select i + 1, randomblob(1900000) from n) select count(*) from n",
        "select " + ", ".join(f"zeroblob(1999999) as c{i}" for i in range(300)),
        "select 1 from articles_fts"
        " where articles_fts match replace(hex(zeroblob(400000)), '0', 'a ')",
    ],
)
def test_sql_that_takes_too_much_is_ended(sample, sql):
    start = monotonic()

    with pytest.raises(library.TwicetoldError, match=r"^sql: "):
        answer_sql(sample, sql, rows=200, seconds=1)

    assert monotonic() - start < 10


def test_cells_that_json_does_not_have_are_text_and_columns_have_names_of_their_own(sample):
    answer = answer_sql(sample, "select 9e999 as a, 1 as a, x'00ff' as b", rows=1, seconds=5)

    assert answer == {
        "columns": ["a", "a_2", "b"],
        "rows": [{"a": "inf", "a_2": 1, "b": "2 bytes"}],
        "more": False,
    }


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_all_questions_may_be_asked(connection, question):
    library.register(connection)
    sql = question.sql
    for name, value in question.examples.items():
        sql = sql.replace(f":{name}", f"'{value}'")

    assert asking.ask(connection, sql, rows=10, seconds=30).columns
