"""One query over all figures, read-only and limited in time and rows."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages import _url
from pages._downloads import about, download_table
from pages._session import language, show_error, translate
from pages._widgets import data_table
from tic.analytics.sql import MOST_ROWS, TABLES, TIMEOUT_S, run_sql
from tic.core.errors import BadInput
from tic.core.i18n import format_number
from tic.core.settings import get_settings

EXAMPLE: Final = """SELECT a.name_en, sum(o.value) AS visitors
FROM observations o JOIN areas a ON o.area = a.code
WHERE o.indicator = 'visitors' AND o.market = 'foreign' AND o.frequency = 'Y'
  AND o.period = DATE '2025-01-01'
GROUP BY a.name_en ORDER BY visitors DESC"""


def show_sql() -> None:
    """One query over all figures; what is wrong with it is said beneath."""
    _ = translate()
    st.caption(
        _(
            "One SELECT over the tables {tables}; at most {rows} rows, {seconds} seconds.",
            tables=", ".join(TABLES),
            rows=format_number(MOST_ROWS, language()),
            seconds=round(TIMEOUT_S),
        )
    )
    with st.form("sql", border=False):
        sql = st.text_area("SQL", _url.get("sql") or EXAMPLE, height=180)
        if st.form_submit_button(_("Run")):
            _url.put(sql=sql)
    if not _url.get("sql"):
        return
    try:
        rows, is_cut = run_sql(get_settings().warehouse, _url.get("sql"))
    except BadInput as error:
        show_error(error)
        return
    if is_cut:
        st.warning(_("Only the first {rows} rows are shown. Filter or group it more.", rows=MOST_ROWS))
    data_table(rows, alt=_("The answer to the query"))
    download_table(rows, "query", note=about("SQL", [], sql=_url.get("sql")))
