"""The only file with cache decorators: services, and small frames keyed by the version of the data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import polars as pl
import streamlit as st
from sqlalchemy import Connection

from directory.feeds import Feed, feeds
from directory.repository import SourceRun, get_state, latest_runs
from directory.services import Services
from directory.sources import SourceInfo, load_sources
from pages._quality import courses_of, thinned
from tic.analytics import summaries, warehouse
from tic.catalogue import statements
from tic.catalogue import store as quality_store
from tic.catalogue.addresses import ADDRESSES, AddressCheck, checks_from_json
from tic.catalogue.datasets import DATASETS, DatasetFacts, facts_from_json
from tic.catalogue.statements import Statement
from tic.catalogue.store import FailingPage, KeptAssessment
from tic.core.database import reading, writing
from tic.core.settings import get_settings
from tic.hazards import store as alert_store
from tic.hazards.stock import Stock, stocks
from tic.hazards.store import ActiveAlert

_MINUTE_S = 60


@st.cache_resource(show_spinner=False)
def services() -> Services:
    """Database and search of this process, shared by all visitors."""
    return Services(get_settings())


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


@st.cache_data(ttl=_MINUTE_S, max_entries=1, show_spinner=False)
def known_sources() -> dict[str, SourceInfo]:
    """Sources with publisher, licence and attribution."""
    with database_reading() as connection:
        return load_sources(connection)


def data_version() -> str:
    """Version of the figures in force; the key of every cached frame."""
    return warehouse.data_version(get_settings().warehouse)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=64, show_spinner=False)
def monthly_series(version: str, indicator: str, area: str, market: str, source: str) -> pl.DataFrame:
    """One monthly series (see `summaries.monthly`)."""
    scan = warehouse.scan_observations(get_settings().warehouse)
    return summaries.monthly(scan, indicator, area=area, market=market, source=source)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=8, show_spinner=False)
def market_series(version: str) -> pl.DataFrame:
    """Monthly arrivals per region of residence."""
    return summaries.by_market(warehouse.scan_observations(get_settings().warehouse))


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=8, show_spinner=False)
def season_areas(version: str, indicator: str, market: str) -> list[str]:
    """Areas with monthly figures of an indicator in a market."""
    return summaries.areas(warehouse.scan_observations(get_settings().warehouse), indicator, market=market)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=1, show_spinner=False)
def foreign_receipts(version: str) -> pl.DataFrame:
    """Receipts of foreign visitors in all provinces by month: period, value (THB)."""
    return summaries.national_of_provinces(
        warehouse.scan_observations(get_settings().warehouse), "receipts_thb", market="foreign"
    )


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=1, show_spinner=False)
def indicator_choices(version: str) -> pl.DataFrame:
    """What there are figures of: indicator, frequency, area, market."""
    return summaries.choices(warehouse.scan_observations(get_settings().warehouse))


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=64, show_spinner=False)
def explored(
    version: str, indicator: str, frequency: str, areas: tuple[str, ...], markets: tuple[str, ...]
) -> pl.DataFrame:
    """All figures of an indicator for areas and markets, of every source (see `summaries.chosen`)."""
    scan = warehouse.scan_observations(get_settings().warehouse)
    return summaries.chosen(scan, indicator, frequency=frequency, areas=areas, markets=markets)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=256, show_spinner=False)
def newest_series(version: str, indicator: str, area: str, market: str) -> pl.DataFrame:
    """One monthly series of whoever stated each month last (see `summaries.newest_statement`)."""
    scan = warehouse.scan_observations(get_settings().warehouse)
    return summaries.newest_statement(scan, indicator, area=area, market=market)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=256, show_spinner=False)
def province_figures(version: str, indicator: str, market: str, frequency: str, period: date) -> pl.DataFrame:
    """One figure per province."""
    scan = warehouse.scan_observations(get_settings().warehouse)
    return summaries.provinces(scan, indicator, market=market, frequency=frequency, period=period)


@st.cache_data(ttl=60 * _MINUTE_S, max_entries=32, show_spinner=False)
def province_periods(version: str, indicator: str, market: str, frequency: str) -> list[date]:
    """Periods with provincial figures, newest first."""
    scan = warehouse.scan_observations(get_settings().warehouse)
    return summaries.periods(scan, indicator, market=market, frequency=frequency)


@st.cache_data(ttl=_MINUTE_S, max_entries=8, show_spinner=False)
def forecast_table(version: str, name: str) -> pl.DataFrame:
    """A table of the forecast job: forecasts, accuracy or backtest."""
    return warehouse.read_forecasts(get_settings().warehouse, name)


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
