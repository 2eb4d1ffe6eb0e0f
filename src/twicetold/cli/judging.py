"""What people say: against labels, as a teacher, on two articles."""

import json
import sys
from pathlib import Path

import click

import twicetold

from ..report import cards as card
from ..report import formats
from .group import cli
from .options import INDEX_FILE, output_options, progress, tell, wait_option


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("labels", type=INDEX_FILE, required=False)
@click.option("--worst", default=10, show_default=True, help="List so many of the worst stories.")
@output_options
def evaluate(db: Path, labels: Path | None, worst: int, output: formats.Output) -> None:
    """Compare the stories of DB with what people say in LABELS, and list where they differ most.

    LABELS is CSV or JSON lines: a row an article, with its key (or id, url) and its story (or
    label), or a row a pair, with a, b and same. Measures are those of the field: BCubed, pairs,
    adjusted Rand, V (with homogeneity and completeness).

    Without LABELS, how much of what is linked is chance: articles weeks apart, read as if of the
    same days, report no common event; as often as they are taken for one, so are others.

    \b
        twicetold evaluate news.db sample_corpus/gold.csv
        twicetold evaluate news.db pairs.csv --json
        twicetold evaluate archive.db
    """
    told = twicetold.read_labels(labels) if labels else None
    with twicetold.Index.open(db) as index:
        if told is None:
            noise = twicetold.noise(index, stage=progress)
            formats.write_answer(noise, noise, lambda: card.noise(noise), output, sys.stdout)
            return
        found = twicetold.agreement(index, told, worst=worst)
    rows = found.measures
    formats.write_answer(found, rows, lambda: card.evaluation(found), output, sys.stdout)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("labels", type=INDEX_FILE)
@click.argument("out", type=INDEX_FILE)
@output_options
def calibrate(db: Path, labels: Path, out: Path, output: formats.Output) -> None:
    """Learn weights for news like yours from LABELS of articles in DB, and write them to OUT.

    They start from the package's, and are drawn back to these where labels say little. What is
    gained is told by stories held out: the mean squared error (Brier) of the probabilities, and
    how many of the pairs scored near a probability are one story. `run --model OUT` takes them.

    \b
        twicetold calibrate news.db labels.csv ours.json
        twicetold run tomorrow.db feeds/ --model ours.json
    """
    told = twicetold.read_labels(labels)
    with twicetold.Index.open(db) as index:
        found = twicetold.calibrate(index, told)
    out.write_text(json.dumps(found.weights(str(labels)), indent=2) + "\n", encoding="utf-8")
    gains = found.gains()
    rows = [row for gain in gains.values() if gain for row in gain.reliability]
    formats.write_answer(gains, rows, lambda: card.calibration(gains), output, sys.stdout)


def _decision(verdict: str, says: str) -> None:
    """The command for a verdict: `same` or `different`."""

    @cli.command(
        verdict,
        help=f"""Say that A and B {says}, whatever their texts are like.

    A and B are ids, keys or urls of articles. It is obeyed at once and by every later run; what
    contradicts other decisions, or copies, is refused with the chain that does. A later word on
    the same pair takes the place of an earlier one.

    \b
        twicetold {verdict} news.db 17 42 --by desk --note 'two strikes, one day'
    """,
    )
    @click.argument("db", type=INDEX_FILE)
    @click.argument("a", metavar="A")
    @click.argument("b", metavar="B")
    @click.option("--by", default="", help="Who says so.")
    @click.option("--note", default="", help="Why.")
    @wait_option
    @output_options
    def command(
        db: Path, a: str, b: str, by: str, note: str, wait: int, output: formats.Output
    ) -> None:
        with twicetold.Index.open(db, wait_seconds=wait) as index:
            done = twicetold.decide(index, a, b, verdict, by=by, note=note, stage=progress)
        tell(done, output, clustered=True)


_decision("same", "are one story")
_decision("different", "are two stories")


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.option("--add", type=INDEX_FILE, help="Take over those of a CSV file first.")
@wait_option
@output_options
def decisions(db: Path, add: Path | None, wait: int, output: formats.Output) -> None:
    """List what people decided on pairs of articles of DB, as `twicetold calibrate` takes it.

    A copy that comes later may contradict one: then it is not `obeyed`, until one of them goes.

    \b
        twicetold decisions news.db --csv > decided.csv
        twicetold decisions other.db --add decided.csv
        twicetold calibrate news.db decided.csv ours.json
    """
    said = twicetold.read_decisions(add) if add else []
    with twicetold.Index.open(db, wait_seconds=wait) as index:
        if said:
            twicetold.decide_all(index, said, stage=progress)
        found = twicetold.decided(index)
    formats.write(found, output, sys.stdout)
