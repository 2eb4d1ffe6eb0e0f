"""Any bytes, in any format: the seeds of the fuzzer, mutations of them, and arbitrary bytes."""

import random
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).with_name("fuzz")))
from readers import FORMATS, SEEDS, read

MUTATIONS = 300  # of each format; `fuzz/readers.py` makes any number, guided by coverage


@pytest.fixture(autouse=True)
def standard_input(monkeypatch):
    """Standard input, which the reader takes its bytes from, is put back."""
    monkeypatch.setattr(sys, "stdin", sys.stdin)


@pytest.mark.parametrize(
    "seed", sorted(SEEDS.glob("*/*")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_seeds_are_read(seed):
    read(seed.parent.name, seed.read_bytes())


@pytest.mark.parametrize("format", FORMATS)
@given(data=st.binary(max_size=200))
def test_arbitrary_bytes_are_read(format, data):
    read(format, data)


@pytest.mark.slow
@pytest.mark.parametrize("format", FORMATS)
def test_mutated_seeds_are_read(format):
    draw = random.Random(format)
    seeds = [path.read_bytes() for path in sorted((SEEDS / format).iterdir())]
    pieces = [seed[i : i + 12] for seed in seeds for i in range(0, len(seed), 6)]
    for _ in range(MUTATIONS):
        data = bytearray(draw.choice(seeds))
        for _ in range(draw.randrange(1, 8)):
            place = draw.randrange(len(data) + 1)
            end = place + draw.choice((0, 0, 1, 5, 40))
            data[place:end] = draw.choice((b"", draw.randbytes(2), draw.choice(pieces)))
        read(format, bytes(data))
