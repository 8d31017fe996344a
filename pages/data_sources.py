"""Data and sources: who publishes what, on what terms, and what the last run of each brought."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from directory.labels import trust_name
from pages._places import terms_html
from pages._resources import known_sources, source_runs
from pages._session import language, translate
from pages._widgets import data_table
from tic.core.i18n import format_moment

_ = translate()
COUNTS = {
    "fetched": _("Fetched"),
    "accepted": _("Accepted"),
    "quarantined": _("Quarantined"),
    "new": _("New"),
    "changed": _("Changed"),
    "gone": _("Gone"),
}
STATES = {
    "done": _("read"),
    "unchanged": _("read, nothing new"),
    "failed": _("failed"),
    "running": _("being read"),
    "interrupted": _("interrupted"),
}

st.title(_("Data and sources"), anchor=False)
st.markdown(_("Every figure and every field of a place comes from one of these publishers."))
sources, runs = known_sources(), source_runs()
rows: list[dict[str, Any]] = []
for name, source in sources.items():
    run = runs.get(name)
    if source.kind == "places" and source.trust == "operator":
        continue
    rows.append(
        {
            _("Source"): source.title(language()),
            _("Type of source"): trust_name(source.trust, language()),
            _("Last run"): format_moment(run.ended_at, language()) if run and run.ended_at else _("not yet read"),
            _("Result"): STATES.get(run.state, run.state) if run else None,
        }
        | {label: getattr(run, field) if run else None for field, label in COUNTS.items()}
    )
if rows:
    counts = dict.fromkeys(COUNTS.values(), pl.Int64)
    columns: dict[str, Any] = {
        **{name: name for name in rows[0]},
        _("Result"): st.column_config.TextColumn(width=130),
        **dict.fromkeys(counts, st.column_config.NumberColumn(format="localized")),
    }
    told = pl.DataFrame(rows, schema_overrides=counts, infer_schema_length=None)
    data_table(told, columns, alt=_("Sources with their last runs"), height="content")
    st.caption(
        _("Counts are rows of the last run. Quarantined rows are kept with the reason until they are put right.")
    )
else:
    st.info(_("No source has been read yet. Run `tic up`, or `tic ingest run`, to read them."))
st.subheader(_("Attribution"), anchor=False)
st.html(terms_html(tuple(sources), sources, language()))
