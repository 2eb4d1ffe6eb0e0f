"""`report`: an index as web pages that need no server."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import feedparser
import pytest
from newsroom import MODEL_STORY, article, select, write_lines

import twicetold as library

HOSTILE = '</title><script>alert(1)</script>"><img src=x onerror=alert(2)>\u202egnp.exe'


class Page(HTMLParser):
    """The elements of a page."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.scripts, self._inside = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._inside = tag
        if tag == "script":
            self.scripts.append((dict(attrs).get("type", ""), ""))

    def handle_data(self, data):
        if self._inside == "script":
            kind, text = self.scripts[-1]
            self.scripts[-1] = (kind, text + data)

    def handle_endtag(self, tag):
        self._inside = ""


def pages(folder):
    return {path.name: Page(path.read_text("utf-8")) for path in folder.glob("*.html")}


def test_each_story_of_several_outlets_has_a_page_and_the_second_run_writes_nothing(
    twicetold, sample, folder
):
    first = twicetold("report", sample, "pages").stdout
    times = {path.name: path.stat().st_mtime_ns for path in (folder / "pages").iterdir()}
    second = twicetold("report", sample, "pages").stdout

    ((stories,),) = select(sample, "select count(*) from stories where outlets > 1")
    written = {path.name for path in (folder / "pages").glob("story-*.html")}
    assert len(written) == stories
    ((others,),) = select(sample, "select count(*) from stories where outlets = 1")
    left_out = f"{others} stories left out, by --min-outlets or --stories\n"
    counts = rf"{stories} stories on (\d+) pages: \1 written, 0 removed\n{left_out}"
    assert re.fullmatch(counts, first)
    assert re.fullmatch(counts.replace(r"\1", "0"), second)
    after = {path.name: path.stat().st_mtime_ns for path in (folder / "pages").iterdir()}
    assert {name for name in times if times[name] != after[name]} == {"pages.json"}


def test_a_story_that_grew_is_written_again_and_one_that_is_gone_is_removed(twicetold, folder):
    body = "A ferry sank off Merrow on Tuesday and all on board were saved by the lifeboat. " * 2
    ferry = [
        article(id=outlet, outlet=outlet, title="Ferry sinks off Merrow", body=body + outlet)
        for outlet in ("Gazette", "Post", "Star")
    ]
    comet = [
        article(id=f"comet {outlet}", outlet=outlet, title="Comet seen over Lorne", body="A comet.")
        for outlet in ("Gazette", "Post")
    ]
    write_lines(folder / "1.jsonl", *ferry[:2], *comet)
    write_lines(folder / "2.jsonl", ferry[2])
    twicetold("run", "news.db", "1.jsonl")
    twicetold("report", "news.db", "pages")
    before = {path.name: path.read_bytes() for path in (folder / "pages").glob("story-*.html")}
    twicetold("run", "news.db", "2.jsonl")
    twicetold("remove", "news.db", "comet Post")

    twicetold("report", "news.db", "pages")

    after = {path.name: path.read_bytes() for path in (folder / "pages").glob("story-*.html")}
    assert len(before) == 2
    assert len(after) == 1
    (name,) = after
    assert b"Star" not in before[name]
    assert b"Star" in after[name]


def test_all_links_lead_to_pages_of_the_report(site):
    for name, page in pages(site).items():
        for tag, attributes in page.elements:
            target = attributes.get("href", "")
            if tag in ("a", "link") and not target.startswith(("https://", "#")):
                assert (site / target).is_file(), (name, target)


def test_nothing_is_loaded_from_elsewhere_and_only_the_search_has_a_script(site):
    for name, page in pages(site).items():
        policy = next(a["content"] for tag, a in page.elements if a.get("http-equiv"))
        style = re.search("<style>(.*?)</style>", (site / name).read_text("utf-8"), re.DOTALL)[1]
        assert f"style-src 'sha256-{digest(style)}'" in policy
        assert policy.startswith("default-src 'none';")
        running = [text for kind, text in page.scripts if kind != "application/ld+json"]
        assert len(running) == (name == "search.html")
        for script in running:
            assert f"script-src 'sha256-{digest(script)}'" in policy
        assert not [tag for tag, a in page.elements if "src" in a or "style" in a]
        assert not [a for _, a in page.elements if any(key.startswith("on") for key in a)]


def digest(text):
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_the_page_of_the_model_story_has_what_the_command_shows(twicetold, sample, site):
    ((story,),) = select(sample, "select id from stories where title = ?", MODEL_STORY)
    answer = json.loads(twicetold("show", sample, story, "--full", "--json").stdout)

    text = (site / f"story-{story}.html").read_text("utf-8")

    for part in (MODEL_STORY, "credited to Reuters", "4 independent reports", "side by side"):
        assert part in text
    shown = text.replace("&#39;", "'").replace("&#34;", '"')
    assert all(point["text"] in shown for point in answer["key_points"])
    assert json.loads((site / f"story-{story}.json").read_text("utf-8")) == answer
    assert len(text.encode()) < 200_000


def test_linked_data_name_the_reports_and_what_a_copy_is_based_on(sample, site):
    ((story,),) = select(sample, "select id from stories where title = ?", MODEL_STORY)
    page = Page((site / f"story-{story}.html").read_text("utf-8"))

    ((kind, text),) = page.scripts
    graph = json.loads(text)["@graph"]

    assert kind == "application/ld+json"
    assert {each["@type"] for each in graph} == {"NewsArticle"}
    based = [each["publisher"]["name"] for each in graph if "isBasedOn" in each]
    assert based == ["CNA", "LATIMES"]


def test_the_feed_has_the_stories_with_links_to_their_pages(site):
    feed = feedparser.parse((site / "stories.atom").read_bytes())

    assert not feed.bozo
    assert feed.feed.title == "A week of news"
    assert len(feed.entries) == len(list(site.glob("story-*.html")))
    assert all((site / entry.link).is_file() for entry in feed.entries)


def test_each_outlet_has_a_feed_of_what_others_took_over_from_it(sample, site):
    (path,) = site.glob("copied-reuters-*.atom")
    feed = feedparser.parse(path.read_bytes())

    ((copies,),) = select(sample, "select sum(copies) from outlet_pairs where outlet = 'Reuters'")
    assert not feed.bozo
    assert len(feed.entries) == copies
    assert all((site / entry.link).is_file() for entry in feed.entries)
    assert re.fullmatch(r"\d+% of its text is Reuters's", feed.entries[0].summary)


def test_a_story_says_why_each_report_belongs_and_who_does_not_report_it(twicetold, sample, folder):
    (folder / "outlets.toml").write_text('["Le Monde"]\ncountry = "France"\n')
    empty = write_lines(folder / "none.jsonl")
    (folder / "news.db").write_bytes(sample.read_bytes())
    twicetold("run", "news.db", empty, "--outlets", "outlets.toml")
    twicetold("report", "news.db", "pages")
    sql = "select story from story_overview where title like 'Russian general shot%'"
    ((story,),) = select("news.db", sql)

    page = (folder / "pages" / f"story-{story}.html").read_text("utf-8")

    assert re.search(r"<h2>Not reported by</h2>\s*<p>CNA</p>", page)
    assert re.search(r"with a probability of 0\.\d\d, it tells the same event as Reuters", page)
    assert "both name" in page
    missed = [
        path
        for path in (folder / "pages").glob("story-*")
        if ">country:</span> France" in path.read_text("utf-8")
    ]
    assert missed


def test_hostile_texts_run_nothing(twicetold, folder):
    reports = [
        article(
            id=outlet,
            outlet=f"{outlet} <b>",
            title=f"{HOSTILE} ferry sinks",
            body=f'A ferry sank off Merrow, <script>alert(3)</script> "{HOSTILE}," said Ada Lane.',
            url=url,
        )
        for outlet, url in (
            ("Gazette", "javascript:alert(4)"),
            ("Post", "https://a.example/?x=%22"),
        )
    ]
    write_lines(folder / "feed.jsonl", *reports)
    twicetold("run", "news.db", "feed.jsonl")

    twicetold("report", "news.db", "pages", "--title", HOSTILE)

    written = pages(folder / "pages")
    assert any(name.startswith("story-") for name in written)
    for name, page in written.items():
        assert not [tag for tag, _ in page.elements if tag in ("img", "b")], name
        kinds = [kind for kind, _ in page.scripts]
        assert kinds in ([], ["application/ld+json"], [""]), name
        assert not [a for _, a in page.elements if a.get("href", "").startswith("javascript")]
        assert "\u202e" not in (folder / "pages" / name).read_text("utf-8")


def test_a_folder_with_other_files_is_refused(twicetold, sample, folder):
    (folder / "pages").mkdir()
    (folder / "pages" / "letter.txt").write_text("Dear all")

    result = twicetold("report", sample, "pages")

    assert (result.exit_code, result.stderr) == (
        1,
        "pages: holds files that are no report (give a new folder; nothing was changed)\n",
    )
    assert [path.name for path in (folder / "pages").iterdir()] == ["letter.txt"]


def test_an_index_without_stories_has_a_report_without_stories(twicetold, folder):
    write_lines(folder / "feed.jsonl", article())
    twicetold("run", "news.db", "feed.jsonl")

    assert "0 stories on" in twicetold("report", "news.db", "pages").stdout
    assert "No story has" in (folder / "pages" / "index.html").read_text("utf-8")


def test_the_feed_of_many_stories_has_the_newest(twicetold, folder):
    records = []
    for number in range(52):
        outlets = ("AP", "CNA", "NZZ") if number < 51 else ("AP", "CNA")
        day = "2026-02-03" if number < 51 else "2026-03-20"
        text = f"Notice {number}: " + " ".join(f"word{number}x{n}" for n in range(60))
        records += [
            article(id=f"{o}{number}", outlet=o, title=f"Story {number}", body=text, published=day)
            for o in outlets
        ]
    write_lines(folder / "feed.jsonl", *records)
    twicetold("run", "news.db", "feed.jsonl", "--now", "2026-03-21T00:00:00Z")
    twicetold("report", "news.db", "pages")

    feed = feedparser.parse((folder / "pages" / "stories.atom").read_bytes())

    assert len(feed.entries) == 50
    assert feed.entries[0].title == "Story 51"


def test_characters_that_xml_forbids_break_no_feed(twicetold, folder):
    body = "A ferry sank off Merrow on Tuesday and all on board were saved by the lifeboat. " * 3
    records = [
        article(id=outlet, outlet=f"{outlet}\uffff", title="Ferry \uffff sinks", body=body)
        for outlet in ("AP", "CNA")
    ]
    write_lines(folder / "feed.jsonl", *records)
    twicetold("run", "news.db", "feed.jsonl")

    twicetold("report", "news.db", "pages", "--title", "a\ufffeb")

    for path in (folder / "pages").glob("*.atom"):
        assert not feedparser.parse(path.read_bytes()).bozo, path.name


def test_furniture_that_someone_names_leaves_the_pages_of_the_next_report(
    twicetold, sample, folder
):
    (folder / "news.db").write_bytes(sample.read_bytes())
    twicetold("report", "news.db", "pages")
    passage = "Russia's defence ministry did not reply to a request for comment."
    ((story,),) = select(sample, "select id from stories where title = ?", MODEL_STORY)
    page = folder / "pages" / f"story-{story}.html"
    said = passage.replace("'", "&#39;")
    assert said in page.read_text("utf-8")

    twicetold("furniture", "news.db", "--add", passage)
    twicetold("report", "news.db", "pages")
    twicetold("report", "news.db", "fresh")

    assert said not in page.read_text("utf-8")
    assert page.read_bytes() == (folder / "fresh" / page.name).read_bytes()


def test_an_interrupted_report_is_finished_by_the_next_one(sample, folder):
    def interrupted(stage, size):
        raise KeyboardInterrupt

    with library.Index.open(sample) as index:
        with pytest.raises(KeyboardInterrupt):
            library.write_report(index, "pages", progress=interrupted)
        counts = library.write_report(index, "pages")

    assert counts.written == counts.pages


def test_nothing_outside_of_the_folder_is_ever_removed(twicetold, sample, folder):
    (folder / "letter.txt").write_text("Dear all")
    twicetold("report", sample, "pages")
    manifest = folder / "pages" / "pages.json"
    stored = json.loads(manifest.read_text())
    stored["pages"] |= {"../letter.txt": "", str(folder / "letter.txt"): ""}
    manifest.write_text(json.dumps(stored))

    assert ", 0 removed\n" in twicetold("report", sample, "pages").stdout
    assert (folder / "letter.txt").read_text() == "Dear all"


def test_a_story_without_dates_does_not_look_published(twicetold, folder):
    write_lines(
        folder / "feed.jsonl",
        article(id="1", published=None),
        article(id="2", outlet="CNA", published=None),
    )
    twicetold("run", "news.db", "feed.jsonl", "--now", "2026-02-04T10:00:00Z")
    twicetold("report", "news.db", "pages")

    page = (folder / "pages" / "story-1.html").read_text("utf-8")
    assert "No date: first seen 2026-02-04 10:00 UTC" in page
    assert "Published" not in page  # neither for people nor for programs
    assert "who was first is undecided: one has no time" in page
