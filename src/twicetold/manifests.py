"""Manifests: the file in a folder of output that says what the other files are, and whose."""

import json
from pathlib import Path
from typing import Any

from .errors import TwicetoldError
from .replacing import replacing

EXPORT = "export.json"  # of what `export` writes, which `run` reads back
EXPORT_KIND = "export"
OPML = "feeds.opml"  # the list of feeds beside them


def read_kind(path: Path, kind: str) -> dict[str, Any] | None:
    """Return the manifest of a folder of that kind; None for any other file."""
    try:
        manifest = json.loads(path.read_text("utf-8")) if path.is_file() else {}
        return dict(manifest) if manifest.get("kind") == _kind(kind) else None
    except (OSError, ValueError, AttributeError, RecursionError):
        return None


def kind_of(content: bytes) -> str:
    """Return of which kind a manifest is, given its bytes; '' for anything else."""
    try:
        return str(json.loads(content)["kind"]).removeprefix(_kind(""))
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""


def read_manifest(folder: Path, name: str, kind: str, content: str) -> dict[str, Any]:
    """Return the `content` that a folder's manifest lists; {} without a folder, or in an empty one.

    Raises TwicetoldError for a folder of files that no command of this kind wrote.
    """
    if not folder.exists():
        return {}
    if not folder.is_dir():
        raise TwicetoldError(str(folder), "is not a folder")
    try:
        stored = json.loads((folder / name).read_text("utf-8"))
        if stored["kind"] == _kind(kind):
            return {str(key): value for key, value in stored[content].items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        pass
    if any(folder.iterdir()):
        hint = "give a new folder; nothing was changed"
        raise TwicetoldError(str(folder), f"holds files that are no {kind}", hint=hint)
    return {}


def write_manifest(folder: Path, name: str, kind: str, **content: Any) -> None:
    """Write what a folder holds; by its kind, `read_manifest` knows that the folder is ours."""
    with replacing(folder / name) as new:
        new.write_text(json.dumps({"kind": _kind(kind), **content}, indent=1), "utf-8")


def _kind(kind: str) -> str:
    return f"twicetold {kind}"
