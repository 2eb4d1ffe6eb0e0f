"""Which article of a copy group had the text first?"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ..text.credits import agency_of_outlet


class Reprint(NamedTuple):
    """An article of a copy group."""

    article: int
    outlet: str
    agency: str  # that its outlet is, as a user named it; '': none
    credit: str  # the agency that its text names as its source; '': none


class Origin(NamedTuple):
    """The origin of a copy group."""

    article: int
    by_credit: bool  # credits tell it; else the times do
    agency: str  # that the text is from and that is not in the group; '': none


def find_origin(group: Sequence[Reprint]) -> Origin:
    """Return the origin of a copy group, given its articles in time order.

    If texts credit an agency, the origin is the agency's own article, whatever the times say. If
    that is not in the group, the agency is the source, and no outlet is. Without a credit, the
    earliest article is the origin.
    """
    credits = Counter(each.credit for each in group if each.credit)
    if not credits:
        return Origin(group[0].article, by_credit=False, agency="")
    agency = min(credits, key=lambda name: (-credits[name], name))
    own = [each.article for each in group if agency in (each.agency, agency_of_outlet(each.outlet))]
    if own:
        return Origin(own[0], by_credit=True, agency="")
    return Origin(group[0].article, by_credit=True, agency=agency)
