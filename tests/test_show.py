"""`show`: one story as a news desk would note it."""

import importlib.util
import json

from newsroom import CORPUS, MODEL_STORY, article, select, write_lines

CARD = """\
US, Russia agree to resume high-level military dialogue after Abu Dhabi talks

  story {story} · 7 reports · 4 outlets · 5 different texts · 4 independent reports
  first published  2026-02-05 17:05 UTC, Reuters
  latest report    2026-02-06 11:15 UTC, Le Monde
  agency credited  Reuters
  outlets          Le Monde (2), CNA (2), LATIMES (2), Reuters
  languages        en (6), fr
  cohesion         {cohesion:.2f}, mean probability that two reports tell one event; weakest \
link {weakest:.2f}

  key points, with the outlets that report them as far as words tell
  - The United States and Russia agreed on Thursday to re-establish a high-level dialogue
    between their armed forces that had been frozen for more than four years, U.S. European
    Command said, after two days of talks in the United Arab Emirates on ending the war in
    Ukraine. (Reuters, CNA, LATIMES)
  - According to the Americans, the Russian and US militaries will restart the exchanges among
    their highest-ranking officers that were dropped in late 2021. (Le Monde)
  - The Pentagon's European headquarters announced Thursday that Washington and Moscow will
    revive a standing conversation among top officers, one that lapsed toward the end of 2021 as
    Russian tanks were massing on Ukraine's borders. (LATIMES)
  - EUCOM's chief, General Alexus Grynkewich, who doubles as the top NATO officer in Europe, had
    flown to Abu Dhabi to see Russian and Ukrainian counterparts while the political delegations
    met in an adjoining wing of the same complex. (CNA)
  - U.S. envoys Steve Witkoff and Jared Kushner led the three-way talks with Russia and Ukraine.
    (Reuters, Le Monde, CNA, LATIMES)

  reports differ
  - the day, not the same:
      Wednesday and Thursday (Reuters 2026-02-05 17:05, updated 2026-02-06 09:48): “The
      agreement came out of meetings held in the Emirati capital on Wednesday and Thursday
      between General Alexus Grynkewich, who heads European Command and is also NATO's supreme
      commander in Europe, and senior Russian and Ukrainian official…”
      Thursday (CNA 2026-02-05 19:20, LATIMES 2026-02-06 02:30): “The agreement came out of
      meetings held in the Emirati capital on Thursday between General Alexus Grynkewich, who
      heads European Command and is also NATO's supreme commander in Europe, and senior Russian
      and Ukrainian officials, the command…”

  2026-02-05 17:05        Reuters [en]  CORRECTED: US, Russia agree to resume high-level \
military dialogue after Abu Dhabi talks | Reuters  #95
                          updated 2026-02-06 09:48, 1 older text
  2026-02-05 18:30        Le Monde [fr]  Les Etats-Unis et la Russie conviennent à Abou Dhabi de \
renouer leur dialogue militaire - Le Monde  #88
  2026-02-05 19:20  copy  CNA [en]  US, Russia agree to resume high-level military dialogue \
after Abu Dhabi talks - CNA  #81
                          97% of its text is from Reuters's #95; 82% of #95 is in it; its credit \
names the source
  2026-02-05 20:10        LATIMES [en]  Four years after the phones went dead, American and \
Russian generals will talk again - Los Angeles Times  #70
  2026-02-05 23:40        CNA [en]  Top brass from two nuclear rivals to restore contact severed \
before Ukraine war  #83
  2026-02-06 02:30  copy  LATIMES [en]  Pentagon and Moscow to reopen military channel, easing \
fears of a dangerous misstep  #98
                          83% of its text is from Reuters's #95; 68% of #95 is in it; its credit \
names the source
  2026-02-06 11:15        Le Monde [en]  What is a military hotline for? Behind the \
Washington-Moscow deal struck in Abu Dhabi  #116

  related stories
  2026-02-03 09:55  Russian missiles hit Ukrainian power plants as temperatures sink to minus 20 \
 story {first}
  2026-02-04 16:22  Ukraine, Russia, US open new round of talks in Abu Dhabi with land dispute \
unresolved  story {before}
  2026-02-06 14:12  Russia, Ukraine swap 157 prisoners each in first exchange in five months  \
story {after}
"""


def test_the_card_of_the_model_story_shows_who_reported_it_and_who_copied_whom(twicetold, sample):
    sql = "select id, cohesion, weakest_link from stories where title = ?"
    ((story, cohesion, weakest),) = select(sample, sql, MODEL_STORY)

    result = twicetold("show", sample, story)

    assert 0.5 < cohesion < 0.9
    sql = "select other_story from threads where story = ? order by first_published"
    (first,), (before,), (after,) = select(sample, sql, story)
    assert result.stdout == CARD.format(
        story=story, cohesion=cohesion, weakest=weakest, first=first, before=before, after=after
    )


def test_the_same_as_json(twicetold, sample):
    sql = "select id, cohesion, weakest_link from stories where title = ?"
    ((story, cohesion, weakest),) = select(sample, sql, MODEL_STORY)

    answer = json.loads(twicetold("show", sample, story, "--json").stdout)

    assert answer["story"] == {
        "story": story,
        "outlets": 4,
        "publishers": 4,
        "independent": 4,
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


def test_json_has_the_key_points_the_digest_and_where_reports_differ(twicetold, sample):
    ((story,),) = select(sample, "select id from stories where title = ?", MODEL_STORY)

    answer = json.loads(twicetold("show", sample, story, "--json").stdout)

    assert answer["credited_from"] == "Reuters"
    first = answer["key_points"][0]
    ((body,),) = select(sample, "select body from articles where id = ?", first["article"])
    assert body[first["start"] : first["end"]] == first["text"]
    assert first["outlets"] == ["Reuters", "CNA", "LATIMES"]
    assert answer["digest"][0] == {"text": first["text"], "outlets": first["outlets"]}
    (differ,) = answer["contradictions"]
    assert (differ["kind"], differ["is_update"]) == ("day", False)
    assert [(claim["outlet"], claim["value"]) for claim in differ["claims"]] == [
        ("Reuters", "Wednesday and Thursday"),
        ("CNA", "Thursday"),
        ("LATIMES", "Thursday"),
    ]


def test_full_adds_statements_quotations_and_copied_passages(twicetold, sample):
    ((story,),) = select(sample, "select id from stories where title = ?", MODEL_STORY)

    answer = json.loads(twicetold("show", sample, story, "--full", "--json").stdout)
    card = twicetold("show", sample, story, "--full").stdout

    reported = {each["text"]: each["outlets"] for each in answer["statements"]}
    assert reported[
        "Witkoff said earlier that the two sides would free 314 prisoners, 157 each, in the first"
        " exchange in five months."
    ] == ["Reuters", "Le Monde", "CNA", "LATIMES"]
    alone = {each["outlets"][0] for each in answer["statements"] if each["only_here"]}
    assert alone == {"CNA", "LATIMES", "Le Monde"}
    quotes = {quote["text"]: (quote["speaker"], quote["outlets"]) for quote in answer["quotes"]}
    assert quotes["You do this with adversaries, not with friends"] == (
        "Walter Brandvold",
        ["LATIMES"],
    )
    assert [(each["outlet"], each["source"]) for each in answer["copied"]] == [
        ("CNA", "Reuters"),
        ("LATIMES", "Reuters"),
    ]
    texts = dict(select(sample, "select id, body from articles where story_id = ?", story))
    for copied in answer["copied"]:
        for passage in copied["passages"]:
            here = texts[copied["article"]][passage["start"] : passage["end"]]
            there = texts[copied["source_article"]][passage["other_start"] : passage["other_end"]]
            assert here == there
    assert card.startswith(twicetold("show", sample, story).stdout)
    assert "\n  only Le Monde reports, as far as words tell\n" in card
    assert "\n  CNA's #81 has 97% of its text from Reuters" in card


def test_a_digest_is_a_few_paragraphs_that_each_name_their_outlets(twicetold, sample):
    ((story,),) = select(sample, "select id from stories where title = ?", MODEL_STORY)

    paragraphs = twicetold("show", sample, story, "--digest").stdout.split("\n\n")

    title, outlets, *paragraphs = paragraphs
    assert (title, outlets) == (
        MODEL_STORY,
        "2026-02-05 · 4 outlets · 4 independent reports",
    )
    assert 2 <= len(paragraphs) <= 4
    assert " ".join(paragraphs[0].split()).endswith("(Reuters, CNA, LATIMES)")
    assert all(paragraph.rstrip().endswith(")") for paragraph in paragraphs)


def test_full_and_digest_exclude_each_other(twicetold, sample):
    result = twicetold("show", sample, 1, "--full", "--digest")

    assert (result.exit_code, result.stderr.splitlines()[-1]) == (
        2,
        "Error: --full and --digest exclude each other",
    )


def test_a_quotation_that_is_cut_or_changed_is_shown(twicetold, folder):
    said = "We shall rebuild the bridge of Merrow in one summer, whatever it costs the town"
    versions = {"AP": said, "Post": said[:51], "Star": said.replace("summer", "year")}
    reports = [
        article(
            id=outlet,
            outlet=outlet,
            title="Bridge of Merrow to be rebuilt in one summer",
            body=f"The bridge of Merrow will be rebuilt after the flood of Tuesday, the town said."
            f' "{text}," said Mayor Ada Lane at the bridge of Merrow.',
            published=f"2026-02-03T0{hour}:00:00Z",
        )
        for hour, (outlet, text) in enumerate(versions.items())
    ]
    write_lines(folder / "feed.jsonl", *reports)
    twicetold("run", "news.db", "feed.jsonl")

    (quote,) = json.loads(twicetold("show", "news.db", 1, "--full", "--json").stdout)["quotes"]

    assert (quote["speaker"], quote["text"]) == ("Mayor Ada Lane", said)
    assert [(each["outlet"], each["change"]) for each in quote["versions"]] == [
        ("AP", ""),
        ("Post", "cut"),
        ("Star", "changed"),
    ]


def test_outlets_of_one_owner_and_clients_of_one_agency_are_one_independent_report(
    twicetold, folder
):
    own = "Divers looked on Tuesday for the ferry that sank off Merrow, and found its bell. "
    texts = {"Tarn": own * 2, "Karst": f"The ferry of Merrow sank on Tuesday. {own}".upper()}
    reports = [
        article(id=outlet, outlet=outlet, title="Ferry sinks off Merrow", body=body)
        for outlet, body in texts.items()
    ]
    wire = "A ferry sank off Merrow in a storm on Tuesday and all on board were saved. " * 2
    reports += [
        article(id=f"{n}", outlet=f"Client {n}", title="Ferry sinks off Merrow", body=f"{wire}(AP)")
        for n in range(3)
    ]
    write_lines(folder / "feed.jsonl", *reports)
    (folder / "outlets.toml").write_text('[Tarn]\nowner = "Lane"\n[Karst]\nowner = "Lane"\n')

    twicetold("run", "news.db", "feed.jsonl", "--outlets", "outlets.toml")

    assert select("news.db", "select outlets, publishers, independent from story_overview") == [
        (5, 4, 2)
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
        "url,key,jaccard,pruned,agency,evidence,undated"
    )
    assert with_header[1:] == without


def test_a_missing_story_is_an_error(twicetold, sample):
    result = twicetold("show", sample, 9999)

    assert result.exit_code == 1
    assert result.stderr == (f"{sample}: no story 9999 (list them: twicetold stories {sample})\n")


def test_the_json_of_every_story_is_as_its_schema_says(twicetold, sample):
    import jsonschema

    schema = json.loads((CORPUS.parent / "docs" / "story.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for (story,) in select(sample, "select id from stories where outlets > 2"):
        answer = json.loads(twicetold("show", sample, story, "--full", "--json").stdout)

        jsonschema.validate(answer, schema)
        assert list(answer) == schema["required"]


def test_the_schema_is_that_of_the_records():
    spec = importlib.util.spec_from_file_location("built", CORPUS.parent / "tools/build_schema.py")
    built = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(built)

    assert json.loads(built.SCHEMA.read_text("utf-8")) == built.schema()
