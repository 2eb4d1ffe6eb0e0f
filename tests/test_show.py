"""`show`: one story as a news desk would note it."""

import json

from newsroom import MODEL_STORY, article, select, write_lines

CARD = """\
US, Russia agree to resume high-level military dialogue after Abu Dhabi talks

  story {story} · 7 reports · 4 outlets · 5 different texts
  first published  2026-02-05 17:05 UTC, Reuters
  last updated     2026-02-06 11:15 UTC, Le Monde
  agency credited  Reuters
  outlets          Le Monde (2), CNA (2), LATIMES (2), Reuters
  languages        en (6), fr
  cohesion         {cohesion:.2f} of 1, held together by links of at least {weakest:.2f}

  2026-02-05 17:05        Reuters [en]  CORRECTED: US, Russia agree to resume high-level military \
dialogue after Abu Dhabi talks | Reuters  #95
                          updated 2026-02-06 09:48, 1 older text
  2026-02-05 18:30        Le Monde [fr]  Les Etats-Unis et la Russie conviennent à Abou Dhabi de \
renouer leur dialogue militaire - Le Monde  #88
  2026-02-05 19:20  copy  CNA [en]  US, Russia agree to resume high-level military dialogue after \
Abu Dhabi talks - CNA  #81
                          97% of its text is from Reuters's #95; 82% of #95 is in it; by credit line
  2026-02-05 20:10        LATIMES [en]  Four years after the phones went dead, American and \
Russian generals will talk again - Los Angeles Times  #70
  2026-02-05 23:40        CNA [en]  Top brass from two nuclear rivals to restore contact severed \
before Ukraine war  #83
  2026-02-06 02:30  copy  LATIMES [en]  Pentagon and Moscow to reopen military channel, easing \
fears of a dangerous misstep  #98
                          83% of its text is from Reuters's #95; 68% of #95 is in it; by credit line
  2026-02-06 11:15        Le Monde [en]  What is a military hotline for? Behind the \
Washington-Moscow deal struck in Abu Dhabi  #116

  related stories
  2026-02-03 09:55  Russian missiles hit Ukrainian power plants as temperatures sink to minus 20  \
story {first}
  2026-02-04 16:22  Ukraine, Russia, US open new round of talks in Abu Dhabi with land dispute \
unresolved  story {before}
  2026-02-06 14:12  Russia, Ukraine swap 157 prisoners each in first exchange in five months  \
story {after}
"""


def test_the_card_of_the_model_story_shows_who_reported_it_and_who_copied_whom(twicetold, sample):
    sql = "select story, cohesion, weakest_link from story_overview where title = ?"
    ((story, cohesion, weakest),) = select(sample, sql, MODEL_STORY)

    result = twicetold("show", sample, story)

    assert 0.5 < cohesion < 0.9
    sql = "select other_story from threads where story = ? order by first_published"
    (first,), (before,), (after,) = select(sample, sql, story)
    assert result.stdout == CARD.format(
        story=story, cohesion=cohesion, weakest=weakest, first=first, before=before, after=after
    )


def test_the_same_as_json(twicetold, sample):
    sql = "select story, cohesion, weakest_link from story_overview where title = ?"
    ((story, cohesion, weakest),) = select(sample, sql, MODEL_STORY)

    answer = json.loads(twicetold("show", sample, story, "--json").stdout)

    assert answer["story"] == {
        "story": story,
        "outlets": 4,
        "publishers": 4,
        "articles": 7,
        "copies": 2,
        "languages": "en fr",
        "cohesion": cohesion,
        "weakest_link": weakest,
        "certainty": "",
        "first_published": "2026-02-05T17:05:00Z",
        "last_published": "2026-02-06T11:15:00Z",
        "title": MODEL_STORY,
    }
    assert [(r["outlet"], r["copy_of"]) for r in answer["reports"]] == [
        ("Reuters", None),
        ("Le Monde", None),
        ("CNA", 95),
        ("LATIMES", None),
        ("CNA", None),
        ("LATIMES", 95),
        ("Le Monde", None),
    ]
    assert [(o["first_published"], o["title"]) for o in answer["thread"]] == [
        (
            "2026-02-03T09:55:00Z",
            "Russian missiles hit Ukrainian power plants as temperatures sink to minus 20",
        ),
        (
            "2026-02-04T16:22:00Z",
            "Ukraine, Russia, US open new round of talks in Abu Dhabi with land dispute unresolved",
        ),
        (
            "2026-02-06T14:12:00Z",
            "Russia, Ukraine swap 157 prisoners each in first exchange in five months",
        ),
    ]


def test_events_of_one_affair_are_a_thread_and_two_events_of_one_kind_are_none(sample):
    threads = select(
        sample,
        "select stories.title, threads.title from threads join stories on stories.id = story"
        " where stories.first_published < threads.first_published",
    )

    message = {(before.split()[0], after.split()[0]) for before, after in threads}
    assert {("Ex-Banque", "French"), ("Meridian", "Adeline")} <= message  # a trial, a theft of data
    both = [" ".join(pair) for pair in threads]
    assert not [t for t in both if "quake" in t or "Wall Street" in t or "Bank of England" in t]


def test_a_changed_report_shows_how_many_older_texts_it_had(twicetold, folder):
    noon = "2026-02-03T12:00:00Z"
    write_lines(
        folder / "feed.jsonl",
        article(id="dated"),
        article(id="dated", title="CORRECTED: Talks resume", updated=noon),
        article(id="undated", outlet="CNA"),
        article(id="undated", outlet="CNA", title="Talks on the harbour"),
        article(id="undated", outlet="CNA", title="Talks resume over harbour"),
        article(id="touched", outlet="LATIMES", updated=noon),
        article(id="same", outlet="Le Monde"),
    )
    twicetold("run", "news.db", "feed.jsonl")

    card = twicetold("show", "news.db", 1).stdout.splitlines()
    reports = json.loads(twicetold("show", "news.db", 1, "--json").stdout)["reports"]

    assert [line.strip() for line in card if "updated 2" in line or "older text" in line] == [
        "updated 2026-02-03 12:00, 1 older text",
        "updated 2026-02-03 12:00",
        "2 older texts",
    ]
    assert {r["key"]: (r["updated"], r["versions"]) for r in reports} == {
        "dated": (noon, 1),
        "undated": (None, 2),
        "touched": (noon, 0),
        "same": (None, 0),
    }


def test_the_reports_as_csv_have_a_header_unless_it_is_turned_off(twicetold, sample):
    with_header = twicetold("show", sample, 1, "--csv").stdout.splitlines()
    without = twicetold("show", sample, 1, "--csv", "--no-headers").stdout.splitlines()

    assert with_header[0] == (
        "article,published,updated,versions,outlet,lang,title,words,credit,copy_of,share_of_copy,share_of_original,"
        "url,key,jaccard,pruned,agency,evidence"
    )
    assert with_header[1:] == without


def test_a_missing_story_is_an_error(twicetold, sample):
    result = twicetold("show", sample, 9999)

    assert result.exit_code == 1
    assert result.stderr == (f"{sample}: no story 9999 (list them: twicetold stories {sample})\n")
