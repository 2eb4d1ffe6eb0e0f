"""`versions`: what an article said before."""

import json

from newsroom import article, select, write_lines

FIRST = article(title="Talks resume", body="Envoys met on Tuesday, and 12 people watched.")
SECOND = FIRST | {
    "title": "CORRECTED: Talks resume",
    "body": "Envoys met on Monday and 12 people watched. They will meet again.",
    "updated": "2026-02-03T12:00:00Z",
}


def test_what_changed_is_told_word_by_word(twicetold, folder):
    write_lines(folder / "feed.jsonl", FIRST, SECOND)
    twicetold("run", "news.db", "feed.jsonl", "--now", "2026-02-03T13:00:00Z")

    assert twicetold("versions", "news.db", "talks-1").stdout == (
        "version 1, until 2026-02-03 13:00 UTC: Talks resume\n"
        "  1 of 10 words went, 6 came\n"
        "  … {+CORRECTED:+} Talks resume Envoys …\n"
        "  … Envoys met on [-Tuesday,-] {+Monday+} and 12 people …\n"
        "  … 12 people watched. {+They will meet again.+} …\n"
    )


def test_the_same_as_json(twicetold, folder):
    write_lines(folder / "feed.jsonl", FIRST, SECOND)
    twicetold("run", "news.db", "feed.jsonl")

    (told,) = json.loads(twicetold("versions", "news.db", "1", "--json").stdout)

    assert (told["version"], told["removed"], told["added"]) == (1, 1, 6)
    assert told["edits"][1] == {
        "before": "Envoys met on",
        "removed": "Tuesday,",
        "added": "Monday",
        "after": "and 12 people",
    }


WRONG = (
    "The ferry Merrow Star sank on Tuesday with 43 people aboard, the harbour office said. Divers "
    "found the hull at a depth of 60 metres. The owner, Dunmore Lines, had no licence for the "
    "strait and was fined twice last year, the office said. Relatives waited at the quay all night."
)
RIGHT = WRONG.replace(
    "had no licence for the strait and was fined twice last year",
    "has held a licence for the strait since 1998 and was never fined",
)


def test_copies_that_still_carry_what_was_corrected_are_listed(twicetold, folder):
    later = "2026-02-03T12:00:00Z"
    write_lines(
        folder / "feed.jsonl",
        article(id="origin", title="Ferry sinks", body=WRONG),
        article(id="stale", outlet="CNA", title="Ferry sinks off Merrow", body=WRONG),
        article(id="cut", outlet="LATIMES", title="Ferry", body=WRONG.partition(" The owner")[0]),
    )
    write_lines(
        folder / "evening.jsonl",
        article(id="origin", title="Ferry sinks", body=RIGHT, updated=later),
        article(id="right", outlet="Le Monde", title="Ferry", body=RIGHT, published=later),
    )
    twicetold("run", "news.db", "feed.jsonl")
    twicetold("run", "news.db", "evening.jsonl", "--now", "2026-02-03T13:00:00Z")

    found = json.loads(twicetold("stale", "news.db", "--json").stdout)

    ids = dict(select("news.db", "select key, id from articles"))
    assert found == [
        {
            "article": ids["origin"],
            "outlet": "Reuters",
            "changed": "2026-02-03T13:00:00Z",
            "copy": ids["stale"],
            "copying_outlet": "CNA",
            "carried": 1.0,
            "title": "Ferry sinks off Merrow",
        }
    ]
    assert json.loads(twicetold("stale", "news.db", "right", "--json").stdout) == []


def test_what_never_changed_has_no_older_text(twicetold, folder):
    write_lines(folder / "feed.jsonl", FIRST)
    twicetold("run", "news.db", "feed.jsonl")

    assert twicetold("versions", "news.db", "talks-1").stdout == "no older text of it is kept\n"
