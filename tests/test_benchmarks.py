"""Each benchmark script runs on a tiny input; its figures are not looked at."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from newsroom import CORPUS, write_lines

import twicetold as library

pytestmark = pytest.mark.slow
SCRIPTS = Path(__file__).parent.parent / "benchmarks"
LABELLED = (
    *("claims_en", "episodes_fr", "headlines_multi", "lookalike_en"),
    *("outlets_en", "triples_en", "translated_enfrdees"),
)


STREAMS = ("stream_en", "newswire_1987", "press_fr")


def run(script: str, *arguments: object) -> str:
    command = [sys.executable, str(SCRIPTS / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=SCRIPTS)
    assert done.returncode == 0, done.stderr
    return done.stdout


def record(article: library.Article, **fields: object) -> dict[str, object]:
    return {
        "id": article.key,
        "outlet": article.outlet,
        "title": article.title,
        "body": article.body,
        "lang": article.lang,
        "published": f"{article.published:%Y-%m-%dT%H:%M:%SZ}",
    } | fields


@pytest.fixture(scope="module")
def articles() -> list[library.Article]:
    items = library.read_articles(CORPUS)
    return [item for item in items if isinstance(item, library.Article)]


@pytest.fixture
def wires(folder, articles) -> Path:
    """A file of dated articles."""
    return write_lines(folder / "wires.jsonl", *map(record, articles))


@pytest.fixture
def labelled(folder, articles, gold) -> Path:
    """A folder of files with labels, as those that the weights are learned from."""
    story = {row["key"]: row["story"] for row in gold}
    rows = [record(each, label=story[each.key]) for each in articles if story.get(each.key)]
    for name in LABELLED:
        write_lines(folder / f"{name}.jsonl", *rows)
    later = [record(a, id=f"{a.key} later") for a in articles]
    for row, article in zip(later, articles, strict=True):
        assert article.published is not None
        row["published"] = (article.published + timedelta(days=28)).isoformat()
    for name in STREAMS:
        write_lines(folder / f"{name}.jsonl", *map(record, articles), *later)
    first = {row["label"]: row["id"] for row in rows}
    judged = [
        {"a": row["id"], "b": first[label], "verdict": verdict, "kind": "topic" * (not same)}
        for row in rows
        for label in (row["label"], "S01")
        for same in [row["label"] == label]
        for verdict in ["same" if same else "different"]
        if row["id"] != first[label]
    ]
    write_lines(
        folder / "judged_pairs.jsonl",
        *({"set": name} | pair for name in STREAMS for pair in judged),
    )
    write_lines(folder / "summaries_en.jsonl", {"label": "S01", "summary": "Talks resume."})
    return folder


def test_speed(wires):
    printed = run("speed.py", wires, "--articles", 50, "--quick")

    assert "minhash.signatures_of" in printed
    assert "datasketch, bulk" in printed
    assert "score_day" in printed


def test_quality_skips_files_without_ids(labelled):
    printed = run("quality.py", labelled)

    assert "outlets_en, fr only" in printed
    assert "newswire_1987" in printed
    assert "summaries_en" not in printed


def test_weights(labelled):
    printed = run("weights.py", labelled)

    models = json.loads(printed[printed.index("\n{") :])
    assert models.keys() == {
        *("one_language", "prior", "development"),
        *("two_languages", "two_languages_embedded"),
    }


def test_streams(labelled):
    printed = run("streams.py", labelled)

    assert "left out" in printed
    assert "largest events" in printed


def test_clusterings(labelled):
    pytest.importorskip("leidenalg", reason="is in the extra 'dev'")

    assert "average linkage" in run("clusterings.py", labelled)


def test_copies_by_signature(wires):
    assert "a day apart" in run("by_signature.py", wires)


def test_questions(wires):
    assert "why, unlinked" in run("questions.py", wires, 20)


def test_pages(wires):
    printed = run("pages.py", wires)

    assert "key points, ms" in printed
    assert "wires" in printed


def test_web_pages():
    lines = run("web_pages.py", 1).splitlines()
    ours = next(line.split() for line in lines if line.startswith("twicetold "))

    assert [float(share) >= 0.98 for share in ours[1:5]] == [True] * 4
    assert float(ours[5]) >= 0.95


def test_growth(wires):
    assert "KB per article" in run("growth.py", wires, 100)


def test_nights(wires):
    printed = run("nights.py", wires, 3, 20)

    assert printed.endswith("check: nothing found\nrebuild: the same\n")


def test_kills(tmp_path):
    for night in sorted(path for path in CORPUS.iterdir() if path.is_dir())[:2]:
        (tmp_path / night.name).symlink_to(night)

    assert "WRONG" not in run("kills.py", tmp_path, 1, "killed")


def test_worst_cases():
    table = run("worst_cases.py", 40)

    assert "copies of one text" in table
    assert table.count("run") == 8
