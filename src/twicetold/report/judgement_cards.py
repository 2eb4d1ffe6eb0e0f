"""Answers in words about people's judgements: agreement with labels, chance links, own weights.

Each function takes the result of a library function and returns text with a line end.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .formats import count
from .tables import table

if TYPE_CHECKING:
    from ..evaluation.agreement import Evaluation
    from ..evaluation.calibration import Gain
    from ..evaluation.chance_links import ChanceLinks


def evaluation_card(evaluation: "Evaluation") -> str:
    """Measures, and the labelled stories that differ most."""
    text = f"{table(evaluation.measures)}\n\n"
    text += f"{evaluation.articles:,} labelled articles, {evaluation.absent:,} not in the index\n"
    if evaluation.precision_low is not None:
        text += (
            "precision and recall are of the judged pairs alone; pairs drawn from stories, without"
            " near misses, tell nothing of recall\n"
            f"precision is between {evaluation.precision_low:.2f} and"
            f" {evaluation.precision_high:.2f} (95 % confidence)\n"
        )
    if evaluation.undecided:
        text += f"{count(evaluation.undecided, 'pair')} unsure or not judged yet\n"
    if evaluation.worst:
        text += "\nlargest differences: labels split over several stories, or mixed with others\n\n"
        text += f"{table(evaluation.worst)}\n"
    return text


def chance_card(rows: "Sequence[ChanceLinks]") -> str:
    """How many links are there by chance."""
    return (
        "links between articles of the same days, and how many of them are there by chance,\n"
        "estimated from articles weeks apart that are compared as if they were of the same days\n\n"
        f"{table(rows)}\n"
    )


def calibration_card(gains: Mapping[str, "Gain | None"]) -> str:
    """What own weights gain, for each kind of pair."""
    parts = []
    for kind, gain in gains.items():
        if gain is None:
            parts.append(f"{kind}: too few labelled pairs, the package's weights stay\n")
            continue
        parts.append(
            f"{kind}: {gain.pairs:,} pairs held out, {gain.one_story:,} of one story;"
            f" Brier score {gain.brier:.3f}, with the package's weights {gain.brier_before:.3f}\n\n"
            f"{table(gain.reliability)}\n"
        )
    return "\n".join(parts)
