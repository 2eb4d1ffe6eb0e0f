"""The language of an article that names none, identified by its text."""

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
LEAST_PROBABILITY = 0.5  # 94 % of headlines in nine languages reach it, and .2 % of these are wrong
_BODY_CHARACTERS = 120  # more characters take longer and are hardly surer


def identify_language(title: str, body: str) -> str:
    """Return the language of a text: 'en', 'fr', …; '' if it is uncertain.

    >>> identify_language("Les Etats-Unis et la Russie renouent leur dialogue militaire", "")
    'fr'
    >>> identify_language("Tokyo 2020", "")
    ''
    """
    name, probability = _identifier().classify(f"{title}\n{body[:_BODY_CHARACTERS]}")
    return str(name) if probability >= LEAST_PROBABILITY else ""


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # .5 s, and most articles name it

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES.split())
    return identifier
