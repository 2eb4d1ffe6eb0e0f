"""Fixtures are nouns: a folder to work in, the command line, an index of the sample corpus."""

import csv
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import settings
from newsroom import CORPUS

import twicetold as library
from twicetold.cli import cli

settings.register_profile("always", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "always")

Twicetold = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, where the test is."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def twicetold(folder: Path) -> Twicetold:
    """The command line in a fresh folder: twicetold("run", "news.db", "feed.jsonl")."""

    def run(*arguments: object, input: bytes | str | None = None) -> Result:
        return CliRunner(catch_exceptions=False).invoke(
            cli, [str(argument) for argument in arguments], input=input, prog_name="twicetold"
        )

    return run


@pytest.fixture
def index() -> Iterator[library.Index]:
    """An empty index in memory."""
    with library.Index.in_memory() as index:
        yield index


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an index of the whole sample corpus, as one run made it; not to be changed."""
    path = tmp_path_factory.mktemp("sample") / "news.db"
    with library.Index.open(path, create=True) as index:
        library.run(index, library.read_articles(CORPUS))
    return path


@pytest.fixture(scope="session")
def site(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the report of the sample corpus; not to be changed."""
    folder = tmp_path_factory.mktemp("site") / "pages"
    with library.Index.open(sample) as index:
        library.write_report(index, folder, title="A week of news")
    return folder


@pytest.fixture(scope="session")
def gold() -> list[dict[str, str]]:
    """What the makers of the sample corpus say: rows of key, story, copy_group."""
    with (CORPUS / "gold.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium that reaches this machine alone."""
    if not shutil.which("chromedriver"):
        if os.environ.get("CI"):
            pytest.fail("the Debian package chromium-driver is missing")
        pytest.skip("needs the Debian packages chromium and chromium-driver")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,900"):
        options.add_argument(argument)
    options.add_argument("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    yield driver
    driver.quit()
