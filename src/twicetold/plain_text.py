"""Text as people read it: markup and entities turned into characters, characters in one form.

Start reading at `paragraphs` for HTML, at `one_form` for plain text.
"""

import html
import re
import sys
import unicodedata
from functools import cache

# override the direction of writing, so that a line reads as another one
DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # not allowed in XML
_ENTITIES = re.compile(r"(?:&#(?:[0-9]+|[xX][0-9a-fA-F]+);)+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31}\d{0,2});")
_TAG = re.compile(r"<[^<>]*>")
# of text; a report may well say "a < b", or have a share's sign: <P>, <BR>
_CLOSING = re.compile(
    r"</(?:p|div|a|span|strong|em|b|i|h[1-6]|li|ul|ol|blockquote|figure|figcaption|section)>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<(?:p|br|li|td)[ >/]", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
_OPENING = re.compile(r"<(?:p|br|hr|img)(?: [^<>]{0,1000})?/?>")
# characters that say where a line may break or must not, and nothing else
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def paragraphs(markup: str) -> str:
    """Return the text of HTML, a blank line between its paragraphs."""
    if "<" not in markup and "&" not in markup:
        return markup
    import html_text

    markup = NO_XML.sub("\ufffd", with_real_characters(markup))
    try:
        return str(html_text.extract_text(markup))
    except (ValueError, SyntaxError, AssertionError, RecursionError):  # of lxml, on broken HTML
        return _TAG.sub(" ", markup)


def unmarked(text: str) -> str:
    """Return a text that may be HTML, or have entities, as plain text; other text as it is.

    >>> unmarked("<p>It wasn&#8217;t <a href='x'>clear</a>.</p>"), unmarked("a < b & c")
    ('It wasn’t clear.', 'a < b & c')
    """
    if "<" in text and (_CLOSING.search(text) or len(_OPENING.findall(text)) > 1):
        # without tags that break lines: the blank lines are the paragraphs
        marked = text if _BREAK.search(text) else _BLANK_LINES.sub("<p>", text)
        return paragraphs(marked)
    if "&" in text and _ENTITY.search(text):
        return NO_XML.sub("\ufffd", html.unescape(with_real_characters(text))).replace("\xa0", " ")
    return text


def one_form(text: str) -> str:
    """Return a text with its accents composed, full-width Latin as ASCII, without soft hyphens."""
    if text.isascii():
        return text
    text = _many_marks().sub(r"\1", text)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return _UNSEEN.sub("", text).translate(_FULL_WIDTH)


@cache
def _many_marks() -> re.Pattern[str]:
    """Match more marks on one letter than any language has: sorting them takes quadratic time.

    Source: Unicode Standard Annex 15, Stream-Safe Text Format.
    """
    marks = "".join(chr(c) for c in range(0x300, 0x1F000) if unicodedata.combining(chr(c)))
    return re.compile(f"([{marks}]{{30}})[{marks}]+")


def with_real_characters(markup: str) -> str:
    """Return XML or HTML in which each numeric entity names a character that XML allows.

    Some programs write an emoji as two halves: &#55357;&#56832;
    """
    return _ENTITIES.sub(_real_entities, markup) if "&#" in markup else markup


def _real_entities(run: re.Match[str]) -> str:
    text = "".join(_character(entity.removeprefix("&#")) for entity in run[0].split(";")[:-1])
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return "".join(f"&#{ord(character)};" for character in NO_XML.sub("\ufffd", joined))


def _character(number: str) -> str:
    """Return the character of '8364' or 'x20AC', perhaps half of one; U+FFFD if there is none."""
    base, digits = (16, number[1:]) if number[0] in "xX" else (10, number)
    digits = digits.lstrip("0")
    code = int(digits or "0", base) if len(digits) < 8 else sys.maxunicode + 1
    return chr(code) if code <= sys.maxunicode else "\ufffd"
