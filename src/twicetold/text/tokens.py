"""Many texts -> one flat stream of word hashes: the one pass over the text that all stages share.

Start reading at `stream`. No Python string is made for a word: a chunk of texts is joined and
looked at as an array of code points, each mapped to its lower case or, outside of words, to 0.
A word starts where 0 ends. With S the running sum of code x P**position modulo 2**64, a word's
polynomial hash is a difference of two values of S, times P**-start; a mixing step follows.

Words are what `re.findall(r"\\w+", text.lower())` finds, in every script.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

UIntArray = npt.NDArray[np.uint64]
IntArray = npt.NDArray[np.int64]
CodeArray = npt.NDArray[np.unsignedinteger]
MarkArray = npt.NDArray[np.uint8]

CAPITAL = 1  # starts with a capital letter
NUMBER = 2  # starts with a digit
OPENS = 4  # first of its text, line, sentence, clause after a colon, or quotation

STEM = 4  # characters; 3 to 6 and all 4-grams of a word served alike on headlines
CHUNK_CHARACTERS = 1 << 18  # stays in the cache of one core; measured best from 2**16 to 2**20
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
    """The words of n texts, t in all, in their order.

    The words of text i are the rows `offsets[i]:offsets[i + 1]` of the three flat arrays. A word
    stands at `start:end` of `spelled_out(text)`, which is the text itself unless it has an İ.
    """

    hashes: UIntArray  # (t,)
    offsets: IntArray  # (n + 1,)
    starts: IntArray  # (t,) in characters
    ends: IntArray  # (t,)


class _Tables(NamedTuple):
    lower: npt.NDArray[np.uint32]  # code point -> lower-case code point, 0 outside of words
    digit: npt.NDArray[np.bool_]
    ends_sentence: npt.NDArray[np.bool_]
    unspaced: npt.NDArray[np.bool_]


def stream(texts: Sequence[str], *, split_unspaced: bool = False) -> Tokens:
    """The words of all texts as hashes, with their places and marks; empty texts are allowed.

    With `split_unspaced`, each character of a script written without spaces is a word of its
    own, so that shingles of words are shingles of characters there.
    """
    parts = [_chunk(chunk, split_unspaced) for chunk in _chunks(texts)]
    if not parts:
        parts = [_chunk([""], split_unspaced)._replace(offsets=np.zeros(1, np.int64))]
    counts = np.concatenate([np.diff(part.offsets) for part in parts])
    return Tokens(
        np.concatenate([part.hashes for part in parts]),
        offsets_of(counts),
        np.concatenate([part.starts for part in parts]),
        np.concatenate([part.ends for part in parts]),
    )


def marks(texts: Sequence[str], tokens: Tokens) -> MarkArray:
    """What the words look like, (t,) of CAPITAL | NUMBER | OPENS; `tokens` are those of `texts`.

    Apart from `stream`, since signatures, made of every article ever read, do without.
    """
    parts = [_marks(*piece) for piece in _pieces(texts, tokens)]
    return np.concatenate(parts) if parts else np.zeros(0, np.uint8)


def stems(texts: Sequence[str], tokens: Tokens) -> UIntArray:
    """The hashes of the first four characters of each word, (t,); `tokens` are those of `texts`.

    Crude, and good enough for all languages that inflect at the end: 'opens' meets 'opening'.

    Source: McNamee & Mayfield 2004, Character n-gram tokenization for European language text.
    """
    parts = [
        _word_hashes(codes, starts, np.minimum(ends, starts + STEM))
        for _, codes, starts, ends in _pieces(texts, tokens)
    ]
    return np.concatenate(parts) if parts else np.zeros(0, np.uint64)


def spelled_out(text: str) -> str:
    """The text in which `starts` and `ends` count: İ as I and a combining dot, its canonical twin.

    It is the one character whose lower case has two code points.
    """
    return text.replace("İ", "I\u0307")


def offsets_of(counts: npt.ArrayLike) -> IntArray:
    """(n,) counts -> (n + 1,) offsets, 0 first."""
    sizes = np.asarray(counts, dtype=np.int64)
    offsets = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return offsets


def mix64(values: UIntArray) -> UIntArray:
    """MurmurHash3's 64-bit finalizer, in place: every bit of the input moves every bit out."""
    values ^= values >> np.uint64(33)
    values *= np.uint64(0xFF51AFD7ED558CCD)
    values ^= values >> np.uint64(33)
    values *= np.uint64(0xC4CEB9FE1A85EC53)
    values ^= values >> np.uint64(33)
    return values


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


def _chunk(texts: list[str], split_unspaced: bool) -> Tokens:
    """The words of a few texts, joined by line ends, which belong to no word."""
    joined, bounds = _joined(texts)
    raw, codes = _code_points(joined)
    starts, ends = _word_bounds(raw, codes, split_unspaced)
    hashes = _word_hashes(codes, starts, ends)
    offsets = np.searchsorted(starts, bounds)
    base = np.repeat(bounds[:-1], np.diff(offsets))
    return Tokens(hashes, offsets, starts - base, ends - base)


def _joined(texts: list[str]) -> tuple[str, IntArray]:
    joined = "\n".join(texts)
    if "İ" in joined:
        texts = [spelled_out(text) for text in texts]
        joined = "\n".join(texts)
    return joined, offsets_of(np.fromiter(map(len, texts), np.int64, len(texts)) + 1)


def _code_points(joined: str) -> tuple[CodeArray, CodeArray]:
    """The code points as they stand, and lower-cased with 0 outside of words."""
    if joined.isascii():
        encoded = joined.encode("ascii")
        raw: CodeArray = np.frombuffer(encoded, np.uint8)
        return raw, np.frombuffer(encoded.translate(_ascii_table()), np.uint8)
    raw = _wide(joined)
    # a capital sigma is lower-cased by its place in the word: only str.lower knows how
    source = _wide(joined.lower()) if "Σ" in joined else raw
    if source.dtype == np.uint16:
        return raw, _lower16().take(source)
    return raw, _tables().lower.take(source)


def _wide(joined: str) -> CodeArray:
    """UTF-16 where each character is one unit, else UTF-32; lone surrogates pass."""
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


def _pieces(
    texts: Sequence[str], tokens: Tokens
) -> Iterator[tuple[CodeArray, CodeArray, IntArray, IntArray]]:
    """A chunk after the other: its code points, those lower-cased, and where its words stand."""
    first = 0
    for chunk in _chunks(texts):
        joined, bounds = _joined(chunk)
        offsets = tokens.offsets[first : first + len(chunk) + 1]
        words = slice(offsets[0], offsets[-1])
        base = np.repeat(bounds[:-1], np.diff(offsets))
        yield *_code_points(joined), tokens.starts[words] + base, tokens.ends[words] + base
        first += len(chunk)


def _marks(raw: CodeArray, codes: CodeArray, starts: IntArray, ends: IntArray) -> MarkArray:
    first = raw.take(starts)
    marks: MarkArray = (first != codes.take(starts)).astype(np.uint8) * np.uint8(CAPITAL)
    marks |= _tables().digit.take(first) * np.uint8(NUMBER)
    stops = np.flatnonzero(_tables().ends_sentence.take(raw))
    passed = np.searchsorted(stops, starts)
    opens = np.ones(len(starts), bool)
    np.not_equal(passed[1:], passed[:-1], out=opens[1:])
    marks |= opens * np.uint8(OPENS)
    return marks


@cache
def _tables() -> _Tables:
    """Made in one go by the interpreter's own idea of words, digits and lower case (60 ms)."""
    size = sys.maxunicode + 1
    everything = "".join(map(chr, range(size)))
    # İ alone has a longer lower case; a sigma between other letters must not become a final one
    lowered = everything.replace("İ", "i").replace("Σ", "σ").lower()
    lower = np.frombuffer(lowered.encode("utf-32-le", "surrogatepass"), np.uint32).copy()
    inside = np.zeros(size, bool)
    for word in re.finditer(r"\w+", lowered):
        inside[word.start() : word.end()] = True
    lower[~inside] = 0
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
    """P**i and P**-i modulo 2**64, for i below a power of two that is at least `size`."""
    return _powers_of_size(1 << (size - 1).bit_length())


def _powers_of(base: int, size: int) -> UIntArray:
    powers = np.ones(size, np.uint64)
    filled, factor = 1, base
    while filled < size:
        powers[filled : 2 * filled] = powers[:filled] * np.uint64(factor)
        filled, factor = 2 * filled, pow(factor, 2, 1 << 64)
    return powers
