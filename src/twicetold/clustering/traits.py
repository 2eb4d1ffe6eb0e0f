"""What the replay of days needs to know of each article, besides its links."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, FloatArray, IntArray
from ..text.headlines import reports_no_event
from .neighbours import SHORT_TERMS
from .pair_scoring import ScoredPairs, worth_a_link
from .term_weights import Block

ROUND_UP_WORDS = 100  # a shorter text does not report several events


class Traits(NamedTuple):
    """Articles in time order, n in all, as far as the replay knows them."""

    day: IntArray  # (n,) days since 1970
    hour: FloatArray  # (n,) hours since 1970; nan: the source gave no time
    story: IntArray  # (n,) id, or NO_STORY
    is_long: BoolArray  # (n,) may be a round-up
    is_short: BoolArray  # (n,) a headline, which is merged by its words
    is_report: BoolArray  # (n,) no round-up or standing page by its title


def traits_of(block: Block) -> Traits:
    """Return the traits of the articles of a block."""
    window, body = block.window, block.terms.counts.body
    is_report = are_reports(block.headlines)
    return Traits(
        window.day,
        window.hour,
        window.story,
        is_long=np.asarray(body.sum(axis=1)).ravel() >= ROUND_UP_WORDS,
        is_short=(np.diff(body.indptr) <= SHORT_TERMS) & is_report,
        is_report=is_report,
    )


def are_reports(headlines: Sequence[str]) -> BoolArray:
    """Mark the headlines (n,) that are none of a round-up or a standing page."""
    return ~np.array([reports_no_event(headline) for headline in headlines], bool)


def between_reports(scored: ScoredPairs, is_report: BoolArray) -> ScoredPairs:
    """Return the pairs that become links: none with a round-up, unless their texts are alike."""
    reports = (is_report[scored.a] & is_report[scored.b]) | (scored.kind != "story")
    return worth_a_link(scored.select(reports))
