"""Draw pairs of articles for a person to judge: are stories one event? Start at `sample`.

The judged pairs are labels for `evaluate`, which gives the precision of an index's stories, and for
`calibrate`.
"""

from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple

from ..errors import ArgumentError
from ..index import Index, in_snapshot, samples

OPENING = 1_500  # characters of a text that are shown: some 250 words, enough to judge by
NEAR = 0.05  # least probability of a near miss


class SampledPair(NamedTuple):
    """Two articles to be judged: do they report one event?"""

    a: str  # key
    b: str
    same: str  # to be filled in: yes, no or unsure
    outlet_a: str
    outlet_b: str
    published_a: str  # UTC; when first seen, if its source gave no time
    published_b: str
    title_a: str
    title_b: str
    text_a: str  # its beginning
    text_b: str


@in_snapshot
def sample(index: Index, pairs: int = 50, *, near: int = 0, seed: int = 1) -> list[SampledPair]:
    """Return random pairs of articles, in random order.

    `pairs` are drawn from stories: a random story with at least two different texts, and two of
    them; the articles of a copy group are one text. Each story is drawn once at most. `near` more
    pairs are near misses: in different stories, but with a link of at least .05. The same index and
    `seed` give the same pairs, whatever the order in which articles came. Raises ArgumentError for
    a negative number.
    """
    for name, number in (("pairs", pairs), ("near", near)):
        if number < 0:
            raise ArgumentError(name, f"{number} is negative")
    random = Random(seed)
    chosen = [*_of_stories(index, pairs, random), *_near_misses(index, near, random)]
    random.shuffle(chosen)
    described = samples.openings(index.connection, [key for pair in chosen for key in pair])
    return [_sampled_pair(random.sample(pair, 2), described) for pair in chosen]


def _of_stories(index: Index, number: int, random: Random) -> Iterator[tuple[str, str]]:
    """Yield a pair of different texts from each of some stories."""
    stories: dict[str, dict[int, list[str]]] = {}  # first key of the story -> copy group -> keys
    names: dict[int, str] = {}
    for key, story, group in samples.texts_in_stories(index.connection):
        texts = stories.setdefault(names.setdefault(story, key), {})
        texts.setdefault(group, []).append(key)
    several = [texts for _, texts in sorted(stories.items()) if len(texts) > 1]
    for texts in random.sample(several, min(number, len(several))):
        one, other = random.sample(sorted(texts.values()), 2)
        yield random.choice(one), random.choice(other)


def _near_misses(index: Index, number: int, random: Random) -> list[tuple[str, str]]:
    if not number:
        return []
    missed = sorted(samples.across_stories(index.connection, NEAR))
    return random.sample(missed, min(number, len(missed)))


def _sampled_pair(
    keys: Sequence[str], described: dict[str, tuple[str, str, str, str]]
) -> SampledPair:
    a, b = keys
    outlets, times, titles, texts = zip(described[a], described[b], strict=True)
    one, other = (text[:OPENING] for text in texts)
    return SampledPair(a, b, "", *outlets, *times, *titles, one, other)
