"""A stage that fails on an article: the article is set aside, and the night goes on."""

import json

import pytest
from newsroom import CORPUS, article, select, write_lines

import twicetold as library
from twicetold.clustering import traits
from twicetold.index import signing, storing

POISON = "Zymurgy"


def fails_on(work, texts_of):
    """The same work, but it fails on each article whose title has the word."""

    def failing(*arguments):
        if any(POISON in text for text in texts_of(*arguments)):
            raise ZeroDivisionError("nobody thought of this")
        return work(*arguments)

    return failing


STAGES = {
    "signatures": (
        signing.minhash,
        "sign",
        lambda bodies: bodies,
    ),
    "storing": (
        storing,
        "_row",
        lambda id, key, item, *others: [item.article.title],
    ),
    "clustering": (
        traits,
        "reports_no_event",
        lambda headline: [headline],
    ),
}


@pytest.fixture(params=STAGES)
def stage(request, monkeypatch):
    """A stage that fails on the poisoned article."""
    module, name, texts_of = STAGES[request.param]
    monkeypatch.setattr(module, name, fails_on(getattr(module, name), texts_of))
    return request.param


@pytest.fixture
def feed(folder):
    """A feed with a poisoned article among others."""
    poison = article(id="poison", title=f"{POISON} wins", body=f"{POISON} is a word. " * 9)
    others = [article(id=f"a{n}", outlet=f"O{n}", title=f"Ferry {n} sails") for n in range(5)]
    return write_lines(folder / "feed.jsonl", *others[:3], poison, *others[3:])


def test_the_article_is_set_aside_with_its_reason_and_the_others_are_clustered(
    twicetold, stage, feed
):
    result = twicetold("run", "news.db", "feed.jsonl", "--json")

    assert result.exit_code == 3
    assert json.loads(result.stdout)["quarantined"] == 1
    reason = "a bug of twicetold: ZeroDivisionError: nobody thought of this"
    assert select("news.db", "select field, stage, reason, excerpt from rejections") == [
        ("article", stage, reason, f"{POISON} wins")
    ]
    assert select("news.db", "select count(*) from articles where story_id is not null") == [(5,)]


def test_later_nights_go_on_and_check_says_it(twicetold, stage, feed):
    twicetold("run", "news.db", "feed.jsonl")

    again = twicetold("run", "news.db", "feed.jsonl")
    more = twicetold("run", "news.db", CORPUS)
    checked = json.loads(twicetold("check", "news.db", "--json").stdout)

    assert [again.exit_code, more.exit_code] == [0, 0]
    assert more.stdout.startswith("153 articles stored")
    set_aside = [row for row in checked if row["broken"]]
    if stage == "clustering":
        assert [(row["rule"], row["broken"]) for row in set_aside] == [
            ("no article is set aside", 1)
        ]
    else:
        assert set_aside == []


def test_an_article_set_aside_is_clustered_by_rebuild_once_the_stage_is_mended(
    twicetold, feed, monkeypatch
):
    module, name, texts_of = STAGES["clustering"]
    with monkeypatch.context() as broken:
        broken.setattr(module, name, fails_on(getattr(module, name), texts_of))
        twicetold("run", "news.db", "feed.jsonl")

    twicetold("rebuild", "news.db")

    assert select("news.db", "select count(*) from articles where story_id is null") == [(0,)]
    assert twicetold("check", "news.db").exit_code == 0


def test_a_stored_article_that_a_stage_fails_on_does_not_stop_later_nights(
    twicetold, feed, monkeypatch, folder
):
    twicetold("run", "news.db", "feed.jsonl")
    module, name, texts_of = STAGES["clustering"]
    monkeypatch.setattr(module, name, fails_on(getattr(module, name), texts_of))
    write_lines(folder / "next.jsonl", article(id="next", outlet="Next", title="Ferry 7 sails"))

    result = twicetold("run", "news.db", "next.jsonl")

    assert result.exit_code == 3
    assert select("news.db", "select key from quarantine join articles on id = article_id") == [
        ("poison",)
    ]
    assert select("news.db", "select story_id is null from articles where key = 'next'") == [(0,)]


def test_a_stage_that_fails_on_everything_is_an_error_and_no_article_is_blamed(
    twicetold, folder, monkeypatch
):
    write_lines(folder / "feed.jsonl", *(article(id=f"a{n}") for n in range(12)))

    def failing(*arguments):
        raise ZeroDivisionError("always")

    monkeypatch.setattr(signing.minhash, "sign", failing)
    result = twicetold("run", "news.db", "feed.jsonl")

    assert result.exit_code == 1
    assert "a bug of twicetold" in result.stderr
    assert select("news.db", "select count(*) from rejections") == [(0,)]


@pytest.mark.parametrize("stage", ["signatures", "storing"], indirect=True)
def test_a_strict_run_ends_at_an_article_that_a_stage_fails_on(stage, feed):
    with library.Index.in_memory() as index, pytest.raises(library.RejectedError):
        library.run(index, library.read_articles("feed.jsonl"), strict=True)
