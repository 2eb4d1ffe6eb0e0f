"""Shingles, signatures, buckets and exact overlap, each against its slow and obvious twin."""

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given, settings
from hypothesis import strategies as st

from twicetold.arrays import offsets_of
from twicetold.copies import minhash
from twicetold.copies.minhash import EMPTY, signatures_of
from twicetold.copies.shingles import Shingles, overlap, shingles
from twicetold.text import tokens

BODIES = st.lists(st.text(st.sampled_from("aaab b .")), max_size=8)
HASHES = st.lists(st.lists(st.integers(0, 2**64 - 1), max_size=20), max_size=6)
SPRING = "春季谈判因疏浚费用由谁承担而破裂，港口自此关闭。周二，双方代表在梅罗再次会面，"
TALKS_IN_CHINESE = SPRING + "讨论重新开放港口的条件，并约定两周后继续会谈，届时将邀请渔民代表参加。"


def shingles_of(texts: Sequence[str], words: int = 5) -> Shingles:
    return shingles(tokens.stream(texts, split_unspaced=True), words)


def runs_of(text: str, words: int) -> list[tuple[str, ...]]:
    """The twin: every run of so many words; a shorter text is one run."""
    answer = re.findall(r"\w+", text)
    starts = range(max(len(answer) - words + 1, min(len(answer), 1)))
    return [tuple(answer[start : start + words]) for start in starts]


def stacked(rows: Sequence[Sequence[int]]) -> Shingles:
    """Shingles of articles given by their hashes."""
    flat = np.array([value for row in rows for value in row], np.uint64)
    return Shingles(flat, offsets_of([len(row) for row in rows]))


def sets_of(shingles: Shingles) -> list[set[int]]:
    hashes = shingles.hashes.tolist()
    return [set(hashes[start:end]) for start, end in pairwise(shingles.offsets)]


def by_datasketch(shingles: Shingles) -> list[list[int]]:
    """The twin: what datasketch makes of the upper 32 bits of each hash."""
    rows = []
    for start, end in pairwise(shingles.offsets):
        created = MinHash(num_perm=128, seed=1, scheme="affine32", hashfunc=int)
        created.update_batch(shingles.hashes[start:end] >> np.uint64(32))
        rows.append(created.hashvalues.tolist())
    return rows


def share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def two_sets(rng: np.random.Generator, both: int, apart: int) -> list[list[int]]:
    """Two articles with `both` shingles in common, and `apart` more each."""
    drawn = rng.integers(0, 2**64, both + 2 * apart, np.uint64).tolist()
    return [drawn[: both + apart], drawn[:both] + drawn[both + apart :]]


@given(BODIES, st.integers(1, 7))
def test_shingles_are_the_runs_of_words_of_each_text(texts, words):
    answer = shingles_of(texts, words)
    runs = [runs_of(text, words) for text in texts]

    assert np.diff(answer.offsets).tolist() == [len(of_text) for of_text in runs]
    flat = [run for of_text in runs for run in of_text]
    pairs = set(zip(flat, answer.hashes.tolist(), strict=True))
    assert len({run for run, _ in pairs}) == len({code for _, code in pairs}) == len(pairs)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("…", 0),
        ("Talks", 1),
        ("Talks go on today", 1),
        ("Talks go on today again", 1),
        ("Talks go on today again, still", 2),
        ("港口谈判恢复", 2),
    ],
)
def test_a_text_of_fewer_words_than_a_shingle_is_one_shingle_and_an_empty_text_has_none(
    text, count
):
    assert shingles_of([text]).offsets.tolist() == [0, count]


def test_the_same_words_in_another_order_are_another_shingle():
    there, back = sets_of(shingles_of(["dog bites man", "man bites dog"]))

    assert there.isdisjoint(back)


@given(HASHES)
def test_signatures_are_bit_for_bit_those_of_datasketch(rows):
    created = stacked(rows)

    assert signatures_of(created).tolist() == by_datasketch(created)


def test_signatures_of_long_and_short_articles_in_one_batch_are_those_of_datasketch():
    sizes = [3, 0, 40_000, 1, 16_384, 16_385, 0, 0, *range(0, 400, 40), 9_000, 9_000]
    hashes = np.random.default_rng(1).integers(0, 2**64, sum(sizes), np.uint64)
    created = Shingles(hashes, offsets_of(sizes))

    assert signatures_of(created).tolist() == by_datasketch(created)


@given(BODIES)
def test_an_article_has_the_same_signature_alone_and_among_others(texts):
    together = signatures_of(shingles_of(texts))

    alone = [signatures_of(shingles_of([text]))[0].tolist() for text in texts]

    assert together.tolist() == alone


def test_a_signature_never_changes_because_an_index_stores_it():
    signature = signatures_of(shingles_of(["Envoys met again to talk about the harbour"]))

    assert signature[0, :4].tolist() == [87080194, 2622968670, 378484758, 941512900]
    assert minhash.bands(signature)[0, :4].tolist() == [
        -1814498719,
        -1178128532,
        -1300967034,
        1494202258,
    ]


@given(BODIES, st.data())
def test_overlap_is_what_sets_of_shingles_have_in_common(texts, data):
    created = shingles_of(["b a b a b a", *texts])
    row = st.integers(0, len(texts))
    pairs = data.draw(st.lists(st.tuples(row, row), max_size=12))

    check_overlap(created, np.array(pairs, np.int64).reshape(-1, 2))


def test_overlap_of_more_pairs_than_a_block_holds_is_that_of_each():
    rng = np.random.default_rng(2)
    rows = [rng.integers(0, 30, size) << 40 for size in rng.integers(0, 40, 1_100)]

    check_overlap(stacked(rows), rng.integers(0, len(rows), (1_500, 2)))


def check_overlap(made: Shingles, pairs: np.ndarray) -> None:
    sets = sets_of(made)

    answer = overlap(made, pairs[:, 0], pairs[:, 1])

    both = [(sets[a], sets[b]) for a, b in pairs.tolist()]
    assert answer.shared.tolist() == [len(a & b) for a, b in both]
    assert answer.jaccard.tolist() == [share(len(a & b), len(a | b)) for a, b in both]
    assert answer.a_in_b.tolist() == [share(len(a & b), len(a)) for a, b in both]
    assert answer.b_in_a.tolist() == [share(len(a & b), len(b)) for a, b in both]


def test_an_article_without_shingles_shares_nothing_even_with_another_one():
    created = shingles_of(["", "Talks go on", ""])
    a, b = np.array([0, 0, 0]), np.array([0, 1, 2])

    answer = overlap(created, a, b)

    assert [column.tolist() for column in answer] == [[0, 0, 0]] * 4
    assert minhash.estimate_jaccard(signatures_of(created), a, b).tolist() == [0, 0, 0]


def test_two_signatures_share_a_bucket_if_the_four_values_of_a_band_are_equal():
    signed = np.random.default_rng(3).integers(0, 2, (60, 128)).astype(np.uint32)

    buckets = minhash.bands(signed)

    same_values = (signed[:, None] == signed).reshape(60, 60, 32, 4).all(axis=3)
    assert np.array_equal(buckets[:, None] == buckets, same_values)


def test_the_same_four_values_have_another_bucket_in_each_band():
    buckets = minhash.bands(np.full((1, 128), 7, np.uint32))

    assert len(set(buckets[0].tolist())) == 32


@pytest.mark.parametrize(
    ("both", "apart", "found"), [(50, 25, 0.87), (60, 20, 0.99), (70, 15, 1.0), (10, 45, 0.0)]
)
def test_buckets_find_the_promised_share_of_pairs(both, apart, found):
    rng = np.random.default_rng(4)
    rows = [row for _ in range(400) for row in two_sets(rng, both, apart)]

    buckets = minhash.bands(signatures_of(stacked(rows)))

    shared = (buckets[0::2] == buckets[1::2]).any(axis=1).mean()
    assert shared == pytest.approx(found, abs=0.03)


@pytest.mark.parametrize("both", [0, 20, 50, 80, 100])
def test_a_signature_estimates_jaccard_within_four_hundredths_in_the_mean(both):
    rng = np.random.default_rng(5)
    rows = [row for _ in range(600) for row in two_sets(rng, both, (100 - both) // 2)]
    a = np.arange(0, len(rows), 2)

    estimated = minhash.estimate_jaccard(signatures_of(stacked(rows)), a, a + 1)

    assert np.abs(estimated - both / 100).mean() < 0.04
    assert estimated.mean() == pytest.approx(both / 100, abs=0.01)


@settings(max_examples=30)
@given(BODIES)
def test_a_stored_signature_is_512_bytes_and_comes_back_as_it_was(texts):
    signed = signatures_of(shingles_of(["Talks go on", *texts]))

    blobs = minhash.to_blobs(signed)

    assert {len(blob) for blob in blobs} == {512}
    assert minhash.from_blobs(blobs).tolist() == signed.tolist()
    assert blobs[0][4:8] == int(signed[0, 1]).to_bytes(4, "little")


def test_no_bytes_are_the_signature_of_an_article_without_shingles():
    signed = minhash.from_blobs([b"", *minhash.to_blobs(np.ones((1, 128), np.uint32))])

    assert signed.tolist() == [[int(EMPTY)] * 128, [1] * 128]
    assert minhash.from_blobs([]).shape == (0, 128)


def test_a_stored_signature_is_a_minhash_that_datasketch_compares_as_we_do():
    created = stacked(two_sets(np.random.default_rng(6), 60, 20))
    signed = signatures_of(created)

    one, other = map(minhash.as_datasketch, minhash.to_blobs(signed))

    expected = minhash.estimate_jaccard(signed, np.array([0]), np.array([1]))[0]
    assert one.jaccard(other) == expected


def test_a_minhash_of_a_stored_signature_can_be_added_to_as_any_of_datasketch():
    empty = minhash.as_datasketch(b"")
    fresh = MinHash(num_perm=128, seed=1, scheme="affine32")

    for created in (empty, fresh):
        created.update(b"more")

    assert empty == fresh


@pytest.mark.parametrize(
    ("before", "after", "least", "most"),
    [
        ("周二", "周三", 0.8, 0.95),
        ("会面", "会谈", 0.8, 0.95),
        ("，届时将邀请渔民代表参加", "", 0.8, 0.95),
        (SPRING, "", 0.4, 0.6),
        (TALKS_IN_CHINESE, "市场周二收盘上涨，投资者等待央行公布新的利率决定。", 0, 0),
    ],
)
def test_chinese_texts_are_compared_by_their_characters(before, after, least, most):
    texts = [TALKS_IN_CHINESE, TALKS_IN_CHINESE.replace(before, after)]

    answer = overlap(shingles_of(texts), np.array([0]), np.array([1]))

    assert least <= answer.jaccard[0] <= most
