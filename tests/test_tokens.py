"""The stream of word hashes has the words that `re.findall` finds, in every script.

The twin is slow and obvious: `re` on the text in lower case, one text at a time.
"""

import re
import sys
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twicetold.text import tokens
from twicetold.text.datafiles import read_lines
from twicetold.text.tokens import CAPITAL, NUMBER, OPENS, Tokens

TEXTS = {
    "English": "The harbour's 12 cranes — built in 1987 — stood still; no one\tcame. COST: £3.5m",
    "French": "L'État a-t-il cédé ? « Jamais », dit-on à Évry.\nŒuvre inachevée, cœur serré",
    "German": "STRASSE, Straße, ẞ und ß: der GROẞE Hafen",
    "Russian": "Переговоры о порте возобновились. «Ещё не всё», — сказала Ёлкина",
    "Greek": "ΟΔΥΣΣΕΥΣ Οδυσσεύς οδυσσευς Σ ΑΣ ΑΣΑ ΑΣ. ΑΣ’Α",
    "Turkish": "İstanbul'da IŞIK ışık İİ i̇ DİYARBAKIR diyarbakır",
    "Arabic": "عادت المحادثات حول المِيناء في ٣ شباط، ولم يُعلَن شيء",
    "Chinese": "港口谈判恢复。双方代表2026年2月3日再次会面，未发表声明。",
    "traditional Chinese": "渡輪艾達號在梅羅港外沉沒，十二人獲救。",
    "Thai": "การเจรจาเรื่องท่าเรือเริ่มขึ้นอีกครั้ง ๓ กุมภาพันธ์",
    "Japanese": "港湾をめぐる協議が再開された。カタカナとｶﾅ、ー々〆",
    "Hindi": "बंदरगाह पर बातचीत फिर शुरू हुई, १२ घंटे चली",
    "Korean": "항구 회담이 다시 시작됐다 한국어",
    "Deseret": "𐐔𐐯𐑅𐐨𐑉𐐯𐐻 𐐼𐐯𐑅𐐨𐑉𐐯𐐻",
    "signs": "👩‍👩‍👧 🇫🇷 a👍b ﷺ ½ ² x₂ _a_ e\u0301te\u0301 été \u200b\ufeff\x00\x85",
    "halves of pairs": "a\ud800b \udc00\ud800 \ud83dx",
    "nothing": "",
    "no word": " \n… —",
}
TRICKY = st.text(
    st.sampled_from("aAbB1²_ \n.-İIiı\u0307ΣσςßẞÉé\u0301中かท\u0e35٣𐐀𐐨𠀀👍\ud83d\udc00")
)
ANY = st.text(st.characters())  # all code points, halves of pairs too
LISTS = st.lists(st.one_of(TRICKY, ANY), max_size=6)

SIMPLIFIED = str.maketrans(*read_lines("chinese.txt.gz"))

Word = tuple[str, int, int]


def words_of(text: str, pattern: str = r"\w+") -> list[Word]:
    """The twin: each word in lower case and simplified Chinese, its start and its end."""
    found = re.finditer(pattern, text.lower())
    return [(answer[0].translate(SIMPLIFIED), *answer.span()) for answer in found]


def marks(texts: Sequence[str]) -> np.ndarray:
    return tokens.marked_stream(texts).marks


def assert_same(found: Tokens, expected: Sequence[list[Word]]) -> None:
    """As many words in each text, at the same places; hashes equal where words are, only there."""
    flat = [word for words in expected for word in words]
    assert np.diff(found.offsets).tolist() == [len(words) for words in expected]
    assert found.starts.tolist() == [start for _, start, _ in flat]
    assert found.ends.tolist() == [end for _, _, end in flat]
    pairs = set(zip((word for word, _, _ in flat), found.hashes.tolist(), strict=True))
    assert len({word for word, _ in pairs}) == len({code for _, code in pairs}) == len(pairs)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_has_the_words_that_re_finds(text):
    assert_same(tokens.stream([text]), [words_of(text)])


def test_texts_of_all_scripts_in_one_stream_have_the_words_that_re_finds():
    texts = list(TEXTS.values()) * 2

    assert_same(tokens.stream(texts), [words_of(text) for text in texts])


def test_each_character_of_unicode_is_in_a_word_if_re_says_so():
    planes = [range(first, first + 0x10000) for first in range(0, sys.maxunicode, 0x10000)]
    texts = [" ".join(map(chr, plane)) for plane in planes]

    assert_same(tokens.stream(texts), [words_of(text) for text in texts])


@given(LISTS)
def test_any_texts_have_the_words_that_re_finds(texts):
    assert_same(tokens.stream(texts), [words_of(text) for text in texts])


@given(LISTS, st.integers(1, 12))
def test_the_size_of_a_chunk_changes_nothing(texts, characters):
    at_once, marks_at_once = tokens.stream(texts), marks(texts).tolist()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "CHUNK_CHARACTERS", characters)
        in_chunks = tokens.stream(texts)

        assert_same(in_chunks, [words_of(text) for text in texts])
        assert marks(texts).tolist() == marks_at_once
    assert in_chunks.hashes.tolist() == at_once.hashes.tolist()


@given(TRICKY)
def test_a_words_hash_depends_on_the_word_alone(text):
    answer = tokens.stream(["中 Σ before", text, "after İ"])
    own = answer.hashes[slice(*answer.offsets[1:3])].tolist()

    assert own == [int(tokens.stream([word]).hashes[0]) for word, _, _ in words_of(text)]


def test_the_hash_of_a_word_never_changes_because_an_index_stores_signatures():
    assert tokens.stream(["talks 港 İ"]).hashes.tolist() == [
        0x390809AD4632CD96,
        0xDFD757B486966A5E,
        0x0668F6EAEA58DBD2,
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("中国和法国", ["中", "国", "和", "法", "国"]),
        ("iPhone发布了2款", ["iphone", "发", "布", "了", "2", "款"]),
        ("ひらカナ漢", ["ひ", "ら", "カ", "ナ", "漢"]),
        ("กรุงเทพ", ["ก", "ร", "ง", "เ", "ท", "พ"]),  # the vowel sign below ร is not a letter
        ("𠀀𠀁 a𠀀b", ["𠀀", "𠀁", "a", "𠀀", "b"]),
        ("대통령 선거", ["대통령", "선거"]),  # Korean has spaces
        ("İzmir'de 港", ["i", "zmir", "de", "港"]),
        ("Москва и Paris", ["москва", "и", "paris"]),
    ],
)
def test_a_script_without_spaces_can_be_split_into_its_characters(text, words):
    answer = tokens.stream([text], split_unspaced=True)
    lower = text.lower()

    assert [lower[a:b] for a, b in zip(answer.starts, answer.ends, strict=True)] == words


@given(st.lists(st.text(st.sampled_from("abİΣ1 .\n中国かナทก\u0e35한𠀀é")), max_size=4))
def test_split_texts_have_the_words_that_re_finds_by_a_longer_pattern(texts):
    single = "[中国かナทก𠀀]"
    pattern = rf"{single}|(?:(?!{single})\w)+"

    answer = tokens.stream(texts, split_unspaced=True)

    assert_same(answer, [words_of(text, pattern) for text in texts])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ships left Merrow", [CAPITAL | OPENS, 0, CAPITAL]),
        ("she said: Go. on", [OPENS, 0, CAPITAL | OPENS, OPENS]),
        ("he said “Talks go on” on Monday", [OPENS, 0, CAPITAL | OPENS, 0, 0, OPENS, CAPITAL]),
        ("a 12-day trial, Day 2", [OPENS, NUMBER, 0, 0, CAPITAL, NUMBER]),
        ("one\nTwo", [OPENS, CAPITAL | OPENS]),
        ("in 3.5 km", [OPENS, NUMBER, NUMBER | OPENS, 0]),
        ("L'État cède", [CAPITAL | OPENS, CAPITAL, 0]),
        ("« Non », dit Évelyne", [CAPITAL | OPENS, OPENS, CAPITAL]),
        ("в Москве 3-го", [OPENS, CAPITAL, NUMBER, 0]),
        ("ΟΔΟΣ Σ", [CAPITAL | OPENS, CAPITAL]),
        ("في ٣ شباط", [OPENS, NUMBER, 0]),
        ("à İzmir", [OPENS, CAPITAL, 0]),
        ("港 在", [OPENS, 0]),
    ],
)
def test_marks_are_capitals_numbers_and_first_words_of_a_sentence(text, expected):
    assert marks([text]).tolist() == expected


def marks_of(text: str) -> list[int]:
    """The twin for marks, on texts without İ; what opens stands first or after a stop."""
    last, marks = 0, []
    for answer in re.finditer(r"\w+", text):
        between, first = text[last : answer.start()], answer[0][0]
        opens = last == 0 or re.search(r'[.:\n"“”«»()]', between)
        capital, number = first.isupper(), first.isdecimal()
        marks.append(CAPITAL * capital | NUMBER * number | OPENS * bool(opens))
        last = answer.end()
    return marks


@given(st.lists(st.text(st.sampled_from("aBcÉéЯя019 ,-'.:\n\"“”«»()Σ")), max_size=5))
def test_marks_of_any_ordinary_texts_are_those_found_word_by_word(texts):
    assert marks(texts).tolist() == [mark for text in texts for mark in marks_of(text)]


@pytest.mark.parametrize("texts", [[], [""], ["", "", ""], ["…", ""]])
def test_no_text_and_empty_texts_have_no_words(texts):
    answer = tokens.stream(texts)

    assert answer.offsets.tolist() == [0] * (len(texts) + 1)
    assert len(answer.hashes) == len(answer.starts) == len(answer.ends) == 0
    assert len(marks(texts)) == 0


@given(st.text(st.sampled_from("aAİI\u0307ié 中")))
def test_a_word_can_be_read_from_the_spelled_out_text_by_its_place(text):
    answer = tokens.stream([text])
    spelled = tokens.spelled_out(text)

    read = [spelled[a:b] for a, b in zip(answer.starts, answer.ends, strict=True)]

    assert [word.lower() for word in read] == [word for word, _, _ in words_of(text)]


@given(texts=st.lists(st.text(), max_size=6))
def test_words_of_the_same_first_four_characters_have_one_stem(texts):
    words, _, answer = tokens.marked_stream(texts)

    spelled = [
        tokens.spelled_out(text).lower()[start:end][: tokens.STEM]
        for row, text in enumerate(texts)
        for start, end in zip(
            words.starts[words.offsets[row] : words.offsets[row + 1]].tolist(),
            words.ends[words.offsets[row] : words.offsets[row + 1]].tolist(),
            strict=True,
        )
    ]
    pairs = set(zip(spelled, answer.tolist(), strict=True))
    assert len(pairs) == len(set(spelled)) == len(set(answer.tolist()))


def test_both_scripts_of_chinese_are_one_text_and_no_character_is_a_capital():
    simplified, traditional = "渡轮艾达号在梅罗港外沉没", "渡輪艾達號在梅羅港外沉沒"

    both = tokens.stream([simplified, traditional], split_unspaced=True)

    assert both.hashes[: both.offsets[1]].tolist() == both.hashes[both.offsets[1] :].tolist()
    assert not (marks([traditional]) & CAPITAL).any()
