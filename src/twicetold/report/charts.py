"""Charts as SVG, by hand: they are rectangles and circles. Each has a title for screen readers.

Values are told by length, or by how dark one hue is: no chart needs colours to be told apart.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import NamedTuple

_CELL = 26  # pixels
_LABEL = 150
_MOST_REPORTS = 40  # a larger matrix can't be read
_WIDTH, _LANE, _RIGHT = 720, 22, 90
_BARS, _AXIS = 180, 50  # height of the highest bar, width of the axis
_BAR_LABEL = 70  # width of a label below a bar


def heat_map(labels: Sequence[str], values: Mapping[tuple[int, int], float]) -> str:
    """Return a matrix of n reports; `values` are probabilities of pairs of rows, 0..1.

    '' for fewer than two reports, or for more than can be read.
    """
    if not 2 <= len(labels) <= _MOST_REPORTS:
        return ""
    both = {(column, row): value for (row, column), value in values.items()}
    diagonal = {(row, row): 1.0 for row in range(len(labels))}
    title = "How probable it is that two reports tell one event"
    return _matrix(labels, both | dict(values) | diagonal, title)


def _matrix(labels: Sequence[str], values: Mapping[tuple[int, int], float], title: str) -> str:
    size = len(labels)
    width, height = _LABEL + size * _CELL, (size + 1) * _CELL
    parts = [_open(width, height, title)]
    for row, label in enumerate(labels):
        top = (row + 1) * _CELL
        parts.append(f'<text x="0" y="{top + 17}">{row + 1} {escape(label[:22])}</text>')
        parts.append(f'<text x="{_LABEL + row * _CELL + 8}" y="17">{row + 1}</text>')
        for column in range(size):
            left = _LABEL + column * _CELL
            parts.append(_cell(left, top, values.get((row, column))))
    return "".join([*parts, "</svg>"])


def share_map(labels: Sequence[str], values: Mapping[tuple[int, int], float]) -> str:
    """Return a matrix of n outlets; `values` are shares of pairs of a row and a column, 0..1.

    '' for fewer than two outlets.
    """
    if len(labels) < 2:
        return ""
    return _matrix(labels, values, "Which share of an outlet's stories another one reports")


class Bar(NamedTuple):
    """A bar of a chart: a part of it is darker."""

    label: str
    value: int
    part: int  # of the value


def bars(rows: Sequence[Bar], title: str, cut: float | None = None) -> str:
    """Return vertical bars with their labels below; `cut` is where a line stands, 0..1 of them.

    '' if all are 0.
    """
    if not any(row.value for row in rows):
        return ""
    highest, step = max(row.value for row in rows), _WIDTH / len(rows)
    parts = [_open(_WIDTH + _AXIS, _BARS + _LANE, title)]
    parts.append(f'<text x="0" y="12">{highest:,}</text><text x="0" y="{_BARS}">0</text>')
    parts.append(f'<path class="frame" d="M{_AXIS} {_BARS}h{_WIDTH}"/>')
    shown = max(1, round(_BAR_LABEL / step))
    for number, row in enumerate(rows):
        left = _AXIS + number * step
        for kind, value in (("whole", row.value), ("cell", row.part)):
            height = value / highest * (_BARS - 4)
            parts.append(
                f'<rect class="{kind}" x="{left + 1:.1f}" y="{_BARS - height:.1f}"'
                f' width="{max(step - 2, 1):.1f}" height="{height:.1f}">'
                f"<title>{escape(row.label)}: {value:,}</title></rect>"
            )
        if number % shown == 0 and left <= _AXIS + _WIDTH - min(step, _BAR_LABEL):
            parts.append(f'<text x="{left:.1f}" y="{_BARS + 16}">{escape(row.label)}</text>')
    if cut is not None:
        place = _AXIS + cut * _WIDTH
        parts.append(f'<path class="cut" d="M{place:.1f} 0V{_BARS}"/>')
        parts.append(f'<text x="{place + 4:.1f}" y="12">cut</text>')
    return "".join([*parts, "</svg>"])


def timeline(rows: Sequence[tuple[str, str]], copies: Sequence[tuple[int, int]]) -> str:
    """Return the reports of a story on a line of time: rows of outlet and stored time, a lane each.

    Days without an hour are at noon. A line leads from each source to its copy; `copies` are rows.
    """
    outlets = list(dict.fromkeys(outlet for outlet, _ in rows))
    moments = [_moment(time) for _, time in rows]
    first, last = min(moments), max(moments)
    span = max((last - first).total_seconds(), 1.0)
    height = (len(outlets) + 1) * _LANE
    parts = [_open(_LABEL + _WIDTH + _RIGHT, height, "When each outlet reported")]
    for lane, outlet in enumerate(outlets):
        middle = lane * _LANE + 14
        parts.append(f'<text x="0" y="{middle + 4}">{escape(outlet[:22])}</text>')
        end = _LABEL + _WIDTH
        parts.append(f'<path class="frame" d="M{_LABEL} {middle}H{end}"/>')
    dots = [
        (
            _LABEL + (moment - first).total_seconds() / span * _WIDTH,
            outlets.index(outlet) * _LANE + 14,
        )
        for (outlet, _), moment in zip(rows, moments, strict=True)
    ]
    parts += [_arrow(dots[source], dots[copy]) for source, copy in copies]
    for (outlet, time), (left, middle) in zip(rows, dots, strict=True):
        shown = escape(f"{outlet}, {time[:16].replace('T', ' ')}")
        dot = f'<circle class="dot" cx="{left:.1f}" cy="{middle}" r="5">'
        parts.append(f"{dot}<title>{shown}</title></circle>")
    bottom = len(outlets) * _LANE + 16
    for left, moment in ((_LABEL, first), (_LABEL + _WIDTH - 40, last)):
        parts.append(f'<text x="{left}" y="{bottom}">{moment:%d %b %H:%M}</text>')
    return "".join([*parts, "</svg>"])


def _arrow(source: tuple[float, int], copy: tuple[float, int]) -> str:
    """Return a curve from a dot to another, with an arrowhead before the second one."""
    (x, y), (to_x, to_y) = source, copy
    head = f"M{to_x - 12:.1f} {to_y - 4}L{to_x - 5:.1f} {to_y}L{to_x - 12:.1f} {to_y + 4}"
    bend = max((to_x - x) / 2, 24)
    curve = f"M{x:.1f} {y}C{x + bend:.1f} {y} {to_x - bend:.1f} {to_y} {to_x - 6:.1f} {to_y}"
    return f'<path class="arrow" d="{curve}{head}"/>'


def _cell(left: int, top: int, value: float | None) -> str:
    frame = f'x="{left}" y="{top}" width="{_CELL}" height="{_CELL}"'
    if value is None:
        return f'<rect class="frame" {frame}/>'
    shade = f'<rect class="cell" {frame} fill-opacity="{0.08 + 0.72 * value:.2f}"/>'
    shown = f"{value:.2f}".removeprefix("0") if value < 0.995 else "1"
    return f'{shade}<text x="{left + 4}" y="{top + 17}">{shown}</text>'


def _open(width: int, height: int, title: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
        f' aria-label="{escape(title)}">'
    )


def _moment(time: str) -> datetime:
    return datetime.fromisoformat(time[:19] if "T" in time else f"{time}T12:00:00")
