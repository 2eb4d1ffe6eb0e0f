"""The public names: what people type works, and a wrong type raises an exception of ours."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from newsroom import CORPUS, MODEL_STORY, TALKS_RESUME, article, write_lines

import twicetold as library

REUTERS = "https://www.reuters.example/world/reuters-abudhabi-0205-2026-02-05"
NOON = datetime(2026, 2, 5, 12, tzinfo=UTC)


@pytest.fixture
def model(sample):
    """The open index of the sample corpus."""
    with library.Index.open(sample) as index:
        yield index


def test_an_article_is_named_by_its_number_its_key_or_its_url(model):
    number = model.article_id(REUTERS)

    answer = [library.why(model, name, 81) for name in (number, str(number), REUTERS)]

    assert answer[0] == answer[1] == answer[2]
    assert library.versions(model, number) == library.versions(model, REUTERS)
    assert library.stale_copies(model, number) == library.stale_copies(model, REUTERS)


def test_a_record_becomes_an_article_with_the_checks_of_a_line():
    answer = library.Article.from_dict({"headline": "Talks", "source": "AP", "date": "2026-02-05"})

    assert (answer.title, answer.outlet) == ("Talks", "AP")
    assert answer.published == date(2026, 2, 5)
    with pytest.raises(library.ArticleError) as error:
        library.Article.from_dict({"title": 7, "outlet": "AP"})
    assert str(error.value) == "title '7' is not text"


def test_an_article_takes_times_as_datetime_or_text():
    text = library.Article(outlet="AP", title="Talks", published="2026-02-05T13:00:00+01:00")  # type: ignore[arg-type]
    naive = library.Article(outlet="AP", title="Talks", published=NOON.replace(tzinfo=None))

    assert text.published == naive.published == NOON


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"outlet": None}, "outlet 'None' is not text"),
        ({"title": 7}, "title '7' is not text"),
        ({"published": 7.5}, "published '7.5' is not a time (write it as 2026-02-05T14:30:00Z)"),
        ({"outlet": ""}, "outlet is missing (give one for all: --outlet NAME)"),
    ],
)
def test_a_field_of_the_wrong_type_is_named(fields, sentence):
    with pytest.raises(library.ArticleError) as error:
        library.Article(**{"outlet": "AP", "title": "Talks"} | fields)

    assert str(error.value) == sentence


def test_one_path_is_as_good_as_a_list(folder):
    path = write_lines(folder / "feed.jsonl", TALKS_RESUME)

    answer = [list(library.read_articles(each)) for each in (path, str(path), [path], [str(path)])]

    assert [[item.title for item in items] for items in answer] == [[TALKS_RESUME["title"]]] * 4


def test_a_single_article_can_be_stored_and_matched(index):
    talks = library.Article.from_dict(article())

    counts = library.run(index, talks)
    (match,) = library.match(index, library.Article.from_dict(article(id="other", outlet="CNA")))

    assert (counts.stored, counts.new_stories) == (1, 1)
    assert (match.known, match.copy_of, match.story) == (None, 1, 1)


@pytest.mark.parametrize(
    "since", ["2026-02-08", "2026-02-08T00:00:00Z", datetime(2026, 2, 8, tzinfo=UTC)]
)
def test_times_are_datetimes_or_text(model, since):
    rows = library.stories(model, since=since, limit=0)

    assert rows
    assert {row.last_published >= "2026-02-08" for row in rows} == {True}
    assert {a.published >= "2026-02-08" for a in model.articles(since=since)} == {True}


def test_articles_of_an_index_can_be_iterated(model):
    articles = list(model.articles(outlet="Reuters", since="2026-02-05", until="2026-02-05"))

    assert {one.outlet for one in articles} == {"Reuters"}
    assert {one.published[:10] for one in articles} == {"2026-02-05"}
    assert [one.published for one in articles] == sorted(one.published for one in articles)
    (talks,) = [one for one in articles if one.key == REUTERS]
    ((story,),) = model.connection.execute("select id from stories where title = ?", (MODEL_STORY,))
    assert (talks.story, talks.lang, talks.updated) == (story, "en", "2026-02-06T09:48:00Z")


def test_the_index_is_a_sqlite_utils_database_on_the_same_connection(model):
    assert model.db["articles"].count == 153
    assert model.db.conn is model.connection


def test_a_minhash_of_a_text_compares_with_stored_ones(model):
    (body,) = model.connection.execute(
        "select body from articles where key = ?", (REUTERS,)
    ).fetchone()

    assert library.minhash(body).jaccard(model.minhash(REUTERS)) == 1
    assert 0.7 < library.minhash(body).jaccard(model.minhash(81)) < 0.9


def test_callbacks_hear_of_stages_and_rejections(index, folder):
    path = write_lines(folder / "feed.jsonl", TALKS_RESUME, "not JSON")
    stages, rejections = [], []

    class Stage:
        def __init__(self, name, size):
            stages.append(name)

        def __enter__(self):
            return lambda done: None

        def __exit__(self, *error):
            pass

    items = library.read_articles(path, progress=Stage)
    library.run(index, items, progress=Stage, on_rejected=rejections.append)

    assert stages[:2] == ["reading", "signatures"]
    assert [rejection.line for rejection in rejections] == [2]


def test_decisions_are_records(index):
    items = [library.Article.from_dict(article(id=id, outlet=id)) for id in "ab"]
    library.run(index, items)
    other = library.Article.from_dict(article(id="c", title="A goat", body="Elected at last."))
    library.run(index, other)

    library.add_decisions(index, library.Decision("a", "c", "same", by="desk"), now=NOON)

    assert library.decisions(index) == [
        library.Decision("a", "c", "same", by="desk", at="2026-02-05T12:00:00Z")
    ]
    assert library.why(index, "a", "c").one_story
    library.different(index, 1, 3)
    assert not library.why(index, "a", "c").one_story


WRONG = {
    "index": lambda index: library.stories("news.db"),
    "items": lambda index: library.run(index, [TALKS_RESUME]),
    "article": lambda index: library.why(index, None, 1),
    "story": lambda index: library.story(index, "1"),
    "since": lambda index: library.stories(index, since="soon"),
    "before": lambda index: library.prune(index, before=2025),
    "now": lambda index: library.cluster(index, now="soon"),
    "limit": lambda index: library.stories(index, limit="all"),
    "labels": lambda index: library.evaluate(index, {"a": "b"}),
    "paths": lambda index: library.read_articles(7),
    "format": lambda index: library.read_articles(CORPUS, format="rss"),
    "columns": lambda index: library.read_articles(CORPUS, columns={"headline": "title"}),
    "verdict": lambda index: library.add_decisions(index, library.Decision("a", "b", "maybe")),
    "text": lambda index: library.minhash(None),
    "path": lambda index: library.Index.open(7),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_argument_of_the_wrong_type_is_named(index, name):
    with pytest.raises(library.ArgumentError) as error:
        WRONG[name](index)

    assert error.value.field == name
    assert str(error.value).startswith(f"{name} ")


def test_every_exception_is_public_and_one_of_ours():
    from twicetold import errors

    classes = {name for name, value in vars(errors).items() if isinstance(value, type)}

    assert classes <= set(library.__all__)
    assert {issubclass(getattr(library, name), library.TwicetoldError) for name in classes} == {
        True
    }


def test_commands_have_functions_of_their_name():
    from twicetold.cli import cli

    renamed = {  # `copies` is a package
        "copies": "list_copies",
        "mcp": "serve_mcp",
        "report": "write_report",
        "show": "story",
        "stale": "stale_copies",
    }
    commands = cli.commands.keys() - {"spark"}  # a package, twicetold.spark
    names = {renamed.get(name, name.replace("-", "_")) for name in commands}
    assert names <= set(library.__all__)


def test_a_model_file_can_be_loaded_by_its_name(sample, folder):
    weights = Path(library.__file__).parent / "data" / "weights.json"

    models = library.load_models(str(weights))

    with library.Index.open(sample) as index:
        assert library.settings_of(index).scorer.one_language.names == models.one_language.names
