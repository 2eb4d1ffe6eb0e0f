"""Hashes, mixed, and of runs of words: what shingles and repeated passages are made of."""

import numpy as np

from ..arrays import UIntArray

STEP = 0xD6E8FEB86659FD93  # multiplier of a linear combination of hashes


def run_hashes(words: UIntArray, length: int) -> UIntArray:
    """Return the hash of each run of `length` words, (t - length + 1,), given theirs (t,).

    It is a linear combination of the hashes of its words, modulo 2**64. Runs cross from one text
    into the next if `words` are those of several texts.
    """
    runs = np.zeros(max(len(words) - length + 1, 0), np.uint64)
    for place in range(length):
        runs += words[place : place + len(runs)] * np.uint64(pow(STEP, place, 1 << 64))
    return runs


def mix64(values: UIntArray) -> UIntArray:
    """Mix bits in place, so that each input bit changes all output bits; return `values`.

    Source: Appleby 2011, MurmurHash3, 64-bit finalizer.
    """
    values ^= values >> np.uint64(33)
    values *= np.uint64(0xFF51AFD7ED558CCD)
    values ^= values >> np.uint64(33)
    values *= np.uint64(0xC4CEB9FE1A85EC53)
    values ^= values >> np.uint64(33)
    return values
