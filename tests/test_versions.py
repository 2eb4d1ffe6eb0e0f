"""`versions`: what an article said before."""

import json

from newsroom import article, write_lines

FIRST = article(title="Talks resume", body="Envoys met on Tuesday, and 12 people watched.")
SECOND = FIRST | {
    "title": "CORRECTED: Talks resume",
    "body": "Envoys met on Monday and 12 people watched. They will meet again.",
    "updated": "2026-02-03T12:00:00Z",
}


def test_changes_are_shown_word_by_word(twicetold, folder):
    write_lines(folder / "feed.jsonl", FIRST, SECOND)
    twicetold("run", "news.db", "feed.jsonl", "--now", "2026-02-03T13:00:00Z")

    assert twicetold("versions", "news.db", "talks-1").stdout == (
        "version 1, until 2026-02-03 13:00 UTC: Talks resume\n"
        "  1 of 10 words removed, 6 added\n"
        "  … {+CORRECTED:+} Talks resume Envoys …\n"
        "  … Envoys met on [-Tuesday,-] {+Monday+} and 12 people …\n"
        "  … 12 people watched. {+They will meet again.+} …\n"
    )


def test_the_same_as_json(twicetold, folder):
    write_lines(folder / "feed.jsonl", FIRST, SECOND)
    twicetold("run", "news.db", "feed.jsonl")

    (message,) = json.loads(twicetold("versions", "news.db", "1", "--json").stdout)

    assert (message["version"], message["removed"], message["added"]) == (1, 1, 6)
    assert message["edits"][1] == {
        "before": "Envoys met on",
        "removed": "Tuesday,",
        "added": "Monday",
        "after": "and 12 people",
    }


def test_what_never_changed_has_no_older_text(twicetold, folder):
    write_lines(folder / "feed.jsonl", FIRST)
    twicetold("run", "news.db", "feed.jsonl")

    assert twicetold("versions", "news.db", "talks-1").stdout == "no older text is stored\n"
