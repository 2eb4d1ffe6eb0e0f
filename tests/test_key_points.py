"""Key points: what the reports of a story say, and who reports it."""

import tomllib
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsroom import CORPUS, article, write_lines

import twicetold as library
from twicetold.content.concepts import count_concepts
from twicetold.content.corroboration import statement_coverage
from twicetold.text.bridging import bridged_texts
from twicetold.text.numbers import plain_numbers

FERRY = [
    ("Gazette", "A ferry sank off Merrow on Tuesday and twelve people died, the coastguard said."),
    ("Herald", "Twelve people died when a ferry sank off Merrow on Tuesday, said the coastguard."),
    ("Post", "Divers look for the ferry that sank off Merrow, in which twelve people died."),
]
MORE = {
    "Gazette": " Its engine had failed in a storm that broke a window of the wheelhouse.",
    "Herald": " The storm broke a window of the wheelhouse, and the engine of the ferry failed.",
    "Post": " Bakers of the town brought bread and soup to the pier for the families.",
}


def reports():
    return [
        library.Article.from_dict(
            article(id=outlet, outlet=outlet, title=f"Ferry: {outlet}", body=body + MORE[outlet])
        )
        for outlet, body in FERRY
    ]


def test_a_key_point_is_a_sentence_with_all_outlets_that_report_it_in_any_words():
    first, second, *_ = library.key_points(reports())

    assert first.text == FERRY[0][1]
    assert first.outlets == ("Gazette", "Herald", "Post")
    assert second.outlets == ("Herald", "Gazette")
    assert "window of the wheelhouse" in second.text


def test_its_place_is_that_of_the_sentence_in_its_article():
    articles = reports()

    for point in library.key_points(articles):
        body = articles[point.article].body
        assert " ".join(body[point.start : point.end].split()) == point.text


def test_three_prints_of_one_text_count_as_one():
    (gazette, herald, post) = reports()
    prints = [replace(post, id=f"print {n}", outlet=f"Print {n}") for n in range(3)]

    first, *rest = library.key_points([gazette, herald, *prints])

    assert first.text in (FERRY[0][1], FERRY[1][1])
    assert not any("Bakers" in point.text for point in rest[:1])


def test_words_bound_the_points_and_what_does_not_fit_is_cut():
    for words in (1, 5, 14, 20, 30):
        points = library.key_points(reports(), words=words)

        assert sum(len(point.text.split()) for point in points) <= words
    assert [point.text[-1] for point in library.key_points(reports(), words=20)] == [".", "…"]


def test_of_a_figure_that_was_updated_the_newest_is_a_point():
    gazette, herald, post = reports()
    later = replace(gazette, id="later", published=gazette.published + timedelta(hours=9))
    update = replace(later, body=gazette.body.replace("twelve people", "fourteen people"))

    for articles in ([gazette, herald, update, post], [update, post, herald, gazette]):
        first = library.key_points(articles)[0]

        assert "fourteen people died" in first.text
        assert articles[first.article].id == "later"


@pytest.mark.parametrize(
    "line",
    [
        "Hide Caption 2 of 37 photos: the ferry that sank off Merrow with twelve people.",
        "_ads.push({ ferry: 'sank off Merrow', people: 'twelve', died: 'on Tuesday' });",
        "CLOSE A ferry sank off Merrow on Tuesday, and twelve people died there.",
        "Ferry Rescue, Merrow Harbour, Tuesday, 3 February 2026, Twelve People.",
    ],
)
def test_captions_and_what_else_a_page_prints_is_no_point(line):
    articles = [replace(each, body=f"{line} {each.body}") for each in reports()]

    points = library.key_points(articles)

    assert points
    assert not [point for point in points if line[:12] in point.text]


def test_articles_without_sentences_have_their_headline_as_key_point():
    (point,) = library.key_points([replace(reports()[0], body="")])

    assert (point.text, point.in_title, point.outlets) == ("Ferry: Gazette", True, ("Gazette",))


def test_an_outlet_that_gives_another_number_does_not_report_the_point():
    text = "The strong earthquake killed {} people in Lima on Monday and cut the highway near Ica."
    articles = [
        library.Article(outlet=outlet, title="Earthquake in Lima", body=text.format(dead))
        for outlet, dead in (("A", 5), ("B", 9))
    ]

    assert [point.outlets for point in library.key_points(articles)] == [("A",)]


def test_a_point_from_a_headline_has_its_place_in_the_title():
    title = "UPDATE 1-Lima quake kills five"

    (point,) = library.key_points([library.Article(outlet="Reuters", title=title)])

    assert title[point.start : point.end] == point.text == "Lima quake kills five"


def test_a_cut_point_ends_where_its_words_end():
    body = "The  strong   earthquake killed five people in Lima\non Monday and cut the road to Ica."
    chinese = "中国国家主席习近平星期一在北京会见了来访的法国总统马克龙。"

    (point,) = library.key_points([library.Article(outlet="A", body=body)], words=5)
    (other,) = library.key_points([library.Article(outlet="A", body=chinese, lang="zh")], words=5)

    assert body[point.start : point.end] == "The  strong   earthquake killed five"
    assert (point.text, other.text) == ("The strong earthquake killed five…", "中国国家主…")


def test_texts_without_a_statement_have_no_key_points(twicetold, folder):
    write_lines(folder / "feed.jsonl", article(title=None, body="no sentence here"))
    twicetold("run", "news.db", "feed.jsonl")

    assert library.key_points([library.Article(outlet="A", body="no sentence here")]) == []
    assert "key points" not in twicetold("show", "news.db", 1).stdout
    assert "#1" in twicetold("show", "news.db", 1, "--full").stdout


@pytest.mark.parametrize("different", [True, False])
def test_hundreds_of_sentences_with_numbers_are_compared_in_time(different):
    def body(word):
        return " ".join(
            f"The quake {word} {n if different else 5} people in Lima on Monday."
            for n in range(900)
        )

    articles = [library.Article(outlet=word, body=body(word)) for word in ("killed", "hurt")]
    start = process_time()
    with library.Index.in_memory() as index:
        library.run(index, articles)
        for (story,) in index.connection.execute("select id from stories").fetchall():
            library.full_story(index, story)

    assert process_time() - start < 20


def test_no_articles_have_no_key_points():
    assert library.key_points([]) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"articles": ["text"]}, "articles 'text' is not an Article"),
        ({"articles": None}, "articles 'None' is no list of articles"),
        ({"articles": [], "words": True}, "words True is not a whole number above 0"),
        ({"articles": [], "words": 0}, "words 0 is not a whole number above 0"),
        ({"articles": [], "words": "9"}, "words '9' is not a whole number above 0"),
    ],
)
def test_other_arguments_are_refused(arguments, message):
    with pytest.raises(library.ArgumentError) as error:
        library.key_points(**arguments)
    assert str(error.value) == message


@settings(max_examples=20)
@given(st.permutations(range(3)), st.sampled_from([None, 12, 25]))
def test_the_order_of_the_articles_does_not_matter(order, words):
    articles = reports()
    expected = library.key_points(articles, words)

    answer = library.key_points([articles[place] for place in order], words)

    assert [point._replace(article=order[point.article]) for point in answer] == expected


@pytest.fixture(scope="module")
def stories(gold):
    """The articles of each story that all four outlets report."""
    items = library.read_articles([str(CORPUS)])
    by_key = {each.key: each for each in items if isinstance(each, library.Article)}
    groups = defaultdict(list)
    for row in gold:
        groups[row["story"]].append(by_key[row["key"]])
    return {story: each for story, each in groups.items() if len({a.outlet for a in each}) == 4}


@pytest.fixture(scope="module")
def editor():
    """What people found in these stories: statements and contradictions."""
    return tomllib.loads((CORPUS / "keypoints.toml").read_text("utf-8"))


def said_by(point, statements):
    """How much of each statement a key point says, (s,)."""
    texts = [plain_numbers(text, "en") for text in (point.text, *statements)]
    langs = ["en"] * len(texts)
    concepts = count_concepts(bridged_texts(texts, langs), langs)
    return statement_coverage(concepts, range(len(texts)))[1:, 0]


def test_key_points_of_the_sample_corpus_are_an_editors_and_name_the_right_outlets(stories, editor):
    expected = defaultdict(list)
    for row in editor["statement"]:
        expected[row["story"]].append(row)
    right = named = points = 0
    told = set()
    for story, articles in stories.items():
        statements = expected[story]
        for point in library.key_points(articles):
            share = said_by(point, [row["text"] for row in statements])
            nearest = statements[int(share.argmax())]
            named += len(point.outlets)
            right += len(set(point.outlets) & set(nearest["outlets"]))
            points += 1
            said = [row for row, part in zip(statements, share, strict=True) if part >= 0.5]
            told |= {row["text"] for row in said if row["key"]}

    assert len(stories) == 13
    assert points == 65
    assert right / named >= 0.95
    assert len(told) >= 64


def test_each_planted_contradiction_is_found_and_none_is_invented(sample, editor):
    def facts(rows):
        return {(row["kind"], row["update"], frozenset(row["values"])) for row in rows}

    with library.Index.open(sample) as index:
        found = {
            (each.kind, each.is_update, frozenset(claim.value for claim in each.claims))
            for row in library.stories(index, min_outlets=2, limit=0)
            for each in library.story(index, row.story).contradictions
        }

    assert facts(row for row in editor["contradiction"] if row["planted"]) <= found
    assert found <= facts(editor["contradiction"])
