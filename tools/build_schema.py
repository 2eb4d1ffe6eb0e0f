"""Make docs/story.schema.json from the records of the package: python tools/build_schema.py

It is the JSON of `show --full --json`, and of the story files of `report`. VERSION grows when a
name goes or gets another meaning; a new name is no new version.
"""

import json
import types
import typing
from pathlib import Path

from twicetold import FullStory

VERSION = 1
SCHEMA = Path(__file__).parents[1] / "docs" / "story.schema.json"
_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def main() -> None:
    """Write the file."""
    SCHEMA.write_text(json.dumps(schema(), indent=1) + "\n", "utf-8")


def schema() -> dict[str, object]:
    """Return the schema of a story."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:twicetold:story:{VERSION}",
        "title": "A story with all that its reports say",
        **_of(FullStory),
    }


def _of(kind: typing.Any) -> dict[str, object]:
    """Return the schema of a type: a NamedTuple, a list, a tuple, a union or a plain type."""
    if kind in _TYPES:
        return {"type": _TYPES[kind]}
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (list, tuple):
        return {"type": "array", "items": _of(arguments[0])}
    if origin in (types.UnionType, typing.Union):
        return {"type": [_of(each)["type"] for each in arguments]}
    fields = typing.get_type_hints(kind)
    return {
        "type": "object",
        "description": (kind.__doc__ or "").splitlines()[0],
        "properties": {name: _of(each) for name, each in fields.items()},
        "required": list(fields),
    }


if __name__ == "__main__":
    main()
