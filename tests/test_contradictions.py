"""Where reports differ: what a reader would call a contradiction, and what not."""

import pytest
from newsroom import article

import twicetold as library

OPENING = "A ferry sank off Merrow in a storm, and the harbour master called out all lifeboats. "
OTHER = "Lifeboats were called out by the master of the harbour when a ferry sank off Merrow. "


def contradictions(index, *bodies, lang="en", hours=("09", "10")):
    """What `show` finds in two reports of one event, one hour apart."""
    reports = [
        library.Article.from_dict(
            article(
                id=outlet,
                outlet=outlet,
                title=f"Ferry sinks off Merrow, {outlet}",
                body=opening + body,
                lang=lang,
                published=f"2026-02-03T{hour}:00:00Z",
            )
        )
        for outlet, opening, body, hour in zip(
            ("Gazette", "Post"), (OPENING, OTHER), bodies, hours, strict=True
        )
    ]
    library.run(index, reports)
    library.same(index, "Gazette", "Post")
    (row,) = library.stories(index)
    return [
        (each.kind, each.subject, [claim.value for claim in each.claims])
        for each in library.story(index, row.story).contradictions
    ]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (
            "The governor said 12 people died when the Morning Star went down near Lorne.",
            "The governor said 14 people died when the Morning Star went down near Lorne.",
            ("number", "people died", ["12", "14"]),
        ),
        (
            "The union said 30 million passengers use the Merrow ferries in a summer.",
            "The union said 37 million passengers use the Merrow ferries in a summer.",
            ("number", "passengers", ["30 million", "37 million"]),
        ),
        (
            "The Morning Star had left the pier of Lorne with a crew of volunteers on Monday.",
            "The Morning Star had left the pier of Lorne with a crew of volunteers on Tuesday.",
            ("day", "day", ["Monday", "Tuesday"]),
        ),
        (
            "The Morning Star had left the pier of Lorne with a crew of volunteers.",
            "The Morning Star had left the pier of Thorpe with a crew of volunteers.",
            ("name", "the pier of", ["Lorne", "Thorpe"]),
        ),
    ],
)
def test_one_fact_that_two_reports_give_differently_is_a_contradiction(index, one, other, expected):
    assert contradictions(index, one, other) == [expected]


def test_two_places_of_which_both_reports_give_the_numbers_are_no_contradiction(index):
    leseni = "Officials in Leseni said on Monday that 40 people were injured near the harbour. "
    namora = "officials in Namora said on Monday that 55 people were injured near the harbour."

    assert (
        contradictions(index, leseni + namora.capitalize(), f"{leseni}By evening, {namora}") == []
    )


@pytest.mark.parametrize(
    ("one", "other", "lang"),
    [
        (  # the accent of a capital may be left out
            "Le bateau avait quitté le port des Émeraudes avec un équipage de volontaires.",
            "Le bateau avait quitté le port des Emeraudes avec un équipage de volontaires.",
            "fr",
        ),
        (  # one says when, the other not
            "The Morning Star left Lorne this Sunday with a crew hired on Saturday evening.",
            "The Morning Star left Lorne this Sunday with a crew hired the evening before.",
            "en",
        ),
        (  # one number in three ways to write it
            "The union said 136’000 passengers use the Merrow ferries in a summer.",
            "The union said 136,000 passengers use the Merrow ferries in a summer.",
            "en",
        ),
        (  # one is rounded
            "The union said some 140 volunteers searched the shore near Lorne until dusk.",
            "The union said 136 volunteers searched the shore near Lorne until dusk.",
            "en",
        ),
        (  # so different that they count something else
            "Volunteers searched the shore near Lorne in 14 boats of the Merrow union.",
            "Volunteers of the Merrow union searched the shore near Lorne; 1,500 boats stayed in.",
            "en",
        ),
        (  # of different days
            "Some 8,835 crossings off Lorne were cancelled by the union from Friday to Sunday.",
            "About 2,900 crossings off Lorne were cancelled by the union for Friday.",
            "en",
        ),
        (  # of other ships
            "The union said 120 passengers were on the Morning Star when it left Lorne at noon.",
            "The union said 180 passengers were on the Evening Tide when it left Lorne at noon.",
            "en",
        ),
        (  # the code of a page
            "_ads.push({ mode: 'gallery', container: 'ads-gallery-thumbnails-3', number: 3 });",
            "_ads.push({ mode: 'gallery', container: 'ads-gallery-thumbnails-5', number: 5 });",
            "en",
        ),
        (  # the counter of a gallery
            "Hide Caption 2 of 37 photos: The Morning Star leaves the pier of Lorne.",
            "Hide Caption 5 of 37 photos: The Morning Star leaves the pier of Lorne.",
            "en",
        ),
    ],
)
def test_what_may_both_be_true_is_no_contradiction(index, one, other, lang):
    assert contradictions(index, one, other, lang=lang) == []
