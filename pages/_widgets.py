"""Pieces that several pages show: a choice that lives in the address, where a figure comes from, a download."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

import polars as pl
import streamlit as st

from directory.categories import categories
from directory.search.base import Hit
from pages import _url
from pages._resources import known_sources
from pages._session import language, translate
from pages._text import plain, plain_part
from tic.analytics.names import unit_name as name_of_unit
from tic.analytics.observation import INDICATORS
from tic.analytics.summaries import Headline
from tic.core.areas import area_name
from tic.core.i18n import format_date, format_month, format_number
from tic.core.spreadsheets import guarded_frame


def choose(label: str, name: str, names: Mapping[str, str], default: str) -> str:
    """A choice of the codes in `names` that lives in the address as the parameter `name`; returns the code."""
    asked = _url.get(name)
    current = asked if asked in names else default
    st.selectbox(
        label,
        list(names),
        format_func=lambda code: names[code],
        key=_url.follow(name, current),
        on_change=_url.copy_widget,
        args=(name,),
    )
    return current


def source_title(name: str) -> str:
    """Title of a source in the reader's language; the name of one that is not known."""
    source = known_sources().get(name)
    return source.title(language()) if source else name


def unit_name(unit: str) -> str:
    """A unit in the reader's language."""
    return name_of_unit(unit, language())


def figure_note(sources: Iterable[str], unit: str, as_of: date | None, *, status: str = "") -> None:
    """Source, unit and as-of date under a figure, chart or table."""
    _ = translate()
    titles = "; ".join(sorted({_publisher(name) for name in sources}))
    parts = [_("Source: {sources}", sources=plain(titles)), _("Unit: {unit}", unit=unit_name(unit))]
    if as_of:
        parts.append(_("As of {date}", date=format_date(as_of, language())))
    if status == "preliminary":
        parts.append(_("preliminary figures"))
    st.caption(" · ".join(parts))


def _publisher(name: str) -> str:
    source = known_sources().get(name)
    return f"{source.publisher(language())} ({source.title(language())})" if source else name


def newest(column: pl.Series) -> date | None:
    """The newest date of a column, None when it holds none."""
    dates = [value for value in column.to_list() if value is not None]
    return max(dates) if dates else None


def headline(label: str, figure: Headline | None, indicator: str, *, course: Sequence[float] = ()) -> None:
    """A figure with its change against last year and 2019; course: what it was before, drawn as a small line."""
    _ = translate()
    if figure is None:
        st.metric(label, "–", help=_("The months needed for this figure are not complete."), border=True)
        return
    change = figure.last_year_pct
    st.metric(
        label,
        format_number(figure.value, language()),
        delta=None if change is None else _("{change:+.1f} % on last year", change=change),
        border=True,
        chart_data=list(course) or None,
    )
    if figure.reference_pct is not None:
        st.caption(_("{change:+.1f} % against 2019", change=figure.reference_pct))
    figure_note([figure.source], INDICATORS[indicator].unit, figure.as_of, status=figure.status)


def month_name(value: date) -> str:
    """A month in the reader's language."""
    return format_month(value, language())


def category_name(code: str) -> str:
    """A category in the reader's language."""
    found = categories().get(code)
    return found.name(language()) if found else code


def hit_row(hit: Hit) -> dict[str, Any]:
    """A hit as a row for a map."""
    return {
        "id": hit.id,
        "name": hit.name(language()),
        "kind": category_name(hit.category),
        "lat": hit.lat,
        "lon": hit.lon,
    }


def marked_name(name: str, hit: Hit) -> str:
    """A name as Markdown in which the parts that were looked for are marked, if it is the one that fitted."""
    if name != hit.matched:
        return plain(name)
    parts, done = [], 0
    for first, end in hit.marks:
        if not done <= first < end <= len(name):
            continue
        parts += [plain_part(name[done:first]), f":primary-background[{plain_part(name[first:end])}]"]
        done = end
    return "".join([*parts, plain_part(name[done:])])


def place_line(hit: Hit, *, key: str, number: int | None = None) -> None:
    """A place in a list: its name leads to its page; kind, province and distance beneath."""
    _ = translate()
    name, other = hit.name(language()), hit.name("en" if language() == "th" else "th")
    with st.container(key=key, gap=None):
        before = "" if number is None else f"{number}\\. "
        shown = marked_name(name, hit)
        st.page_link("place_details.py", label=f"{before}**{shown}**", query_params={"id": hit.id})
        parts = [] if other == name else [marked_name(other, hit)]
        if hit.matched and hit.matched not in {name, other}:
            parts.append(_("also called {name}", name=marked_name(hit.matched, hit)))
        parts.append(category_name(hit.category))
        if hit.province_code:
            parts.append(area_name(hit.province_code, language()))
        if hit.distance_km is not None:
            parts.append(_("{distance:.1f} km", distance=hit.distance_km))
        st.caption(" · ".join(parts))


def download_csv(frame: pl.DataFrame, name: str, *, note: Mapping[str, str] | None = None) -> None:
    """A button that gives the frame as CSV (UTF-8 with BOM, which spreadsheet programs expect).

    `note` columns (source, unit, as-of date ...) are repeated on every row, so that a figure never travels alone.
    """
    _ = translate()
    st.download_button(
        _("Download CSV"),
        data=csv_bytes(frame, note or {}),
        file_name=f"{name}.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"download-{name}",
        on_click="ignore",
    )


def csv_bytes(frame: pl.DataFrame, note: Mapping[str, str]) -> bytes:
    """The frame with its note as CSV. No text or heading in it is run as a formula by a spreadsheet."""
    # A column of the figures says more than a note for all of them.
    told = frame.with_columns(**{key: pl.lit(value) for key, value in note.items() if key not in frame.columns})
    return b"\xef\xbb\xbf" + guarded_frame(told).write_csv().encode()


def data_table(
    frame: pl.DataFrame,
    columns: Mapping[str, Any] | None = None,
    *,
    alt: str,
    height: int | Literal["auto", "content"] = "auto",
) -> None:
    """A table of a frame; a cell without a value shows a dash, not the English word None.

    columns: column -> its label or Streamlit column configuration, in the order shown, those that the frame lacks left
    out; None: all columns under their own names. alt: what the table shows, in the reader's language. height: pixels.
    """
    st.dataframe(
        frame if columns is None else frame.select([name for name in columns if name in frame.columns]),
        hide_index=True,
        column_config=columns,
        height=height,
        placeholder="–",
        alt=alt,
    )
