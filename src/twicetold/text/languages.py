"""Languages: which are told apart, and that of an article that names none, by its text."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# the languages of news that the identifier knows; with all its 140, it often takes a headline for
# a rare one
LANGUAGES = (
    "ar bg bn ca cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv ms nl no pl pt ro ru"
    " sk sl sr sv th tr uk vi zh"
)
# the languages whose terms are weighted apart; articles in any other are compared as if their
# language were not known. Weights take memory for each language and term, and a source may name
# another language in every article
_COMPARED = (
    "af am ar az be bg bn bo bs ca co cs cy da de dv dz el en eo es et eu fa fi fil fo fr fy ga"
    " gd gl gu ha he hi hr ht hu hy id ig is it ja jv ka kk km kn ko ku ky la lb lo lt lv mg mk ml"
    " mn mr ms mt my nb ne nl nn no oc om or pa pl ps pt qu rm ro ru rw sa sd se si sk sl sn so sq"
    " sr st su sv sw ta te tg th ti tk tl tr tt ug uk ur uz vi wo xh yi yo zh zu"
)
LEAST_PROBABILITY = 0.5  # 94 % of headlines in nine languages reach it, and .2 % of these are wrong
_LEAST, _ENOUGH = 100, 2_000  # characters of a text that may contradict its source
_BODY_CHARACTERS = 120  # more characters take longer and are hardly surer


def compared_language(lang: str) -> str:
    """Return a language that is told apart from others; '' for any other.

    >>> compared_language("fr"), compared_language("tlh")
    ('fr', '')
    """
    return lang if lang in _COMPARED.split() else ""


def identify_language(title: str, body: str) -> str:
    """Return the language of a text: 'en', 'fr', …; '' if it is uncertain.

    >>> identify_language("Les Etats-Unis et la Russie renouent leur dialogue militaire", "")
    'fr'
    >>> identify_language("Tokyo 2020", "")
    ''
    """
    name, probability = _identifier().classify(f"{title}\n{body[:_BODY_CHARACTERS]}")
    return str(name) if probability >= LEAST_PROBABILITY else ""


def claimed_language(claim: str, text: str) -> str:
    """Return the language that a source says a text has, unless the text is in another one.

    Programs that make feeds and pages say en-US wherever they are used.
    """
    text = text[:_ENOUGH]
    if not claim or len(text) < _LEAST:
        return claim
    identified = identify_language(text, "")
    return claim if not identified or identified == claim.lower()[:2] else identified


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # .5 s, and most articles name it

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES.split())
    return identifier
