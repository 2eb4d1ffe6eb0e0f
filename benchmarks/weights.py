"""Learn the weights that come with the package, and measure them on left-out files.

    python benchmarks/weights.py FOLDER [--write]

FOLDER holds JSON lines of articles with the gold story in `label`, streams, and judged pairs (see
training.py). Each curated file in turn is left out: weights learned from the others rank its pairs
and cluster its articles. The baseline is the cosine of the texts alone, clustered with one cut.
streams.py measures the streams. With --write, weights learned from all files are written to
`src/twicetold/data/weights.json`.
"""

import json
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import training
from sklearn.metrics import average_precision_score
from tabulate import tabulate
from training import PairSet

import twicetold
from twicetold.arrays import FloatArray
from twicetold.clustering import linkage, model
from twicetold.clustering.linkage import Links, Start
from twicetold.clustering.model import Model, Models
from twicetold.evaluation import calibration
from twicetold.evaluation.agreement import bcubed
from twicetold.evaluation.calibration import Samples
from twicetold.evaluation.fitting import Sample, fit
from twicetold.evaluation.labels import Labels

# files with pairs of one language; in a file of translations every report of an event is the same
ONE = (*training.CURATED, "outlets_en")
TWO = ("headlines_multi", "translated_enfrdees")
# files of the same articles: what is learned from one is not left out of the other
TOGETHER = {"outlets_en": "stream_en"}
BASELINE_CUT = 0.2
OUT = Path(__file__).parent.parent / "src/twicetold/data/weights.json"


class Labelled(NamedTuple):
    """A labelled file, an index of it, and its labelled pairs."""

    name: str
    articles: twicetold.Index
    labels: dict[str, str]
    samples: Samples
    embedded: Sample  # pairs of two languages, with the features of an embedder


class Headline(NamedTuple):
    """A headline."""

    lang: str
    published: str
    label: str

    def is_near(self, other: "Headline") -> bool:
        """Whether both were published within three days."""
        apart = np.datetime64(self.published[:19]) - np.datetime64(other.published[:19])
        return bool(abs(apart) <= np.timedelta64(3, "D"))


def main(folder: Path, write: bool) -> None:
    """Print the tables, and write the weights."""
    files = {name: read_labelled(folder / f"{name}.jsonl") for name in sorted({*ONE, *TWO})}
    sets = training.read_sets(folder)
    rows = [left_out(files, sets, folder, name) for name in ONE]
    rows.append(left_out(files, sets, folder, "headlines_multi", only="en"))
    print(tabulate(rows, headers="keys", disable_numparse=True), "\n")
    models = fit_models(files, sets)
    print(tabulate(find_twins(files), headers="keys", disable_numparse=True), "\n")
    held = reliability(files)
    print(tabulate(held, headers="keys", disable_numparse=True), "\n")
    print(json.dumps(model.models_as_dict(models), indent=2))
    if write:
        source = provenance(files, sets, rows, held)
        stored = {"provenance": source} | model.models_as_dict(models)
        OUT.write_text(json.dumps(stored, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_labelled(path: Path, only: str = "") -> Labelled:
    """Return the articles and pairs of a file, of one language only or of all."""
    rows = [json.loads(line) for line in path.open(encoding="utf-8")]
    labels = {row["id"]: row["label"] for row in rows if only in ("", row["lang"])}
    index = twicetold.Index.in_memory()
    items = twicetold.read_articles(path, outlet="unknown")
    twicetold.ingest(index, (item for item in items if getattr(item, "id", "") in labels))
    samples = calibration.labelled_pairs(index, Labels(labels))
    embedded = samples.two_languages
    if path.stem in TWO:
        embedded = calibration.labelled_pairs(index, Labels(labels), "use").two_languages
    return Labelled(path.stem, index, labels, samples, embedded)


def fit_models(files: dict[str, Labelled], sets: dict[str, PairSet], out: str = "") -> Models:
    """Fit models to the pairs of all files but one."""
    models = training.train(sets, out=(TOGETHER.get(out, out),))
    two = [name for name in TWO if name != out]
    across = [files[name].samples.two_languages for name in two]
    return models._replace(
        two_languages=fit(across, model.SIGNS.two_languages),
        two_languages_embedded=fit(
            [files[name].embedded for name in two], model.SIGNS.two_languages_embedded
        ),
    )


def left_out(
    files: dict[str, Labelled], sets: dict[str, PairSet], folder: Path, name: str, only: str = ""
) -> dict[str, str]:
    """Measure weights learned without a file, and the baseline, on that file."""
    models = fit_models(files, sets, name)
    file = read_labelled(folder / f"{name}.jsonl", only)
    pairs = file.samples.one_language
    log_odds = model.one_language_log_odds(pairs.features, models)
    twicetold.cluster(file.articles, settings=twicetold.Settings(models=models))
    found = dict(file.articles.connection.execute("select key, story_id from articles"))
    gold = list(file.labels.values())
    cubed = bcubed(gold, [found[key] for key in file.labels])
    time_alone = -pairs.features[:, model.SIGNS.one_language.names.index("days")]
    return {
        "left out": f"{name}{', ' * bool(only)}{only}",
        "pairs": f"{len(pairs.same):,}",
        "AP": f"{average_precision_score(pairs.same, log_odds):.3f}",
        "AP of cosine": f"{average_precision_score(pairs.same, pairs.cosine):.3f}",
        "of time": f"{average_precision_score(pairs.same, time_alone):.3f}",
        "BCubed P": f"{cubed.precision:.3f}",
        "R": f"{cubed.recall:.3f}",
        "F1": f"{cubed.f1:.3f}",
        "95 %": interval(gold, [found[key] for key in file.labels]),
        "F1 of cosine": f"{baseline(file):.3f}",
    }


def find_twins(files: dict[str, Labelled]) -> list[dict[str, str]]:
    """Measure how models find English twins of headlines in a language that they never saw."""
    file = files["headlines_multi"]
    plain, embedded = model.SIGNS.two_languages, model.SIGNS.two_languages_embedded
    rows = file.articles.connection.execute("select id, lang, published, key from articles")
    articles = {
        id: Headline(lang, published, file.labels[key]) for id, lang, published, key in rows
    }
    table = []
    for lang in sorted({one.lang for one in articles.values()} - {"en"}):
        row = {"left out": f"headlines_multi, pairs with {lang}"}
        for kind, samples, signs in (
            ("", [files[n].samples.two_languages for n in TWO], plain),
            (", embedder", [files[n].embedded for n in TWO], embedded),
        ):
            pairs = samples[0].articles.tolist()
            langs = np.array([[articles[id].lang for id in pair] for pair in pairs])
            own = (langs == lang).any(axis=1)
            fitted = fit([samples[0].select(~own), samples[1]], signs)
            english = samples[0].select(own & (langs == "en").any(axis=1))
            log_odds = model.log_odds(english.features, fitted)
            first, queries = first_right(english, log_odds, articles, lang)
            row["queries"] = str(queries)
            row[f"AP{kind}"] = f"{average_precision_score(english.same, log_odds):.3f}"
            row[f"R@1{kind}"] = f"{first / queries:.3f}"
        table.append(row)
    return table


def first_right(
    english: Sample, log_odds: FloatArray, articles: dict[int, "Headline"], lang: str
) -> tuple[int, int]:
    """Return how many headlines rank an English twin first, and how many have one at all.

    A twin is a headline on the same event within three days.
    """
    twins: dict[str, list[Headline]] = {}
    for one in articles.values():
        if one.lang == "en":
            twins.setdefault(one.label, []).append(one)
    best: dict[int, tuple[float, str]] = {}
    for pair, odds in zip(english.articles.tolist(), log_odds.tolist(), strict=True):
        here, there = sorted(pair, key=lambda id: articles[id].lang == "en")
        if articles[here].is_near(articles[there]):
            best[here] = max(best.get(here, (odds, "")), (odds, articles[there].label))
    with_twin = [
        id
        for id, one in articles.items()
        if one.lang == lang and any(one.is_near(twin) for twin in twins.get(one.label, []))
    ]
    return sum(best.get(id, (0.0, ""))[1] == articles[id].label for id in with_twin), len(with_twin)


def interval(gold: list[str], found: list[int]) -> str:
    """Return the 2.5th and 97.5th percentile of BCubed F1 over bootstrap samples of the stories."""
    pairs = Counter(zip(gold, found, strict=True))
    sizes, stories = Counter(found), Counter(gold)
    of_label: dict[str, list[tuple[float, float]]] = {}
    for label, story in zip(gold, found, strict=True):
        both = pairs[label, story]
        of_label.setdefault(label, []).append((both / sizes[story], both / stories[label]))
    sums = np.array([[len(rows), *np.sum(rows, axis=0)] for rows in of_label.values()])
    random = np.random.default_rng(1)
    drawn = random.integers(0, len(sums), (1000, len(sums)))
    articles, precision, recall = sums[drawn].sum(axis=1).T
    f1 = 2 * precision * recall / (precision + recall) / articles
    return " to ".join(f"{figure:.3f}" for figure in np.percentile(f1, [2.5, 97.5]))


def baseline(file: Labelled) -> float:
    """Return BCubed F1 of average linkage on the cosines of the texts alone."""
    pairs = file.samples.one_language
    ids = file.articles.connection.execute("select key, id from articles order by id")
    keys = [key for key, _ in ids]
    a, b = pairs.articles.T - 1  # ids of a new index begin at 1
    found = linkage.cluster(start_alone(len(keys)), Links(a, b, pairs.cosine), BASELINE_CUT)
    return bcubed([file.labels[key] for key in keys], found.tolist()).f1


def start_alone(rows: int) -> Start:
    """Return the start of a linkage in which each article is a cluster of its own."""
    alone, none = np.arange(rows), np.zeros(rows, bool)
    return Start(alone, alone, settled=none, in_window=~none)


def reliability(files: dict[str, Labelled]) -> list[dict[str, str]]:
    """Return, for each tenth of probability, the share of held-out pairs that is one story."""
    table = []
    for name in TWO:
        pairs = files[name].samples.two_languages
        held = calibration.held_out(pairs, partial(fit_alone, model.SIGNS.two_languages))
        row = {"held out of": f"{name}, two languages", "pairs": f"{len(held.same):,}"}
        shares = {one.at_least: one.one_story for one in calibration.reliability(held)}
        for number in range(calibration.BINS):
            low = number / calibration.BINS
            row[f"{low:.1f}"] = f"{shares[low]:.2f}" if low in shares else ""
        row["Brier"] = f"{calibration.brier(held):.3f}"
        table.append(row)
    return table


def fit_alone(signs: Model, sample: Sample) -> Model:
    """Fit a model to one sample."""
    return fit([sample], signs)


def provenance(
    files: dict[str, Labelled],
    sets: dict[str, PairSet],
    rows: list[dict[str, str]],
    held: list[dict[str, str]],
) -> dict[str, Any]:
    """Return where the weights come from and how good they are, for the weights file."""
    return {
        "made by": "python benchmarks/weights.py FOLDER --write",
        "one_language": {
            name: int((pairs.gold >= 0).any(axis=1).sum()) for name, pairs in sets.items()
        },
        "judged": {name: int((~np.isnan(sets[name].verdict)).sum()) for name in training.STREAMS},
        "two_languages": {n: len(files[n].samples.two_languages.same) for n in TWO},
        "left out": rows,
        "cross-validated": held,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--write" in sys.argv)
