"""Text of others inside Markdown and HTML: shown as it is, never obeyed."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import urlsplit

_SIGNS = frozenset(string.punctuation)
_DIRECTIVE = re.compile(r":(?=[\w/+-]+:)")


def plain(text: str) -> str:
    """Text for a place where Streamlit reads Markdown. `:word:` is broken up, or it would become an icon."""
    one_line = _DIRECTIVE.sub(":\u2060", " ".join(text.split()))
    return "".join(f"\\{character}" if character in _SIGNS else character for character in one_line)


def plain_part(text: str) -> str:
    """Like `plain`, for a part of a name: the spaces at its ends stay."""
    before, after = (" " if text[:1].isspace() else ""), (" " if text[-1:].isspace() and text.strip() else "")
    return f"{before}{plain(text)}{after}"


def link(target: str | None, text: str) -> str:
    """An HTML link to a web page, phone or mail address; only the text when a browser must not be sent there."""
    if not target or urlsplit(target).scheme.lower() not in {"http", "https", "tel", "mailto"}:
        return escape(text)
    return f'<a href="{escape(target, quote=True)}" rel="nofollow noopener">{escape(text)}</a>'


def fact_list(facts: Iterable[tuple[str, str]]) -> str:
    """An HTML description list; labels are escaped here, values are HTML already."""
    rows = "".join(f"<dt>{escape(label)}</dt><dd>{value}</dd>" for label, value in facts if value)
    return f'<dl class="tic-facts">{rows}</dl>' if rows else ""


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A small HTML table whose first column names the row; all text is escaped."""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    top = f"<thead><tr>{head}</tr></thead>" if head else ""
    return f'<table class="tic-table"><caption>{escape(caption)}</caption>{top}<tbody>{body}</tbody></table>'
