"""The last run and the size of an index as Prometheus reads them, from a file (textfile collector).

Source: prometheus.io, Exposition formats (text-based format).
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from ..index import Index, of_one_moment

_COUNTS = {
    "stored": "Articles that were new.",
    "updated": "Articles that came with a new text.",
    "unchanged": "Articles that were known as they are.",
    "rejected": "Records that could not be articles.",
    "links": "Links found.",
    "new_stories": "Stories that were new.",
    "grown": "Older stories that got a report.",
    "merged": "Stories that turned out to be another.",
    "split": "Stories that were cut out of another.",
    "overruled": "Decisions that copies contradict.",
}


@of_one_moment
def metrics(index: Index) -> str:
    """The last finished run, and how much the index holds; no run yet: its size alone."""
    db = index.connection
    label = f'index="{_escaped(index.place)}"'
    lines: list[str] = []

    def told(name: str, says: str, values: dict[str, float]) -> None:
        lines.append(f"# HELP twicetold_{name} {says}")
        lines.append(f"# TYPE twicetold_{name} gauge")
        lines.extend(
            f"twicetold_{name}{{{labels}}} {value:.15g}" for labels, value in values.items()
        )

    run = db.execute(
        f"select finished, seconds, {', '.join(_COUNTS)} from runs where finished is not null"
        " order by id desc limit 1"
    ).fetchone()
    if run is not None:
        finished = datetime.strptime(run[0], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        told(
            "run_finished_seconds",
            "When the last run ended, since 1970.",
            {label: finished.timestamp()},
        )
        for (name, says), value in zip(_COUNTS.items(), run[2:], strict=True):
            told(f"run_{name}", says, {label: value})
        stages = {f'{label},stage="{stage}"': s for stage, s in json.loads(run[1]).items()}
        told("run_stage_seconds", "How long a stage of the last run took.", stages)
    for name in ("articles", "stories", "copy_groups"):
        (size,) = db.execute(f"select count(*) from {name}").fetchone()
        told(name, f"How many {name.replace('_', ' ')} the index holds.", {label: size})
    pages, page = (
        db.execute(f"pragma {name}").fetchone()[0] for name in ("page_count", "page_size")
    )
    told("bytes", "Size of the index.", {label: pages * page})
    return "\n".join(lines) + "\n"


def write_metrics(index: Index, path: Path) -> None:
    """Put the metrics into a file at once: who reads it meanwhile sees the old ones, whole."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.write_text(metrics(index), encoding="utf-8")
    new.replace(path)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
