"""Records as HTML, for the cells of a notebook."""

from collections.abc import Iterable, Sequence
from html import escape


def html_list(items: Iterable[tuple[str, str]]) -> str:
    """Return a list of texts, each with a remark."""
    lines = (f"<li>{escape(text)} <small>{escape(remark)}</small></li>" for text, remark in items)
    return f"<ul>{''.join(lines)}</ul>"


def html_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; numbers with two digits behind the point, None as nothing."""
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(_cell(cell))}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def html_heading(text: str, remark: str) -> str:
    """Return a heading with a line below it."""
    return f"<h3>{escape(text)}</h3><p><small>{escape(remark)}</small></p>"


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if isinstance(value, float) else str(value)
