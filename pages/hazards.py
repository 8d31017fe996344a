"""Hazards: the warnings in force on a map and as a table, and the relief goods nearest to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from directory.feeds import Feed, age_minutes
from directory.search.query import make_query
from pages._hazard_map import COLORS, hazard_map
from pages._hazards import depots_near, depots_table, warnings_table
from pages._places import terms_html
from pages._resources import active_alerts, alert_feeds, known_sources, relief_stocks, services
from pages._session import language, show_error, translate
from pages._text import plain
from pages._warnings import province_count
from tic.catalogue.markup import style
from tic.core.errors import ServiceUnavailable
from tic.core.i18n import format_moment, format_number
from tic.hazards.store import ActiveAlert

_ = translate()
HEIGHT_PX: Final = 520
STALE_MINUTES: Final = 180
MOST_COUNTED: Final = 40


def show_state(feeds: Sequence[Feed], active: Sequence[ActiveAlert]) -> None:
    """How much is known: from whom, as of when, or that nobody has been asked yet."""
    read = [feed for feed in feeds if feed.read_at]
    if not read:
        st.warning(_("No source of warnings is connected yet, so this page cannot know of any."))
        st.markdown(
            _(
                "To connect the Thai Meteorological Department, let `tic ingest run --source tmd_cap` run every ten "
                "minutes, or add `tmd_cap` to `TIC_FETCH_SOURCES`. Any other sender of CAP messages is one YAML file."
            )
        )
    for feed in read:
        moment = format_moment(feed.read_at or datetime.now(UTC), language())
        publisher = plain(feed.source.publisher(language()))
        st.caption(_("As of {time}, source: {publisher}", time=moment, publisher=publisher))
        if (age_minutes(feed) or 0) > STALE_MINUTES:
            st.warning(_("This was read more than three hours ago and may be out of date."))
    for feed in feeds:
        if feed.failed_at:
            moment = format_moment(feed.failed_at, language())
            publisher = plain(feed.source.publisher(language()))
            st.warning(_("The last try to read {publisher}, {time}, failed.", publisher=publisher, time=moment))
    if read and not active:
        st.success(_("No warnings are known."))


def count_places(active: Sequence[ActiveAlert]) -> dict[str, int]:
    """Places of the directory in the named provinces of each warning, or around its shape; by id."""
    found = {}
    try:
        for item in active[:MOST_COUNTED]:
            provinces, shape = sorted(item.extent.provinces), item.extent.shape
            if provinces or shape is not None:
                bbox = None if provinces or shape is None else shape.bounds
                query = make_query(provinces=provinces, bbox=bbox, size=1, facets=())
                found[item.id] = services().search.search(query).total
    except ServiceUnavailable as error:
        show_error(error)
    return found


def show_relief(active: Sequence[ActiveAlert]) -> None:
    """The depots nearest to the warnings; how to bring stocks in where there are none."""
    st.subheader(_("Relief goods"), anchor=False)
    if not stocks:
        st.info(_("No agency has given its stock yet. A file and one YAML with `kind: stock` bring it in; see README."))
        return
    if depots:
        st.html(depots_table(depots, known_sources(), language()))
        return
    count = format_number(len({(item.source, item.depot) for item in stocks}), language())
    st.caption(_("{count} depots are known; those nearest to a warning are shown here when there is one.", count=count))


st.html(f"<style>{style()}</style>")
st.title(_("Hazards"), anchor=False)
active, feeds, stocks = active_alerts(), alert_feeds(), relief_stocks()
depots = depots_near(active, stocks)
show_state(feeds, active)
if active:
    told = _("**{count}** warnings in **{provinces}** provinces", count=len(active), provinces=province_count(active))
    st.markdown(told)
    st.pydeck_chart(
        hazard_map(active, depots, language(), height_px=HEIGHT_PX),
        height=HEIGHT_PX,
        key="map",
        alt=_("Map of the warnings; the table below holds them"),
    )
    shown = [name for name in COLORS if any(item.alert.severity == name for item in active)]
    legend = "".join(
        f'<li><i style="background:rgb({",".join(map(str, COLORS[name]))})"></i>{_(name)}</li>' for name in shown
    )
    st.html(f'<ul class="tic-legend">{legend}</ul>')
    st.html(warnings_table(active, known_sources(), count_places(active), language()))
show_relief(active)
names = tuple(sorted({item.source for item in active} | {item.source for item in stocks}))
if names:
    st.html(terms_html(names, known_sources(), language()))
