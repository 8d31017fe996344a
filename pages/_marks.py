"""Events and revisions on a chart, and the same in words beneath it."""

from __future__ import annotations

import polars as pl
import streamlit as st

from pages._resources import known_events, revisions_of
from pages._session import language, translate
from pages._text import plain
from pages._widgets import month_name
from tic.core.i18n import Language, format_date, format_number, translator
from tic.desk.events import Event, concerning, marks
from tic.reports.charts import marked, monthly_lines, revised
from tic.reports.document import AnyChart


def drawn_events(area: str, periods: pl.Series) -> tuple[Event, ...]:
    """The events of an area that lie within the months of a chart."""
    if periods.is_empty():
        return ()
    first, last = periods.min(), periods.max()
    return tuple(item for item in concerning(known_events(), area) if first <= item.first.replace(day=1) <= last)  # type: ignore[operator]


def changes_of(version: str, indicator: str, area: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The revisions of the figures that a chart draws: series, and the columns of `revisions_of`.

    rows: period, market, source and series of each figure.
    """
    return pl.concat(
        revisions_of(version, indicator, area, market, source)
        .join(part.select("period", "series"), on="period")
        .select("series", pl.exclude("series"))
        for (market, source), part in rows.partition_by("market", "source", as_dict=True).items()
    )


def lines_with_marks(
    lines: pl.DataFrame, found: tuple[Event, ...], changes: pl.DataFrame, *, y_title: str, language: Language
) -> AnyChart:
    """Lines by month (period, series, value) with numbered events, and rings around months that were revised.

    changes: see `changes_of`; of a month that was changed more than once the newest counts.
    """
    chart = marked(monthly_lines(lines, y_title=y_title, language=language), marks(found, language), language=language)
    newest = changes.sort("known_on").unique(["series", "period"], keep="last", maintain_order=True)
    newest = newest.sort("period", "series")
    if newest.is_empty():
        return chart
    labels = [revision_line(row, language) for row in newest.iter_rows(named=True)]
    rings = newest.select("period", value="after", label=pl.Series(labels, dtype=pl.String))
    return revised(chart, rings, language=language)


def revision_line(row: dict[str, object], language: Language) -> str:
    """A revision in words, without its month."""
    _ = translator(language)
    return _(
        "{before} until {date}, {after} since ({change:+.1f} %)",
        before=format_number(row["before"], language),  # type: ignore[arg-type]
        after=format_number(row["after"], language),  # type: ignore[arg-type]
        date=format_date(row["known_on"], language),  # type: ignore[arg-type]
        change=row["change_pct"] or 0.0,
    )


def marks_in_words(found: tuple[Event, ...], changes: pl.DataFrame) -> None:
    """What the marks of a chart stand for, as text."""
    _ = translate()
    if not found and changes.is_empty():
        return
    with st.expander(_("Events and revisions on this chart"), icon=":material/flag:"):
        for number, item in enumerate(found, 1):
            source = item.source.partition(", ")[0]
            st.markdown(f"{number}\\. {span(item)} · {plain(item.title(language()))} · {plain(source)}")
        several = changes["series"].n_unique() > 1
        for row in changes.sort("period", "series", descending=[True, False]).iter_rows(named=True):
            whose = f"{plain(row['series'])}, " if several else ""
            st.markdown(f"◯ {whose}{month_name(row['period'])}: {plain(revision_line(row, language()))}")
        st.page_link("event_notes.py", label=_("All events"))


def span(item: Event) -> str:
    """The days of an event in the reader's language."""
    first, last = format_date(item.first, language()), format_date(item.last, language())
    return first if item.first == item.last else f"{first} – {last}"
