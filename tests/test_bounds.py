"""Time and memory grow with the size of the input, whatever it is.

A pattern is tried on what is worst for it. Times are compared with each other, not with a clock:
ten times the characters must not take a hundred times as long.
"""

import json
import random
from contextlib import suppress
from time import process_time

import pytest
from newsroom import article, select, write_lines

import twicetold as library
from twicetold.article import excerpt
from twicetold.content.contradictions import _subject
from twicetold.content.facts import _IN_BRACKETS, _IS_RATIO, _IS_TOTAL, Fact
from twicetold.content.quotes import _QUOTATION, _speaker
from twicetold.content.selection import _QUOTATION as _ONLY_QUOTED
from twicetold.content.statements import _IN_BRACKETS as _NOTE
from twicetold.content.statements import _IN_SMALL, _OF_PAGE
from twicetold.index import older_texts
from twicetold.outlet_names import name_key, paper_name
from twicetold.plain_text import one_form, paragraphs, unmarked, with_real_characters
from twicetold.queries.passages import passages
from twicetold.queries.versions import _edits
from twicetold.records import broken_record
from twicetold.search_words import fts_query
from twicetold.sources import feed
from twicetold.sources.page_facts import _parsed as _json_ld
from twicetold.sources.page_facts import without_outlet
from twicetold.sources.wires.iptc7901 import _item as _message
from twicetold.sources.wires.item import _slug_id, paragraphs_of_wire
from twicetold.sources.wires.xml_text import root_name
from twicetold.text.cleaning import own_spans
from twicetold.text.credits import credited_agency
from twicetold.text.headlines import (
    _SEPARATOR,
    headline_span,
    is_correction,
    is_round_up,
    is_standing_page,
)
from twicetold.text.numbers import plain_numbers
from twicetold.text.sentences import sentence_spans
from twicetold.times import parse_time, time_ago
from twicetold.urls import canonical_url, page_of

SIZE = 100_000


def read_time(text):
    with suppress(library.ArticleError):
        parse_time(text, "published")


def search(text):
    with suppress(library.ArgumentError):
        fts_query(text)


def repeated(unit):
    return lambda size: unit * (size // len(unit))


BODIES = [
    *map(
        repeated,
        (
            " ",
            "\n",
            "\t \n",
            ".",
            "share",
            "share.",
            "share. ",
            "A ",
            "A/A",
            "AB-",
            "A.",
            "© ",
            "(",
            "—",
        ),
    ),
    lambda size: "x\nshare" + "." * size,
    lambda size: "read more " + "x " * (size // 2),
    lambda size: ("source: " + "a" * 41 + "\n") * (size // 50),
    lambda size: "sign up " * (size // 8) + "newsletter",
    lambda size: "LONDON" + " A" * (size // 2) + " (Reuters",
    lambda size: "By Ida Lorne, " * (size // 14) + "Reuters",
    lambda size: "By Ida" + " Lorne" * (size // 6) + "AP",
    lambda size: ("Copyright AP" + " " * 250) * (size // 262),
    lambda size: "AP\n" * (size // 3),
    lambda size: "(AP" * (size // 3),
]
TITLES = [
    *map(repeated, (" ", " |", "| ", " - ", "a - ", "UPDATE 1-", "in brief ", "\u00a0", "x")),
    lambda size: "a" + " " * size + "b",
]
WORK = {
    "own words": (own_spans, BODIES),
    "credit": (credited_agency, BODIES),
    "separator": (_SEPARATOR.split, TITLES),
    "headline": (lambda title: headline_span(title, "Post", [title] * 3), TITLES),
    "round-up": (is_round_up, TITLES),
    "standing page": (is_standing_page, TITLES),
    "correction": (is_correction, TITLES),
    "paper": (lambda name: paper_name(name, "www.gazette.example"), TITLES),
    "key of a name": (name_key, TITLES),
    "url": (canonical_url, map(repeated, ("a", "/", "?a=b&", "#", "utm_a"))),
    "excerpt": (excerpt, map(repeated, (" ", "a ", "\x00"))),
    "urls": (
        lambda text: broken_record("f", 1, "line", "x", text),
        map(repeated, ("https://", "a:")),
    ),
    "times": (time_ago, map(repeated, ("1", "1d"))),
    "end of a feed": (
        lambda text: feed._ends_with_root(text.encode()),
        map(repeated, ("<!--a-->", "-->", "<!--", "</rss> ", "</rss>", " ")),
    ),
    "entities": (
        with_real_characters,
        map(repeated, ("&#", "&#1;", "&#xD800;", "&#1", "&#" + "9" * 50 + ";")),
    ),
    "text that may be HTML": (
        unmarked,
        map(repeated, ("<p", "<p ", "</p>", "<p></p>", "&amp;", "&a", "<br", "</", "<br />")),
    ),
    "characters": (one_form, map(repeated, ("é", "e\u0301", "\u00ad", "\uff21", "\u0345\u0301"))),
    "pages": (page_of, map(repeated, ("https://a/", "/amp", "?", "&a=rss", ".amp", "m."))),
    "times of sources": (read_time, map(repeated, ("1", "2026-", "Feb ", "5/2/", " (", "[A/b"))),
    "sentences": (
        lambda text: sentence_spans(text, "fr"),
        map(
            repeated, ("A. ", "M. ", "« A. b. ", "“A. b. ", "a b\n", '"', ". ", "(", "7 a.m. EDT ")
        ),
    ),
    "numbers": (
        lambda text: plain_numbers(text, "en"),
        map(repeated, ("1", "1,", "1,111", "1.", "1:", "1 h ", "ten-", "1 a.m ")),
    ),
    "quotations": (
        lambda text: list(_QUOTATION.finditer(text)),
        map(repeated, ('"', "“", "«a", "“a”", '" ', "„a")),
    ),
    "speaker": (_speaker, map(repeated, ("Ada ", "said ", "Ada Lane said, ", "A", "told Ada"))),
    "only quoted": (_ONLY_QUOTED.fullmatch, map(repeated, ('"', "“a", "”", "a"))),
    "note": (_NOTE.fullmatch, map(repeated, ("(", "()", "(a", ")"))),
    "brackets": (lambda text: _IN_BRACKETS.sub("", text), map(repeated, ("(", "()", "(a "))),
    "ratio": (_IS_RATIO.match, map(repeated, (" in 1", " ", "in "))),
    "page": (_OF_PAGE.search, map(repeated, ("(AP ", "(AP Photo ", "CLOSE", " ", "{", "| ", "(A"))),
    "small letters": (_IN_SMALL.findall, map(repeated, ("a ", "A", "Aa ", "1a"))),
    "subject": (
        lambda text: [
            _subject(text, "en", Fact(0, kind, "7", 0, "x")) for kind in ("number", "name")
        ],
        map(repeated, ("a", "a ", "7", "7 ", "7 a ", "'", "7a")),
    ),
    "total": (_IS_TOTAL.search, map(repeated, ("of the ", "of ", "a"))),
    "search": (search, map(repeated, ("a", "a ", "a-", '"', 'a"', "-a ", "title:", "OR a "))),
    "wires": (paragraphs_of_wire, map(repeated, (" ", "\n", "\n ", "a\n", "\t\n", "  a\n", "\r"))),
    "slugs": (
        lambda text: _slug_id(text, "2026-02-03"),
        map(repeated, ("1st", "1st ", "update", "kill ", "-", "a-", "lead 1", "1 ")),
    ),
    "messages": (
        lambda text: [_message(text), _message(f"tpa062 4 i 211 abc tpa 061\n\x02{text}")],
        map(repeated, ("\n", "\n*", " ", "a ", "1", "By\n", "=\n", "\x03", "LEAD ", "010203 ")),
    ),
    "root of XML": (
        lambda text: root_name(text.encode()),
        map(repeated, ("<", "<!--", "<!-- -->", "<?a", "<?a?>", "<!a[", "<!a[]>", " ", "a:")),
    ),
    "title of a page": (
        lambda text: without_outlet(text, "Post"),
        map(repeated, (" ", " | ", "|", "a | ", "- ")),
    ),
    "JSON-LD": (_json_ld, map(repeated, ("<!--", "-->", ";", "; ", " ", "[", '{"a":', "&lt;"))),
    "HTML": (paragraphs, map(repeated, ("<", "<p", "<b>", "</b>", "<!--", "&#8;", "<a b="))),
}


@pytest.mark.parametrize(
    ("work", "text"), [(work, text) for work, texts in WORK.values() for text in texts]
)
def test_a_pattern_takes_time_in_proportion_to_its_text(work, text):
    seconds = []
    for size in (SIZE // 10, SIZE):
        start = process_time()
        work(text(size))
        seconds.append(process_time() - start)

    assert seconds[1] < max(0.5, 40 * seconds[0])


REFRAIN = "and the talks go on and on in the same old room of the same old house " * 3_000


def test_repetitive_texts_are_compared_in_time():
    start = process_time()

    found = passages(REFRAIN, f"not at all {REFRAIN}")
    edits, removed, added = _edits(REFRAIN.split(), f"no {REFRAIN} but {REFRAIN} now".split())

    assert found == [" ".join(REFRAIN.split())]
    assert len(edits) == 1  # everything between the first and the last change
    assert added - removed == len(REFRAIN.split()) + 3
    assert process_time() - start < 20


def test_changes_in_a_text_too_repetitive_to_compare_are_one_change():
    middle = ["go", "on"] * 3_000
    edits, removed, added = _edits(
        ["a", *middle, "x", *middle, "z"], ["a", "b", *middle[1:], *middle, "y", "z"]
    )

    assert len(edits) == 1
    assert removed == added == 12_001


def test_a_title_of_millions_of_characters_is_rejected_and_one_of_blanks_clustered(
    twicetold, folder
):
    write_lines(
        folder / "feed.jsonl",
        article(id="long", title="long " * 2_000_000),
        article(id="blanks", title="a" + " " * 100_000 + "b"),
        article(id="words", title="word " * 20_000),
        article(id="i" * 20_000),
        article(id="plain"),
    )

    result = twicetold("run", "news.db", "feed.jsonl")

    assert result.exit_code == 3
    assert select("news.db", "select key from articles where story_id is not null order by 1") == [
        ("blanks",),
        ("plain",),
        ("words",),
    ]
    assert select("news.db", "select field, reason from rejections order by line") == [
        ("title", "has 9,999,999 characters, over 2,000,000"),
        ("id", "has 20,000 characters, over 10,000"),
    ]


def test_an_entry_with_64_000_categories_is_read(folder):
    categories = "".join(f"<category>{number}</category>" for number in range(64_000))
    item = f"<item><title>Ferry sails</title>{categories}</item>"
    (folder / "a.rss").write_text(
        f'<rss version="2.0"><channel><title>G</title>{item}</channel></rss>'
    )

    (answer,) = library.read_articles("a.rss")

    assert answer.title == "Ferry sails"


@pytest.mark.slow
def test_a_thousand_languages_take_no_more_memory_than_one(twicetold, folder):
    import tracemalloc

    draw = random.Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(draw.choices(letters, k=6)) for _ in range(20_000)]
    peaks = []
    for lang in (lambda n: "en", lambda n: letters[n // 26 % 26] + letters[n % 26]):
        records = [
            article(
                id=f"a{n}",
                outlet=f"O{n % 50}",
                lang=lang(n),
                title=" ".join(draw.choices(words, k=6)),
                body=" ".join(draw.choices(words, k=120)),
            )
            for n in range(1_000)
        ]
        with library.Index.in_memory() as index:
            tracemalloc.start()
            library.run(index, map(library.Article.from_dict, records))
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()

    assert peaks[1] < 15 * peaks[0]  # not 700 times: weights are kept for 140 languages at most


@pytest.mark.slow
def test_many_copies_of_one_text_are_shown_and_checked_in_time(twicetold, folder):
    copies = [article(id=f"a{n}", outlet=f"O{n % 50}") for n in range(1_500)]
    write_lines(folder / "feed.jsonl", *copies)
    twicetold("run", "news.db", "feed.jsonl")

    start = process_time()
    shown = json.loads(twicetold("show", "news.db", "1", "--json").stdout)
    checked = twicetold("check", "news.db")
    evidence = json.loads(twicetold("why", "news.db", "1", "2", "--json").stdout)

    assert (len(shown["reports"]), checked.exit_code, evidence["kind"]) == (1_500, 0, "copy")
    assert process_time() - start < 15  # it took a minute when each grew with the square


def test_an_article_keeps_a_limited_number_of_older_texts(twicetold, folder, monkeypatch):
    monkeypatch.setattr(older_texts, "MOST_VERSIONS", 3)
    updates = [article(title=f"Ferry {n}", updated=f"2026-02-03T{n + 10}:00:00Z") for n in range(8)]
    write_lines(folder / "feed.jsonl", article(), *updates)

    twicetold("run", "news.db", "feed.jsonl")

    assert select("news.db", "select title from articles") == [("Ferry 7",)]
    assert select("news.db", "select count(*) from versions") == [(3,)]
    assert twicetold("check", "news.db").exit_code == 0
