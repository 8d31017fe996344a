"""Markets: which regions of residence grow, what each adds to the whole, how much rests on few; up to five compared."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from pages import _url
from pages._charts import contribution_bars
from pages._downloads import about, download_table, show_chart
from pages._markets import market_names
from pages._marks import changes_of, lines_with_marks, marks_in_words
from pages._resources import data_version, market_series
from pages._session import language, translate
from pages._widgets import choose, data_table, figure_note, month_name, newest, unit_name
from tic.analytics.growth import Growth, concentration, growth_by_part, rolling_year
from tic.analytics.observation import INDICATORS
from tic.analytics.seasonality import seasonality_by_year
from tic.analytics.summaries import REFERENCE_YEAR
from tic.core.i18n import format_number

_ = translate()
SOURCE = "mots_arrivals_by_region"
MOST_COMPARED = 5
UNIT = INDICATORS["arrivals"].unit


def growth_of(months: pl.DataFrame, period: date, *, years_back: int) -> Growth:
    """The twelve months up to a month against the same twelve some years before."""
    rolled = rolling_year(months.select("period", "market", "value"), by="market")
    before = period.replace(year=period.year - years_back)
    return growth_by_part(
        rolled.filter(pl.col("period") == before), rolled.filter(pl.col("period") == period), key="market"
    )


def show_growth(growth: Growth, names: dict[str, str]) -> None:
    """What the total did and which market moved it."""
    left, right = st.columns([2, 3])
    with left:
        change = "–" if growth.growth_pct is None else f"{growth.growth_pct:+.1f} %"
        st.metric(_("Arrivals in twelve months"), format_number(growth.now, language()), delta=change, border=True)
        parts = growth.parts.with_columns(name=pl.col("market").replace_strict(names))
        show_chart(
            partial(contribution_bars, parts, x_title=_("Percentage points of the growth")),
            "markets-growth",
            alt=_("What each market adds to the growth; the table holds the figures"),
            note=note,
        )
    with right:
        columns: dict[str, Any] = {
            "name": _("Market"),
            "now": st.column_config.NumberColumn(_("Twelve months"), format="localized"),
            "share_pct": st.column_config.NumberColumn(_("Share, %"), format="%.1f"),
            "change_pct": st.column_config.NumberColumn(_("Change, %"), format="%+.1f"),
            "points": st.column_config.NumberColumn(_("Points"), format="%+.1f"),
        }
        data_table(parts.sort("now", descending=True), columns, alt=_("Markets by arrivals in twelve months"))
        download_table(parts, "markets", note=note)


def show_concentration(months: pl.DataFrame) -> None:
    """How much rests on few markets, year by year."""
    rolled = rolling_year(months, by="market").filter(pl.col("period").dt.month() == 12)
    told = concentration(rolled, by="period").sort("period", descending=True)
    columns: dict[str, Any] = {
        "year": _("Year to"),
        "hhi": st.column_config.NumberColumn(_("Concentration (HHI)"), format="%.3f"),
        "effective_parts": st.column_config.NumberColumn(_("As many equal markets"), format="%.1f"),
        "top_share_pct": st.column_config.NumberColumn(_("Largest share, %"), format="%.1f"),
    }
    rows = told.with_columns(year=pl.Series([month_name(period) for period in told["period"]], dtype=pl.String))
    data_table(rows, columns, alt=_("Concentration by year"))


def show_compared(months: pl.DataFrame, names: dict[str, str]) -> None:
    """Lines of up to five markets, which live in the address."""
    asked = [code for code in _url.get_list("compare") if code in names][:MOST_COMPARED]
    chosen = asked or list(growth.parts.sort("now", descending=True)["market"][:3])
    st.multiselect(
        _("Markets compared"),
        list(names),
        format_func=lambda code: names[code],
        key=_url.follow("compare", chosen),
        max_selections=MOST_COMPARED,
        on_change=_url.copy_widget,
        args=("compare",),
    )
    lines = months.filter(pl.col("market").is_in(chosen)).with_columns(series=pl.col("market").replace_strict(names))
    changes = changes_of(data_version(), "arrivals", "TH", lines)
    drawn = lines.select("period", "series", "value")
    show_chart(
        partial(lines_with_marks, drawn, (), changes, y_title=unit_name(UNIT), language=language()),
        "markets-compared",
        alt=_("Line chart of monthly arrivals by region of residence"),
        note=about(_("Markets compared"), [SOURCE], unit=UNIT, compare=",".join(chosen)),
    )
    marks_in_words((), changes)
    gini = {code: seasonality_by_year(months.filter(pl.col("market") == code)) for code in chosen}
    told = [f"{names[code]} {years['gini'][-1]:.3f}" for code, years in gini.items() if years.height]
    st.caption(_("Seasonality of the last complete year (Gini): {markets}", markets=" · ".join(told)))


st.title(_("Markets"), anchor=False)
months = market_series(data_version())
if months.is_empty():
    st.info(_("There are no figures yet. Run `tic up`, or `tic ingest run`, to read them."))
    st.stop()
names = {code: name for code, name in market_names(language()).items() if code in set(months["market"])}
# A market whose figures end earlier would look like one that has gone.
last = months.group_by("market").agg(pl.col("period").max())["period"].max()
months = months.filter(pl.col("period").max().over("market") == last)
names = {code: name for code, name in names.items() if code in set(months["market"])}
ends = sorted(set(rolling_year(months, by="market")["period"]), reverse=True)
one, two, _rest = st.columns([1, 1, 2])
with one:
    periods = {period.isoformat(): month_name(period) for period in ends[:-12]}
    chosen_end = date.fromisoformat(choose(_("Twelve months up to"), "period", periods, ends[0].isoformat()))
with two:
    bases = {"year": _("a year before")}
    if chosen_end.year > REFERENCE_YEAR + 1:
        bases["reference"] = _("the same months up to {year}", year=month_name(chosen_end.replace(year=REFERENCE_YEAR)))
    against = choose(_("Against"), "against", bases, "year")
growth = growth_of(months, chosen_end, years_back=1 if against == "year" else chosen_end.year - REFERENCE_YEAR)
note = about(_("Markets"), [SOURCE], unit=UNIT, period=chosen_end.isoformat(), against=against)
show_growth(growth, names)
left, right = st.columns(2)
with left:
    st.subheader(_("How much rests on few markets"), anchor=False)
    show_concentration(months)
with right:
    st.subheader(_("Markets side by side"), anchor=False)
    show_compared(months, names)
figure_note([SOURCE], UNIT, newest(months["as_of"]))
