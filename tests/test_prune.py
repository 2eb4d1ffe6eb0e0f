"""`prune`: what is old goes, whole stories or their texts alone, and what that leaves."""

import json

import pytest
from newsroom import CORPUS, article, select, write_lines

import twicetold as library

BODY = (
    "Xanthippe Quibblesworth, the harbour master of Merrow, said on Tuesday that dredging would "
    "begin in spring. The channel has been closed to tankers since the storm of last November, and "
    "two shipping lines have moved to Dunmore. The council will vote on the zymurgical tax that is "
    "to pay for it within the month. Fishermen fear for the oyster beds beside the northern pier."
)
OLD = article(id="old", title="Dredging of harbour to begin", body=BODY)
COPY = OLD | {"id": "copy", "outlet": "CNA", "published": "2026-02-03T11:00:00Z"}
NEW = article(
    id="new",
    title="Comet seen over Lima",
    body="A comet was seen above Lima in the night, and observers in the Andes took photographs.",
    published="2026-03-20T09:00:00Z",
)
LATE = OLD | {"id": "late", "outlet": "LATIMES", "published": "2026-03-21T09:00:00Z"}
PLACES = "select key, story_id, copy_group_id from articles order by key"


@pytest.fixture
def pruned(twicetold, folder):
    """The command line where the texts of an old story, a report and its copy, are gone."""
    write_lines(folder / "feed.jsonl", OLD, COPY, NEW)
    twicetold("run", "news.db", "feed.jsonl", "--now", "2026-03-20T10:00:00Z")
    result = twicetold("prune", "news.db", "--before", "2026-03-01", "--keep-signatures")
    assert result.stdout.startswith("the texts of 2 articles of 1 story deleted, ")
    return twicetold


def whole(folder):
    return b"".join(path.read_bytes() for path in folder.glob("news.db*")).lower()


def test_pruning_deletes_old_settled_stories_whole_and_leaves_the_rest_as_it_was(twicetold, folder):
    twicetold("run", "news.db", CORPUS)
    rest = "select key, story_id, copy_group_id, stories.title from articles join stories"
    rest += " on stories.id = story_id where last_published >= '2026-02-03' order by key"
    before = select("news.db", rest)
    ((all_of_them,),) = select("news.db", "select count(*) from articles")

    result = twicetold("prune", "news.db", "--before", "2026-02-03", "--json")

    assert select("news.db", rest) == before
    left = select("news.db", "select count(*) from articles")
    assert left == [(len(before),)]
    assert f'"articles": {all_of_them - len(before)}' in result.stdout
    assert len(before) < all_of_them
    assert twicetold("check", "news.db").exit_code == 0
    assert twicetold("prune", "news.db", "--before", "2026-02-03", "--csv").stdout == (
        "articles,stories,bytes\n0,0,0\n"
    )


def test_what_waits_is_not_pruned_before_it_is_clustered(twicetold, folder):
    write_lines(folder / "feed.jsonl", OLD, NEW)
    twicetold("run", "news.db", "feed.jsonl")
    update = OLD | {"body": f"{BODY} It did.", "updated": "2026-02-03T12:00:00Z"}
    write_lines(folder / "update.jsonl", update)
    twicetold("ingest", "news.db", "update.jsonl")

    for how in ([], ["--keep-signatures"]):
        result = twicetold("prune", "news.db", "--before", "2026-03-01", "--csv", *how)
        assert result.stdout.startswith("articles,stories,bytes\n0,0,")


def test_texts_go_from_the_file_and_the_rest_stays(twicetold, folder):
    first = OLD | {"body": BODY.replace("oyster", "periwinkle")}
    write_lines(folder / "feed.jsonl", first, COPY, NEW)
    write_lines(folder / "later.jsonl", OLD | {"updated": "2026-02-03T10:00:00Z"})
    for feed in ("feed.jsonl", "later.jsonl"):
        twicetold("run", "news.db", feed)
    stored = "select key, title, outlet_id, url, published, words, story_id, copy_group_id, minhash"
    stored += " from articles join signatures on article_id = articles.id order by key"
    others = ["select * from links", "select * from bands", "select * from stories", stored]
    before = [select("news.db", sql) for sql in others]
    secrets = (b"quibblesworth", b"zymurg", b"periwinkle")
    assert [word for word in secrets if word not in whole(folder)] == []

    twicetold("prune", "news.db", "--before", "2026-03-01", "--keep-signatures")

    assert [word for word in secrets if word in whole(folder)] == []
    assert [select("news.db", sql) for sql in others] == before
    assert select("news.db", "select key from articles where pruned is null") == [("new",)]
    assert select("news.db", "select * from versions") == []
    answer = "select rowid from articles_fts where articles_fts match ?"
    assert select("news.db", answer, "tankers") == []
    assert len(select("news.db", answer, "dredging")) == 2  # in their titles
    assert twicetold("check", "news.db").exit_code == 0


def test_reading_them_again_brings_nothing_back(pruned, folder):
    write_lines(folder / "reworded.jsonl", OLD | {"body": f"{BODY} More follows."})
    before = select("news.db", PLACES)

    again = pruned("run", "news.db", "feed.jsonl")
    reworded = pruned("run", "news.db", "reworded.jsonl")

    assert again.stdout.startswith("0 articles stored, 0 updated, 3 unchanged")
    assert reworded.stdout.startswith("0 articles stored, 0 updated, 1 unchanged")
    assert b"quibblesworth" not in whole(folder)
    assert select("news.db", PLACES) == before
    assert select("news.db", "select count(*) from versions") == [(0,)]


def test_a_newer_version_brings_a_text_and_stays_in_its_story(pruned, folder):
    newer = OLD | {"body": f"{BODY} The council agreed.", "updated": "2026-03-20T09:30:00Z"}
    write_lines(folder / "newer.jsonl", newer)
    before = select("news.db", PLACES)

    result = pruned("run", "news.db", "newer.jsonl")

    assert result.stdout.startswith("0 articles stored, 1 updated")
    assert select("news.db", "select key from articles where pruned is null order by key") == [
        ("new",),
        ("old",),
    ]
    assert select("news.db", PLACES) == before
    assert select("news.db", "select * from versions") == []
    assert pruned("versions", "news.db", "old").stdout == "no older text is stored\n"
    assert pruned("check", "news.db").exit_code == 0


def test_a_late_copy_is_recognised_by_signature_and_says_so(pruned, folder):
    write_lines(folder / "late.jsonl", LATE)
    (expected_names,) = json.loads(pruned("match", "news.db", "late.jsonl", "--json").stdout)

    pruned("run", "news.db", "late.jsonl")

    ((story,),) = select("news.db", "select story_id from articles where key = 'old'")
    assert (
        expected_names["copy_of"],
        expected_names["share_of_copy"],
        expected_names["story"],
    ) == (1, None, story)
    assert select("news.db", "select articles, outlets from stories where id = ?", story) == [
        (3, 3)
    ]
    assert select("news.db", "select articles from copy_groups") == [(3,)]
    link = "select kind, probability, jaccard, a_in_b, b_in_a from links"
    link += " join articles on articles.id = b and key = 'late' where a = 1"
    assert select("news.db", link) == [("copy", 1.0, 1.0, None, None)]
    card = pruned("show", "news.db", story).stdout
    assert "its text was pruned on " in card
    assert "100% similar to Reuters's #1, estimated by signatures" in card
    assert pruned("check", "news.db").exit_code == 0


@pytest.mark.parametrize(
    "body",
    [
        BODY.partition(" The council")[0],  # half of it
        BODY.replace("Tuesday", "Friday").replace("spring", "May").replace("two", "six"),  # a form?
        "",
    ],
)
def test_what_signatures_can_not_tell_surely_is_no_copy(pruned, folder, body):
    write_lines(folder / "late.jsonl", LATE | {"body": body})

    pruned("run", "news.db", "late.jsonl")

    assert select("news.db", "select copy_group_id from articles where key = 'late'") == [(None,)]
    assert len(select("news.db", "select id from stories")) == 3


def test_rebuilding_leaves_them_where_they_stand(pruned, folder):
    write_lines(folder / "late.jsonl", LATE)
    pruned("run", "news.db", "late.jsonl")
    standing = [PLACES, "select a, b, kind, jaccard from links order by a, b"]
    before = [select("news.db", sql) for sql in standing]

    result = pruned("rebuild", "news.db")

    assert result.exit_code == 0
    assert [select("news.db", sql) for sql in standing] == before
    assert pruned("check", "news.db").exit_code == 0


def test_all_others_are_clustered_as_ever_when_rebuilt(twicetold, folder):
    twicetold("run", "news.db", CORPUS)
    twicetold("prune", "news.db", "--before", "2026-02-03", "--keep-signatures")
    gone = "select key, story_id, copy_group_id from articles where pruned is not null order by key"
    links = "select * from links join articles on articles.id in (a, b) and pruned is not null"
    before, linked = select("news.db", gone), select("news.db", f"{links} order by a, b")
    assert before
    assert linked

    twicetold("rebuild", "news.db", "--granularity", "episode")
    assert select("news.db", gone) == before
    twicetold("rebuild", "news.db", "--granularity", "event")

    assert select("news.db", gone) == before
    assert select("news.db", f"{links} order by a, b") == linked
    assert twicetold("check", "news.db").exit_code == 0


def test_the_texts_of_a_late_copy_go_with_the_next_pruning(pruned, folder):
    write_lines(folder / "late.jsonl", LATE, article(id="end", published="2026-05-01T09:00:00Z"))
    prune = ("prune", "news.db", "--before", "2026-04-01", "--csv", "--no-headers")
    pruned("run", "news.db", "late.jsonl")

    first = pruned(*prune, "--keep-signatures").stdout
    second = pruned(*prune, "--keep-signatures").stdout
    deleted = pruned(*prune).stdout

    assert first.startswith("2,2,")  # the late copy and the comet
    assert second == "0,0,0\n"
    assert deleted.startswith("4,2,")
    assert select("news.db", "select key from articles") == [("end",)]
    tables = ("bands", "signatures", "links", "copy_groups")
    left = [select("news.db", f"select count(*) from {table}") for table in tables]
    assert left == [[(32,)], [(1,)], [(0,)], [(0,)]]
    assert pruned("check", "news.db").exit_code == 0


def test_a_removed_pruned_article_does_not_come_back(pruned, folder):
    pruned("remove", "news.db", "old")

    assert select("news.db", PLACES) == [("copy", 1, None), ("new", 2, None)]
    assert select("news.db", "select count(*) from bands") == [(64,)]
    assert ", 1 rejected (none of them new)\n" in pruned("run", "news.db", "feed.jsonl").stdout
    assert pruned("check", "news.db").exit_code == 0


def test_the_evidence_of_a_pruned_pair_is_its_stored_link(pruned, folder):
    write_lines(folder / "late.jsonl", LATE)
    pruned("run", "news.db", "late.jsonl")

    by_text = pruned("why", "news.db", "old", "copy").stdout.splitlines()
    by_signature = pruned("why", "news.db", "late", "old").stdout.splitlines()
    strangers = pruned("why", "news.db", "old", "new", "--json").stdout

    assert by_text[3:] == [
        "  in the index: one story",
        "  the text of #1 and #2 was pruned: only the stored link and signatures are left",
        "  a link of kind copy; probability 1.00",
        "  shared text: 100% of A is in B, 100% of B is in A, Jaccard 1.00",
    ]
    assert by_signature[3:] == [
        "  in the index: one story",
        "  the text of #1 was pruned: only the stored link and signatures are left",
        "  a link of kind copy; probability 1.00",
        "  Jaccard 1.00, estimated by signatures, within .07 or so",
    ]
    message = json.loads(strangers)
    assert (message["pruned"], message["one_story"], message["probability"]) == ([1], False, None)


def test_asking_for_a_pruned_text_is_an_error(pruned):
    result = pruned("versions", "news.db", "old")

    assert result.exit_code == 1
    assert result.stderr.startswith("news.db: the text of 'old' was pruned on 20")


def test_decisions_bring_others_to_it_but_do_not_move_it(pruned, folder):
    other = article(id="other", title="Tanker fire", published="2026-02-20T09:00:00Z")
    write_lines(folder / "more.jsonl", other)
    pruned("run", "news.db", "more.jsonl")

    joined = pruned("same", "news.db", "old", "new")
    pruned("prune", "news.db", "--before", "2026-03-01", "--keep-signatures")
    refused = pruned("same", "news.db", "old", "other")
    parted = pruned("different", "news.db", "old", "new")

    assert joined.exit_code == 0
    assert select("news.db", "select distinct story_id from articles where key <> 'other'") == [
        (1,)
    ]
    assert refused.stderr == (
        "news.db: the text of #1 and #4 was pruned, so its story can't be changed\n"
    )
    assert parted.exit_code == 1


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["stories", "--search", "comet"], ["Comet seen over Lima"]),
        (["history", "1"], ["created", "settled"]),
        (["stale"], []),
    ],
)
def test_other_questions_are_answered(pruned, command, words):
    name, *options = command

    result = pruned(name, "news.db", *options)

    assert (result.exit_code, result.stderr) == (0, "")
    assert [word for word in words if word not in result.stdout] == []


def test_measuring_needs_no_texts(twicetold, folder):
    twicetold("run", "news.db", CORPUS)
    gold = CORPUS / "gold.csv"
    before = twicetold("evaluate", "news.db", gold, "--csv").stdout
    twicetold("prune", "news.db", "--before", "2026-02-03", "--keep-signatures")

    assert twicetold("evaluate", "news.db", gold, "--csv").stdout == before


def test_missing_buckets_of_a_pruned_article_are_made_from_its_signature(pruned):
    with library.Index.open("news.db") as index:
        before = index.connection.execute("select * from bands").fetchall()
        index.connection.execute("delete from bands where article_id = 1")

        answer = {one.rule: one.broken for one in library.check(index, repair=True) if one.broken}

        assert answer == {"signatures and buckets are those of the texts": 1}
        assert index.connection.execute("select * from bands").fetchall() == before
