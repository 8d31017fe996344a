"""The only file with cache decorators: services, and small frames keyed by the version of the data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import polars as pl
import streamlit as st
from sqlalchemy import Connection

from directory.feeds import Feed, feeds
from directory.repository import SourceRun, get_state, latest_runs
from directory.services import Services
from directory.sources import SourceInfo, load_sources
from pages._drawn import specification
from pages._forecast_data import by_band, coming_year
from pages._quality import courses_of, thinned
from tic.analytics import releases, summaries, vintages, warehouse
from tic.analytics.forecast_archive import Integrity, made_on, stood_on
from tic.analytics.forecast_archive import check as forecast_archive_of
from tic.analytics.growth import Growth, newest_growth
from tic.catalogue import statements
from tic.catalogue import store as quality_store
from tic.catalogue.addresses import ADDRESSES, AddressCheck, checks_from_json
from tic.catalogue.datasets import DATASETS, DatasetFacts, facts_from_json
from tic.catalogue.statements import Statement
from tic.catalogue.store import FailingPage, KeptAssessment
from tic.core.database import reading, writing
from tic.core.settings import get_settings
from tic.desk.events import Event, events
from tic.hazards import store as alert_store
from tic.hazards.stock import Stock, stocks
from tic.hazards.store import ActiveAlert

PARAMETER = "known"
"""The parameter of an address that names the day as of which figures are shown."""

_MINUTE_S = 60


@st.cache_resource(show_spinner=False)
def services() -> Services:
    """Database and search of this process, shared by all visitors."""
    return Services(get_settings())


@st.cache_resource(max_entries=512, show_spinner=False)
def drawn(key: str, _drawing: partial[Any]) -> dict[str, Any]:
    """What a builder draws as Vega-Lite (see `specification`), kept under `key_of`; not to be changed."""
    return specification(_drawing())


@contextmanager
def database_reading() -> Iterator[Connection]:
    """A connection for one reading action; never cached."""
    with reading(services().database) as connection:
        yield connection


@contextmanager
def database_writing() -> Iterator[Connection]:
    """A transaction for one action; never cached."""
    with writing(services().database) as connection:
        yield connection


@st.cache_resource(ttl=_MINUTE_S, max_entries=1, show_spinner=False)
def known_sources() -> dict[str, SourceInfo]:
    """Sources with publisher, licence and attribution; one object for all who ask, not to be changed."""
    with database_reading() as connection:
        return load_sources(connection)


def view_day() -> date | None:
    """The day as of which the address asks to see the figures; None for the newest, or for what is no day."""
    try:
        return date.fromisoformat(str(st.query_params.get(PARAMETER, "")))
    except ValueError:
        return None


def data_version() -> str:
    """Version of the figures in force, with `@day` for a view as known on a day; the key of every cached frame."""
    version, day = warehouse.data_version(get_settings().warehouse), view_day()
    return version if day is None else f"{version}@{day.isoformat()}"


def observations(version: str) -> pl.LazyFrame:
    """All figures of a version of `data_version`, lazily."""
    day = version.partition("@")[2]
    return warehouse.scan_observations(get_settings().warehouse, known_on=date.fromisoformat(day) if day else None)


def kept_vintages() -> pl.LazyFrame:
    """Every value that any figure has had, lazily."""
    return warehouse.scan_vintages(get_settings().warehouse)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=2, show_spinner=False)
def first_known(version: str) -> date | None:
    """The first day from which a statement is kept."""
    first = kept_vintages().select(pl.col("known_on").min()).collect().item()
    return first if isinstance(first, date) else None


@st.cache_data(ttl=10, max_entries=1, show_spinner=False)
def known_events() -> tuple[Event, ...]:
    """All events in force, by their first day."""
    with database_reading() as connection:
        return events(connection)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=4, show_spinner=False)
def calendar_of(version: str, quality: int, today: date) -> pl.DataFrame:
    """The release calendar of the figures of a version (see `releases.release_calendar`)."""
    schedules = {name: facts.schedule for name, facts in dataset_facts(quality).items()}
    return releases.release_calendar(releases.newest_issues(observations(version)), schedules, today)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=4, show_spinner=False)
def province_growth(version: str) -> tuple[Growth, date] | None:
    """What each province added to the growth of visitors in the newest twelve months (see `newest_growth`)."""
    return newest_growth(summaries.province_months(observations(version), "visitors", market="all"))


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=64, show_spinner=False)
def revisions_of(version: str, indicator: str, area: str, market: str, source: str) -> pl.DataFrame:
    """Changes of the values of a monthly series up to the day of the view (see `vintages.revisions`)."""
    found = vintages.revisions(kept_vintages(), indicator, area=area, market=market, source=source)
    day = version.partition("@")[2]
    return found.filter(pl.col("known_on") <= date.fromisoformat(day)) if day else found


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=64, show_spinner=False)
def monthly_series(version: str, indicator: str, area: str, market: str, source: str) -> pl.DataFrame:
    """One monthly series (see `summaries.monthly`)."""
    scan = observations(version)
    return summaries.monthly(scan, indicator, area=area, market=market, source=source)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=8, show_spinner=False)
def market_series(version: str) -> pl.DataFrame:
    """Monthly arrivals per region of residence."""
    return summaries.by_market(observations(version))


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=8, show_spinner=False)
def season_areas(version: str, indicator: str, market: str) -> list[str]:
    """Areas with monthly figures of an indicator in a market."""
    return summaries.areas(observations(version), indicator, market=market)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=4, show_spinner=False)
def foreign_receipts(version: str) -> pl.DataFrame:
    """Receipts of foreign visitors in all provinces by month: period, value (THB)."""
    return summaries.national_of_provinces(observations(version), "receipts_thb", market="foreign")


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=4, show_spinner=False)
def foreign_guests(version: str) -> pl.DataFrame:
    """Foreign guests in accommodation by month (see `summaries.foreign_guests`)."""
    return summaries.foreign_guests(observations(version))


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=4, show_spinner=False)
def indicator_choices(version: str) -> pl.DataFrame:
    """What there are figures of: indicator, frequency, area, market."""
    return summaries.choices(observations(version))


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=64, show_spinner=False)
def explored(
    version: str, indicator: str, frequency: str, areas: tuple[str, ...], markets: tuple[str, ...]
) -> pl.DataFrame:
    """All figures of an indicator for areas and markets, of every source (see `summaries.chosen`)."""
    scan = observations(version)
    return summaries.chosen(scan, indicator, frequency=frequency, areas=areas, markets=markets)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=256, show_spinner=False)
def newest_series(version: str, indicator: str, area: str, market: str) -> pl.DataFrame:
    """One monthly series of whoever stated each month last (see `summaries.newest_statement`)."""
    scan = observations(version)
    return summaries.newest_statement(scan, indicator, area=area, market=market)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=256, show_spinner=False)
def province_figures(version: str, indicator: str, market: str, frequency: str, period: date) -> pl.DataFrame:
    """One figure per province."""
    scan = observations(version)
    return summaries.provinces(scan, indicator, market=market, frequency=frequency, period=period)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=32, show_spinner=False)
def province_periods(version: str, indicator: str, market: str, frequency: str) -> list[date]:
    """Periods with provincial figures, newest first."""
    scan = observations(version)
    return summaries.periods(scan, indicator, market=market, frequency=frequency)


def forecast_run() -> str:
    """Name of the forecast run in force; the key of what is kept of it here."""
    return warehouse.forecast_run(get_settings().warehouse)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=4, show_spinner=False)
def forecast_table(run: str, name: str) -> pl.DataFrame:
    """A whole table of the forecast job; of a large one ask for a series."""
    return warehouse.read_forecasts(get_settings().warehouse, name)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=512, show_spinner=False)
def forecast_rows(run: str, name: str, unique_id: str) -> pl.DataFrame:
    """The rows of one series in a table of the forecast job."""
    return warehouse.read_forecasts(get_settings().warehouse, name, unique_id=unique_id)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=4, show_spinner=False)
def next_year(run: str) -> pl.DataFrame:
    """The combination's next twelve months of every series: unique_id, value (added up, or the mean of a rate)."""
    return coming_year(warehouse.read_forecasts(get_settings().warehouse, "forecasts"))


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=2, show_spinner=False)
def past_bands(run: str) -> pl.DataFrame:
    """Kept forecasts against the truth by indicator, model, cutoff and months ahead (see `by_band`)."""
    past = warehouse.read_forecasts(get_settings().warehouse, "past")
    named = past.with_columns(indicator=pl.col("unique_id").str.split("/").list.first())
    return by_band(named, ("indicator", "model", "cutoff"))


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=2, show_spinner=False)
def forecast_archive(run: str) -> Integrity:
    """What the archive of past forecasts holds, checked against its hashes."""
    return forecast_archive_of(get_settings().warehouse)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=64, show_spinner=False)
def kept_forecast(run: str, day: date, unique_id: str) -> pl.DataFrame:
    """The forecasts of a series that stood on a day (see `stood_on`); what is broken in the archive counts for none."""
    return stood_on(get_settings().warehouse, forecast_archive(run), unique_id, day)


def kept_since(run: str) -> date | None:
    """The day of the first forecasts in the archive."""
    return min(map(made_on, forecast_archive(run).entries), default=None)


@st.cache_data(ttl=10, max_entries=1, show_spinner=False)
def source_runs() -> dict[str, SourceRun]:
    """The last run of each source, by its name."""
    with database_reading() as connection:
        return {run.source: run for run in latest_runs(connection)}


def quality_version() -> int:
    """Version of all assessments of data quality; the key of what is kept of them here."""
    with database_reading() as connection:
        return quality_store.newest_id(connection)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=2, show_spinner=False)
def assessments(version: int) -> dict[str, KeptAssessment]:
    """The newest assessment of each source, by its name."""
    with database_reading() as connection:
        return quality_store.latest(connection)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=32, show_spinner=False)
def assessment_history(version: int, source: str, today: date) -> list[KeptAssessment]:
    """The course of a source's assessments: the last of each day, thinned to what a chart can show, oldest first."""
    with database_reading() as connection:
        return thinned(quality_store.history(connection, today, source=source))


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=2, show_spinner=False)
def assessment_courses(version: int, days: int, today: date) -> dict[str, list[float]]:
    """The overall scores of each source in the last days, one for each day, oldest first."""
    with database_reading() as connection:
        return courses_of(quality_store.history(connection, today, days=days))


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=64, show_spinner=False)
def failing_page(source: str, fingerprint: str, rule: str | None, offset: int, limit: int | None) -> FailingPage:
    """Rows of an assessment that fail a rule (see `store.failing_rows`)."""
    return quality_store.failing_rows(get_settings().warehouse, source, fingerprint, rule, offset=offset, limit=limit)


def statement_version() -> int:
    """Version of what officers state about their datasets."""
    with database_reading() as connection:
        return statements.newest_statement(connection)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=2, show_spinner=False)
def stated_of_all(version: int) -> dict[str, dict[str, Statement]]:
    """The newest statements of all datasets, by name and field."""
    with database_reading() as connection:
        return statements.all_stated(connection)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=2, show_spinner=False)
def dataset_facts(version: int) -> dict[str, DatasetFacts]:
    """What is known of each dataset without asking, by its name; the version is that of the assessments."""
    with database_reading() as connection:
        return facts_from_json(get_state(connection, DATASETS))


def active_alerts() -> tuple[ActiveAlert, ...]:
    """The warnings in force, to the minute: a new message, and time alone, change them at once."""
    with database_reading() as connection:
        version = alert_store.alert_version(connection)
    return _active_alerts(version, datetime.now(UTC).replace(second=0, microsecond=0))


@st.cache_resource(max_entries=2, show_spinner=False)
def _active_alerts(version: str, minute: datetime) -> tuple[ActiveAlert, ...]:
    with database_reading() as connection:
        return alert_store.active_alerts(connection, minute)


def alert_feeds() -> list[Feed]:
    """The feeds of warnings, with when each was read."""
    with database_reading() as connection:
        return feeds(connection, "alerts")


def relief_stocks() -> list[Stock]:
    """What agencies have in their depots."""
    with database_reading() as connection:
        return stocks(connection)


def address_checks() -> tuple[AddressCheck, ...]:
    """What came of asking the addresses of datasets."""
    with database_reading() as connection:
        return checks_from_json(get_state(connection, ADDRESSES))
