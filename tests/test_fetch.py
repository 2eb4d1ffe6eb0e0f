"""Feeds from the network: politely, within limits, and whatever a server does."""

import gzip
import http.server
import json
import socket
import sys
import threading
import time
import tracemalloc
from collections import Counter
from contextlib import suppress
from itertools import pairwise
from urllib.parse import urlsplit

import httpcore
import pytest
from newsroom import article as record
from newsroom import select, write_lines

import twicetold as library
from twicetold.fetching import connections

SENTENCE = "The ferry sailed {} hours late on Tuesday because of the tide, and the mayor was cross."
TEXT = " ".join(SENTENCE.format(hours) for hours in range(3))
QUICK = library.Limits(seconds=1.5, bytes=200_000, pause=0.0)


def feed(*titles, encoding="utf-8", declared="utf-8", path="/"):
    items = "".join(
        f"<item><title>{title}</title><link>http://{{host}}/page/{title}</link>"
        f"<guid isPermaLink='false'>{path}{title}</guid>"
        f"<pubDate>Tue, 03 Feb 2026 10:00:00 +0100</pubDate><description>{TEXT[:80]}</description>"
        "</item>"
        for title in titles
    )
    text = (
        f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel>'
        f"<title>The Merrow Gazette</title>{items}</channel></rss>"
    )
    return text.encode(encoding)


class Server:
    """A server of this machine with many hosts: 127.0.0.2, 127.0.0.3, …; `answers` by path."""

    def __init__(self):
        self.answers = {}  # path -> function of a handler
        self.asked = []  # (host, path, headers)
        self.times = {}  # host -> when it was asked
        self.at_once = Counter()  # requests of a host at the same time, at most
        self.hosts_at_once = 0  # hosts that were asked at the same time, at most
        self.ended = []  # paths, in the order in which their answers ended
        self._now = Counter()
        self._lock = threading.Lock()
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                host = self.headers["Host"].partition(":")[0]
                with owner._lock:
                    owner.asked.append((host, self.path, dict(self.headers)))
                    owner.times.setdefault(host, []).append(time.monotonic())
                    owner._now[host] += 1
                    busy = sum(number > 0 for number in owner._now.values())
                    owner.hosts_at_once = max(owner.hosts_at_once, busy)
                    owner.at_once[host] = max(owner.at_once[host], owner._now[host])
                try:
                    with suppress(OSError):
                        owner.answers.get(self.path, missing)(self)
                finally:
                    with owner._lock:
                        owner._now[host] -= 1
                        owner.ended.append(self.path)

            def log_message(self, *_):
                pass

        self._http = http.server.ThreadingHTTPServer(("0.0.0.0", 0), Handler)
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def url(self, path, host=2):
        return f"http://127.0.0.{host}:{self.port}{path}"

    def paths(self):
        return [path for _, path, _ in self.asked if path != "/robots.txt"]

    def stop(self):
        self._http.shutdown()
        self._http.server_close()


def reply(handler, status, body=b"", **headers):
    handler.send_response(status)
    for name, value in {"Content-Length": len(body), **headers}.items():
        handler.send_header(name.replace("_", "-"), str(value))
    handler.end_headers()
    handler.wfile.write(body)


def missing(handler):
    reply(handler, 404)


def answer(body=b"", status=200, **headers):
    """An answer with a body; {host} in it is the host that was asked."""
    return lambda handler: reply(
        handler, status, body.replace(b"{host}", handler.headers["Host"].encode()), **headers
    )


@pytest.fixture
def server():
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def fetch(index):
    """Fetch into an empty index, as if it were a certain time; returns the counts."""

    def run(*feeds, now="2026-02-05T00:00:00Z", **options):
        options = {"allow_private": True, "limits": QUICK, **options}
        return library.fetch(index, feeds, now=now, **options)

    return run


def titles(index):
    return sorted(article.title for article in library.articles(index))


def states(index):
    return {urlsplit(each.url).path: each for each in library.feeds(index)}


def test_feeds_are_read_and_remembered(index, server, fetch, tmp_path):
    server.answers = {"/one": answer(feed("a")), "/two": answer(feed("b", path="/two"))}
    opml = tmp_path / "feeds.opml"
    opml.write_text(
        f'<opml version="2.0"><body><outline text="World"><outline type="rss" text="One"'
        f' xmlUrl="{server.url("/one")}"/></outline></body></opml>'
    )

    first = fetch(str(opml), server.url("/two"))
    again = fetch()

    assert (first.feeds, first.failed, first.counts.stored) == (2, 0, 2)
    assert (again.feeds, again.counts.stored, again.counts.unchanged) == (2, 0, 2)
    assert titles(index) == ["a", "b"]
    assert [(each.title, each.articles, each.error) for each in library.feeds(index)] == [
        ("One", 1, ""),
        ("The Merrow Gazette", 1, ""),
    ]


def test_a_feed_that_has_not_changed_is_not_sent_again(index, server, fetch):
    def conditional(handler):
        if handler.headers["If-None-Match"] == '"v1"':
            assert handler.headers["If-Modified-Since"] == "Tue, 03 Feb 2026 09:00:00 GMT"
            return reply(handler, 304)
        return reply(
            handler, 200, feed("a"), ETag='"v1"', Last_Modified="Tue, 03 Feb 2026 09:00:00 GMT"
        )

    server.answers = {"/one": conditional}

    fetch(server.url("/one"))
    counts = [fetch(), fetch()]

    assert [(each.unchanged, each.failed) for each in counts] == [(1, 0), (1, 0)]
    assert states(index)["/one"].status == 304


def test_what_robots_txt_forbids_is_not_asked_for(index, server, fetch):
    server.answers = {
        "/robots.txt": answer(b"User-agent: twicetold\nDisallow: /private\n"),
        "/private/one": answer(feed("a")),
        "/one": answer(feed("b", path="/one")),
    }

    fetch(server.url("/private/one"), server.url("/one"))

    assert server.paths() == ["/one"]
    assert states(index)["/private/one"].error == "is forbidden by robots.txt"
    assert titles(index) == ["b"]


def test_a_server_whose_robots_txt_fails_is_left_alone(index, server, fetch):
    server.answers = {"/robots.txt": answer(status=503), "/one": answer(feed("a"))}

    fetch(server.url("/one"))

    assert server.paths() == []
    assert states(index)["/one"].error.startswith("has a robots.txt that can't be read")


@pytest.mark.parametrize("filler", [600_000, 0])
def test_of_a_long_robots_txt_the_beginning_counts(index, server, fetch, filler):
    rules = b"User-agent: *\nDisallow: /\n" + b"# and so on\n" * (filler // 12)
    server.answers = {"/robots.txt": answer(rules), "/one": answer(feed("a"))}

    fetch(server.url("/one"))

    assert states(index)["/one"].error == "is forbidden by robots.txt"


def test_a_robots_txt_that_is_damaged_forbids_everything(index, server, fetch):
    server.answers = {
        "/robots.txt": answer(b"\x1f\x8b????", Content_Encoding="gzip"),
        "/one": answer(feed("a")),
    }

    fetch(server.url("/one"))

    assert server.paths() == []


def test_every_request_says_who_asks(server, fetch):
    server.answers = {"/one": answer(feed("a"))}

    fetch(server.url("/one"), user_agent="Gazette archive (desk@gazette.example)")

    agents = {headers["User-Agent"] for _, _, headers in server.asked}
    assert agents == {f"Gazette archive (desk@gazette.example) twicetold/{library.__version__}"}


def test_a_host_is_asked_in_turns_with_a_pause_and_others_meanwhile(server, fetch):
    def slow(handler):
        time.sleep(0.1)
        reply(handler, 200, feed("a"))

    server.answers = {f"/{number}": slow for number in range(4)}
    urls = [server.url(f"/{number}", host) for host in (2, 3, 4) for number in range(4)]

    fetch(*urls, limits=QUICK._replace(pause=0.1, seconds=10.0))

    assert set(server.at_once.values()) == {1}
    assert server.hosts_at_once == 3
    assert all(b - a >= 0.1 for times in server.times.values() for a, b in pairwise(times))


def test_a_feed_that_has_moved_for_good_is_known_by_both_urls(index, server, fetch):
    server.answers = {
        "/old": answer(status=301, Location="/newer"),
        "/newer": answer(status=308, Location="/new"),
        "/new": answer(feed("a")),
    }
    old = server.url("/old")
    fetch(old)
    server.asked.clear()

    fetch(old)

    assert server.paths() == ["/new"]
    assert [urlsplit(each.url).path for each in library.feeds(index)] == ["/new"]


def test_a_feed_that_has_moved_for_now_stays_where_it_is(index, server, fetch):
    server.answers = {
        "/old": answer(status=301, Location="/newer"),
        "/newer": answer(status=302, Location="/new"),
        "/new": answer(feed("a")),
    }

    fetch(server.url("/old"))

    assert list(states(index)) == ["/old"]


def test_two_feeds_that_move_to_one_place_become_one(index, server, fetch):
    server.answers = {
        "/one": answer(feed("a")),
        "/two": answer(feed("b", path="/two")),
        "/new": answer(feed("a", "c", path="/new")),
    }
    fetch(server.url("/one"), server.url("/two"))
    for path in ("/one", "/two"):
        server.answers[path] = answer(status=301, Location="/new")

    fetch()
    fetch()

    (state,) = library.feeds(index)
    assert (urlsplit(state.url).path, state.articles) == ("/new", 4)


def drip(handler):
    """A byte now and then."""
    handler.send_response(200)
    handler.end_headers()
    for byte in feed("slow"):
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(0.2)


def drip_headers(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(100):
        handler.wfile.write(f"X-{number}: y\r\n".encode())
        handler.wfile.flush()
        time.sleep(0.2)


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"<rss>" * 10_000)


def silent(handler):
    time.sleep(4)


BOMB = gzip.compress(b"x" * 50_000_000)
MISBEHAVIOUR = {  # path -> how it is answered, how the error begins
    "/drip": (drip, "takes too long to answer"),
    "/headers": (drip_headers, "takes too long to answer"),
    "/silent": (silent, "takes too long to answer"),
    "/endless": (endless, "has more than 0.2 MB"),
    "/bomb": (answer(BOMB, Content_Encoding="gzip"), "has more than 0.2 MB"),
    "/br": (answer(b"x", Content_Encoding="br"), "is encoded as br, which was not asked for"),
    "/torn": (answer(BOMB[:20] + b"?" * 99, Content_Encoding="gzip"), "is damaged gzip"),
    "/loop": (answer(status=302, Location="/loop"), "has more than 5 redirects"),
    "/file": (answer(status=302, Location="file:///etc/passwd"), "redirects to something"),
    "/nowhere": (answer(status=302), "has more than 5 redirects"),
    "/404": (missing, "answers 404 Not Found"),
    "/500": (answer(status=500), "answers 500 Internal Server Error"),
    "/page": (
        answer(b'<html><link rel="alternate" type="application/rss+xml" href="/rss"><p>Hello'),
        "is a web page, not a feed (its feeds: http://127.0.0.",
    ),
    "/empty": (answer(b""), "is neither RSS, Atom nor a JSON Feed"),
    "/cut": (answer(feed("a")[:90]), "is cut off before its first entry"),
    "/liar": (answer(b"x", Content_Length=99), "can't be reached"),
    "/noise": (lambda handler: handler.wfile.write(b"\0\1\2" * 99), "can't be reached"),
}


def test_no_feed_that_misbehaves_delays_another_or_fills_the_memory(index, server, fetch):
    server.answers = {path: how for path, (how, _) in MISBEHAVIOUR.items()}
    server.answers["/good"] = answer(feed("good"))
    urls = [server.url(path, host) for host, path in enumerate(MISBEHAVIOUR, start=3)]

    tracemalloc.start()
    counts = fetch(*urls, server.url("/good", 200))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    known = states(index)
    for path, (_, error) in MISBEHAVIOUR.items():
        assert known[path].error.startswith(error), (path, known[path].error)
        assert (known[path].failures, known[path].succeeded) == (1, None)
    assert known["/good"].error == ""
    assert (counts.failed, titles(index)) == (len(MISBEHAVIOUR), ["good"])
    assert not {"/drip", "/headers", "/silent"} & set(server.ended[: server.ended.index("/good")])
    assert peak < 60_000_000
    reasons = select_rejections(index)
    assert len(reasons) == len(MISBEHAVIOUR)


def select_rejections(index):
    return [row.reason for row in library.rejections(index, limit=0)]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("utf-8", "iso-8859-1"), ("iso-8859-1", "utf-8"), ("utf-8", "utf-16")],
)
def test_a_feed_in_another_encoding_than_it_says_is_read(index, server, fetch, declared, encoding):
    body = feed("Häfen", encoding=encoding, declared=declared)
    server.answers = {"/one": answer(body, Content_Type=f"text/xml; charset={declared}")}

    fetch(server.url("/one"))

    assert titles(index) == ["Häfen"] or declared == "iso-8859-1"  # which any bytes are


@pytest.mark.parametrize(
    ("asked", "until"),
    [
        ("120", "2026-02-05T00:02:00Z"),
        ("Thu, 05 Feb 2099 00:10:00 GMT", "2026-02-12T00:00:00Z"),  # a week at most
        ("soon", "2026-02-05T00:15:00Z"),
    ],
)
def test_a_server_that_asks_for_time_is_left_alone_so_long(index, server, fetch, asked, until):
    server.answers = {"/one": answer(status=429, Retry_After=asked)}
    fetch(server.url("/one"))
    (state,) = library.feeds(index)

    early = fetch(now="2026-02-05T00:01:00Z")
    late = fetch(now="2026-02-13T00:00:00Z")

    assert (early.feeds, early.waiting) == (0, 1)
    assert (late.feeds, late.waiting) == (1, 0)
    assert (state.error, state.not_before) == ("answers 429 Too Many Requests", until)


def test_a_feed_that_keeps_failing_is_asked_less_and_less_but_every_night(index, server, fetch):
    waits = []
    for night in range(1, 9):
        fetch(server.url("/gone"), now=f"2026-02-{night:02}T00:00:00Z")
        waits.append(states(index)["/gone"].not_before[8:16])
    server.answers = {"/gone": answer(feed("a"))}
    fetch(now="2026-02-09T00:00:00Z")

    assert waits[:4] == ["01T00:15", "02T00:30", "03T01:00", "04T02:00"]
    assert waits[-1] == "08T20:00"
    assert (states(index)["/gone"].failures, states(index)["/gone"].not_before) == (0, None)


def test_private_addresses_are_asked_only_if_that_is_allowed(index, server, fetch):
    server.answers = {"/one": answer(feed("a"))}

    fetch(server.url("/one"), allow_private=False)
    refused = states(index)["/one"].error
    fetch(server.url("/one"))

    assert refused == ("is on a private network, 127.0.0.2 (allow that: --allow-private)")
    assert titles(index) == ["a"]


def test_a_redirect_does_not_lead_to_a_private_address(index, server, fetch, monkeypatch):
    monkeypatch.setattr(connections, "is_public", lambda address: address == "127.0.0.2")
    server.answers = {
        "/one": answer(status=302, Location=server.url("/secret", 3)),
        "/secret": answer(feed("secret")),
    }

    fetch(server.url("/one"), allow_private=False)

    assert server.paths() == ["/one"]
    assert states(index)["/one"].error.startswith("is on a private network, 127.0.0.3")


def test_a_name_is_looked_up_once_and_the_checked_address_is_used(index, fetch, monkeypatch):
    answers = iter(["192.0.43.8", "127.0.0.1", "127.0.0.1"])
    connected = []

    def look_up(host, port, *_, **__):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(self, host, *_, **__):
        connected.append(host)
        raise httpcore.ConnectError("no network here")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)

    fetch("http://rebound.example/feed", allow_private=False)

    assert connected == ["192.0.43.8"]


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "fe80::1%eth0", "fc00::1"),
        *("::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "::"),
        *("fec0::1", "64:ff9b:1::7f00:1", "::127.0.0.1", "::ffff:0:127.0.0.1"),
    ],
)
def test_an_address_that_not_everybody_can_reach_is_private(address):
    assert not connections.is_public(address)


@pytest.mark.parametrize("address", ["192.0.43.8", "2606:2800:220:1::1", "::ffff:192.0.43.8"])
def test_an_address_of_the_internet_is_public(address):
    assert connections.is_public(address)


PAGE = (
    '<html lang="en"><head><meta property="og:type" content="article"></head><body><article>'
    + "".join(f"<p>{SENTENCE.format(hours)}</p>" for hours in range(9))
    + "</article></body></html>"
).encode()


def test_pages_give_the_full_texts_of_new_articles(index, server, fetch):
    server.answers = {
        "/one": answer(feed("a", "b")),
        "/page/a": answer(PAGE, Content_Type="text/html"),
        "/page/b": missing,
    }

    counts = fetch(server.url("/one"), pages=True)
    again = fetch(pages=True)
    later = fetch()

    bodies = {a.title: index_body(index, a.article) for a in library.articles(index)}
    assert (counts.pages, counts.failed_pages) == (1, 1)
    assert bodies["a"].count("\n\n") == 8
    assert bodies["b"] == TEXT[:80].strip()
    assert server.paths().count("/page/a") == 1  # a short text of the feed replaces no full one
    assert server.paths().count("/page/b") == 2  # and what could not be read is asked for again
    assert (again.counts.updated, later.counts.updated) == (0, 0)


def test_pages_are_read_later_of_articles_that_are_there(index, server, fetch):
    server.answers = {"/one": answer(feed("a"), ETag='"1"'), "/page/a": answer(PAGE)}
    fetch(server.url("/one"))
    server.answers["/one"] = answer(status=304)

    counts = fetch(pages=True)
    again = fetch(pages=True)

    assert (counts.pages, again.pages) == (1, 0)
    assert index_body(index, 1).count("\n\n") == 8


def test_a_page_of_two_feeds_is_asked_for_once(index, server, fetch):
    server.answers = {"/one": answer(feed("a")), "/two": answer(feed("a")), "/page/a": answer(PAGE)}

    fetch(server.url("/one"), server.url("/two"), pages=True)

    assert server.paths().count("/page/a") == 1


def test_a_feed_is_forgotten_and_its_articles_stay(twicetold, server):
    server.answers = {"/one": answer(feed("a"))}
    twicetold("fetch", "news.db", server.url("/one"), "--allow-private")

    result = twicetold("feeds", "news.db", "--forget", server.url("/one"))
    again = twicetold("feeds", "news.db", "--forget", server.url("/one"))

    assert result.exit_code == 0
    assert select("news.db", "select (select count(*) from feeds), count(*) from articles") == [
        (0, 1)
    ]
    assert again.stderr == (
        f"news.db: has no feed {server.url('/one')} (list them: twicetold feeds news.db)\n"
    )


def test_a_feed_that_is_named_by_its_url_is_asked_at_once(index, server, fetch):
    fetch(server.url("/one"))
    server.answers = {"/one": answer(feed("a"))}

    counts = fetch(server.url("/one"))

    assert (counts.feeds, counts.waiting) == (1, 0)


def test_a_fetch_that_cannot_begin_makes_no_index(twicetold, folder):
    result = twicetold("fetch", "news.db")

    assert result.exit_code == 5
    assert not (folder / "news.db").exists()


def index_body(index, id):
    return library.full_article(index, id).body


def test_a_later_text_of_a_feed_replaces_the_text_of_the_page(index, server, fetch):
    server.answers = {"/one": answer(feed("a")), "/page/a": answer(PAGE)}
    fetch(server.url("/one"), pages=True)
    newer = feed("a").replace(b"03 Feb 2026 10:00", b"03 Feb 2026 12:00").replace(b"cross", b"calm")
    server.answers["/one"] = answer(newer)

    counts = fetch()

    assert counts.counts.updated == 1


def test_a_run_that_fails_forgets_nothing_that_was_not_stored(index, server, fetch, monkeypatch):
    server.answers = {"/one": answer(feed("a"), ETag='"v1"')}
    monkeypatch.setattr("twicetold.jobs.pipeline.store_items", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        fetch(server.url("/one"))
    monkeypatch.undo()

    fetch()

    assert all("If-None-Match" not in headers for _, _, headers in server.asked)
    assert titles(index) == ["a"]


def test_a_json_feed_is_read(index, server, fetch):
    items = [{"id": "1", "title": "a", "content_text": TEXT, "url": "https://post.example/1"}]
    body = {"version": "https://jsonfeed.org/version/1.1", "title": "Post", "items": items}
    server.answers = {"/one": answer(json.dumps(body).encode())}

    fetch(server.url("/one"))

    assert titles(index) == ["a"]


def test_the_command_reads_feeds_and_shows_how_they_are_doing(twicetold, server):
    server.answers = {"/one": answer(feed("a"))}
    urls = server.url("/one"), server.url("/none", 3)

    result = twicetold("fetch", "news.db", *urls, "--allow-private", "--now", "2026-02-05")
    again = twicetold("fetch", "news.db", "--allow-private", "--now", "2026-02-05T01:00")
    rows = json.loads(twicetold("feeds", "news.db", "--json").stdout)

    assert result.exit_code == 3
    assert result.stdout == (
        "2 feeds asked for (1 failed)\n"
        "1 article stored, 0 updated, 0 unchanged, 1 rejected\n0 new links, 1 new story\n"
    )
    assert result.stderr == f"{urls[1]}: feed answers 404 Not Found\n"
    assert again.exit_code == 0  # the same feed fails for the same reason
    assert [(each["url"], each["error"], each["articles"]) for each in rows] == [
        (urls[1], "answers 404 Not Found", 0),
        (urls[0], "", 1),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            None,
            "feeds.opml: can't be read: No such file or directory (a url begins with https://)\n",
        ),
        ("<opml><body/></opml>", "feeds.opml: lists no feeds (give an OPML file, or urls)\n"),
        ("no opml", "feeds.opml: lists no feeds (give an OPML file, or urls)\n"),
    ],
)
def test_a_list_without_feeds_is_told(twicetold, folder, content, message):
    if content is not None:
        (folder / "feeds.opml").write_text(content)

    result = twicetold("fetch", "news.db", "feeds.opml")

    assert (result.exit_code, result.stderr) == (1, message)


def test_an_index_without_feeds_says_so(twicetold, folder):
    write_lines(folder / "a.jsonl", record())
    twicetold("ingest", "news.db", "a.jsonl")

    result = twicetold("fetch", "news.db")

    assert (result.exit_code, result.stderr) == (
        1,
        "news.db: has no feeds to fetch (name an OPML file, or urls)\n",
    )


def test_the_extra_is_named_where_it_is_missing(twicetold, monkeypatch):
    for name in [each for each in sys.modules if each.startswith("twicetold.fetching")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "protego", None)

    result = twicetold("fetch", "news.db", "https://post.example/feed")

    assert result.exit_code == 1
    assert result.stderr == "fetch: needs protego (pip install 'twicetold[fetch]')\n"


def test_no_other_command_opens_a_connection(twicetold, folder, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    entity = '<!DOCTYPE rss [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>'
    (folder / "a.rss").write_bytes(feed("a").replace(b"<rss", entity.encode() + b"<rss"))
    (folder / "a.xml").write_text(f"{entity.replace('rss', 'nitf')}<nitf><body/></nitf>")
    (folder / "a.html").write_bytes(
        PAGE.replace(b"<body>", b'<base href="http://127.0.0.1:9/"><body>')
    )
    write_lines(folder / "a.jsonl", record())

    for words in (
        ["run", "news.db", "."],
        ["stories", "news.db"],
        ["show", "news.db", "1"],
        ["match", "news.db", "a.jsonl"],
        ["report", "news.db", "pages"],
        ["export", "news.db", "out"],
        ["feeds", "news.db"],
        ["statistics", "news.db"],
        ["check", "news.db"],
        ["rebuild", "news.db"],
    ):
        result = twicetold(*words)
        assert result.exit_code in (0, 3), (words, result.stderr)
    assert select("news.db", "select count(*) > 1 from articles") == [(1,)]


@pytest.mark.parametrize("url", ["http://[::1", "http://a b/", "http://", "https://\x00/"])
def test_an_address_that_is_none_costs_no_other_feed(index, server, fetch, url):
    server.answers = {"/one": answer(feed("a"))}

    fetch(url, server.url("/one"))
    fetch()

    assert titles(index) == ["a"]
    assert library.feeds(index)[0].error


def test_an_etag_that_no_request_can_have_is_left_away(index, server, fetch):
    server.answers = {"/one": answer(feed("a"), ETag='"\xe9"')}

    fetch(server.url("/one"))
    counts = fetch()

    assert (counts.failed, counts.counts.unchanged) == (0, 1)


def test_a_feed_takes_down_no_article(index, server, fetch):
    item = {"uri": "https://y.example/a", "source": "Y", "headline": "x", "body_text": TEXT}
    item["versioncreated"] = "2026-02-04T12:00:00Z"
    library.ingest(index, library.Article.from_dict({**item, "id": item["uri"], "outlet": "Y"}))
    kill = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [item | {"pubstatus": "canceled"}],
    }
    server.answers = {"/one": answer(json.dumps(kill).encode())}

    fetch(server.url("/one"))

    assert len(titles(index)) == 1


@pytest.mark.parametrize("charset", ["hex", "zlib", "base64", "idna", "undefined", "no such"])
def test_a_page_in_a_codec_that_is_no_encoding_is_read(index, server, fetch, charset):
    page = PAGE.replace(b"<head>", f'<head><meta charset="{charset}">'.encode())
    server.answers = {
        "/one": answer(feed("a")),
        "/page/a": answer(page, Content_Type=f"text/html; charset={charset}"),
    }

    assert fetch(server.url("/one"), pages=True).pages == 1
