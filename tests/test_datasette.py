"""An index in Datasette: what `datasette news.db` and `twicetold inspect` show without options.

The same tests run with Datasette 0.65 and with the pre-releases of 1.0.
"""

import asyncio
import html
import json
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from urllib.parse import quote

import pytest
from datasette.app import Datasette
from newsroom import MODEL_STORY, article, problems, select, write_lines

import twicetold as library
from twicetold.index.descriptions import descriptions
from twicetold.index.questions import questions


def answers(paths, *files, **options):
    """The answers of one Datasette of some files."""

    async def ask():
        served = Datasette([str(file) for file in files], **options)
        await served.invoke_startup()
        return [await served.client.get(path) for path in paths]

    return asyncio.run(ask())


def get(path, *files, **options):
    (answer,) = answers([path], *files, **options)
    return answer


def text_of(path, *files, **options):
    answer = get(path, *files, **options)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.fixture(scope="module")
def numbers(sample):
    """The numbers of the model story, and of two reports of it: Reuters's and its copy by CNA."""
    sql = "select story, copy_of, article from story_reports where title = ?"
    ((story, source, copy),) = select(sample, sql, f"{MODEL_STORY} - CNA")
    return story, source, copy


def test_the_first_page_leads_to_stories_search_and_questions(sample):
    page = text_of("/news", sample)

    for target in ("story_overview", "story_reports", "copies", "outlet_pairs", "-/numbers"):
        assert f'href="/news/{target}"' in page
    assert '<form action="/news/story_reports">' in page
    assert "Which stories were reported most widely?" in page or "View 24 queries" in page
    assert '<h3><a href="/news/bands">' not in page


def test_tables_and_columns_are_described_by_the_comments_of_the_schema(sample):
    page = text_of("/news/copies", sample)

    (copies,) = (each for each in descriptions() if each.name == "copies")
    assert copies.meaning in page
    assert all(column.meaning in page for column in copies.columns)


def test_views_have_facets_and_a_search(sample):
    page = text_of("/news/story_reports?_search=abu-dhabi", sample)

    assert all(f"_facet={name}" in page or f'"{name}"' in page for name in ("outlet", "lang"))
    assert MODEL_STORY in page
    assert "Singapore metro outage" not in page


def test_the_search_reads_words_as_the_command_line_does(sample):
    searches = ["zelensk*", "iran -oil", '"abu dhabi" OR iran', "grynkewich's abu-dhabi", "-oil"]
    path = "/news/story_reports.json?_shape=array&_size=1000&_search="
    asked = answers([path + quote(words) for words in searches], sample)

    for words, answer in zip(searches, asked, strict=True):
        with library.Index.open(sample) as index:
            try:
                expected = {row.article for row in library.articles(index, search=words, limit=0)}
            except library.ArgumentError:  # it has no word
                expected = set()
        assert {row["article"] for row in answer.json()} == expected, words


def test_each_question_is_a_query_with_an_answer(sample):
    given = [
        (each, "&".join(f"{name}={quote(value)}" for name, value in each.examples.items()))
        for each in questions()
    ]
    pages = answers([f"/news/{each.name}?{values}" for each, values in given], sample)
    rows = answers(
        [f"/news/{each.name}.json?_shape=array&{values}" for each, values in given], sample
    )

    with closing(sqlite3.connect(sample)) as db:
        library.register(db)
        for question, page, answer in zip(questions(), pages, rows, strict=True):
            assert question.title in html.unescape(page.text)
            expected = db.execute(question.sql, question.examples).fetchall()
            assert [tuple(row.values()) for row in answer.json()] == expected, question.name


def test_no_question_hides_a_table_or_a_view():
    assert {each.name for each in questions()} & {each.name for each in descriptions()} == set()


def test_a_query_names_values_of_this_index_for_its_parameters(sample):
    page = text_of("/news/before_and_after", sample)

    example = re.search(r'For example: <a href="(\?story=\d+)"', page)
    path = f"/news/before_and_after.json{example[1]}&_shape=array"
    assert isinstance(json.loads(text_of(path, sample)), list)


def test_the_row_of_a_story_is_the_page_of_the_report(sample, site, numbers):
    story, source, copy = numbers
    page = text_of(f"/news/stories/{story}", sample)

    written = (site / f"story-{story}.html").read_text("utf-8")
    points = re.findall(r"<li>(.*?) <span class=\"outlets\">", written)
    assert len(points) >= 3
    assert all(point in page for point in points)
    assert f'href="/news/-/pair/{source}/{copy}">side by side' in page
    assert f'href="/news/articles/{copy}">#{copy}</a>' in page
    assert 'href="/news/story_reports?outlet=Le%20Monde&amp;_sort_desc=published"' in page


def test_a_row_is_still_json_and_a_page_has_json_too(sample, numbers):
    story, _, copy = numbers
    row = json.loads(text_of(f"/news/stories/{story}.json?_shape=array", sample))
    whole = json.loads(text_of(f"/news/-/story/{story}.json", sample))
    report = json.loads(text_of(f"/news/-/article/{copy}.json", sample))

    with library.Index.open(sample) as index:
        expected = library.full_story(index, story)
    assert (row if isinstance(row, list) else row["rows"])[0]["title"] == MODEL_STORY
    assert [point["text"] for point in whole["key_points"]] == [
        point.text for point in expected.key_points
    ]
    assert report["article"]["copied_from"] == "Reuters"
    assert report["body"].startswith("ABU DHABI: The United States and Russia agreed")


def test_an_article_has_its_text_in_paragraphs_its_source_and_what_is_like_it(sample, numbers):
    story, source, copy = numbers
    page = text_of(f"/news/articles/{copy}", sample)

    assert "97 % of its text is Reuters's" in page
    assert f'<a href="/news/-/pair/{source}/{copy}">side by side</a>' in page
    assert f'<a href="/news/stories/{story}">{MODEL_STORY}</a>' in page
    assert "<p>Related: Ukraine and Russia open second round of talks in the Gulf</p>" in page
    assert "Les Etats-Unis et la Russie conviennent" in page


def test_two_texts_are_shown_side_by_side(sample, numbers):
    story, source, copy = numbers
    page = text_of(f"/news/-/pair/{source}/{copy}", sample)

    assert "<h1>Reuters and CNA, side by side</h1>" in page
    assert page.count("<mark>") > 3
    assert f'<a href="/news/stories/{story}">The story</a>' in page


def test_numbers_are_charts(sample):
    page = text_of("/news/-/numbers", sample)

    assert page.count("<svg") == 4
    assert "outlet" in json.loads(text_of("/news/-/numbers.json", sample))["outlet_pairs"][0]


def test_cells_lead_to_pages_and_titles_are_links(sample, numbers):
    story, source, copy = numbers
    copies = text_of(f"/news/copies?copy={copy}", sample)
    overview = text_of(f"/news/story_overview?story={story}", sample)

    assert f'<a href="/news/articles/{copy}">{copy}</a>' in copies
    assert f'<a href="/news/-/pair/{source}/{copy}">side by side</a>' in copies
    assert f'<a href="/news/stories/{story}">{MODEL_STORY}</a>' in overview


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/news/stories/999999", 404),
        ("/news/articles/999999", 404),
        ("/news/-/pair/1/999999", 404),
        ("/news/-/pair/1/1", 400),
        ("/news/-/story/99999999999999999999999", 404),
        (f"/news/stories/{'9' * 5000}", 404),
    ],
)
def test_what_is_not_there_is_not_found(sample, path, status):
    assert get(path, sample).status_code == status


def test_what_a_user_may_not_see_is_not_shown(sample, numbers):
    story, source, copy = numbers
    rule = {"databases": {"news": {"allow_sql": False, "tables": {"articles": {"allow": False}}}}}
    is_old = hasattr(Datasette, "metadata")
    options = {"metadata": rule} if is_old else {"config": rule}

    pages = (f"stories/{story}", f"articles/{copy}", f"-/pair/{source}/{copy}", "-/numbers")
    queries = [f"{question.name}.json" for question in questions()]
    asked = answers([f"/news/{page}" for page in (*pages, *queries)], sample, **options)

    statuses = [answer.status_code for answer in asked]
    assert set(statuses[: len(pages)]) == {403}
    assert set(statuses[len(pages) :]) <= {403, 404}


def test_what_a_user_may_not_see_is_in_no_metadata(sample, folder):
    rule = {"databases": {"news": {"allow": False}}}
    is_old = hasattr(Datasette, "metadata")

    answer = get("/-/metadata.json", sample, **({"metadata": rule} if is_old else {"config": rule}))

    assert "Muscat" not in answer.text
    assert "outlet=" not in answer.text


def test_the_secrets_of_an_index_are_not_shown(sample):
    ((secret,),) = select(sample, "select value from secrets")

    for path in ("/news/secrets.json", "/news.json?sql=select+hex(value),value+from+secrets"):
        answer = get(path, sample, settings={"default_page_size": 10})
        assert str(secret) not in answer.text
        if isinstance(secret, bytes):
            assert secret.hex() not in answer.text.lower()


def test_a_name_with_signs_has_its_pages(sample, folder, numbers):
    story, *_ = numbers
    for name in ("with space", "a.b+c", "l'été"):
        shutil.copy(sample, f"{name}.db")
        served = Datasette([f"{name}.db"])
        path = f"{served.urls.database(name)}/-/story/{story}"
        assert "Key points" in text_of(path, folder / f"{name}.db")


def test_a_file_that_only_says_that_it_is_an_index_is_a_database(sample, folder):
    with closing(sqlite3.connect("foreign.db")) as db:
        db.execute("create table stories (id integer primary key, title text)")
        db.execute("insert into stories values (1, 'A fairy tale')")
        db.execute(f"pragma application_id = {select(sample, 'pragma application_id')[0][0]}")
        db.execute(f"pragma user_version = {select(sample, 'pragma user_version')[0][0]}")
        db.commit()

    assert "A fairy tale" in text_of("/foreign/stories/1", folder / "foreign.db", sample)


def test_looking_changes_no_file(sample, folder, numbers):
    story, source, copy = numbers
    shutil.copy(sample, "news.db")
    with closing(sqlite3.connect("news.db")) as db:
        db.execute("pragma journal_mode = delete")
    before = (folder / "news.db").read_bytes()

    async def look():
        served = Datasette([], immutables=["news.db"])
        await served.invoke_startup()
        for page in ("", f"/stories/{story}", f"/-/pair/{source}/{copy}", "/story_overview"):
            assert (await served.client.get(f"/news{page}")).status_code == 200

    asyncio.run(look())

    assert (folder / "news.db").read_bytes() == before


def test_what_a_user_has_described_stays(sample):
    metadata = {
        "databases": {
            "news": {
                "description": "The desk's archive",
                "tables": {"copies": {"description": "Our copies"}},
            }
        }
    }

    assert "The desk&#39;s archive" in text_of("/news", sample, metadata=metadata)
    page = text_of("/news/copies", sample, metadata=metadata)
    assert "Our copies" in page


def test_other_databases_stay_as_they_are(sample, folder):
    with closing(sqlite3.connect("other.db")) as db:
        db.execute("create table stories (id integer primary key, title text, story integer)")
        db.execute("insert into stories values (43, 'A fairy tale', 7)")
        db.commit()

    page = text_of("/other/stories/43", sample, folder / "other.db")

    assert "A fairy tale" in page
    assert "/other/stories/7" not in page
    assert "news reports" not in text_of("/other", sample, folder / "other.db").lower()


def test_an_index_of_another_schema_is_only_a_database(sample, folder):
    shutil.copy(sample, "old.db")
    with closing(sqlite3.connect("old.db")) as db:
        db.execute("pragma user_version = 5")
        db.commit()

    assert "Key points" not in text_of("/old/stories/43", folder / "old.db")
    assert select("old.db", "pragma user_version") == [(5,)]


def test_hostile_titles_are_text(twicetold, folder):
    title = '</title><script>alert(1)</script>"><img src=x onerror=alert(1)>'
    write_lines(folder / "feed.jsonl", article(title=title, outlet=title, body=title * 9))
    twicetold("run", "news.db", "feed.jsonl")

    for page in ("stories/1", "articles/1", "story_reports", "story_overview", "-/numbers"):
        text = text_of(f"/news/{page}", folder / "news.db")
        assert "<script>alert" not in text
        assert "<img src=x" not in text


@pytest.fixture
def inspected(sample):
    """The address at which `twicetold inspect` shows the sample corpus."""
    command = [sys.executable, "-m", "twicetold", "inspect", sample, "--port", "0"]
    served = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        line = served.stderr.readline()
        yield re.fullmatch(
            r"(http://127\.0\.0\.1:\d+/news) shows .*news.db \(Ctrl-C ends it\)\n", line
        )[1]
    finally:
        served.send_signal(signal.SIGINT)
        served.wait(10)
        served.stderr.close()


def test_a_port_that_is_taken_is_an_error(twicetold, sample, inspected):
    port = re.search(r":(\d+)/", inspected)[1]

    result = twicetold("inspect", sample, "--port", port)

    assert result.exit_code == 1
    assert result.stderr == (
        f"127.0.0.1:{port}: can't be used: Address already in use"
        " (choose another: --port 0 is any free one)\n"
    )


def follow(browser, *links):
    """Click on links, by their words."""
    for words in links:
        browser.find_element("partial link text", words).click()
        assert problems(browser) == [], words


@pytest.mark.slow
def test_a_journalist_gets_answers_within_five_clicks(browser, inspected):
    def start():
        browser.get(inspected)
        assert problems(browser) == []

    start()  # who took Reuters's text, and how much?
    follow(browser, "Copies, and how much", "CNA")
    assert "0.975 side by side" in browser.find_element("tag name", "table").text
    follow(browser, "side by side")  # both texts
    assert browser.find_element("tag name", "h1").text.startswith("Reuters and ")
    follow(browser, "The story")
    assert "Key points" in browser.find_element("tag name", "main").text

    start()  # all stories of 5 February
    follow(browser, "Stories, the most widely", "2026-02-05")
    assert MODEL_STORY in browser.find_element("tag name", "table").text
    follow(browser, MODEL_STORY)
    assert browser.find_element("tag name", "h1").text == MODEL_STORY
    follow(browser, "#95")

    start()
    browser.find_element("css selector", "input[name=_search]").send_keys("grynkewich stuttgart\n")
    assert "CORRECTED: US, Russia agree" in browser.find_element("tag name", "table").text

    start()  # what Le Monde reported alone
    follow(browser, "What did an outlet cover that nobody else did?")
    browser.find_element("css selector", "input[name=outlet]").send_keys("Le Monde\n")
    assert "Why her stubborn camera still matters" in browser.find_element("tag name", "table").text

    start()
    follow(browser, "In numbers")
