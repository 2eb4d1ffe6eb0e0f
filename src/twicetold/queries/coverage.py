"""Which outlets, or groups of outlets, report a story, and which do not. Start at `coverage`."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ..errors import ArgumentError, NotFoundError
from ..index import Index, in_snapshot, outlets, story_views
from ..index import coverage as coverage_rows
from ..index.story_views import StoryRow
from ..times import Time
from .lists import stories

_DAYS_AFTER = 1  # of the last report, in which one more would still be a report of the story


class StoryCoverage(NamedTuple):
    """Who reports a story, and who published on its days without reporting it."""

    story: int
    outlets: int  # that report it
    first_published: str  # UTC
    title: str
    reported_by: tuple[str, ...]  # outlets, or groups with an outlet that reports it
    missing: tuple[str, ...]  # the others that published then, those with most articles first


class CoverageShare(NamedTuple):
    """How many stories an outlet, or a group of outlets, reports."""

    name: str
    reported: int  # stories
    missed: int  # stories that others report on days on which it published
    share: float  # of both, that it reports
    alone: int  # of those reported, the stories that no other outlet or group reports


@in_snapshot
def coverage(
    index: Index,
    story: int | None = None,
    *,
    by: str = "outlet",
    missing: str = "",
    since: Time = "",
    until: Time = "",
    min_outlets: int = 2,
    limit: int = 50,
) -> list[StoryCoverage]:
    """Return who reports each story and who does not, the most widely reported stories first.

    `by` is 'outlet', 'owner', or a kind of group that a file about outlets names, such as
    'country'; an outlet without such a group counts nowhere. An outlet is missing only if it
    published between the day of the first report and the day after the last one. `missing` names an
    outlet or group: only the stories that it misses. With `story`, only that one, whoever reports
    it. Raises NotFoundError for a story, outlet or group that is not there, and ArgumentError.
    """
    groups = _Groups(index, by)
    if missing:
        missing = groups.named(missing)
    if story is not None:
        number = index.story_id(story)
        row = story_views.story_row(index.connection, number)
        return [covered for covered, _ in _covered(index, groups, [row])]
    rows = stories(index, since=since, until=until, min_outlets=min_outlets, limit=0)
    chosen = (
        row
        for row, _ in _covered(index, groups, rows)
        if (missing in row.missing if missing else row.missing)
    )
    return [row for row, _ in zip(chosen, range(limit or len(rows)), strict=False)]


@in_snapshot
def coverage_shares(
    index: Index,
    *,
    by: str = "outlet",
    since: Time = "",
    until: Time = "",
    min_outlets: int = 2,
) -> list[CoverageShare]:
    """Return which share of the stories each outlet or group reports, the most reports first.

    The arguments are those of `coverage`, and so are the exceptions.
    """
    groups = _Groups(index, by)
    reported, missed, alone = Counter[str](), Counter[str](), Counter[str]()
    rows = stories(index, since=since, until=until, min_outlets=min_outlets, limit=0)
    for row, others in _covered(index, groups, rows):
        reported.update(row.reported_by)
        missed.update(row.missing)
        if len(row.reported_by) == 1 and not others:
            alone.update(row.reported_by)
    shares = [
        CoverageShare(
            name, reported[name], missed[name], round(reported[name] / total, 4), alone[name]
        )
        for name in groups.names
        if (total := reported[name] + missed[name])
    ]
    return sorted(shares, key=lambda each: (-each.reported, -each.share, each.name))


def kinds(index: Index) -> list[str]:
    """Return what outlets can be compared by: 'outlet', and the kinds of groups that they have."""
    return ["outlet", *coverage_rows.group_kinds(index.connection)]


class _Groups:
    """Outlets, or groups of them."""

    def __init__(self, index: Index, kind: str) -> None:
        self._index, self._kind = index, kind.strip().casefold()
        db = index.connection
        if self._kind not in (there := kinds(index)):
            hint = f"there are {', '.join(there)}; a file makes more: run --outlets FILE"
            raise ArgumentError("by", f"'{kind[:40]}' is no kind of group", hint=hint)
        members = coverage_rows.members(db, self._kind)
        self.names = list(dict.fromkeys(member.group for member in members))
        place = {name: number for number, name in enumerate(self.names)}
        self._place = {member.outlet: place[member.group] for member in members}

    def named(self, name: str) -> str:
        """Return the name of a group, as it is written here. Raises NotFoundError."""
        if self._kind == "outlet":
            db = self._index.connection
            outlets.require_id(db, self._index.place, name)
            return outlets.name_of(db, name)
        for written in (str, str.casefold):
            for each in self.names:
                if written(each) == written(name.strip()):
                    return each
        hint = f"there are {', '.join(self.names)[:200]}"
        raise NotFoundError(self._index.place, f"no {self._kind} '{name[:80]}'", hint=hint)

    def has_all(self, ids: set[int]) -> bool:
        """Whether each of some outlets has a group."""
        return ids <= self._place.keys()

    def of(self, ids: set[int]) -> tuple[str, ...]:
        """Return the groups of some outlets, those with most articles first."""
        places = {self._place[id] for id in ids if id in self._place}
        return tuple(self.names[place] for place in sorted(places))


def _covered(
    index: Index, groups: _Groups, rows: Sequence[StoryRow]
) -> Iterator[tuple[StoryCoverage, bool]]:
    """Yield who reports each story, and whether outlets without a group report it, too."""
    if not rows:
        return
    db = index.connection
    reporting = coverage_rows.reporting_outlets(db, [row.story for row in rows])
    first = min(row.first_published for row in rows)[:10]
    by_day = coverage_rows.outlets_by_day(db, first, _last_day(max(r.last_published for r in rows)))
    for row in rows:
        reported_by = groups.of(reporting[row.story])
        days = _days(row.first_published[:10], _last_day(row.last_published))
        active = groups.of(set().union(*(by_day.get(day, ()) for day in days)))
        missing = tuple(name for name in active if name not in reported_by)
        covered = StoryCoverage(
            row.story, row.outlets, row.first_published, row.title, reported_by, missing
        )
        yield covered, not groups.has_all(reporting[row.story])


def _last_day(time: str) -> str:
    return str(date.fromisoformat(time[:10]) + timedelta(_DAYS_AFTER))


def _days(first: str, last: str) -> Iterator[str]:
    day = date.fromisoformat(first)
    while str(day) <= last:
        yield str(day)
        day += timedelta(1)
