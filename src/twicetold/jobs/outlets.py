"""Say which names are one outlet, and what is known of it: by hand, or by a file.

Start reading at `use_outlets`.
"""

from collections.abc import Iterable
from sqlite3 import Connection

from ..article import checked
from ..errors import ArgumentError, NotFoundError
from ..index import Index, in_snapshot, outlet_changes, stories, windows
from ..index import outlets as outlet_rows
from ..index.outlets import Outlet
from ..index.settings import settings_of
from ..progress import Progress, no_progress
from ..times import argument_zone
from .outlet_files import check_once
from .pipeline import cluster
from .run_records import Counts


@in_snapshot
def outlets(index: Index) -> list[Outlet]:
    """Return all outlets, those with most articles first."""
    return outlet_rows.all_outlets(index.connection)


def use_outlets(index: Index, described: Iterable[Outlet]) -> None:
    """Store what a file says about outlets, in place of what was said of them before.

    The names that it lists are one outlet, also for articles that are stored already. Active
    articles that moved are clustered again by the next run. Raises ArgumentError for a wrong field,
    or if an outlet is described twice.
    """
    file_outlets = [_checked(outlet) for outlet in described]
    check_once(file_outlets)
    own = {outlet.outlet for outlet in file_outlets}
    with index.transaction() as db:
        moved: list[int] = []
        for outlet in file_outlets:
            names = {*outlet.names} - own
            moved += outlet_changes.move_names(db, names | {outlet.outlet}, outlet.outlet)
            into = _outlet_id(index, outlet.outlet)
            for other in outlet_rows.named_like(db, (outlet.outlet, *names), without=own):
                moved += outlet_changes.merge(db, other, into, "file")
            for name in sorted(names):
                outlet_rows.save_name(db, name, "", outlet.outlet, "file")
            outlet_changes.describe(db, outlet)
        _follow(index, db, moved)


@in_snapshot
def outlet_zones(index: Index) -> dict[str, str]:
    """Return the time zone of each outlet that has one, by all of its names and their keys."""
    return outlet_rows.zones(index.connection)


def merge_outlets(
    index: Index, names: Iterable[str], into: str, *, progress: Progress = no_progress
) -> Counts:
    """Merge outlets into `into`, now and in later runs; active articles are clustered again.

    Raises NotFoundError if the index has no such outlet.
    """
    with index.transaction() as db:
        into_id = _outlet_id(index, into)
        moved: list[int] = []
        for name in names:
            from_id = _outlet_id(index, name)
            if from_id != into_id:
                moved += outlet_changes.merge(db, from_id, into_id, "hand")
        _follow(index, db, moved)
    return cluster(index, progress=progress)


def rename_outlet(index: Index, outlet: str, name: str) -> None:
    """Give an outlet another name; sources may go on calling it as before.

    Raises NotFoundError if the index has no such outlet, ArgumentError for the name of
    another one.
    """
    with index.transaction() as db:
        name = _name(name)
        if not name:
            raise ArgumentError("name", "is empty")
        id, other = _outlet_id(index, outlet), outlet_rows.find_id(db, name)
        if other not in (None, id):
            hint = (
                f"make them one: twicetold outlets merge {index.place} '{outlet}' --into '{name}'"
            )
            raise ArgumentError("name", f"'{name[:40]}' is another outlet", hint=hint)
        outlet_changes.rename(db, id, name, "hand")


def undo_outlet(index: Index, name: str, *, progress: Progress = no_progress) -> Counts:
    """Take a name out of the outlet that it was merged with; or give an outlet its own name again.

    Raises NotFoundError if no outlet has this name, or if there is nothing to undo.
    """
    with index.transaction() as db:
        moved: list[int] | None = []
        name = _name(name)
        if not outlet_changes.forget_name(db, _outlet_id(index, name), name):
            moved = outlet_changes.split_off(db, name)
        if moved is None:
            finding = f"nothing was said of the outlet '{name[:40]}'"
            raise NotFoundError(index.place, finding)
        moved += outlet_changes.settle_names(db)
        _follow(index, db, moved)
    return cluster(index, progress=progress)


def _checked(outlet: Outlet) -> Outlet:
    """Return an outlet with names as articles have them. Raises TwicetoldError."""
    name, *names = (_name(each) for each in (outlet.outlet, *outlet.names))
    if not name:
        raise ArgumentError("outlet", "is empty")
    if outlet.timezone:
        argument_zone(outlet.timezone)
    owner = outlet_rows.plain_name(outlet.owner, "owner")
    return outlet._replace(outlet=name, names=tuple(each for each in names if each), owner=owner)


def _name(name: str) -> str:
    """Return the name of an outlet as articles have it. Raises TwicetoldError."""
    return str(checked(name, "outlet"))


def _follow(index: Index, db: Connection, moved: list[int]) -> None:
    """Count the outlets of stories again; active articles that moved become pending."""
    stories.refresh(db, stories.of_articles(db, moved), {})
    first_active = windows.first_active_day(db, settings_of(index).active_days)
    active = set(windows.clustered_ids(db, first_active))
    windows.make_pending(db, sorted(active & set(moved)))


def _outlet_id(index: Index, name: str) -> int:
    return outlet_rows.require_id(index.connection, index.place, _name(name))
