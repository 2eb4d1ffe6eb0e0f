"""Make the weights that come with the package, and tell how they do on what they never saw.

    python benchmarks/weights.py FOLDER [--write]

FOLDER holds JSON lines of articles with the gold story in `label`. Each file in turn is left out:
weights are made from the others, rank its pairs and cluster its articles. Beside them stands the
floor, the cosine of the texts alone, clustered with one cut. With --write, weights made from all
files go into `src/twicetold/data/weights.json`.
"""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.metrics import average_precision_score
from tabulate import tabulate

import twicetold
from twicetold.clustering import linkage as clustering
from twicetold.clustering import model as scoring
from twicetold.clustering.window import FloatArray
from twicetold.evaluation import calibration
from twicetold.evaluation.agreement import bcubed
from twicetold.evaluation.calibration import Sample, Samples
from twicetold.evaluation.labels import Labels

# whose pairs of one language are known; translations have no other report of an event to be told
ONE = ("claims_en", "episodes_fr", "headlines_multi", "lookalike_en", "outlets_en", "triples_en")
TWO = ("headlines_multi", "translated_enfrdees")
FLOOR_CUT = 0.2
# reports four weeks apart, read as if of the same days, are no story whatever they share: they
# teach that forms filled with other names and numbers are alike and nothing more
FAR, FAR_DAYS, FAR_APART, FAR_SHARE = "newswire_1987", 6, timedelta(days=28), 0.5
OUT = Path(__file__).parent.parent / "src/twicetold/data/weights.json"


class Labelled(NamedTuple):
    """A file, an index of it, and its pairs."""

    name: str
    index: twicetold.Index
    labels: dict[str, str]
    samples: Samples
    embedded: Sample  # pairs of two languages, with what an embedder says


class Told(NamedTuple):
    """A headline."""

    lang: str
    published: str
    label: str

    def near(self, other: "Told") -> bool:
        """Within three days."""
        apart = np.datetime64(self.published[:19]) - np.datetime64(other.published[:19])
        return bool(abs(apart) <= np.timedelta64(3, "D"))


def main(folder: Path, write: bool) -> None:
    """Print the tables, and write the weights."""
    files = {name: read(folder / f"{name}.jsonl") for name in sorted({*ONE, *TWO})}
    strangers = far(folder / f"{FAR}.jsonl")
    told = [left_out(files, strangers, folder, name) for name in ONE]
    told.append(left_out(files, strangers, folder, "headlines_multi", only="en"))
    print(tabulate(told, headers="keys", disable_numparse=True), "\n")
    models = made(files, strangers, ONE, TWO)
    print(tabulate(crossing(files), headers="keys", disable_numparse=True), "\n")
    held = reliability(files)
    print(tabulate(held, headers="keys", disable_numparse=True), "\n")
    print(json.dumps(scoring.written(models), indent=2))
    if write:
        stored = {"provenance": provenance(files, strangers, told, held)} | scoring.written(models)
        OUT.write_text(json.dumps(stored, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read(path: Path, only: str = "") -> Labelled:
    """The articles of a file, of one language only or of all."""
    rows = [json.loads(line) for line in path.open(encoding="utf-8")]
    labels = {row["id"]: row["label"] for row in rows if only in ("", row["lang"])}
    index = twicetold.Index.in_memory()
    items = twicetold.read_articles([str(path)], defaults=twicetold.Defaults(outlet="unknown"))
    twicetold.ingest(index, (item for item in items if getattr(item, "id", "") in labels))
    samples = calibration.sample(index, Labels(labels))
    embedded = samples.two_languages
    if path.stem in TWO:
        embedded = calibration.sample(index, Labels(labels), "use").two_languages
    return Labelled(path.stem, index, labels, samples, embedded)


def far(path: Path) -> Sample:
    """Pairs of reports of the first days of a file and of days weeks later: no two are a story."""
    items = twicetold.read_articles([str(path)], defaults=twicetold.Defaults(outlet="unknown"))
    dated = [item for item in items if isinstance(item, twicetold.Article) and item.published]
    start = min(article.published for article in dated).replace(hour=0, minute=0, second=0)
    index = twicetold.Index.in_memory()
    labels = {}
    for label, shift in (("first", timedelta(0)), ("later", FAR_APART)):
        until = start + shift + timedelta(days=FAR_DAYS)
        some = [one for one in dated if start + shift <= one.published < until]
        labels |= {one.id: label for one in some}
        twicetold.ingest(index, (replace(one, published=one.published - shift) for one in some))
    sample = calibration.sample(index, Labels(labels)).one_language
    return sample.chosen(~sample.same)


def made(
    files: dict[str, Labelled], strangers: Sample, one: Sequence[str], two: Sequence[str]
) -> scoring.Models:
    """Models from the pairs of some files, and of strangers."""
    samples = [*(files[name].samples.one_language for name in one), strangers]
    shares = [1.0] * len(one) + [FAR_SHARE]
    across = [files[name].samples.two_languages for name in two]
    return scoring.Models(
        calibration.fit(samples, scoring.FEATURES.one_language, shares=shares),
        calibration.fit(across, scoring.FEATURES.two_languages),
        calibration.fit([files[n].embedded for n in two], scoring.FEATURES.two_languages_embedded),
    )


def left_out(
    files: dict[str, Labelled], strangers: Sample, folder: Path, name: str, only: str = ""
) -> dict[str, str]:
    """How weights made without a file, and the floor, do on it."""
    others = [n for n in ONE if n != name], [n for n in TWO if n != name]
    models = made(files, strangers, *others)
    file = read(folder / f"{name}.jsonl", only)
    pairs = file.samples.one_language
    probability = scoring.log_odds(pairs.features, models.one_language)
    twicetold.cluster(file.index, settings=twicetold.Settings(models=models))
    found = dict(file.index.connection.execute("select key, story_id from articles"))
    gold = list(file.labels.values())
    cubed = bcubed(gold, [found[key] for key in file.labels])
    time_alone = -pairs.features[:, scoring.FEATURES.one_language.names.index("days")]
    return {
        "left out": f"{name}{', ' * bool(only)}{only}",
        "pairs": f"{len(pairs.same):,}",
        "AP": f"{average_precision_score(pairs.same, probability):.3f}",
        "AP of cosine": f"{average_precision_score(pairs.same, pairs.cosine):.3f}",
        "of time": f"{average_precision_score(pairs.same, time_alone):.3f}",
        "BCubed P": f"{cubed.precision:.3f}",
        "R": f"{cubed.recall:.3f}",
        "F1": f"{cubed.f1:.3f}",
        "95 %": interval(gold, [found[key] for key in file.labels]),
        "F1 of cosine": f"{floor(file):.3f}",
    }


def crossing(files: dict[str, Labelled]) -> list[dict[str, str]]:
    """How models that never saw a language in pairs of two find its headlines' English twins."""
    file = files["headlines_multi"]
    plain, embedded = scoring.FEATURES[1:]
    rows = file.index.connection.execute("select id, lang, published, key from articles")
    articles = {id: Told(lang, published, file.labels[key]) for id, lang, published, key in rows}
    told = []
    for lang in sorted({one.lang for one in articles.values()} - {"en"}):
        row = {"left out": f"headlines_multi, pairs with {lang}"}
        for kind, of, expected in (
            ("", [files[n].samples.two_languages for n in TWO], plain),
            (", embedder", [files[n].embedded for n in TWO], embedded),
        ):
            langs = np.array([[articles[i].lang for i in pair] for pair in of[0].articles.tolist()])
            own = (langs == lang).any(axis=1)
            model = calibration.fit([of[0].chosen(~own), of[1]], expected)
            english = of[0].chosen(own & (langs == "en").any(axis=1))
            log_odds = scoring.log_odds(english.features, model)
            first, asked = first_right(english, log_odds, articles, lang)
            row["queries"] = str(asked)
            row[f"AP{kind}"] = f"{average_precision_score(english.same, log_odds):.3f}"
            row[f"R@1{kind}"] = f"{first / asked:.3f}"
        told.append(row)
    return told


def first_right(
    english: Sample, log_odds: FloatArray, articles: dict[int, "Told"], lang: str
) -> tuple[int, int]:
    """Of headlines with an English twin within three days, how many have one in the first place."""
    twins: dict[str, list[Told]] = {}
    for one in articles.values():
        if one.lang == "en":
            twins.setdefault(one.label, []).append(one)
    best: dict[int, tuple[float, str]] = {}
    for pair, odds in zip(english.articles.tolist(), log_odds.tolist(), strict=True):
        here, there = sorted(pair, key=lambda id: articles[id].lang == "en")
        if articles[here].near(articles[there]):
            best[here] = max(best.get(here, (odds, "")), (odds, articles[there].label))
    asked = [
        id
        for id, one in articles.items()
        if one.lang == lang and any(one.near(twin) for twin in twins.get(one.label, []))
    ]
    return sum(best.get(id, (0.0, ""))[1] == articles[id].label for id in asked), len(asked)


def interval(gold: list[str], found: list[int]) -> str:
    """BCubed F1 between the 2.5th and the 97.5th percentile of samples of the stories."""
    pairs = Counter(zip(gold, found, strict=True))
    sizes, stories = Counter(found), Counter(gold)
    told: dict[str, list[tuple[float, float]]] = {}
    for label, story in zip(gold, found, strict=True):
        both = pairs[label, story]
        told.setdefault(label, []).append((both / sizes[story], both / stories[label]))
    sums = np.array([[len(rows), *np.sum(rows, axis=0)] for rows in told.values()])
    random = np.random.default_rng(1)
    drawn = random.integers(0, len(sums), (1000, len(sums)))
    articles, precision, recall = sums[drawn].sum(axis=1).T
    f1 = 2 * precision * recall / (precision + recall) / articles
    return " to ".join(f"{figure:.3f}" for figure in np.percentile(f1, [2.5, 97.5]))


def floor(file: Labelled) -> float:
    """BCubed F1 of the stories that cosines of the texts alone make, by average linkage."""
    pairs = file.samples.one_language
    ids = file.index.connection.execute("select key, id from articles order by id")
    keys = [key for key, _ in ids]
    size, (a, b) = len(keys), pairs.articles.T - 1  # ids of a new index count from 1
    alone, nobody = np.arange(size), np.zeros(size, bool)
    found = clustering.stories(alone, nobody, ~nobody, alone, a, b, pairs.cosine, FLOOR_CUT)
    return bcubed([file.labels[key] for key in keys], found.tolist()).f1


def reliability(files: dict[str, Labelled]) -> list[dict[str, str]]:
    """Of pairs scored so, the share that is one story, on held-out stories of each file."""
    sets = [(name, files[name].samples.one_language, "one_language") for name in ONE]
    across = [(name, files[name].samples.two_languages, "two_languages") for name in TWO]
    told = []
    for name, pairs, kind in [*sets, *across]:
        expected = getattr(scoring.FEATURES, kind)
        judged = calibration.held_out(pairs, partial(alone, expected))
        title = f"{name}{', two languages' * (kind == 'two_languages')}"
        row = {"held out of": title, "pairs": f"{len(judged.same):,}"}
        shares = {one.at_least: one.one_story for one in calibration.reliability(judged)}
        for number in range(calibration.BINS):
            low = number / calibration.BINS
            row[f"{low:.1f}"] = f"{shares[low]:.2f}" if low in shares else ""
        row["Brier"] = f"{calibration.brier(judged):.3f}"
        told.append(row)
    return told


def alone(expected: scoring.Model, sample: Sample) -> scoring.Model:
    """What a sample by itself teaches."""
    return calibration.fit([sample], expected)


def provenance(
    files: dict[str, Labelled],
    strangers: Sample,
    told: list[dict[str, str]],
    held: list[dict[str, str]],
) -> dict[str, Any]:
    """Where weights come from and how good they are, for the file that holds them."""
    return {
        "made by": "python benchmarks/weights.py FOLDER --write",
        "one_language": {n: len(files[n].samples.one_language.same) for n in ONE},
        "no story, with half the weight": {FAR: len(strangers.same)},
        "two_languages": {n: len(files[n].samples.two_languages.same) for n in TWO},
        "left out": told,
        "cross-validated": held,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--write" in sys.argv)
