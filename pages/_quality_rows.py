"""The rows of a dataset that fail a rule, page by page, with the places they belong to."""

from __future__ import annotations

from typing import Any, Final

import polars as pl
import streamlit as st

from directory.repository import load_records
from directory.sources import SourceInfo
from pages import _quality, _url
from pages._resources import database_reading, failing_page
from pages._session import language, show_error, site_link, translate
from pages._text import plain
from pages._widgets import csv_bytes, data_table
from tic.catalogue.rules import Rule
from tic.catalogue.store import KeptAssessment
from tic.core.errors import NotFound
from tic.core.i18n import format_moment, format_number

ROWS_PER_PAGE: Final = 50
_MOST_PAGES: Final = 1_000_000


def show_rows(item: KeptAssessment, rule: Rule, info: SourceInfo) -> None:
    """Why the rule matters, what to do, and the rows; all of them as CSV."""
    _ = translate()
    site_link(f"← {info.title(language())}", _quality.address(source=item.source))
    st.title(plain(rule.title.told(language())), anchor=False)
    st.markdown(f"{plain(rule.why.told(language()))} **{plain(rule.fix.told(language()))}**")
    number = page_number()
    try:
        page = failing_page(item.source, item.fingerprint, rule.code, (number - 1) * ROWS_PER_PAGE, ROWS_PER_PAGE)
    except NotFound as error:
        show_error(error)
        return
    counted = _("Rows that fail: {count}", count=format_number(page.total, language()))
    st.caption(f"{counted} · {_('Assessed')} {format_moment(item.at, language())}")
    if page.rows.height:
        rows = reasons_told(page.rows) if rule.reads == "quarantine" else page.rows
        columns: dict[str, Any] = {
            "row": _("Row"),
            "label": _("Name"),
            "detail": _("Stated"),
            "place": st.column_config.LinkColumn(_("Place"), display_text=_("View")),
        }
        found = with_places(rows) if rule.reads == "records" else rows
        data_table(found, columns, alt=plain(rule.title.told(language())), height="content")
    show_pager(number, -(-page.total // ROWS_PER_PAGE))
    st.download_button(
        _("Download CSV"),
        data=lambda: csv_bytes(failing_page(item.source, item.fingerprint, rule.code, 0, None).rows, {}),
        file_name=f"{item.source}-{rule.code}.csv",
        mime="text/csv",
        icon=":material/download:",
        key="file-rows",
        on_click="ignore",
    )


def page_number() -> int:
    """The page that the address names, the first one when it names none."""
    asked = _url.get("page")
    return min(max(int(asked), 1), _MOST_PAGES) if asked.isascii() and asked.isdigit() else 1


def reasons_told(rows: pl.DataFrame) -> pl.DataFrame:
    """Rejected rows with the codes of their reasons in the reader's words; the CSV keeps the codes."""
    _ = translate()
    codes = sorted({code for told in rows["detail"].drop_nulls() for code in told.split(", ")})
    words = {code: _(code.replace("_", " ")) for code in codes}
    detail = pl.col("detail").str.split(", ").list.eval(pl.element().replace(words)).list.join(", ")
    return rows.with_columns(detail)


def with_places(rows: pl.DataFrame) -> pl.DataFrame:
    """Failing records with the address of the place they were merged into."""
    with database_reading() as connection:
        records = load_records(connection, keys=rows["row"].to_list(), include_gone=True)
    place = pl.lit("/listing?id=") + pl.col("listing_id")
    return rows.join(records.select(row="key", place=place), on="row", how="left", maintain_order="left")


def show_pager(number: int, pages: int) -> None:
    """The page before and the one after; nothing when one page holds all."""
    if pages <= 1:
        return
    _ = translate()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(_("Previous"), key="before", disabled=number <= 1, on_click=_go_to, args=(number - 1,))
        st.caption(_("Page {number} of {pages}", number=number, pages=pages), width="content")
        st.button(_("Next"), key="after", disabled=number >= pages, on_click=_go_to, args=(number + 1,))


def _go_to(number: int) -> None:
    _url.put(page=str(number) if number > 1 else "")
