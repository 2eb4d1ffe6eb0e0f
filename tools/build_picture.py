"""Make docs/story.png, the page of the model story: python tools/build_picture.py

Needs Chromium and its driver, and what the tests need. The page is that of the sample corpus.
"""

import shutil
import tempfile
from pathlib import Path

from selenium import webdriver

import twicetold

ROOT = Path(__file__).parents[1]
WORDS = "grynkewich stuttgart"  # of the model story
WIDTH, HEIGHT = 1000, 1180


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with twicetold.Index.open(place / "news.db", create=True) as index:
            twicetold.run(index, twicetold.read_articles([str(ROOT / "sample_corpus")]))
            ((story, *_),) = twicetold.stories(index, search=WORDS)
            twicetold.write_report(index, place / "pages", title="A week of news")
        options = webdriver.ChromeOptions()
        for argument in ("--headless=new", "--no-sandbox", f"--window-size={WIDTH},{HEIGHT}"):
            options.add_argument(argument)
        service = webdriver.ChromeService(shutil.which("chromedriver"))
        browser = webdriver.Chrome(options=options, service=service)
        browser.get(f"file://{place}/pages/story-{story}.html")
        browser.save_screenshot(str(ROOT / "docs" / "story.png"))
        browser.quit()


if __name__ == "__main__":
    main()
