"""Reports to statements: their headlines and those of their sentences that report something.

Start reading at `find_statements`.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..text.cleaning import own_spans
from ..text.credits import dateline_end
from ..text.furniture import Furniture, without_furniture
from ..text.sentences import ends_sentence, sentence_spans
from ..text.tokens import stream
from .reports import Reports

LEAST_WORDS = 4  # "He agreed." says nothing to someone who reads it alone
_LEAD_WORDS = 25
_FIRST_UNSPACED = "\u0e01"  # of the scripts that are written without spaces: Thai
_LONG = 7  # words
_LEAST_OWN = 0.5  # of a sentence; else it is furniture
# notes of editors: "(Corrects paragraph 3 to say …)", "(Reporting by …)"
_IN_BRACKETS = re.compile(r"\(.*\)\W*", re.DOTALL)
_POST = re.compile(r"@\w|https?://|\bpic\.twitter|#\w+.*#\w")  # of a social network, embedded
# what a page prints into the text: its code, captions of galleries, the button of a video
_OF_PAGE = re.compile(
    r"[{}]|\|\||\(\);|\bHide Caption\b|\A\W*(?:CLOSE|MORE|The Latest on|Photos?:|Image:|Video:)\s"
    r"|\((?:AP|AFP|Reuters|Getty)[^()]{0,60}(?:Photo|Images)|\b(?:Getty Images|AP Photo|REUTERS/)"
)
_IN_SMALL = re.compile(r"(?<![^\W\d_])[^\W\d_A-ZÀ-ÖØ-Þ]")  # the beginning of a word, no capital
_LEAST_IN_SMALL = 3  # words; a line of names and dates is a caption or the time of a page
_QUESTION = re.compile(r"\?[\"'”’»)\s]*\Z")


class Statement(NamedTuple):
    """A sentence of a report, or its headline."""

    article: int  # row of the report
    start: int  # in the body, in characters; of a headline: in the title
    end: int
    in_headline: bool
    text: str  # on one line
    words: int
    before: int  # words of the article before it, without the headline

    @property
    def is_lead(self) -> bool:
        """Whether it is at the beginning of its report, which tells the event itself."""
        return self.before < _LEAD_WORDS


def find_statements(reports: Reports) -> list[Statement]:
    """Return the statements of all reports, report by report, each with its headline first.

    No statement: furniture, lines that end as no sentence does (headings, bylines, captions), notes
    of editors, posts of social networks, code and captions of pages, questions, lines of names and
    dates, and sentences of fewer than `LEAST_WORDS`.
    """
    return [
        statement for row in range(len(reports.bodies)) for statement in _of_report(row, reports)
    ]


def count_words(text: str) -> int:
    """Return the number of words as people count them; each character of Chinese is one."""
    if max(text, default="") < _FIRST_UNSPACED:
        return len(text.split())
    words = stream([text], split_unspaced=True)
    unspaced = int((words.starts[1:] == words.ends[:-1]).sum())
    return len(text.split()) + unspaced


def words_end(text: str, words: int) -> int:
    """Return where so many words of a text end, as `count_words` counts them."""
    left, end = words, 0
    for chunk in re.finditer(r"\S+", text):
        size = count_words(chunk[0])
        if size <= left:
            left, end = left - size, chunk.end()
            continue
        if left and size > 1:  # a script without spaces: so many of its characters
            end = chunk.start() + int(stream([chunk[0]], split_unspaced=True).ends[left - 1])
        break
    return end


def _of_report(row: int, reports: Reports) -> Iterator[Statement]:
    headline, body, lang = reports.headlines[row], reports.bodies[row], reports.langs[row]
    if headline:
        words = count_words(headline)
        start = reports.headline_starts[row]
        line = " ".join(headline.split())
        yield Statement(row, start, start + len(headline), True, line, words, 0)
    before = 0
    for start, end in own_spans(body):
        for first, last in sentence_spans(body[start:end], lang):
            first += dateline_end(body[start + first : start + last])
            text = body[start + first : start + last]
            words = count_words(text)
            if words >= LEAST_WORDS and _states_something(text, reports.furniture):
                line = " ".join(text.split())
                yield Statement(row, start + first, start + last, False, line, words, before)
            before += words


def _states_something(text: str, furniture: Furniture) -> bool:
    if not ends_sentence(text) or _QUESTION.search(text) or _IN_BRACKETS.fullmatch(text):
        return False
    if _POST.search(text) or _OF_PAGE.search(text):
        return False
    if len(text.split()) >= _LONG and len(_IN_SMALL.findall(text)) < _LEAST_IN_SMALL:
        return False
    own = without_furniture(text, furniture)
    return len(own) >= _LEAST_OWN * len(text)
