"""Texts to one flat stream of word hashes: the one pass over the text that all stages share.

Start reading at `stream`. No Python string is made for a word: a chunk of texts is joined and
viewed as an array of code points, each mapped to its lower case or, outside of words, to 0. A word
starts where 0 ends. With S the running sum of code x P**position modulo 2**64, the polynomial hash
of a word is a difference of two values of S, times P**-start; a mixing step follows.

Words are what `re.findall(r"\\w+", text.lower())` finds, in every script; traditional Chinese
characters count as the simplified ones.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..arrays import BoolArray, Int32Array, IntArray, UInt32Array, UIntArray, offsets_of
from .datafiles import read_lines
from .runs import mix64

CodeArray = npt.NDArray[np.unsignedinteger]  # code points, in the narrowest type that holds them
MarkArray = npt.NDArray[np.uint8]

CAPITAL = 1  # starts with a capital letter
NUMBER = 2  # starts with a digit
OPENS = 4  # the first word of its text, line, sentence, quotation, or clause after a colon

STEM = 4  # characters; on headlines, 3 to 6 are as good, and so are all 4-grams of a word
CHUNK_CHARACTERS = 1 << 18  # fits in the cache of one core; fastest of 2**16 to 2**20
_PRIME = 0x9E3779B97F4A7C15
_INVERSE = pow(_PRIME, -1, 1 << 64)
_SENTENCE_MARKS = '.!?:;…\n\r\t"“”«»„‹›•|()[]'
_UNSPACED = (  # scripts that write no space between words: Thai, Lao, Burmese, Khmer, kana, Han
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9D),
    (0x20000, 0x3FFFF),
)


class Tokens(NamedTuple):
    """The words of n texts in their order, t in all.

    The words of text i are rows `offsets[i]:offsets[i + 1]` of the three flat arrays. A word is
    `start:end` of `spelled_out(text)`, which is the text itself unless it has an İ.
    """

    hashes: UIntArray  # (t,)
    offsets: IntArray  # (n + 1,)
    starts: Int32Array  # (t,) in characters
    ends: Int32Array  # (t,)

    def rows(self) -> IntArray:
        """Return the text of each word, (t,)."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))


class Marked(NamedTuple):
    """The words of n texts, their marks, and the hashes of their stems."""

    tokens: Tokens
    marks: MarkArray  # (t,) of CAPITAL | NUMBER | OPENS
    stems: UIntArray  # (t,) of the first four characters of each word


class _Tables(NamedTuple):
    lower: UInt32Array  # code point -> lower-case code point, 0 outside of words
    digit: BoolArray
    ends_sentence: BoolArray
    unspaced: BoolArray


def stream(texts: Sequence[str], *, split_unspaced: bool = False) -> Tokens:
    """Return the words of all texts as hashes, with their places; empty texts are allowed.

    With `split_unspaced`, each character of a script written without spaces is a word of its
    own, so that shingles of words are shingles of characters there.
    """
    parts = [_chunk(chunk, split_unspaced)[0] for chunk in _chunks(texts)]
    return _joined_tokens(parts)


def marked_stream(texts: Sequence[str], *, split_unspaced: bool = False) -> Marked:
    """Return the words of all texts as `stream` does, with their marks and stems.

    Separate from `stream`, because signatures, made for every article read, need neither. A stem is
    crude, and good enough for all languages that inflect at the end: 'opens' matches 'opening'.

    Source: McNamee & Mayfield 2004, Character n-gram tokenization for European language text.
    """
    parts, marks, stems = [], [np.zeros(0, np.uint8)], [np.zeros(0, np.uint64)]
    for chunk in _chunks(texts):
        tokens, words = _chunk(chunk, split_unspaced)
        parts.append(tokens)
        marks.append(_marks(words))
        stems.append(
            _word_hashes(words.codes, words.starts, np.minimum(words.ends, words.starts + STEM))
        )
    return Marked(_joined_tokens(parts), np.concatenate(marks), np.concatenate(stems))


def spelled_out(text: str) -> str:
    """Return the text that `starts` and `ends` index: İ becomes I and a combining dot.

    İ is the one character whose lower case has two code points.
    """
    return text.replace("İ", "I\u0307")


def _chunks(texts: Iterable[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    size = 0
    for text in texts:
        chunk.append(text)
        size += len(text) + 1
        if size >= CHUNK_CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


class _Words(NamedTuple):
    """The words of a chunk of joined texts: code points, and where each word starts and ends."""

    raw: CodeArray  # (c,) as they are
    codes: CodeArray  # (c,) in lower case, 0 outside of words
    starts: IntArray  # (t,)
    ends: IntArray  # (t,)


def _chunk(texts: list[str], split_unspaced: bool) -> tuple[Tokens, _Words]:
    """Return the words of a few texts, joined by line ends, which belong to no word."""
    joined, bounds = _joined(texts)
    raw, codes = _code_points(joined)
    starts, ends = _word_bounds(raw, codes, split_unspaced)
    hashes = _word_hashes(codes, starts, ends)
    offsets = np.searchsorted(starts, bounds)
    base = np.repeat(bounds[:-1], np.diff(offsets))
    tokens = Tokens(
        hashes, offsets, (starts - base).astype(np.int32), (ends - base).astype(np.int32)
    )
    return tokens, _Words(raw, codes, starts, ends)


def _joined_tokens(parts: list[Tokens]) -> Tokens:
    counts = np.concatenate([np.zeros(0, np.int64), *(np.diff(part.offsets) for part in parts)])
    return Tokens(
        np.concatenate([np.zeros(0, np.uint64), *(part.hashes for part in parts)]),
        offsets_of(counts),
        np.concatenate([np.zeros(0, np.int32), *(part.starts for part in parts)]),
        np.concatenate([np.zeros(0, np.int32), *(part.ends for part in parts)]),
    )


def _joined(texts: list[str]) -> tuple[str, IntArray]:
    joined = "\n".join(texts)
    if "İ" in joined:
        texts = [spelled_out(text) for text in texts]
        joined = "\n".join(texts)
    return joined, offsets_of(np.fromiter(map(len, texts), np.int64, len(texts)) + 1)


def _code_points(joined: str) -> tuple[CodeArray, CodeArray]:
    """Return the code points as they are, and in lower case with 0 outside of words."""
    if joined.isascii():
        encoded = joined.encode("ascii")
        raw: CodeArray = np.frombuffer(encoded, np.uint8)
        return raw, np.frombuffer(encoded.translate(_ascii_table()), np.uint8)
    raw = _wide(joined)
    # the lower case of a capital sigma depends on its place in the word: only str.lower knows it
    source = _wide(joined.lower()) if "Σ" in joined else raw
    if source.dtype == np.uint16:
        return raw, _lower16().take(source)
    return raw, _tables().lower.take(source)


def _wide(joined: str) -> CodeArray:
    """Return UTF-16 if each character is one unit, else UTF-32; lone surrogates pass."""
    encoded = joined.encode("utf-16-le", "surrogatepass")
    if len(encoded) == 2 * len(joined):
        return np.frombuffer(encoded, np.uint16)
    return np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)


def _word_bounds(
    raw: CodeArray,
    codes: CodeArray,
    split_unspaced: bool,
) -> tuple[IntArray, IntArray]:
    inside = codes != 0
    edge = np.zeros(len(codes) + 1, bool)  # edge[i]: a word starts or ends before character i
    edge[0], edge[-1] = inside[:1].any(), inside[-1:].any()
    np.not_equal(inside[1:], inside[:-1], out=edge[1:-1])
    if not split_unspaced or raw.dtype == np.uint8:
        edges = np.flatnonzero(edge)
        return edges[0::2], edges[1::2]
    alone = _tables().unspaced.take(raw) & inside
    start = edge[:-1] & inside
    start |= alone
    start[1:] |= alone[:-1] & inside[1:]
    end = edge[1:] & inside
    end |= alone
    end[:-1] |= alone[1:] & inside[:-1]
    return np.flatnonzero(start), np.flatnonzero(end) + 1


def _word_hashes(codes: CodeArray, starts: IntArray, ends: IntArray) -> UIntArray:
    powers, inverses = _powers(max(len(codes), CHUNK_CHARACTERS))
    sums = np.multiply(codes, powers[: len(codes)], dtype=np.uint64)
    np.cumsum(sums, out=sums)
    hashes = sums.take(ends - 1)
    before = sums.take(starts - 1, mode="clip")
    if len(starts) and starts[0] == 0:
        before[0] = 0
    hashes -= before
    hashes *= inverses.take(starts)
    return mix64(hashes)


def _marks(words: _Words) -> MarkArray:
    first = words.raw.take(words.starts)
    is_capital = first != words.codes.take(words.starts)
    is_capital &= ~_tables().unspaced.take(first)  # a traditional character is no capital
    marks: MarkArray = is_capital * np.uint8(CAPITAL)
    marks |= _tables().digit.take(first) * np.uint8(NUMBER)
    stops = np.flatnonzero(_tables().ends_sentence.take(words.raw))
    passed = np.searchsorted(stops, words.starts)  # how many stops lie before each word
    opens = np.ones(len(words.starts), bool)
    np.not_equal(passed[1:], passed[:-1], out=opens[1:])
    marks |= opens * np.uint8(OPENS)
    return marks


@cache
def _tables() -> _Tables:
    """Build the tables from what the interpreter takes for words, digits and lower case (60 ms)."""
    size = sys.maxunicode + 1
    everything = "".join(map(chr, range(size)))
    # only İ has a longer lower case; a sigma between other letters must not become a final one
    lowered = everything.replace("İ", "i").replace("Σ", "σ").lower()
    lower = np.frombuffer(lowered.encode("utf-32-le", "surrogatepass"), np.uint32).copy()
    inside = np.zeros(size, bool)
    for word in re.finditer(r"\w+", lowered):
        inside[word.start() : word.end()] = True
    lower[~inside] = 0
    traditional, simplified = read_lines("chinese.txt.gz")  # one word in both scripts of Chinese
    lower[_wide(traditional)] = _wide(simplified)
    digit = np.zeros(size, bool)
    for number in re.finditer(r"\d+", everything):
        digit[number.start() : number.end()] = True
    ends_sentence = np.zeros(size, bool)
    ends_sentence[[ord(mark) for mark in _SENTENCE_MARKS]] = True
    unspaced = np.zeros(size, bool)
    for low, high in _UNSPACED:
        unspaced[low : high + 1] = True
    return _Tables(lower, digit, ends_sentence, unspaced)


@cache
def _lower16() -> npt.NDArray[np.uint16]:
    return _tables().lower[: 1 << 16].astype(np.uint16)


@cache
def _ascii_table() -> bytes:
    return bytes(_tables().lower[:128].tolist()) + bytes(128)


@cache
def _powers_of_size(size: int) -> tuple[UIntArray, UIntArray]:
    return _powers_of(_PRIME, size), _powers_of(_INVERSE, size)


def _powers(size: int) -> tuple[UIntArray, UIntArray]:
    """Return P**i and P**-i modulo 2**64, for i below a power of two that is at least `size`."""
    return _powers_of_size(1 << (size - 1).bit_length())


def _powers_of(base: int, size: int) -> UIntArray:
    powers = np.ones(size, np.uint64)
    filled, factor = 1, base
    while filled < size:
        powers[filled : 2 * filled] = powers[:filled] * np.uint64(factor)
        filled, factor = 2 * filled, pow(factor, 2, 1 << 64)
    return powers
