"""Metrics of the last run and the size of an index, for Prometheus' textfile collector.

Source: prometheus.io, Exposition formats (text-based format).
"""

import json
from datetime import UTC, datetime
from pathlib import Path

from ..index import Index, in_snapshot, runs, story_views
from .outputs import METRICS, write_output

_COUNTS = {
    "stored": "Articles that were new.",
    "updated": "Articles that came with a new text.",
    "unchanged": "Articles that were stored already.",
    "rejected": "Records that were not usable articles.",
    "newly_rejected": "Rejected records that no run had rejected before.",
    "incomplete": "Articles stored without a field that could not be read.",
    "quarantined": "Articles that a stage failed on.",
    "links": "Links that were new.",
    "new_stories": "Stories that were new.",
    "grown_stories": "Older stories that got a report.",
    "merged_stories": "Stories that became part of another.",
    "split_stories": "Stories that were split from another.",
    "overruled_decisions": "Decisions that the stories contradict.",
}


@in_snapshot
def metrics(index: Index) -> str:
    """Return the metrics of the last finished run, if any, and the size of the index."""
    label = f'index="{_escape(index.place)}"'
    lines: list[str] = []
    last = runs.last_finished(index.connection, _COUNTS)
    if last is not None:
        finished, seconds, counts = last
        time = datetime.strptime(finished, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        end = {label: time.timestamp()}
        lines += _gauge("run_finished_seconds", "When the last run ended, since 1970.", end)
        for (name, help), count in zip(_COUNTS.items(), counts, strict=True):
            lines += _gauge(f"run_{name}", help, {label: count})
        stages = {f'{label},stage="{stage}"': s for stage, s in json.loads(seconds).items()}
        lines += _gauge("run_stage_seconds", "How long a stage of the last run took.", stages)
    for name, size in story_views.sizes(index.connection).items():
        help = f"How many {name.replace('_', ' ')} the index holds."
        lines += _gauge(name, "Size of the index." if name == "bytes" else help, {label: size})
    return "\n".join(lines) + "\n"


def write_metrics(index: Index, path: Path) -> None:
    """Write the metrics to a file, in place of older ones. Raises TwicetoldError."""
    write_output(path, metrics(index), METRICS, index.place)


def _gauge(name: str, help: str, values: dict[str, float]) -> list[str]:
    return [
        f"# HELP twicetold_{name} {help}",
        f"# TYPE twicetold_{name} gauge",
        *(f"twicetold_{name}{{{labels}}} {value:.15g}" for labels, value in values.items()),
    ]


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
