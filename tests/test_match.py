"""`match`: what the index knows of an article that is not in it; nothing is stored."""

import json

import pytest
from newsroom import CORPUS, MODEL_STORY, article, select, write_lines

DRAFT = {
    "outlet": "Draft",
    "title": "American and Russian generals to speak again after talks in Abu Dhabi",
    "body": "The armed forces of the United States and Russia will speak with each other at a high "
    "level again, European Command said on Thursday at the end of two days of talks in Abu Dhabi. "
    "General Alexus Grynkewich had met Russian and Ukrainian officers there. The contacts were "
    "broken off in 2021, before the invasion of Ukraine.",
    "lang": "en",
    "published": "2026-02-05T21:00:00Z",
}


def test_a_draft_in_different_words_is_given_its_story(twicetold, folder, sample):
    write_lines(folder / "draft.jsonl", DRAFT)
    before = sample.read_bytes()

    (row,) = json.loads(twicetold("match", sample, "draft.jsonl", "--json").stdout)

    assert row["story_title"] == MODEL_STORY
    assert (row["known"], row["copy_of"], row["source"]) == (None, None, "draft.jsonl:1")
    assert row["probability"] > 0.8
    assert sample.read_bytes() == before


@pytest.mark.parametrize("lang", ["de", "xx"])
def test_a_draft_in_a_language_that_the_index_does_not_have_is_compared(twicetold, folder, lang):
    write_lines(folder / "feed.jsonl", article())
    write_lines(folder / "draft.jsonl", article(id="other", outlet="FAZ", lang=lang))
    twicetold("run", "news.db", "feed.jsonl")

    (row,) = json.loads(twicetold("match", "news.db", "draft.jsonl", "--json").stdout)

    assert (row["copy_of"], row["story"]) == (1, 1)


def test_a_copy_is_shown_with_the_share_it_took(twicetold, folder, sample):
    reuters = json.loads((CORPUS / "2026-02-05" / "reuters.jsonl").read_text().splitlines()[2])
    half = "\n\n".join(reuters["body"].split("\n\n")[:5])
    write_lines(folder / "draft.jsonl", DRAFT | {"title": "An old treaty ends", "body": half})

    (row,) = json.loads(twicetold("match", sample, "draft.jsonl", "--json").stdout)

    ((id,),) = select(sample, "select id from articles where title = ?", reuters["title"])
    assert (row["copy_of"], row["share_of_copy"]) == (id, 1.0)


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (DRAFT, 0),
        ({"outlet": "Draft", "title": "Chess club elects a goat as its treasurer"}, 1),
    ],
)
def test_quiet_match_shows_by_its_exit_code_whether_all_is_known(
    twicetold, folder, sample, record, code
):
    write_lines(folder / "draft.jsonl", record)

    result = twicetold("match", sample, "draft.jsonl", "-q")

    assert (result.exit_code, result.stdout) == (code, "")


def test_a_stored_article_is_not_a_copy_of_itself(twicetold, sample):
    day = CORPUS / "2026-02-04" / "reuters.jsonl"

    rows = json.loads(twicetold("match", sample, day, "--json").stdout)

    assert all(row["known"] and row["known"] != row["copy_of"] for row in rows)
    assert {row["probability"] for row in rows if row["copy_of"]} == {1.0}


def test_quiet_match_fails_if_a_draft_cannot_be_read(twicetold, folder, sample):
    write_lines(folder / "draft.jsonl", "no json")

    result = twicetold("match", sample, "draft.jsonl", "-q")

    assert (result.exit_code, result.stdout) == (3, "")
    assert (
        result.stderr
        == "draft.jsonl:1: line is not JSON: Expecting value: line 1 column 1 (char 0)\n"
    )


def test_a_rejected_draft_is_reported(twicetold, folder, sample):
    write_lines(folder / "draft.jsonl", "no json", DRAFT)

    result = twicetold("match", sample, "draft.jsonl", "--nl")

    assert result.exit_code == 3
    assert result.stderr == (
        "draft.jsonl:1: line is not JSON: Expecting value: line 1 column 1 (char 0)\n"
    )
    assert json.loads(result.stdout)["story_title"] == MODEL_STORY


def test_todays_form_is_not_the_origin_of_yesterdays(twicetold, folder):
    def prices(day, *figures):
        metals = ("copper", "zinc", "nickel", "silver", "lead", "tin", "iron", "gold")
        fixed = (f"{name} was fixed at {n} pounds" for name, n in zip(metals, figures, strict=True))
        body = f"At the exchange in the harbour this evening, {', '.join(fixed)} for each tonne."
        body += " These prices are those of the board of the exchange, of the port and of the bank"
        body += " at the close of trading, and they hold until the bell is rung again tomorrow."
        return article(id=day, title="Metals", body=body, published=f"2026-02-0{day}T17:00:00Z")

    write_lines(folder / "feed.jsonl", prices(5, 11, 12, 13, 14, 15, 16, 17, 18))
    write_lines(folder / "draft.jsonl", prices(4, 11, 12, 13, 14, 15, 26, 27, 28))
    twicetold("run", "news.db", "feed.jsonl")

    (row,) = json.loads(twicetold("match", "news.db", "draft.jsonl", "--json").stdout)

    assert row["copy_of"] is None


def test_a_draft_without_a_time_and_an_old_index_say_what_to_do(twicetold, folder, sample):
    write_lines(folder / "draft.jsonl", {"title": "Quake in Peru kills five", "outlet": "Desk"})

    today = twicetold("match", sample, "draft.jsonl", "--now", "2026-11-27")
    of_day = twicetold("match", sample, "draft.jsonl", "--now", "2026-02-05", "--json")
    quiet = twicetold("match", sample, "draft.jsonl", "-q")

    assert today.stderr == (
        f"{sample} has no news after 2026-02-08: 1 article without a time can't match"
        " (compare with its last days: --now 2026-02-08)\n"
    )
    (row,) = json.loads(of_day.stdout)
    assert (row["undated"], of_day.stderr) == (True, "")
    assert row["story_title"] == "Earthquake in southern Peru kills five, cuts coastal highway"
    assert (quiet.exit_code, quiet.output) == (1, "")
