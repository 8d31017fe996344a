"""Forecast accuracy: every forecast that was made, against the truth that came; kept so that nobody can rewrite it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
import streamlit as st

from pages._downloads import download_table
from pages._forecast import model_names, show_bands, show_findings
from pages._forecast_data import COMBINATION
from pages._resources import forecast_archive, forecast_run, forecast_table, past_bands
from pages._session import language, translate
from pages._widgets import choose, data_table
from tic.analytics.observation import INDICATORS
from tic.core.i18n import format_date

_ = translate()
SHORT = 12  # Characters of a hash that are shown in a table.


def show_scores(bands: pl.DataFrame) -> None:
    """By cutoff and months ahead, for one indicator and model."""
    codes = set(bands["indicator"])
    indicators = {code: item.name(language()) for code, item in INDICATORS.items() if code in codes}
    names = model_names()
    left, right = st.columns(2)
    with left:
        indicator = choose(_("Indicator"), "indicator", indicators, next(iter(indicators)))
    mine = bands.filter(pl.col("indicator") == indicator)
    with right:
        found = sorted(set(mine["model"]), key=list(names).index)
        model = choose(_("Model"), "model", {name: names[name] for name in found}, COMBINATION)
    chosen = mine.filter(pl.col("model") == model)
    show_bands(chosen)
    st.caption(
        _(
            "MASE is the mean of errors, each divided by what a seasonal naive forecast usually errs in its series; "
            "MAPE is in percent. The first forecast for a month from a cutoff counts, the truth as it stands today."
        )
    )
    note = {"indicator": indicator, "model": model, "seal": archive.seal or ""}
    download_table(chosen, f"forecasts-against-truth-{indicator}", note=note)


def show_archive() -> None:
    """What is kept, and that it is as it was."""
    st.subheader(_("The archive"), anchor=False)
    if archive.broken:
        st.error(
            _(
                "{count} parts of the archive are not as they were made and do not count: {names}",
                count=len(archive.broken),
                names=", ".join(name[:SHORT] for name in archive.broken),
            )
        )
    st.markdown(
        _(
            "Each run adds its forecasts and changes none. Every file is named by the hash of what it says, and each "
            "entry seals all before it. Note the newest seal: as long as it stands here as the seal before a later "
            "entry, nothing up to it has been rewritten."
        )
    )
    st.code(archive.seal or "–", language=None, wrap_lines=True)
    kept = pl.DataFrame(
        {
            "at": [format_date_of(entry.at) for entry in archive.entries],
            "group": [group_names[entry.group] for entry in archive.entries],
            "cutoff": [entry.cutoff[:7] for entry in archive.entries],
            "rows": [entry.rows for entry in archive.entries],
            "version": [entry.data_version for entry in archive.entries],
            "sha256": [entry.sha256[:SHORT] for entry in archive.entries],
            "previous": [entry.previous for entry in archive.entries],
        }
    )
    columns: dict[str, Any] = {
        "at": _("Made"),
        "group": _("Figures"),
        "cutoff": _("Figures up to"),
        "rows": st.column_config.NumberColumn(_("Forecasts"), format="localized"),
        "version": _("Version of the figures"),
        "sha256": _("Hash"),
        "previous": _("Seal before"),
    }
    data_table(kept, columns, alt=_("The archive"))


def format_date_of(at: str) -> str:
    """The day of a moment of the ledger, in the reader's words."""
    return format_date(datetime.fromisoformat(at), language())


run = forecast_run()
archive = forecast_archive(run)
group_names = {"arrivals": _("Arrivals"), "provinces": _("Provinces"), "others": _("Other figures")}
st.title(_("Forecast accuracy"), anchor=False)
bands = past_bands(run)
if bands.is_empty():
    st.info(_("No forecast of an earlier run has met its truth yet. Each is kept and counted as soon as it does."))
else:
    show_scores(bands)
st.subheader(_("Unusual in the newest figures"), anchor=False)
show_findings(forecast_table(run, "findings"), forecast_table(run, "series").height)
show_archive()
