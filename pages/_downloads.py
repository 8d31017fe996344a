"""Tables and charts to take away: exactly what is shown, with filters, sources, licences and version of the data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from io import BytesIO
from typing import Final

import polars as pl
import streamlit as st

from pages._drawn import Drawing, key_of, specification
from pages._resources import data_version, drawn, known_sources
from pages._session import language, translate
from pages._widgets import csv_bytes, source_title
from tic.analytics.names import unit_name
from tic.core.i18n import format_date
from tic.reports.document import AnyChart
from tic.reports.pictures import Frame, png, svg

_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PARQUET: Final = "application/vnd.apache.parquet"


def about(
    title: str, sources: Iterable[str], *, unit: str = "", as_of: date | None = None, **filters: str
) -> dict[str, str]:
    """What travels with figures: title, filters as `name=value; ...`, unit, as_of, sources, licence, data_version.

    Texts are in the reader's language, dates in ISO 8601; what is empty is left out.
    """
    names = sorted(set(sources))
    known = [known_sources()[name] for name in names if name in known_sources()]
    note = {
        "title": title,
        "filters": "; ".join(f"{name}={value}" for name, value in filters.items() if value),
        "unit": unit,
        "as_of": as_of.isoformat() if as_of else "",
        "source_title": "; ".join(sorted(source_title(name) for name in names)),
        "publisher": "; ".join(sorted({source.publisher(language()) for source in known})),
        "licence": "; ".join(sorted({source.licence for source in known})),
        "data_version": data_version(),
    }
    return {name: value for name, value in note.items() if value}


def show_chart(drawing: Drawing, name: str, *, alt: str, note: Mapping[str, str]) -> None:
    """A chart with the sentence that stands for it, and two buttons that give it as PNG and SVG with its note.

    A builder with all that it is given is run only when it has not drawn the same before.
    """
    show_only_chart(drawing, alt=alt)
    picture_buttons(lambda: drawing() if isinstance(drawing, partial) else drawing, name, note=note)


def show_only_chart(drawing: Drawing, *, alt: str) -> None:
    """A chart with the sentence that stands for it."""
    spec = drawn(key_of(drawing, language()), drawing) if isinstance(drawing, partial) else specification(drawing)
    st.vega_lite_chart(spec=spec, alt=alt)


def picture_buttons(chart: Callable[[], AnyChart], name: str, *, note: Mapping[str, str]) -> None:
    """Two buttons that give a chart as PNG and SVG with its note; it is built and drawn when one is pressed."""
    _ = translate()
    frame = _frame(note)
    ways: dict[str, tuple[str, str, Callable[[], bytes]]] = {
        "png": (_("Chart as PNG"), "image/png", lambda: png(chart(), frame)),
        "svg": (_("Chart as SVG"), "image/svg+xml", lambda: svg(chart(), frame).encode()),
    }
    with st.container(horizontal=True, gap="small"):
        for ending, (label, kind, write) in ways.items():
            st.download_button(
                label,
                data=write,
                file_name=f"{name}.{ending}",
                mime=kind,
                icon=":material/image:",
                type="tertiary",
                key=f"chart-{name}-{ending}",
                on_click="ignore",
            )


def _frame(note: Mapping[str, str]) -> Frame:
    """What stands around a chart that is taken away, in the reader's language."""
    _ = translate()
    told: dict[str, Callable[[str], str]] = {
        "filters": lambda value: _("Filters: {filters}", filters=value),
        "unit": lambda value: _("Unit: {unit}", unit=unit_name(value, language())),
        "as_of": lambda value: _("As of {date}", date=format_date(date.fromisoformat(value), language())),
        "source_title": lambda value: _("Source: {sources}", sources=value),
        "publisher": lambda value: _("Publisher: {publishers}", publishers=value),
        "licence": lambda value: _("Licence: {licences}", licences=value),
        "data_version": lambda value: _("Version of the data: {version}", version=value),
    }
    return Frame(note.get("title", ""), tuple(tell(note[name]) for name, tell in told.items() if name in note))


def download_table(frame: pl.DataFrame, name: str, *, note: Mapping[str, str]) -> None:
    """Three buttons; the file is made when one is pressed. `note` travels with the figures (see each writer)."""
    _ = translate()
    ways: dict[str, tuple[str, str, Callable[[], bytes]]] = {
        "csv": (_("Download CSV"), "text/csv", lambda: csv_bytes(frame, note)),
        "xlsx": (_("Download Excel"), _EXCEL, lambda: excel_bytes(frame, note)),
        "parquet": (_("Download Parquet"), _PARQUET, lambda: parquet_bytes(frame, note)),
    }
    with st.container(horizontal=True):
        for ending, (label, kind, write) in ways.items():
            st.download_button(
                label,
                data=write,
                file_name=f"{name}.{ending}",
                mime=kind,
                icon=":material/download:",
                key=f"download-{name}-{ending}",
                on_click="ignore",
            )


def excel_bytes(frame: pl.DataFrame, note: Mapping[str, str]) -> bytes:
    """A workbook with the figures on one sheet and the note on another. Text is never run as a formula."""
    from xlsxwriter import Workbook

    target = BytesIO()
    with Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        frame.write_excel(book, worksheet="figures", autofit=True)
        sheet = book.add_worksheet("about")
        for row, (key, value) in enumerate(note.items()):
            sheet.write_string(row, 0, key)
            sheet.write_string(row, 1, value)
    return target.getvalue()


def parquet_bytes(frame: pl.DataFrame, note: Mapping[str, str]) -> bytes:
    """A Parquet file whose metadata hold the note."""
    target = BytesIO()
    frame.write_parquet(target, metadata=dict(note))
    return target.getvalue()
