"""The table `priors`: what was known of a day's pairs before their texts were compared."""

from collections.abc import Sequence
from sqlite3 import Connection

import numpy as np

from ..clustering.prior import USUAL_SHARE, Prior
from ..times import day_text


def save(db: Connection, day: int, langs: Sequence[str], prior: Prior) -> None:
    """Replace the prior of a day, given as days since 1970; `langs` (l,) are its languages."""
    date = day_text(day)
    db.execute("delete from priors where day = ?", (date,))
    columns = (column.tolist() for column in prior)
    rows = [row for row in zip(langs, *columns, strict=True) if row[1]]
    db.executemany(
        "insert into priors (day, lang, articles, dated_share, undated_share)"
        " values (?, ?, ?, ?, ?)",
        [(date, *row) for row in rows],
    )


def load(db: Connection, day: int, langs: Sequence[str], articles: Sequence[int]) -> Prior:
    """Return the prior of a day for some languages, (l,).

    A language that the day's clustering did not see has `articles` (l,) articles and usual shares.
    """
    stored = {
        lang: row
        for lang, *row in db.execute(
            "select lang, articles, dated_share, undated_share from priors where day = ?"
            " and dated_share between 0 and 1 and undated_share between 0 and 1",
            (day_text(day),),
        )
    }
    usual = [(count, USUAL_SHARE, USUAL_SHARE) for count in articles]
    rows = [stored.get(lang, other) for lang, other in zip(langs, usual, strict=True)]
    counts, dated, undated = zip(*rows, strict=True) if rows else ((), (), ())
    return Prior(np.array(counts, np.int64), np.array(dated, float), np.array(undated, float))
