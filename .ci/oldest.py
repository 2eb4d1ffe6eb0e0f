"""Print the oldest versions that pyproject.toml allows, as constraints for pip."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]
extras = project["optional-dependencies"]
for requirement in dict.fromkeys(project["dependencies"] + extras["datasette"] + extras["test"]):
    if oldest := re.fullmatch(r"([\w.-]+)>=([\w.]+)", requirement):
        print(f"{oldest[1]}=={oldest[2]}")
