"""How probable is one event before the texts are compared? The prior of a pair.

Among 1,200 articles, the best of 1,200 strangers looks alike by chance; in a collection on one
event, nearly every pair is true. For dated articles the number of articles in the active days
tells which it is, or the pairs themselves where most of them look like one event. For undated
articles, which have no days, the share of true pairs is estimated from their texts. Start reading
at `estimate_prior`.
"""

from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, FloatArray, IntArray

NAMES = ("log_articles", "dense_days", "undated_share")
DENSE = 0.5  # share of true pairs from which days count as dense; ordinary days have .05 to .3
# pairs of USUAL_SHARE that are added to the pairs: few pairs do not show a dense day
PSEUDO_PAIRS_DATED = 200
PSEUDO_PAIRS_UNDATED = 100
USUAL_SHARE = 0.1
LEAST_SHARE, LARGEST_SHARE = 0.02, 0.95
_ROUNDS = 60  # of the estimation, at most
_CLOSE = 1e-5  # a smaller change ends it
_LARGEST = 30.0  # log-odds; beyond, a probability is 0 or 1
_DECIMALS = 4  # the estimate is the same on every machine


class Prior(NamedTuple):
    """What is known of a day's pairs before their texts are compared, by language, (l,) each."""

    articles: IntArray  # of the language, in the active days
    dated: FloatArray  # estimated share of the candidate pairs that report one event
    undated: FloatArray  # the same for pairs with an undated article


def estimate_prior(
    articles: IntArray, log_odds: FloatArray, lang: IntArray, dated: BoolArray
) -> Prior:
    """Return the prior of a day, given the evidence of the texts of all its candidate pairs.

    `articles` (l,) are how many articles the active days have in each language; `log_odds` (p,) are
    those of pairs of independent texts at even odds, `lang` (p,) the language of their later
    article, and `dated` (p,) marks the pairs whose times are both known.
    """
    shares = {
        pseudo_pairs: np.array(
            [
                estimate_share(log_odds[(lang == place) & chosen], pseudo_pairs)
                for place in range(len(articles))
            ]
        )
        for pseudo_pairs, chosen in ((PSEUDO_PAIRS_DATED, dated), (PSEUDO_PAIRS_UNDATED, ~dated))
    }
    return Prior(articles, shares[PSEUDO_PAIRS_DATED], shares[PSEUDO_PAIRS_UNDATED])


def estimate_share(log_odds: FloatArray, pseudo_pairs: int) -> float:
    """Return the share of pairs that report one event, given their log-odds at even odds.

    Source: Saerens, Latinne & Decaestecker 2002, Adjusting the outputs of a classifier to new a
    priori probabilities, section 2.2 (expectation maximisation).
    """
    share = USUAL_SHARE
    log_odds = np.clip(log_odds, -_LARGEST, _LARGEST)
    for _ in range(_ROUNDS):
        true = (1 / (1 + np.exp(-log_odds - logit(share)))).sum()
        new = (float(true) + pseudo_pairs * USUAL_SHARE) / (len(log_odds) + pseudo_pairs)
        if abs(new - share) < _CLOSE:
            break
        share = new
    return round(min(max(share, LEAST_SHARE), LARGEST_SHARE), _DECIMALS)


def prior_features(prior: Prior, lang: IntArray, dated: BoolArray) -> FloatArray:
    """Return the features of pairs, (p, 3), in the order of `NAMES`.

    `lang` (p,) is the language of the later article; `dated` (p,) marks pairs with both times.
    """
    articles = np.log(np.maximum(prior.articles[lang], 2))
    dense = np.maximum(logit(prior.dated[lang]) - logit(DENSE), 0)
    undated = logit(prior.undated[lang])
    return np.column_stack(
        [np.where(dated, articles, 0), np.where(dated, dense, 0), np.where(dated, 0, undated)]
    )


def logit(share: float | FloatArray) -> FloatArray:
    """Return the log-odds of a share, between 0 and 1."""
    return np.asarray(np.log(share / (1 - share)), np.float64)
