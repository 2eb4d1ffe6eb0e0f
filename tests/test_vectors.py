"""From an outlet's own words to weighted terms, features that cross languages, and neighbours."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from twicetold import pairs as candidate_pairs
from twicetold.clustering import neighbours
from twicetold.copies.lsh import pairs_in_buckets
from twicetold.pairs import Pairs
from twicetold.text import cleaning, credits, headlines, matrix, names, tfidf, tokens
from twicetold.text.crosslingual import word_grams
from twicetold.text.frequencies import background_idf
from twicetold.text.terms import Fields, Terms, count_terms
from twicetold.text.words import full_text, read_words

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


def count(titles: list[str], bodies: list[str]) -> Terms:
    words = read_words(titles, bodies)
    return count_terms(words, np.ones(len(words.marks), bool))


def weights(titles: list[str], bodies: list[str], langs: list[int] | None = None) -> Fields:
    """The weights of the fields without any background."""
    terms = count(titles, bodies)
    codes = np.array(langs or [0] * len(titles))
    idf = tfidf.window_idf(terms.counts.body, codes.max() + 1, codes)
    return tfidf.tfidf(terms.counts, idf, codes)


def all_cosines(field: matrix.Matrix) -> np.ndarray:
    a, b = (places.ravel() for places in np.indices((field.shape[0],) * 2))
    return matrix.cosines(field, a, b).reshape(field.shape[0], -1)


def by_sklearn(titles: list[str], bodies: list[str]) -> dict[str, np.ndarray]:
    """The twin: cosines of title, lead and body by a vectorizer that has seen the whole texts."""
    whole = [f"{title}\n\n{body}" for title, body in zip(titles, bodies, strict=True)]
    leads = [" ".join(text.split()[:120]) for text in whole]  # words here are split by spaces
    created = TfidfVectorizer(
        sublinear_tf=True, smooth_idf=True, norm="l2", token_pattern=r"(?u)\w+"
    ).fit(whole)
    fields = {"title": titles, "lead": leads, "body": whole}
    answer = {name: created.transform(texts) for name, texts in fields.items()}
    return {name: (matrix @ matrix.T).toarray() for name, matrix in answer.items()}


@pytest.mark.parametrize("field", ["title", "lead", "body"])
def test_cosines_of_a_field_are_those_of_scikit_learn(field):
    answer = all_cosines(getattr(weights(TITLES, BODIES), field))

    assert answer == pytest.approx(by_sklearn(TITLES, BODIES)[field], abs=1e-5)


@settings(max_examples=50)
@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6))
def test_cosines_of_any_articles_are_those_of_scikit_learn(articles):
    titles, bodies = map(list, zip(*articles, strict=True))
    assume(any(titles + bodies))

    fields, expected = weights(titles, bodies), by_sklearn(titles, bodies)

    for name in ("title", "body"):
        assert all_cosines(getattr(fields, name)) == pytest.approx(expected[name], abs=1e-5)


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("Talks in Merrow", "The envoy met Ana Reyes. Talks failed.", "Talks Merrow Ana Reyes"),
        ("12 hurt", "At 9 pm, 12 people: Two dead", "12 9 12"),
        ("", "« Jamais », dit Élodie Marchand à Évry", "Élodie Marchand Évry"),
        ("Порт", "Послы едут в Москву", "Порт Москву"),
        ("port", "the port is closed", ""),
    ],
)
def test_names_are_numbers_capitals_of_the_title_and_capitals_inside_sentences(
    title, body, expected
):
    terms = count([title], [body])

    answer = dict(zip(terms.hashes.tolist(), terms.counts.names.toarray()[0], strict=True))

    hashes = tokens.stream([expected]).hashes.tolist()
    assert {code: times for code, times in answer.items() if times} == {
        code: hashes.count(code) for code in hashes
    }


def test_a_lead_ends_after_120_words_title_included():
    terms = count(["Two words"], ["word " * 200])

    assert [int(field.sum()) for field in terms.counts[:3]] == [202, 120, 2]


def test_each_term_can_be_read_where_it_first_occurs():
    terms = count(TITLES, BODIES)

    whole = [full_text(*article) for article in zip(TITLES, BODIES, strict=True)]
    read = [tokens.spelled_out(whole[row])[start:end] for row, start, end in terms.first]
    assert tokens.stream(read).hashes.tolist() == terms.hashes.tolist()


def test_document_frequencies_are_counted_among_the_articles_of_a_language():
    counts = sparse.csr_array(np.array([[3, 1], [1, 0], [2, 0], [0, 1]], np.float32))

    answer = tfidf.window_idf(counts, 3, np.array([0, 0, 0, 2]))

    rare, common = 1 + np.log(4 / 2), 1 + np.log(4 / 4)
    alone, absent = 1 + np.log(2 / 2), 1 + np.log(2 / 1)
    assert answer == pytest.approx(np.array([[common, rare], [0, 0], [absent, alone]]))


def test_articles_of_another_language_change_no_cosine():
    alone = all_cosines(weights(TITLES[:2], BODIES[:2]).body)

    among = all_cosines(weights(TITLES, BODIES, [0, 0, 1, 1, 2]).body)

    assert among[:2, :2] == pytest.approx(alone, abs=1e-6)


def test_half_of_the_idf_is_that_of_the_background():
    terms = count([""], ["port talks"])  # in the one article there is, each has idf 1
    rare = terms.hashes == tokens.stream(["talks"]).hashes[0]

    window = tfidf.window_idf(terms.counts.body, 1, np.array([0]))

    idf = tfidf.mix_idf(window, np.where(rare, 5, 1)[None, :].astype(np.float32))
    field = tfidf.tfidf(terms.counts, idf, np.array([0])).body

    assert field.toarray()[0, rare] / field.toarray()[0, ~rare] == pytest.approx((1 + 5) / 2)


def test_articles_without_words_have_no_weights():
    fields = weights(["?", ""], ["…", "!"])

    assert [all_cosines(field).tolist() for field in fields] == [[[0, 0], [0, 0]]] * 4


def nearest(field: matrix.Matrix, queries: np.ndarray, searched: np.ndarray) -> Pairs:
    transposed = neighbours.transpose(field, searched)
    return neighbours.nearest_by_terms(field[queries], queries, transposed, field.shape[0])


def random_field(seed: int, rows: int = 40, terms: int = 9) -> matrix.Matrix:
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
    assert matrix.cosines(field, np.zeros(0, np.int64), np.zeros(0, np.int64)).tolist() == []


@pytest.mark.parametrize("most", [1, 4, 12])
@pytest.mark.parametrize("seed", range(8))
def test_neighbours_are_the_nearest_of_all_others(monkeypatch, seed, most):
    monkeypatch.setattr(neighbours, "NEAREST", most)
    monkeypatch.setattr(neighbours, "NEAREST_OF_SHORT", most)
    field, rng = random_field(seed), np.random.default_rng(seed)
    queries, among = np.flatnonzero(rng.random(40) < 0.5), rng.random(40) < 0.7

    answer = nearest(field, queries, among)

    cosines = np.round(field.toarray() @ field.toarray().T, 5)
    expected = set()
    for query in queries.tolist():
        others = [row for row in range(40) if among[row] and row != query]
        near = [row for row in others if cosines[query, row] >= neighbours.LEAST_COSINE]
        near.sort(key=lambda row: (-cosines[query, row], row))
        expected |= {(min(query, row), max(query, row)) for row in near[:most]}
    assert listed(answer) == sorted(expected)


def test_neighbours_are_searched_by_the_heaviest_terms_of_the_query_among_all_terms():
    field = sparse.csr_array(np.array([[0.8, 0.6, 0], [0, 1, 0], [0.6, 0, 0.8], [0, 0, 1]]))
    others = neighbours.transpose(field, np.ones(4, bool))
    query, itself, most = field[[0]], np.array([0]), np.array([24])

    _, by_all_terms = neighbours.nearest_rows(query, others, most, itself)
    _, by_one_term = neighbours.nearest_rows(query, others, most, itself, heaviest=1)

    assert (sorted(by_all_terms), by_one_term.tolist()) == ([1, 2], [2])


def listed(pairs: Pairs) -> list[tuple[int, int]]:
    return list(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True))


@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), max_size=9))
def test_pairs_are_all_that_share_a_bucket(rows):
    places = np.repeat(np.arange(len(rows)), 3)
    answer = pairs_in_buckets(np.array(rows, np.int64).ravel(), places, len(rows))

    pairs = combinations(range(len(rows)), 2)
    assert listed(answer) == [(a, b) for a, b in pairs if set(rows[a]) & set(rows[b])]


def test_in_a_crowded_bucket_each_article_is_paired_with_those_just_before_it():
    answer = pairs_in_buckets(np.full(100, 7), np.arange(100), 100)

    pairs = combinations(range(100), 2)
    assert listed(answer) == [(a, b) for a, b in pairs if b - a <= 32]


@given(st.lists(st.sets(st.sampled_from(list(combinations(range(5), 2)))), min_size=1))
def test_pairs_of_several_routes_come_once_and_sorted(routes):
    some = [Pairs(*np.array(sorted(route), np.int64).reshape(-1, 2).T) for route in routes]

    assert listed(candidate_pairs.union(some, 5)) == sorted(set.union(*routes))


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Merrow", "merrow"),
        ("États", "etats"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("İzmir", "izmir"),
        ("Путин", "putin"),
        ("Ольга", "olga"),  # the soft sign is left out
        ("Αθήνα", "athina"),
        ("北京", "beijing"),
        ("٢٠٢٢", "2022"),
    ],
)
def test_a_word_has_one_spelling_in_all_scripts(word, folded):
    assert names.fold(word) == folded


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
    assert word_grams(word) == grams


def test_the_background_says_how_common_a_word_is_in_its_language():
    words = ["the", "people", "market", "grynkewich", "le"]
    hashes = tokens.stream(words).hashes
    order = np.argsort(hashes)

    answer = np.empty((3, 5))
    answer[:, order] = background_idf(hashes[order], ["en", "fr", "en"])

    assert answer[0, 0] == pytest.approx(1, abs=0.01)  # in every article
    assert np.all(np.diff(answer[0, :4]) > 0.5)
    assert answer[0, 3] == pytest.approx(6.783, abs=0.001)  # as if in 36 of 12,000
    assert answer[1, 4] < 1.01 < answer[0, 4]
    assert answer[2].tolist() == answer[0].tolist()


@pytest.mark.parametrize("lang", ["", "xx", "../frequencies/en"])
def test_an_unknown_language_has_no_background(lang):
    assert np.isnan(background_idf(tokens.stream(["the"]).hashes, [lang])).all()


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
    assert headlines.headlines(titles, [outlet] * len(titles), [1] * len(titles)) == expected


@pytest.mark.parametrize(
    ("days", "outlets", "last"),
    [
        ([1, 2, 5], ["Times"] * 3, "Talk is cheap"),
        ([1, 2, 6], ["Times"] * 3, OPINION[2]),
        ([1, 1, 1], ["Times", "Times", "Herald"], OPINION[2]),
    ],
)
def test_furniture_is_found_in_the_titles_of_the_same_outlet_and_five_days(days, outlets, last):
    assert headlines.headlines(OPINION, outlets, days)[-1] == last


def test_a_headline_does_not_depend_on_the_titles_of_later_days():
    answer = headlines.headlines(OPINION, ["Times"] * 3, [1, 2, 3])

    assert answer == [*OPINION[:2], "Talk is cheap"]


@pytest.mark.parametrize(
    ("body", "own", "agency"),
    [
        ("PARIS, Feb 5 (Reuters) - Talks go on.", "Talks go on.", "Reuters"),
        ("MERROW, 5 fév (AFP) — Le port rouvre.", "Le port rouvre.", "AFP"),
        ("(AP) Talks go on.", "Talks go on.", "AP"),
        ("MERROW — Talks go on.", "Talks go on.", ""),
        ("ABU DHABI: Talks go on.\n\nSource: Reuters/ec", "Talks go on.\n\n", "Reuters"),
        ("Le port rouvre.\n\nLire aussi : le port", "Le port rouvre.\n\n", ""),
        ("Talks go on.\n© 2026 AFP", "Talks go on.\n", "AFP"),
        (
            "Talks go on.\nSIGN UP for our newsletter\nNo one came.",
            "Talks go on.\n\nNo one came.",
            "",
        ),
        ("Merrow, Reuters (in part) reads more.", "Merrow, Reuters (in part) reads more.", ""),
    ],
)
def test_datelines_credits_and_site_furniture_are_not_an_outlets_own_words(body, own, agency):
    assert cleaning.own_words(body) == own
    assert credits.credited_agency(body) == agency
