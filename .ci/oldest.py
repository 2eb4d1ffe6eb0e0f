"""Print the oldest versions that pyproject.toml allows, as constraints for pip."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]
extras = project["optional-dependencies"]
chosen = [
    each
    for name in (
        *("datasette", "excel", "fetch", "mcp", "pages", "parquet", "warc", "zstd"),
        "test-without-spark",
    )
    for each in extras[name]
]
for requirement in dict.fromkeys(project["dependencies"] + chosen):
    if oldest := re.fullmatch(r"([\w.-]+)>=([\w.]+)", requirement):
        print(f"{oldest[1]}=={oldest[2]}")
