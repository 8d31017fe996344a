"""One province: who comes, what they spend, how full it is, how hard the season presses, and what there is to see."""

from __future__ import annotations

from functools import partial

import polars as pl
import streamlit as st

from directory.categories import categories
from directory.search.query import make_query
from pages._briefing import briefing_buttons
from pages._downloads import about, download_table, show_chart
from pages._marks import changes_of, drawn_events, lines_with_marks, marks_in_words
from pages._resources import data_version, newest_series, services
from pages._session import language, translate
from pages._warnings import show_warnings_in
from pages._widgets import category_name, choose, figure_note, headline, month_name, newest, place_line, unit_name
from tic.analytics.observation import INDICATORS
from tic.analytics.profile import province_year
from tic.analytics.summaries import latest_month
from tic.core.areas import area_name, provinces
from tic.core.i18n import format_number

_ = translate()
HEADLINES = (("visitors", "all"), ("receipts_thb", "all"), ("occupancy_pct", "all"))
PLACES = 6


def series_of(indicator: str, market: str = "all") -> pl.DataFrame:
    """Monthly figures of the province."""
    return newest_series(version, indicator, area, market)


def show_headlines() -> None:
    """The newest month of each indicator against last year and 2019."""
    for column, (indicator, market) in zip(st.columns(len(HEADLINES)), HEADLINES, strict=True):
        latest = latest_month(series_of(indicator, market))
        label = INDICATORS[indicator].name(language())
        with column:
            headline(f"{label}, {month_name(latest.period)}" if latest else label, latest, indicator)


def show_year() -> None:
    """What the newest twelve months mean per visitor, per square kilometre and against the busiest month of 2019."""
    year = province_year(area, series_of)
    figures = (
        (_("Spend per visitor, baht"), year.spend_per_visitor_thb, 0),
        (_("Foreign visitors, %"), year.foreign_share_pct, 1),
        (_("Visitors a day per km²"), year.visitors_per_km2_day, 1),
        (_("Newest month, % of the busiest of 2019"), year.pressure_pct, 0),
    )
    st.subheader(_("The newest twelve months"), anchor=False)
    for column, (label, value, decimals) in zip(st.columns(len(figures)), figures, strict=True):
        shown = "–" if value is None else format_number(value, language(), decimals=decimals)
        column.metric(label, shown, border=True)
    st.caption(_("Trips, not distinct persons; area of the outlines of 2019; spend is receipts over visitors."))


def show_visitors() -> None:
    """Thai and foreign visitors by month, and the figures to take away."""
    kinds = {"thai": _("Thai"), "foreign": _("Foreign")}
    rows = pl.concat(
        series_of("visitors", market).with_columns(series=pl.lit(name), market=pl.lit(market))
        for market, name in kinds.items()
    )
    if rows.is_empty():
        st.info(_("There are no figures for this choice. Choose another period, or read them with `tic ingest run`."))
        return
    unit = INDICATORS["visitors"].unit
    st.subheader(_("Visitors by month"), anchor=False)
    as_of, found = newest(rows["as_of"]), drawn_events(area, rows["period"])
    changes = changes_of(version, "visitors", area, rows)
    title = _("Visitors of {area} by month", area=names[area])
    note = about(title, rows["source"], unit=unit, as_of=as_of, area=area)
    show_chart(
        partial(
            lines_with_marks,
            rows.select("period", "series", "value"),
            found,
            changes,
            y_title=unit_name(unit),
            language=language(),
        ),
        f"visitors-{area}",
        alt=_("Thai and foreign visitors by month; the file holds the figures"),
        note=note,
    )
    figure_note(set(rows["source"]), unit, as_of)
    marks_in_words(found, changes)
    download_table(rows.drop("market"), f"visitors-{area}", note=note)


def show_places() -> None:
    """What the directory has there."""
    found = services().search.search(make_query(provinces=[area], size=PLACES, language=language()))
    st.subheader(_("Places of the directory"), anchor=False)
    counts = {item.value: item.count for item in found.facets["category"]}
    tops = [code for code in counts if code in categories() and categories()[code].parent is None]
    told = [f"{category_name(code)} {format_number(counts[code], language())}" for code in tops]
    st.markdown(" · ".join([_("**{count}** places", count=format_number(found.total, language())), *told]))
    for hit in found.hits:
        place_line(hit, key=f"place-{hit.id}")
    st.page_link("find_places.py", label=_("All places of this province"), query_params={"province": area})


st.title(_("Province"), anchor=False)
version = data_version()
names = dict(sorted(((code, area_name(code, language())) for code in provinces()), key=lambda item: item[1]))
area = choose(_("Province"), "area", names, "TH-83")
show_warnings_in(area)
if not series_of("visitors").is_empty():
    briefing_buttons(area, version)
show_headlines()
show_year()
left, right = st.columns([3, 2])
with left:
    show_visitors()
with right:
    show_places()
st.page_link(
    "seasonality.py",
    label=_("Season of this province"),
    icon=":material/calendar_month:",
    query_params={"indicator": "visitors", "area": area},
)
