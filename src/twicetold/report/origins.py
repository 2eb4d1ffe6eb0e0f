"""Who was first, in words: whose text a copy is, how much of it, and how sure that is."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from .formats import count

if TYPE_CHECKING:
    from ..index.story_views import Report


def copied_line(report: "Report", reports: "Sequence[Report]") -> str:
    """Return whose text a copy is: '97% of its text is from Reuters's #1; …; first by 4 hours'."""
    origin = next((other for other in reports if other.article == report.copy_of), None)
    if report.agency:
        return _agency_line(report)
    name = f"{origin.outlet}'s #{report.copy_of}" if origin else f"#{report.copy_of}"
    sure = how_sure(report, origin)
    if report.share_of_copy is not None and report.share_of_original is not None:
        shares = (
            f"{report.share_of_copy:.0%} of its text is from {name};"
            f" {report.share_of_original:.0%} of #{report.copy_of} is in it"
        )
    elif report.jaccard is not None:
        shares = f"{report.jaccard:.0%} similar to {name}, estimated by signatures"
    else:
        shares = f"copied from {name} by way of other copies"
    return f"{shares}; {sure}" if sure else shares


def how_sure(report: "Report", origin: "Report | None") -> str:
    """Return what says that the origin was first; '' if it is not known here."""
    if origin is not None and origin.outlet == report.outlet:
        return "an earlier text of its own"
    if report.evidence == "credit":
        return "its credit names the source"
    if origin is None:
        return ""
    if report.evidence == "hour":
        return f"first by {_duration(origin.published, report.published)}"
    if report.evidence == "day":
        days = (_day(report.published) - _day(origin.published)).days
        return f"first by {count(days, 'day')}"
    is_dated = not (report.undated or origin.undated)
    if is_dated and _day(report.published) == _day(origin.published):
        day = _day(origin.published)
        return f"who was first is undecided: both on {day.day} {day:%B}"
    return "who was first is undecided: one has no time"


def sources(reports: "Sequence[Report]") -> str:
    """Return the outlets whose text others took over, and the agencies that texts name."""
    sure = [report for report in reports if report.evidence not in (None, "undecided")]
    origins = {report.copy_of for report in sure if not report.agency}
    outlets = [report.outlet for report in reports if report.article in origins]
    agencies = Counter(report.credit for report in reports if report.credit)
    names = [*outlets, *(name for name, _ in agencies.most_common())]
    return ", ".join(dict.fromkeys(names)) or "none"


def _agency_line(report: "Report") -> str:
    how = "its credit" if report.credit == report.agency else "the credit of others with this text"
    shared = ""
    if report.copy_of and report.share_of_copy is not None:
        shared = f"; {report.share_of_copy:.0%} of its text is also #{report.copy_of}'s"
    return f"{report.agency} text by {how}; {report.agency}'s own article is not here{shared}"


def _duration(start: str, end: str) -> str:
    apart = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    minutes = round(apart.total_seconds() / 60)
    if minutes < 60:
        return count(max(minutes, 1), "minute")
    return count(round(minutes / 60), "hour")


def _day(time: str) -> date:
    return date.fromisoformat(time[:10])
