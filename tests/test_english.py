"""The words that code, help and documents avoid, because readers stumble over them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
AVOIDED = re.compile(
    r"\b(?:anew|kindred|befalls?|lest|nought|whence|hence|hereby|thereof|unheard|loudest"
    r"|of no account|ha(?:s its|ve their) say|a person's word|let go|bears? on|bore on"
    r"|what stands|meets whom|gone through again|retell|many a|comes to nothing|set off by"
    r"|who comes first|stands? (?:in|for) (?:it|them|each other))\b",
    re.IGNORECASE,
)
# 'whom' is for people and outlets: who copies whom, taken over from whom
WHOM = re.compile(r"(?<!copied )(?<!copies )(?<!from )\bwhom\b")
# they say nothing about a value or an action
PARTICIPLES = ("found", "told", "said", "kept", "made", "given")
PATTERNS = (
    *("*.md", "docs/*.md", "docs/*.py", "src/**/*.py", "src/**/*.sql"),
    *("benchmarks/*.py", "tools/*.py"),
)
FILES = [path for pattern in PATTERNS for path in sorted(ROOT.glob(pattern))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_words_that_readers_stumble_over_are_avoided(path):
    text = path.read_text("utf-8")

    assert AVOIDED.findall(text) + WHOM.findall(text) == []


@pytest.mark.parametrize("name", ["text", "copies", "clustering", "index", "report", "cli"])
def test_functions_and_parameters_are_not_named_by_participles(name):
    code = "\n".join(
        path.read_text("utf-8") for path in (ROOT / "src/twicetold" / name).rglob("*.py")
    )

    assert re.findall(rf"def ({'|'.join(PARTICIPLES)})\b", code) == []
    assert re.findall(rf"[(,]\s*({'|'.join(PARTICIPLES)}): ", code) == []
