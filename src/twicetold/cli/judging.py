"""Commands about people's judgements: labels, weights learned from them, decisions on pairs."""

import json
import sys
from functools import partial
from pathlib import Path

import click

import twicetold

from ..index import articles
from ..report import formats, judgement_cards, run_cards
from ..report.outputs import MODEL, check_not_index, check_output, write_output
from .group import cli, tell
from .options import INDEX_FILE, output_options, wait_option
from .reporting import show_progress


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("labels", type=INDEX_FILE, required=False)
@click.option(
    "--worst", default=10, show_default=True, help="How many of the largest differences to list."
)
@output_options
def evaluate(db: Path, labels: Path | None, worst: int, output: formats.Output) -> None:
    """Compare the stories of DB with LABELS, and list the largest differences.

    LABELS is CSV or JSON lines: one row for each article, with its key (or id, url) and its story
    (or label), or one row for each pair, with a, b and same (yes, no or unsure), as `twicetold
    sample` draws them. The measures are those of the field: BCubed, pairs, adjusted Rand, V (with
    homogeneity and completeness); for pairs, precision with a 95 % confidence interval.

    Without LABELS, it estimates how many links are there by chance: articles weeks apart are
    compared as if they were of the same days, and none of them report one event.

    \b
        twicetold evaluate news.db sample_corpus/gold.csv
        twicetold evaluate news.db pairs.csv --json
        twicetold evaluate archive.db
    """
    with twicetold.Index.open(db) as index:
        if labels is None:
            rows = twicetold.chance_links(index, progress=show_progress)
            formats.write_answer(rows, rows, judgement_cards.chance_card, output, sys.stdout)
            return
        evaluation = twicetold.evaluate(index, labels, worst=worst)
    formats.write_answer(
        evaluation,
        evaluation.measures,
        judgement_cards.evaluation_card,
        output,
        sys.stdout,
    )


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.option(
    "--pairs",
    type=click.IntRange(min=0),
    default=50,
    show_default=True,
    help="How many pairs of one story; at most one of each story.",
)
@click.option(
    "--near",
    type=click.IntRange(min=0),
    default=0,
    help="How many near misses, pairs of two stories, to add.",
)
@click.option("--seed", default=1, show_default=True, help="Seed of the random draw.")
@click.option(
    "-o", "--out", type=INDEX_FILE, help="Write a new file: CSV, unless another form is asked for."
)
@output_options
def sample(
    db: Path, pairs: int, near: int, seed: int, out: Path | None, output: formats.Output
) -> None:
    """Draw pairs of articles from DB for a person to judge: are its stories one event?

    Each pair is of one story, two different texts of it, drawn at random. Write yes, no or unsure
    into the column `same`; `twicetold evaluate` then says how precise the stories are, with a
    confidence interval. With --near, pairs of two stories are added, in random order, so that the
    judge cannot guess what the index says. They show what it misses.

    \b
        twicetold sample news.db --pairs 50 -o pairs.csv
        twicetold evaluate news.db pairs.csv
    """
    with twicetold.Index.open(db) as index:
        rows = twicetold.sample(index, pairs, near=near, seed=seed)
    if out is None:
        formats.write_rows(rows, output, sys.stdout)
        return
    check_not_index(out, str(db))
    try:
        # never over a file that may hold a day's judgements
        with out.open("x", encoding="utf-8", newline="") as file:
            form = formats.Output("csv") if output.format == "table" else output
            formats.write_rows(rows, form, file)
    except FileExistsError:
        hint = "give a new name: it may hold judgements"
        raise twicetold.TwicetoldError(str(out), "exists already", hint=hint) from None
    except OSError as error:
        raise twicetold.TwicetoldError(str(out), f"can't be written: {error.strerror}") from None
    tell(f"{formats.count(len(rows), 'pair')} in {out}: fill in the column same")


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("labels", type=INDEX_FILE)
@click.argument("out", type=INDEX_FILE)
@output_options
def calibrate(db: Path, labels: Path, out: Path, output: formats.Output) -> None:
    """Learn weights from LABELS of articles in DB, and write them to OUT.

    The weights start from the package's, and stay near them where there are few labels. The gain is
    measured on stories that are held out: the mean squared error (Brier score) of the
    probabilities, and how many pairs of similar probability are one story. `run --model OUT` uses
    the new weights.

    \b
        twicetold calibrate news.db labels.csv ours.json
        twicetold run tomorrow.db feeds/ --model ours.json
    """
    check_output(out, MODEL, str(db))
    with twicetold.Index.open(db) as index:
        calibration = twicetold.calibrate(index, labels)
    weights = calibration.weights(str(labels))
    write_output(out, json.dumps(weights, indent=2) + "\n", MODEL, str(db))
    gains = calibration.gains()
    rows = [row for gain in gains.values() if gain for row in gain.reliability]
    formats.write_answer(gains, rows, judgement_cards.calibration_card, output, sys.stdout)


def _decision_command(verdict: str, are: str) -> None:
    """Add the command for a verdict: `same` or `different`."""

    @cli.command(
        verdict,
        help=f"""Decide that A and B are {are}, whatever their texts say.

    A and B are ids, keys or urls of articles. This run and every later one obeys the decision, also
    where one text is a copy of the other. One that contradicts other decisions is refused with the
    chain of pairs that it contradicts. A later decision on the same pair replaces an earlier one;
    undecide takes it back.

    \b
        twicetold {verdict} news.db 17 42 --by desk --note 'two strikes, one day'
    """,
    )
    @click.argument("db", type=INDEX_FILE)
    @click.argument("a", metavar="A")
    @click.argument("b", metavar="B")
    @click.option("--by", default="", help="Who decides.")
    @click.option("--note", default="", help="Why.")
    @wait_option
    @output_options
    def command(
        db: Path, a: str, b: str, by: str, note: str, wait: int, output: formats.Output
    ) -> None:
        decision = twicetold.Decision(a, b, verdict, by, "", note)
        with twicetold.Index.open(db, wait_seconds=wait) as index:
            counts = twicetold.add_decisions(index, decision, progress=show_progress)
            card = partial(run_cards.decided_card, sides=_sides(index, a, b), verdict=verdict)
        formats.write_answer(counts, [counts], card, output, sys.stdout)


_decision_command("same", "one story")
_decision_command("different", "two stories")


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@wait_option
@output_options
def undecide(db: Path, a: str, b: str, wait: int, output: formats.Output) -> None:
    """Take back the decision on A and B: their texts decide again.

    A and B are ids, keys or urls of articles.

    \b
        twicetold undecide news.db 17 42
    """
    with twicetold.Index.open(db, wait_seconds=wait) as index:
        counts = twicetold.undecide(index, a, b, progress=show_progress)
        card = partial(run_cards.decided_card, sides=_sides(index, a, b))
    formats.write_answer(counts, [counts], card, output, sys.stdout)


def _sides(index: "twicetold.Index", *names: str) -> list[tuple[int, int | None]]:
    """Return the id and the story of some articles."""
    ids = [index.article_id(name) for name in names]
    return [(id, articles.story_of(index.connection, id)) for id in ids]


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.option("--add", type=INDEX_FILE, help="First add the decisions of a CSV file.")
@wait_option
@output_options
def decisions(db: Path, add: Path | None, wait: int, output: formats.Output) -> None:
    """List the manual decisions on pairs of articles of DB.

    `twicetold calibrate` takes the list as labels. A decision is not `obeyed` if a copy that came
    later contradicts it.

    \b
        twicetold decisions news.db --csv > decided.csv
        twicetold decisions other.db --add decided.csv
        twicetold calibrate news.db decided.csv ours.json
    """
    new = twicetold.read_decisions(add) if add else []
    with twicetold.Index.open(db, wait_seconds=wait) as index:
        if new:
            twicetold.add_decisions(index, new, progress=show_progress)
        rows = twicetold.decisions(index)
    formats.write_rows(rows, output, sys.stdout)
