"""From an outlet's own words to weighted terms, what crosses languages, and near neighbours."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from twicetold.clustering import neighbours as candidates
from twicetold.clustering.neighbours import Pairs
from twicetold.text import cleaning as text
from twicetold.text import crosslingual as bridge
from twicetold.text import frequencies as background
from twicetold.text import terms as vectors
from twicetold.text import tokens

ARTICLES = {
    "Talks on the harbour resume": "Envoys of both sides met. The talks, the envoys said. " * 20,
    "HARBOUR TALKS, day 2": "The harbour talks went on: 2 envoys, no harbour, a 2nd day.",
    "Merrow : les pourparlers à İzmir": "Les pourparlers, dit-on, portaient sur le port.",
    "": "...",
    "Переговоры о порте": "Послы встретились. Переговоры о порте продолжаются.",
}
TITLES, BODIES = list(ARTICLES), list(ARTICLES.values())
WORD = st.sampled_from(["a", "B", "b", "Cc", "é", "É", "İz", "12", "жЖ"])
WORDS = st.lists(WORD, max_size=9).map(" ".join)
OPINION = ["Opinion | The port must reopen", "Opinion | Who pays?", "Opinion | Talk is cheap"]


def weights(titles: list[str], bodies: list[str], langs: list[int] | None = None) -> vectors.Fields:
    """The fields as weighted when nothing is known of the languages."""
    terms = vectors.count(titles, bodies)
    codes = np.array(langs or [0] * len(titles))
    unknown = np.full((codes.max() + 1, len(terms.hashes)), np.nan, np.float32)
    return vectors.tfidf(terms.counts, unknown, codes)


def all_cosines(field: vectors.Matrix) -> np.ndarray:
    a, b = (places.ravel() for places in np.indices((field.shape[0],) * 2))
    return vectors.cosines(field, a, b).reshape(field.shape[0], -1)


def by_sklearn(titles: list[str], bodies: list[str]) -> dict[str, np.ndarray]:
    """The twin: cosines of title, lead and body by a vectorizer that has seen the whole texts."""
    whole = [f"{title}\n\n{body}" for title, body in zip(titles, bodies, strict=True)]
    leads = [" ".join(text.split()[:120]) for text in whole]  # words here are split by spaces
    made = TfidfVectorizer(
        sublinear_tf=True, smooth_idf=True, norm="l2", token_pattern=r"(?u)\w+"
    ).fit(whole)
    fields = {"title": titles, "lead": leads, "body": whole}
    found = {name: made.transform(texts) for name, texts in fields.items()}
    return {name: (matrix @ matrix.T).toarray() for name, matrix in found.items()}


@pytest.mark.parametrize("field", ["title", "lead", "body"])
def test_cosines_of_a_field_are_those_of_scikit_learn(field):
    found = all_cosines(getattr(weights(TITLES, BODIES), field))

    assert found == pytest.approx(by_sklearn(TITLES, BODIES)[field], abs=1e-5)


@settings(max_examples=50)
@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6))
def test_cosines_of_any_articles_are_those_of_scikit_learn(articles):
    titles, bodies = map(list, zip(*articles, strict=True))
    assume(any(titles + bodies))

    fields, expected = weights(titles, bodies), by_sklearn(titles, bodies)

    for name in ("title", "body"):
        assert all_cosines(getattr(fields, name)) == pytest.approx(expected[name], abs=1e-5)


@pytest.mark.parametrize(
    ("title", "body", "names"),
    [
        ("Talks in Merrow", "The envoy met Ana Reyes. Talks failed.", "Talks Merrow Ana Reyes"),
        ("12 hurt", "At 9 pm, 12 people: Two dead", "12 9 12"),
        ("", "« Jamais », dit Élodie Marchand à Évry", "Élodie Marchand Évry"),
        ("Порт", "Послы едут в Москву", "Порт Москву"),
        ("port", "the port is closed", ""),
    ],
)
def test_names_are_numbers_capitals_of_the_title_and_capitals_that_open_nothing(title, body, names):
    terms = vectors.count([title], [body])

    found = dict(zip(terms.hashes.tolist(), terms.counts.names.toarray()[0], strict=True))

    expected = tokens.stream([names]).hashes.tolist()
    assert {code: count for code, count in found.items() if count} == {
        code: expected.count(code) for code in expected
    }


def test_a_lead_ends_after_120_words_title_included():
    terms = vectors.count(["Two words"], ["word " * 200])

    assert [int(field.sum()) for field in terms.counts[:3]] == [202, 120, 2]


def test_each_term_can_be_read_where_it_first_stands():
    terms = vectors.count(TITLES, BODIES)

    whole = [vectors.text_of(*article) for article in zip(TITLES, BODIES, strict=True)]
    read = [tokens.spelled_out(whole[row])[start:end] for row, start, end in terms.first]
    assert tokens.stream(read).hashes.tolist() == terms.hashes.tolist()


def test_how_rare_a_word_is_is_counted_among_the_articles_of_its_language():
    counts = sparse.csr_array(np.array([[3, 1], [1, 0], [2, 0], [0, 1]], np.float32))

    found = vectors.idf(counts, 3, np.array([0, 0, 0, 2]))

    rare, common = 1 + np.log(4 / 2), 1 + np.log(4 / 4)
    alone, absent = 1 + np.log(2 / 2), 1 + np.log(2 / 1)
    assert found == pytest.approx(np.array([[common, rare], [0, 0], [absent, alone]]))


def test_articles_of_another_language_change_no_cosine():
    alone = all_cosines(weights(TITLES[:2], BODIES[:2]).body)

    among = all_cosines(weights(TITLES, BODIES, [0, 0, 1, 1, 2]).body)

    assert among[:2, :2] == pytest.approx(alone, abs=1e-6)


def test_the_background_has_half_the_say_on_how_rare_a_word_is():
    terms = vectors.count([""], ["port talks"])  # in the one article there is, each has idf 1
    rare = terms.hashes == tokens.stream(["talks"]).hashes[0]

    field = vectors.tfidf(terms.counts, np.where(rare, 5, 1)[None, :], np.array([0])).body

    assert field.toarray()[0, rare] / field.toarray()[0, ~rare] == pytest.approx((1 + 5) / 2)


def test_articles_without_any_word_are_weighed_as_nothing():
    fields = weights(["?", ""], ["…", "!"])

    assert [all_cosines(field).tolist() for field in fields] == [[[0, 0], [0, 0]]] * 4


def random_field(seed: int, rows: int = 40, terms: int = 9) -> vectors.Matrix:
    """Rows of length 1, some of them 0, some alike."""
    rng = np.random.default_rng(seed)
    dense = rng.integers(-6, 4, (rows, terms)).clip(0).astype(np.float64)
    dense[rows // 2 : rows // 2 + 5] = dense[:5]
    lengths = np.linalg.norm(dense, axis=1, keepdims=True)
    return sparse.csr_array(dense / np.where(lengths, lengths, 1))


@pytest.mark.parametrize("seed", range(5))
def test_cosines_are_products_of_rows(seed):
    field = random_field(seed)

    assert all_cosines(field) == pytest.approx(field.toarray() @ field.toarray().T)
    assert vectors.cosines(field, np.zeros(0, np.int64), np.zeros(0, np.int64)).tolist() == []


@pytest.mark.parametrize("nearest", [1, 4, 12])
@pytest.mark.parametrize("seed", range(8))
def test_neighbours_are_the_nearest_of_all_others(monkeypatch, seed, nearest):
    monkeypatch.setattr(candidates, "NEAREST", nearest)
    monkeypatch.setattr(candidates, "NEAREST_OF_SHORT", nearest)
    field, rng = random_field(seed), np.random.default_rng(seed)
    queries, among = np.flatnonzero(rng.random(40) < 0.5), rng.random(40) < 0.7

    found = candidates.neighbours(field, queries, among)

    cosines = np.round(field.toarray() @ field.toarray().T, 5)
    expected = set()
    for query in queries.tolist():
        others = [row for row in range(40) if among[row] and row != query]
        near = [row for row in others if cosines[query, row] >= candidates.LEAST_COSINE]
        near.sort(key=lambda row: (-cosines[query, row], row))
        expected |= {(min(query, row), max(query, row)) for row in near[:nearest]}
    assert listed(found) == sorted(expected)


def test_neighbours_are_asked_for_by_the_heaviest_terms_and_found_by_all(monkeypatch):
    monkeypatch.setattr(candidates, "HEAVIEST", 1)
    field = sparse.csr_array(np.array([[0.8, 0.6, 0], [0, 1, 0], [0.6, 0, 0.8], [0, 0, 1]]))

    found = candidates.neighbours(field, np.array([0]), np.ones(4, bool))

    assert listed(found) == [(0, 2)]


def listed(pairs: Pairs) -> list[tuple[int, int]]:
    return list(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True))


@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), max_size=9))
def test_pairs_are_all_that_share_a_bucket(rows):
    places = np.repeat(np.arange(len(rows)), 3)
    found = candidates.in_buckets(np.array(rows, np.int64).ravel(), places, len(rows))

    pairs = combinations(range(len(rows)), 2)
    assert listed(found) == [(a, b) for a, b in pairs if set(rows[a]) & set(rows[b])]


def test_in_a_crowd_each_article_meets_those_just_before_it():
    found = candidates.in_buckets(np.full(100, 7), np.arange(100), 100)

    pairs = combinations(range(100), 2)
    assert listed(found) == [(a, b) for a, b in pairs if b - a <= 32]


@given(st.lists(st.sets(st.sampled_from(list(combinations(range(5), 2)))), min_size=1))
def test_pairs_of_several_routes_come_once_and_sorted(routes):
    some = [Pairs(*np.array(sorted(route), np.int64).reshape(-1, 2).T) for route in routes]

    assert listed(candidates.together(some, 5)) == sorted(set.union(*routes))


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Merrow", "merrow"),
        ("États", "etats"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("İzmir", "izmir"),
        ("Путин", "putin"),
        ("Ольга", "olga"),  # the soft sign, an apostrophe in Latin letters, is none
        ("Αθήνα", "athina"),
        ("北京", "beijing"),
        ("٢٠٢٢", "2022"),
    ],
)
def test_a_word_has_one_spelling_in_all_scripts(word, folded):
    assert bridge.folded(word) == folded


@pytest.mark.parametrize(
    ("word", "grams"),
    [
        ("talks", ("_tal", "talk", "alks", "lks_")),
        ("the", ("_the", "the_")),
        ("le", ("_le_",)),
        ("a", ("_a_",)),
    ],
)
def test_a_word_has_the_4_grams_of_its_letters_and_edges(word, grams):
    assert bridge.grams(word) == grams


def test_the_background_knows_how_common_a_word_is_in_its_language():
    words = ["the", "people", "market", "grynkewich", "le"]
    hashes = tokens.stream(words).hashes
    order = np.argsort(hashes)

    found = np.empty((3, 5))
    found[:, order] = background.rarity(hashes[order], ["en", "fr", "en"])

    assert found[0, 0] == pytest.approx(1, abs=0.01)  # in every article
    assert np.all(np.diff(found[0, :4]) > 0.5)
    assert found[0, 3] == pytest.approx(6.783, abs=0.001)  # as if in 36 of 12,000
    assert found[1, 4] < 1.01 < found[0, 4]
    assert found[2].tolist() == found[0].tolist()


@pytest.mark.parametrize("lang", ["", "xx", "../frequencies/en"])
def test_of_an_unknown_language_the_background_knows_nothing(lang):
    assert np.isnan(background.rarity(tokens.stream(["the"]).hashes, [lang])).all()


@pytest.mark.parametrize(
    ("titles", "outlet", "expected"),
    [
        (OPINION, "Times", ["The port must reopen", "Who pays?", "Talk is cheap"]),
        ([*OPINION[:2], OPINION[0]], "Times", [*OPINION[:2], OPINION[0]]),
        (["Port talks resume - Merrow Herald"], "merrow herald", ["Port talks resume"]),
        (["Merrow : le port rouvre – L'Écho"], "L'Écho", ["Merrow : le port rouvre"]),
        (["World · Port reopens | Herald"], "Herald", ["World · Port reopens"]),
        (["Ex-envoy: no talks - for now"], "Herald", ["Ex-envoy: no talks - for now"]),
        (["UPDATE 2-Port talks resume"], "Reuters", ["Port talks resume"]),
        (["RPT-WRAPUP 1-Port reopens"], "Reuters", ["Port reopens"]),
        (["CORRECTED: Port reopens"], "Reuters", ["Port reopens"]),
        (["Herald | Port"], "Herald", ["Herald | Port"]),  # the longest segment stays
    ],
)
def test_a_headline_is_a_title_without_what_its_outlet_adds(titles, outlet, expected):
    assert text.headlines(titles, [outlet] * len(titles), [1] * len(titles)) == expected


@pytest.mark.parametrize(
    ("days", "outlets", "last"),
    [
        ([1, 2, 5], ["Times"] * 3, "Talk is cheap"),
        ([1, 2, 6], ["Times"] * 3, OPINION[2]),
        ([1, 1, 1], ["Times", "Times", "Herald"], OPINION[2]),
    ],
)
def test_furniture_is_told_by_the_same_outlets_titles_of_five_days(days, outlets, last):
    assert text.headlines(OPINION, outlets, days)[-1] == last


def test_a_headline_does_not_depend_on_the_titles_of_later_days():
    found = text.headlines(OPINION, ["Times"] * 3, [1, 2, 3])

    assert found == [*OPINION[:2], "Talk is cheap"]


@pytest.mark.parametrize(
    ("body", "own", "agency"),
    [
        ("PARIS, Feb 5 (Reuters) - Talks go on.", "Talks go on.", "Reuters"),
        ("MERROW, 5 fév (AFP) — Le port rouvre.", "Le port rouvre.", "AFP"),
        ("(AP) Talks go on.", "Talks go on.", "AP"),
        ("MERROW — Talks go on.", "Talks go on.", ""),
        ("ABU DHABI: Talks go on.\n\nSource: Reuters/ec", "Talks go on.\n\n", "Reuters"),
        ("Le port rouvre.\n\nLire aussi : le port", "Le port rouvre.\n\n", ""),
        ("Talks go on.\n© 2026 afp", "Talks go on.\n", "AFP"),
        (
            "Talks go on.\nSIGN UP for our newsletter\nNo one came.",
            "Talks go on.\n\nNo one came.",
            "",
        ),
        ("Merrow, Reuters (in part) reads more.", "Merrow, Reuters (in part) reads more.", ""),
    ],
)
def test_datelines_credits_and_site_furniture_are_not_an_outlets_own_words(body, own, agency):
    assert text.own_words(body) == own
    assert text.credit(body) == agency
