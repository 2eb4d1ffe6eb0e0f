"""Languages: which one an article is written in, and one story in several."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import article, select, write_lines

import twicetold as library
from twicetold.text.crosslingual import Views, count_crosslingual, weight_views
from twicetold.text.matrix import cosines
from twicetold.text.names import shared_names
from twicetold.text.terms import count_terms, spell_terms
from twicetold.text.words import read_words

DATA = Path(library.__file__).parent / "data"
WORDS = (
    "le la of de Abou Dhabi Abu Etats Unis US United States 5 17 février Feb May 1 200 1200 2022"
    " Москва Grynkewich , ."
)
TEXTS = st.lists(st.sampled_from([*WORDS.split(), "\n"]), max_size=30).map(" ".join)


def test_the_language_of_an_article_that_names_none_is_identified_by_its_text(twicetold, folder):
    write_lines(
        folder / "feed.jsonl",
        article(id="fr", lang=None, title="Les pourparlers sur le port reprennent", body=""),
        article(id="de", lang=None, title="Gespräche über den Hafen werden fortgesetzt", body=""),
        article(id="ru", lang=None, title="Переговоры о порте возобновились", body=""),
        article(id="en", lang=None),
        article(id="?", lang=None, title="Tokyo 2020", body=""),
        article(id="claims", lang="nl", title="Les pourparlers sur le port reprennent", body=""),
    )

    twicetold("run", "news.db", "feed.jsonl")

    assert dict(select("news.db", "select key, lang from articles")) == {
        "fr": "fr",
        "de": "de",
        "ru": "ru",
        "en": "en",
        "?": "",
        "claims": "nl",
    }


def test_the_language_that_a_source_named_outlasts_a_later_text_without_one(twicetold, folder):
    claim = article(lang="nl", title="Les pourparlers sur le port reprennent")
    later = claim | {"title": "Les pourparlers sur le port reprendront", "lang": ""}
    write_lines(folder / "feed.jsonl", claim, later)

    twicetold("run", "news.db", "feed.jsonl")

    assert select("news.db", "select title, lang from articles") == [(later["title"], "nl")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("à Abou Dhabi hier", "in Abu Dhabi"),
        ("les Etats-Unis", "the United States"),
        ("los Estados Unidos", "the US said"),
        ("à Londres", "in London"),
        ("Moskau schweigt", "Moscou se tait"),
        ("Pekín", "Beijing"),
        ("Kiev", "Kyiv"),
        ("M. Zelensky", "Selenskyj"),
        ("Зеленский", "Zelenskyy"),
        ("Владимир Путин", "Poutine"),
        ("le dialogue russe", "the Russian offer"),
        ("l’ONU", "the United Nations"),
        ("l’OTAN", "NATO"),
        ("5 février", "Feb. 5"),
        ("el 5 de febrero", "February 5"),
        ("am 5. Februar", "5 febbraio"),
        ("5 февраля", "on February 5th"),
        ("1 200 otages", "1,200 hostages"),
        ("1.200 Geiseln", "1200 hostages"),
    ],
)
def test_names_numbers_and_dates_meet_whatever_language_writes_them(one, other):
    assert shared_names((one, other)), shared_names((one, one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("help us", "les Etats-Unis"),  # a pronoun is no country
        ("5 ministres en février", "February 5"),
        ("la Suisse", "Sweden"),
        ("1 20 200", "120200"),
    ],
)
def test_what_is_not_the_same_does_not_meet(one, other):
    assert not shared_names((one, other))


@given(one=TEXTS, other=TEXTS)
def test_shared_names_occur_in_both_texts_whatever_their_order(one, other):
    answer = shared_names((one, other))

    assert all(a in one and b in other for a, b in answer.values())
    assert {name: (a, b) for name, (b, a) in shared_names((other, one)).items()} == answer


@pytest.mark.parametrize(
    ("lang", "word", "english"),
    [
        ("fr", "otages", "hostage"),
        ("fr", "perquisition", "searches"),
        ("fr", "grèves", "striking"),
        ("de", "Geiseln", "hostages"),
        ("es", "huelga", "strikes"),
        ("it", "sciopero", "strike"),
        ("pt", "greve", "strike"),
        ("de", "Donnerstag", "Thursday"),
    ],
)
def test_words_of_two_languages_meet_under_one_key(lang, word, english):
    cosines = views([word, english], [lang, "en"])

    assert cosines.words == pytest.approx(1)


def test_a_function_word_does_not_meet_an_english_word_that_looks_like_it():
    cosines = views(["die war", "die war"], ["de", "en"])

    assert cosines.words == 0.0


def test_kindred_words_share_pieces():
    cosines = views(["géostratégiste", "geostrategist"], ["fr", "en"])

    assert cosines.words == 0.0
    assert 0.4 < cosines.grams < 1


def views(titles, langs):
    """The cosines of two titles in the three views."""
    words = read_words(titles, [""] * 2)
    terms = count_terms(words, np.ones(len(words.marks), bool))
    spelled = spell_terms(terms.first, titles, [""] * 2)
    counted, _ = count_crosslingual(terms, spelled, langs, np.arange(2))
    weighted = weight_views(counted, np.arange(2))
    one, other = np.array([0]), np.array([1])
    return Views(*(cosines(view, one, other).item() for view in weighted))


# by hand, without a lexicon, some without spaces: two reports of one event, one of another
NEWS = json.loads((Path(__file__).parent / "cases" / "scripts.json").read_text("utf-8"))


@pytest.mark.parametrize("lang", NEWS)
def test_any_script_is_read_and_clustered_within_its_language(lang, twicetold, folder):
    write_lines(
        folder / "feed.jsonl",
        *(
            article(id=str(n), outlet=f"outlet {n}", lang=lang, **report)
            for n, report in enumerate(NEWS[lang])
        ),
    )

    twicetold("run", "news.db", "feed.jsonl")

    stories = select("news.db", "select story_id from articles order by key")
    first, second, other = stories
    assert first == second != other


def test_a_russian_and_an_english_report_meet_in_their_names(twicetold, folder):
    russian = article(
        id="ru",
        outlet="Lenta",
        lang="ru",
        title="Путин и Зеленский договорились в Абу-Даби об обмене 157 пленными",
        body="Владимир Путин и Владимир Зеленский 5 февраля договорились в Абу-Даби об обмене 157"
        " пленными. Переговоры вели Стив Уиткофф и Кирилл Дмитриев.",
    )
    english = article(
        id="en",
        title="Putin, Zelensky agree in Abu Dhabi to swap 157 prisoners",
        body="Vladimir Putin and Volodymyr Zelensky agreed in Abu Dhabi on Feb. 5 to swap 157"
        " prisoners, after talks led by Steve Witkoff and Kirill Dmitriev.",
    )
    strangers = [
        article(id="x", title="Bank of Japan keeps its rate", body="The board voted seven to two."),
        article(
            id="y", lang="ru", title="Паром затонул у берегов Сулавеси", body="Двенадцать тел."
        ),
    ]
    write_lines(folder / "feed.jsonl", russian, english, *strangers)

    twicetold("run", "news.db", "feed.jsonl")

    stories = dict(select("news.db", "select key, story_id from articles"))
    assert stories["ru"] == stories["en"]
    assert len(set(stories.values())) == 3


def test_a_name_is_spelled_for_one_thing_only():
    lines = gzip.decompress((DATA / "names.txt.gz").read_bytes()).decode().splitlines()

    spellings = [spelling for line in lines for spelling in line.split("\t")]
    assert len(spellings) == len(set(spellings)) > 10_000


def test_data_is_small_and_each_file_of_it_has_a_source_and_a_licence():
    message = (DATA / "README.md").read_text("utf-8")
    stored = [path for path in DATA.rglob("*") if path.is_file() and path.name != "README.md"]

    assert sum(path.stat().st_size for path in stored) < 2_000_000
    for path in stored:
        name = f"{path.parent.name}/*" if path.parent != DATA else path.name
        assert name in message, path
