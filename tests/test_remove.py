"""`remove`: an article is taken down, and nothing of it stays."""

import pytest
from newsroom import CORPUS, MODEL_STORY, article, select, write_lines

import twicetold as library

REUTERS = "https://www.reuters.example/world/reuters-abudhabi-0205-2026-02-05"


def shape(path):
    """Who is with whom, in stories and in copy groups."""
    sides = []
    for column in ("story_id", "copy_group_id"):
        mates: dict[int, set[str]] = {}
        for key, number in select(path, f"select key, {column} from articles"):
            mates.setdefault(number, set()).add(key)
        sides.append({frozenset(keys) for number, keys in mates.items() if number})
    return sides


def test_no_word_of_a_removed_article_stays_in_the_file(twicetold, folder):
    secret = article(
        id="secret",
        title="Xanthippe Quibblesworth is named",
        body="A court heard of Quibblesworth's zymurgical past. " * 8,
    )
    older = secret | {"title": "Quibblesworth to be named", "updated": "2026-02-03T10:00:00Z"}
    write_lines(folder / "feed.jsonl", article(), secret, older | {"body": secret["body"] * 2})
    twicetold("run", "news.db", "feed.jsonl")
    assert b"Quibblesworth" in (folder / "news.db").read_bytes()

    result = twicetold("remove", "news.db", "secret", "--note", "court order 12/26")

    assert result.exit_code == 0
    left = b"".join(path.read_bytes() for path in folder.glob("news.db*")).lower()
    assert [word for word in (b"quibblesworth", b"zymurg", b"xanthippe") if word in left] == []
    assert select("news.db", "select distinct note from tombstones") == [("court order 12/26",)]
    assert select("news.db", "select key from articles") == [("talks-1",)]
    assert twicetold("check", "news.db").exit_code == 0


def test_it_does_not_come_back_and_leaves_no_word_when_it_tries(twicetold, folder):
    write_lines(folder / "feed.jsonl", article(), article(id="b", title="A name"))
    twicetold("run", "news.db", "feed.jsonl")
    twicetold("remove", "news.db", "b")

    result = twicetold("run", "news.db", "feed.jsonl")

    assert (result.exit_code, result.stderr) == (0, "")  # no news
    assert ", 1 rejected (none of them new)\n" in result.stdout
    assert select("news.db", "select key from articles") == [("talks-1",)]
    assert select("news.db", "select excerpt from rejections") == [("",)]


@pytest.mark.parametrize(
    "sql",
    [
        f"select '{REUTERS}'",  # the origin of copies
        "select key from articles order by published limit 1",
        "select key from articles order by published desc limit 1",
        "select key from articles where copy_group_id is not null order by published limit 1",
    ],
)
def test_stories_and_copy_groups_are_as_if_it_had_never_been_there(twicetold, folder, sql):
    twicetold("run", "news.db", CORPUS)
    ((key,),) = select("news.db", sql)
    with library.Index.open("never.db", create=True) as index:
        items = library.read_articles(CORPUS)
        library.run(index, (item for item in items if item.key != key))

    twicetold("remove", "news.db", key)

    assert shape("news.db") == shape("never.db")
    assert twicetold("check", "news.db").exit_code == 0
    title = "select count(*) from stories where title = ?"
    assert select("news.db", title, MODEL_STORY) == select("never.db", title, MODEL_STORY)


def test_a_missing_article_is_an_error(twicetold, folder):
    write_lines(folder / "feed.jsonl", article())
    twicetold("run", "news.db", "feed.jsonl")

    result = twicetold("remove", "news.db", "nobody")

    assert result.exit_code == 1
    assert result.stderr.startswith("news.db: no article 'nobody'")


def test_copies_of_earlier_days_stay_a_group_and_their_story_is_recounted(twicetold, folder):
    body = article()["body"] * 3
    write_lines(
        folder / "feed.jsonl",
        article(id="first", body=body),
        article(id="second", outlet="CNA", body=body),
        article(id="late", outlet="LATIMES", body=body, published="2026-03-09T09:00:00Z"),
    )
    twicetold("run", "news.db", "feed.jsonl")

    twicetold("remove", "news.db", "late")

    assert shape("news.db") == [{frozenset({"first", "second"})}] * 2
    assert select("news.db", "select articles, outlets from stories") == [(2, 2)]
    assert twicetold("check", "news.db").exit_code == 0


SECRET = article(
    id="https://e.example/mxyzptlk",
    url="https://e.example/mxyzptlk",
    outlet="Outletsecret",
    title="Quibblesworth is named in court",
    body="A zymurgical past of Quibblesworth. " * 20,
    byline="Bylinefoo",
)
WORDS = (b"quibblesworth", b"zymurg", b"mxyzptlk", b"bylinefoo", b"oldversion", b"outletsecret")
OTHERS = [
    article(
        id=f"n{n}", outlet=f"O{n}", title=f"Ordinary news {n}", body="Some text that goes on. " * n
    )
    for n in range(9)
]
COMES_BACK = {
    "as it was": {},
    "with a bad date": {"published": "5 Feb"},
    "with a date far ahead": {"published": "2062-02-05"},
    "without id, with tracking": {"id": None, "url": "https://e.example/mxyzptlk?utm_source=x#top"},
    "with a slash": {"id": "https://e.example/mxyzptlk/"},
    "with upper case": {"id": "HTTPS://E.example/mxyzptlk"},
    "with another scheme": {"id": None, "url": "http://e.example/mxyzptlk"},
    "with another id and no url": {"id": "other", "url": None},
    "without a title": {"title": ["Quibblesworth"], "body": {"zymurgical": 1}},
}


def words_left(folder):
    """The secret words that the bytes of the index and its log still hold."""
    data = b"".join(path.read_bytes() for path in folder.glob("news.db*")).lower()
    return [word for word in WORDS if word in data]


@pytest.mark.parametrize("changes", COMES_BACK.values(), ids=COMES_BACK)
def test_a_removed_article_leaves_nothing_and_does_not_come_back(twicetold, folder, changes):
    write_lines(folder / "feed.jsonl", *OTHERS, SECRET)
    later = {"title": "Quibblesworth again", "body": "Oldversion. " * 20}
    write_lines(folder / "later.jsonl", SECRET | later | {"updated": "2026-02-04T10:00:00Z"})
    write_lines(folder / "bad.jsonl", SECRET | {"title": 7, "body": None}, SECRET | {"outlet": 7})
    write_lines(folder / "other.jsonl", article(url="https://e.example/x", outlet=7, body=None))
    for name in ("feed", "later", "bad", "other"):
        twicetold("run", "news.db", f"{name}.jsonl")
    twicetold("same", "news.db", SECRET["id"], "n1", "--note", "Quibblesworth", "--by", "Bylinefoo")
    assert words_left(folder) == list(WORDS)

    assert twicetold("remove", "news.db", SECRET["id"]).exit_code == 0
    assert words_left(folder) == []
    assert select("news.db", "select count(*) from rejections") == [(1,)]  # of another article

    write_lines(
        folder / "again.jsonl", {k: v for k, v in (SECRET | changes).items() if v is not None}
    )
    result = twicetold("run", "news.db", "again.jsonl")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].endswith(", 1 rejected (none of them new)")
    assert words_left(folder) == []
    assert twicetold("check", "news.db").exit_code == 0


def test_a_copy_of_the_tombstones_does_not_tell_which_urls_they_are_of(twicetold, folder):
    import hashlib

    for name in ("one.db", "other.db"):
        write_lines(folder / "feed.jsonl", SECRET)
        twicetold("run", name, "feed.jsonl")
        twicetold("remove", name, SECRET["id"])

    one, other = (
        {row[0] for row in select(name, "select name_hash from tombstones")}
        for name in ("one.db", "other.db")
    )
    assert one.isdisjoint(other)
    assert hashlib.sha256(SECRET["id"].encode()).hexdigest() not in one


PAGE = "https://www.reuters.example/news/one"


def test_removing_one_outlets_article_leaves_the_others_of_that_key_alone(twicetold, folder):
    owner = article(id=None, url=PAGE)
    write_lines(folder / "feed.jsonl", owner, article(id=PAGE, outlet="Squatter", title="Squatted"))
    write_lines(folder / "five.jsonl", article(id="5", outlet="A", title="Bells of A"))
    twicetold("run", "news.db", "feed.jsonl", "five.jsonl")

    for key in (f"Squatter|{PAGE}", "key:5"):
        assert twicetold("remove", "news.db", key).exit_code == 0
    newer = owner | {"title": "Talks on the harbour end", "updated": "2026-02-03T12:00:00Z"}
    write_lines(folder / "next.jsonl", newer, article(id="5", outlet="B", title="Bells of B"))
    result = twicetold("run", "news.db", "next.jsonl", "feed.jsonl", "five.jsonl")

    assert result.stdout.startswith("1 article stored, 1 updated, 1 unchanged, 2 rejected")
    assert sorted(select("news.db", "select title from articles")) == [
        ("Bells of B",),
        ("Talks on the harbour end",),
    ]


def test_a_removed_article_is_recognised_by_a_url_that_it_had_before(twicetold, folder):
    first = article(url="https://e.example/old-name")
    second = first | {"url": "https://e.example/new-name", "updated": "2026-02-03T10:00:00Z"}
    write_lines(folder / "feed.jsonl", first, second | {"title": "Talks on the harbour end"})
    twicetold("run", "news.db", "feed.jsonl")
    twicetold("remove", "news.db", "talks-1")

    write_lines(folder / "again.jsonl", first | {"id": None, "title": "Other", "body": "Text."})
    result = twicetold("run", "news.db", "again.jsonl")

    assert result.stdout.startswith("0 articles stored, 0 updated, 0 unchanged, 1 rejected")


BROKEN = {
    "a line with its id": '{"id": "secret", "title": "Quibblesworth of',
    "a line with its url behind much else": '{"title": "Quibblesworth of", "body": "'
    + "Zymurgy " * 50
    + '", "url": "https://e.example/q", "x": ',
    "a line with nothing": '{"title": "Quibblesworth of',
    "a record without a text": '{"guid": "secret", "title": [1], "body": "Quibblesworth"}',
    "a record without a name": '{"outlet": "E", "title": "Quibblesworth", "body": 5}',
}


@pytest.mark.parametrize("line", BROKEN.values(), ids=BROKEN)
def test_a_broken_record_of_a_removed_article_leaves_no_word(twicetold, folder, line):
    secret = article(id="secret", title="Quibblesworth", url="https://e.example/q", body="Zymurgy")
    write_lines(folder / "feed.jsonl", article(), secret)
    twicetold("run", "news.db", "feed.jsonl")
    twicetold("remove", "news.db", "secret")

    write_lines(folder / "quibblesworth.jsonl", line, secret)
    twicetold("run", "news.db", "quibblesworth.jsonl")

    left = b"".join(path.read_bytes() for path in folder.glob("news.db*")).lower()
    assert [word for word in (b"quibblesworth of", b"zymurg") if word in left] == []


def test_rejections_that_share_short_words_go_and_others_are_no_news_later(twicetold, folder):
    ahead = {"published": "2031-01-01"}
    write_lines(folder / "feed.jsonl", article(id="q", title="Ed Fox", body="Ed Fox is in."))
    bad = [article(id="q2", title="Ed Fox", **ahead), article(id="h", title="Harbour", **ahead)]
    write_lines(folder / "bad.jsonl", *bad)
    twicetold("run", "news.db", "feed.jsonl", "bad.jsonl")

    twicetold("remove", "news.db", "q")

    assert select("news.db", "select excerpt from rejections") == [("Harbour",)]
    assert twicetold("run", "news.db", "bad.jsonl").exit_code == 0


def test_an_entry_of_a_feed_that_is_cut_off_is_recognised_by_its_id(twicetold, folder):
    feed = (
        "<rss version='2.0'><channel><title>Reuters</title><item><guid>secret</guid>"
        "<title>{}</title><description>Zymurgy</description></item>"
    )
    (folder / "feed.rss").write_text(feed.format("Quibblesworth") + "</channel></rss>")
    twicetold("run", "news.db", "feed.rss")
    twicetold("remove", "news.db", "secret")

    (folder / "again.rss").write_text(feed.format("Quibblesworth again"))
    twicetold("run", "news.db", "again.rss")

    left = b"".join(path.read_bytes() for path in folder.glob("news.db*")).lower()
    assert b"quibblesworth" not in left
    assert select("news.db", "select field from rejections") == [("id",)]
