"""What agencies send: NewsML-G2, NITF, ninjs, IPTC 7901."""

import json
from datetime import UTC, datetime

import pytest
from newsroom import select

import twicetold as library

BODY = (
    "MERROW (TPA) - Envoys of both sides met again on Tuesday to talk about the harbour of Merrow."
)
MORE = "They had last spoken in spring, when the talks broke down over who pays for dredging."
NEWSML = """<?xml version="1.0" encoding="UTF-8"?>
<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/">
<header><sent>2026-02-03T10:00:00Z</sent></header>
<itemSet><newsItem guid="urn:newsml:tpa.example:1" version="{version}" xml:lang="en">
<itemMeta><itemClass qcode="ninat:text"/><provider literal="TPA">
<name>Tarn Press Agency</name></provider>
<versionCreated>{changed}</versionCreated><firstCreated>2026-02-03T10:00:00+01:00</firstCreated>
{embargo}<pubStatus qcode="stat:{status}"/></itemMeta>
<contentMeta><slugline>Merrow-Harbour</slugline><headline>{title}</headline>
<headline role="hld:subHeadline">No dredging before June</headline><by>Ida Lorne</by>
<creditline>TPA</creditline><language tag="en-GB"/></contentMeta>
<contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml">
<head><title>not this</title></head><body><p>{body}</p><p>{more}</p></body></html></inlineXML>
<remoteContent href="picture.jpg"/></contentSet></newsItem>
<newsItem guid="urn:newsml:tpa.example:2">
<itemMeta><itemClass qcode="ninat:picture"/></itemMeta></newsItem>
</itemSet></newsMessage>"""
NITF = """<?xml version="1.0"?><!DOCTYPE nitf SYSTEM "nitf-3-6.dtd">
<nitf baselang="en"><head><title>not this</title>
<docdata management-status="{status}"><doc-id id-string="tpa-1.{version}" regsrc="TPA"/>
<du-key key="tpa-1" version="{version}"/><date.issue norm="20260203T090000Z"/>{embargo}
<doc.copyright holder="TPA"/></docdata><pubdata date.publication="{changed}"/></head>
<body><body.head><hedline><hl1>{title}</hl1><hl2>No dredging before June</hl2></hedline>
<byline><person>Ida Lorne</person></byline><distributor>Tarn Press Agency</distributor></body.head>
<body.content><block><media><media-caption><p>A ship.</p></media-caption></media>
<p>{body}</p><note><p>To editors.</p></note><p>{more}</p></block></body.content></body></nitf>"""


def newsml(**fields):
    fields = {"version": 1, "changed": "2026-02-03T09:00:00Z", "status": "usable"} | fields
    embargo = f"<embargoed>{fields['embargo']}</embargoed>" if "embargo" in fields else ""
    return NEWSML.format(
        **{"title": "Talks resume", "body": BODY, "more": MORE, **fields, "embargo": embargo}
    )


def nitf(**fields):
    fields = {"version": 1, "changed": "20260203T090000Z", "status": "usable"} | fields
    embargo = f'<date.release norm="{fields["embargo"]}"/>' if "embargo" in fields else ""
    return NITF.format(
        **{"title": "Talks resume", "body": BODY, "more": MORE, **fields, "embargo": embargo}
    )


def ninjs(**fields):
    """An item of ninjs 1."""
    item = {
        **{"uri": "urn:newsml:tpa.example:1", "type": "text", "language": "en-GB"},
        **{"version": "1", "firstcreated": "2026-02-03T10:00:00+01:00"},
        **{"source": "Tarn Press Agency", "copyrightholder": "TPA", "byline": "Ida Lorne"},
        **{"slugline": "Merrow-Harbour", "headline": fields.pop("title", "Talks resume")},
        "versioncreated": fields.pop("changed", "2026-02-03T09:00:00Z"),
        "pubstatus": fields.pop("status", "usable"),
        "body_xhtml": f"<p>{fields.pop('body', BODY)}</p><p>{fields.pop('more', MORE)}</p>",
    }
    if "embargo" in fields:
        item["embargoed"] = fields.pop("embargo")
    return json.dumps(item | fields)


def ninjs_3(**fields):
    """The same in ninjs 3, in which there are several headlines and bodies."""
    item = json.loads(ninjs(**fields))
    markup = item.pop("body_xhtml")
    plain = markup.replace("<p>", "").replace("</p>", " ")
    item = {name.replace("created", "Created"): value for name, value in item.items()}
    return json.dumps(
        {
            **item,
            "pubStatus": item.pop("pubstatus"),
            "by": item.pop("byline"),
            "infoSources": [{"name": item.pop("source")}],
            "headlines": [
                {"role": "sub", "value": "No dredging before June"},
                {"role": "main", "value": item.pop("headline")},
            ],
            "bodies": [
                {"role": "main", "contentType": "text/plain", "value": plain},
                {"role": "richtext", "contentType": "application/xhtml+xml", "value": markup},
            ],
        }
    )


def iptc7901(**fields):
    title, slug = fields.get("title", "Talks resume"), fields.get("slug", "Merrow-harbour/")
    body = fields.get("body", BODY)
    lead = fields.get("lead", "")
    return (
        f"\x01tpa062 4 i 211 abcde   tpa 061\r\n\r\n{slug}\r\n\x02{lead}{title}\r\n"
        f"By Ida Lorne, tpa =\r\n\r\n   {body[:40]}\r\n{body[40:]}\r\n   {MORE}\r\n\r\n* * * *\r\n"
        "The following information is not for publication\r\n\r\n- Editing by: nobody\r\n\r\n"
        f"\x03{fields.get('sent', '030900')} GMT Feb 26\r\n\x7f\x04"
    )


WIRES = {
    "newsml": (newsml, "wire.xml"),
    "nitf": (nitf, "wire.xml"),
    "ninjs 1": (ninjs, "wire.json"),
    "ninjs 3": (ninjs_3, "wire.json"),
}
every_wire = pytest.mark.parametrize(("made", "name"), WIRES.values(), ids=WIRES)
ALL = "select title, body, published, updated from articles"


@every_wire
def test_an_item_is_read_with_its_paragraphs_times_and_credit(folder, made, name):
    (folder / name).write_text(made())

    article = next(iter(library.read_articles(name)))

    assert (article.title, article.body) == ("Talks resume", f"{BODY}\n\n{MORE}")
    assert (article.outlet, article.lang) == ("Tarn Press Agency", "en")
    assert article.byline.startswith("Ida Lorne")
    assert article.published == datetime(2026, 2, 3, 9, 0, tzinfo=UTC)


def test_a_message_of_iptc_7901_is_read(folder):
    (folder / "wire.iptc").write_text(
        iptc7901() + iptc7901(slug="Other/", title="Other"), "latin-1"
    )

    first, second = library.read_articles("wire.iptc")

    assert (first.title, first.body) == ("Talks resume", f"{BODY}\n\n{MORE}")
    assert (first.outlet, first.byline) == ("tpa", "By Ida Lorne, tpa")
    assert first.published == datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
    assert (second.title, second.line) == ("Other", 2)


@every_wire
def test_a_later_version_is_a_newer_text_of_the_same_article(twicetold, folder, made, name):
    (folder / name).write_text(made())
    twicetold("ingest", "news.db", name)
    later = "2026-02-03T11:00:00Z" if made is not nitf else "20260203T110000Z"
    (folder / name).write_text(made(version=2, changed=later, title="Talks resume in Merrow"))

    result = twicetold("ingest", "news.db", name)

    assert result.stdout.startswith("0 articles stored, 1 updated")
    assert select("news.db", ALL) == [
        (
            "Talks resume in Merrow",
            f"{BODY}\n\n{MORE}",
            "2026-02-03T09:00:00Z",
            "2026-02-03T11:00:00Z",
        )
    ]


@pytest.mark.parametrize(
    "later",
    [
        {"lead": "1ST LEAD\r\n"},
        {"slug": "Merrow-harbour, 2nd Ld-Writethru/"},
        {"slug": "Merrow-harbour (UPDATE 1)/"},
        {"slug": "URGENT Merrow-harbour/"},
    ],
)
def test_a_new_lead_without_an_id_is_a_newer_text_of_the_same_article(twicetold, folder, later):
    (folder / "first.iptc").write_text(iptc7901())
    (folder / "later.iptc").write_text(iptc7901(**later, title="Talks go on", sent="031100"))

    result = twicetold("ingest", "news.db", "first.iptc", "later.iptc")

    assert result.stdout == "1 article stored, 1 updated, 0 unchanged, 0 rejected\n"
    assert select("news.db", "select title, updated from articles") == [
        ("Talks go on", "2026-02-03T11:00:00Z")
    ]


@every_wire
def test_an_embargoed_item_is_not_stored_before_its_time(twicetold, folder, made, name):
    (folder / name).write_text(made(embargo="2026-02-05T06:00:00Z"))

    early = twicetold("ingest", "news.db", name, "--now", "2026-02-04T12:00:00Z")
    rows = select("news.db", "select count(*) from articles")
    late = twicetold("ingest", "news.db", name, "--now", "2026-02-05T06:00:00Z")

    assert (early.exit_code, rows) == (0, [(0,)])
    assert "1 rejected" in early.stdout or "2 rejected" in early.stdout
    assert late.stdout.startswith("1 article stored")
    assert select("news.db", "select published from articles") == [("2026-02-05T06:00:00Z",)]


def test_an_embargo_that_cannot_be_read_is_kept(twicetold, folder):
    (folder / "wire.json").write_text(ninjs(embargo="after lunch"))

    result = twicetold("ingest", "news.db", "wire.json")

    assert result.exit_code == 3
    assert result.stderr.startswith("wire.json:1: embargoed 'after lunch'")


@every_wire
def test_a_withheld_item_is_not_stored(twicetold, folder, made, name):
    (folder / name).write_text(made(status="withheld"))

    result = twicetold("ingest", "news.db", name)

    assert result.stdout.startswith("0 articles stored, 0 updated")
    assert select("news.db", "select reason from rejections order by line limit 1") == [
        ("is withheld by its agency",)
    ]


@every_wire
@pytest.mark.parametrize("order", ["killed later", "killed first", "in one run"])
def test_a_canceled_item_is_removed_and_does_not_come_back(twicetold, folder, made, name, order):
    sound, kill = folder / f"sound-{name}", folder / f"kill-{name}"
    sound.write_text(made())
    kill.write_text(made(status="canceled", version=2))
    both = [sound.name, kill.name]
    for sources in {
        "killed later": [[both[0]], [both[1]]],
        "killed first": [[both[1]], [both[0]]],
        "in one run": [both],
    }[order]:
        twicetold("run", "news.db", *sources, "--now", "2026-02-04")

    again = twicetold("run", "news.db", *both, "--now", "2026-02-04")

    assert select("news.db", "select count(*) from articles") == [(0,)]
    assert again.exit_code == 0
    assert BODY[20:60].encode() not in (folder / "news.db").read_bytes()


def test_a_kill_is_known_by_its_id_alone(twicetold, folder):
    (folder / "outlets.toml").write_text('["Tarn Press"]\nnames = ["Tarn Press Agency"]\n')
    (folder / "a.json").write_text(ninjs(uri="", guid="20260203-00417"))
    note = ninjs(uri="", guid="20260203-00417", status="canceled", title="Kill", body="x", more="y")
    (folder / "b.json").write_text(note)

    twicetold("ingest", "news.db", "a.json", "--outlets", "outlets.toml")
    twicetold("ingest", "news.db", "b.json")

    assert select("news.db", "select count(*) from articles") == [(0,)]


@pytest.mark.parametrize(
    ("slug", "is_kill"),
    [
        ("BC-EU--Frigates, KILL", True),
        ("BC-EU--Frigates--Kill", True),
        ("MANDATORY KILL Frigates", True),
        ("KILL Frigates", True),
        ("KILLED BY FLOOD", False),
        ("POLICE KILL TWO", False),
        ("Frigates, killer", False),
    ],
)
def test_a_kill_is_a_mark_of_the_slug_and_no_word_of_a_headline(folder, slug, is_kill):
    (folder / "a.json").write_text(ninjs(slugline=slug))

    (item,) = library.read_articles("a.json")

    assert isinstance(item, library.Rejection) == is_kill


def test_a_kill_without_a_status_is_known_by_its_slug(twicetold, folder):
    (folder / "a.iptc").write_text(iptc7901())
    (folder / "b.iptc").write_text(
        iptc7901(slug="KILL Merrow-harbour/", title="Kill Merrow", sent="031200")
    )

    result = twicetold("ingest", "news.db", "a.iptc", "b.iptc")

    assert result.exit_code == 3
    assert result.stderr == (
        "b.iptc:1: item 'merrow-harbour 2026-02-03' is canceled by its agency:"
        " the index must not have it\n"
    )
    assert select("news.db", "select count(*) from articles") == [(0,)]


def test_a_kill_is_no_fault_of_the_source(twicetold, folder):
    (folder / "wire.json").write_text(ninjs(status="canceled"))

    result = twicetold("ingest", "news.db", "wire.json", "--strict")

    assert result.exit_code == 3
    assert "0 articles stored" in result.stdout


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<opml version='2.0'><body/></opml>", "is a list of feeds, not of articles"),
        ("<NewsML><NewsItem/></NewsML>", "is NewsML 1, which is not read"),
        ("<packageItem xmlns='http://iptc.org/std/nar/2006-10-01/'/>", "is a package of NewsML"),
        ("<nitf><body>", "is not XML: "),
        ("<newsMessage/>", "has no newsItem"),
    ],
)
def test_other_xml_is_told_apart(folder, content, reason):
    (folder / "wire.xml").write_text(content)

    (rejection,) = library.read_articles("wire.xml")

    assert str(rejection).startswith(f"wire.xml: file {reason}")


def test_xml_of_agencies_reads_no_file(folder):
    (folder / "secret.txt").write_text("the secret")
    entity = f'<!DOCTYPE nitf [<!ENTITY file SYSTEM "{folder}/secret.txt">]>'
    document = nitf(more="Read &file; here").replace(
        '<!DOCTYPE nitf SYSTEM "nitf-3-6.dtd">', entity
    )
    (folder / "wire.xml").write_text(document)

    items = list(library.read_articles("wire.xml"))

    assert "the secret" not in str(items)


def test_entities_that_grow_are_not_unfolded(folder):
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    document = nitf(more="&e11;").replace(
        '<!DOCTYPE nitf SYSTEM "nitf-3-6.dtd">', f'<!DOCTYPE nitf [<!ENTITY e0 "x">{entities}]>'
    )
    (folder / "wire.xml").write_text(document)

    (item,) = library.read_articles("wire.xml")

    assert len(str(item)) < 5_000
