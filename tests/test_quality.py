"""Floors on the sample corpus, with a digest of it: neither is lowered or changed unseen.

The cut is set for natural streams, where most articles have no partner: at .25, BCubed is .96 here.
"""

import hashlib

from newsroom import CORPUS, select

from twicetold.evaluation.agreement import bcubed, pairwise

DIGEST = "8080716d3cf6f5a7"


def test_the_sample_corpus_is_the_one_that_the_floors_were_set_on():
    digest = hashlib.sha256()
    for path in sorted(CORPUS.rglob("*")):
        if path.is_file() and path.suffix != ".md":
            digest.update(path.relative_to(CORPUS).as_posix().encode() + path.read_bytes())

    assert digest.hexdigest()[:16] == DIGEST


def test_the_sample_corpus_is_large_and_varied_enough_to_tell(gold):
    assert len(gold) == 153
    assert len({row["story"] for row in gold}) == 61
    assert len({row["copy_group"] for row in gold} - {""}) == 14


def test_stories_of_the_sample_corpus_are_those_of_an_editor(sample, gold):
    answer = dict(select(sample, "select key, story_id from articles"))
    labels = [row["story"] for row in gold], [answer[row["key"]] for row in gold]

    assert bcubed(*labels).f1 >= 0.91
    assert pairwise(*labels).f1 >= 0.83


def test_french_reports_are_in_the_stories_of_the_english_ones(sample, gold):
    stories = {row["key"]: row["story"] for row in gold}
    rows = select(sample, "select key, lang, story_id from articles")
    mates: dict[int, set[str]] = {}
    for key, lang, story in rows:
        if lang != "fr":
            mates.setdefault(story, set()).add(stories[key])
    english = {stories[key] for key, lang, _ in rows if lang != "fr"}
    french = [(stories[key], mates.get(story, set())) for key, lang, story in rows if lang == "fr"]

    right = [story in answer for story, answer in french if story in english]

    assert (sum(right), len(right)) == (24, 24)
