"""Where sentences end: abbreviations, quotations, decimals and lines, in six languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twicetold.text.numbers import plain_numbers
from twicetold.text.sentences import sentence_spans


def sentences(text, lang="en"):
    return [text[start:end] for start, end in sentence_spans(text, lang)]


@pytest.mark.parametrize(
    ("lang", "listed"),
    [
        ("en", ["The U.S. said on Feb. 5 that 3.5 million left.", "Gen. A. G. Smith agreed."]),
        ("en", ["“We will not go. We stay,” Mr. Smith said.", "He left at 5 p.m."]),
        (
            "en",
            ["It rose at 6:18 a.m. Thursday, and fell at 7 p.m. EDT.", "By 8 a.m. it was found."],
        ),
        ("fr", ["M. Dupont a dit : « Nous partons. C'est fini. »", "Mme Durand (p. ex.) refuse."]),
        ("fr", ["Le 5 févr. 2026, 3,5 millions ont été versés.", "L'AFP l'a confirmé."]),
        ("de", ["Das kostet ca. 3,5 Mio. Euro.", "Am 5. Februar sagte Dr. Müller nichts."]),
        ("es", ["El Sr. Pérez pagó 3,5 millones.", "La Sra. Gil no."]),
        ("it", ["Il dott. Rossi ha pagato 3,5 milioni.", "Poi è partito."]),
        ("pt", ["O Sr. Silva pagou 3,5 milhões.", "Depois saiu."]),
    ],
)
def test_a_sentence_ends_where_a_reader_sees_its_end(lang, listed):
    assert sentences(" ".join(listed), lang) == listed


def test_a_heading_is_no_part_of_the_next_sentence_but_a_wrapped_line_goes_on():
    text = "WHAT WAS AGREED\n\nThe two sides met\nin the harbour. They will meet.\nBy Ada Lane"

    assert sentences(text) == [
        "WHAT WAS AGREED",
        "The two sides met\nin the harbour.",
        "They will meet.",
        "By Ada Lane",
    ]


@given(st.text(alphabet='Ab .,!?\n“”"«»M’1', max_size=200))
def test_sentences_hold_all_letters_of_a_text_once_and_in_order(text):
    spans = sentence_spans(text, "en")
    ends = [0] + [end for _, end in spans]

    assert all(end <= start < last for end, (start, last) in zip(ends, spans, strict=False))
    assert "".join("".join(text[i:j].split()) for i, j in spans) == "".join(text.split())


@pytest.mark.parametrize(
    ("lang", "text", "plain"),
    [
        ("en", "Twelve of 1,170 houses", "12 of 1170 houses"),
        ("fr", "douze des 1 170 immeubles", "12 des 1170 immeubles"),
        ("fr", "3,5 millions", "3p5 millions"),
        ("en", "magnitude 6.1 at 10:42", "magnitude 6p1 at "),
        ("de", "1.234.567 Euro", "1234567 Euro"),
        ("en", "version 1.2.3", "version 1.2.3"),
        ("en", "once, a dozen", "once, a dozen"),
    ],
)
def test_a_number_has_one_spelling_in_all_languages(lang, text, plain):
    assert plain_numbers(text, lang) == plain
