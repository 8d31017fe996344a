"""`tic forecast run`: fit the models on the newest figures and store what the pages read."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from models.cluster import fitting_on
from models.ensemble import NAME as ENSEMBLE
from models.leading import LED, NOWCAST, Leading
from models.statistical import STATISTICAL_MODELS
from tic.analytics.forecast_archive import check, kept_forecasts
from tic.analytics.warehouse import read_forecasts, scan_observations, write_forecasts
from tic.core.errors import BadInput, NotFound, StorageFailed
from tic.core.i18n import BANGKOK
from tic.core.locks import job_lock
from tic.core.usage import cpu_seconds, peak_rss_bytes
from tic.jobs.context import Context
from tic.jobs.forecast_panels import GROUPS, Group, GroupName, forecast_groups, is_percent, is_rate, level_of
from tic.jobs.leading import known_leaders, leading_indicators
from tic.jobs.past_forecasts import keep_forecasts, past_table

HORIZON_MONTHS: Final = 24
SEASON_MONTHS: Final = 12
TABLES: Final = ("series", "history", "forecasts", "totals", "accuracy", "backtest", "past", "findings")
MODEL_VERSION: Final = "5"
"""Raised when the models change, so that the next run fits again."""
_HOW: Final[dict[GroupName, dict[str, Any]]] = {
    "arrivals": {},
    # Hundreds of series: four origins, and no model that costs much and did not make the combination better there.
    "provinces": {"windows": 4, "step": 5, "roster": ("auto_ets", "theta", "extra_trees", "gradient_boosting")},
    # Too few and too different to learn from each other.
    "others": {"windows": 6, "step": 4, "roster": STATISTICAL_MODELS},
}
"""How each group is forecast (see `models.forecast.forecast_panel`)."""
_MOST_PERCENT: Final = 100.0
_FURTHEST_MONTHS: Final = 60
"""Months after its last figure up to which a series is told of where it ends long before today."""

Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class ForecastReport:
    """What a run did; `fitted` is False when figures and models were those of the stored forecasts.

    version: of each group that the run looked at. cpu_s: processor seconds, helpers included.
    """

    fitted: bool
    series: int
    rows: int
    version: dict[str, str]
    wall_s: float
    cpu_s: float
    peak_rss_bytes: int

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    def summary(self) -> str:
        """For people."""
        if not self.fitted:
            return "The forecasts are up to date: no figure has changed since they were fitted."
        used = f"{self.wall_s:.1f} s ({self.cpu_s:.0f} s of processor)"
        return f"Fitted {self.series} series, {self.rows:,} forecast rows, in {used}."


def refresh_forecasts(
    context: Context, *, groups: Collection[str] = GROUPS, force: bool = False, today: date | None = None
) -> ForecastReport:
    """Fit the groups of series (see `tic.jobs.forecast_panels`) whose figures, leading indicators or models have
    changed, or whose nowcast does not reach this month; `force` fits all of those named. What is stored of other groups
    stays. today: default this day in Asia/Bangkok; what was published later does not count for leading indicators.

    Raises JobRunning, BadInput without figures or for a wrong list of leading indicators, StorageFailed.
    """
    started, used = time.monotonic(), cpu_seconds()
    folder = context.settings.warehouse
    day = today or datetime.now(BANGKOK).date()
    with job_lock(context.settings.lock_dir, "forecast"):
        wanted = [group for group in forecast_groups(scan_observations(folder)) if group.name in groups]
        if not wanted:
            raise BadInput("There are no monthly figures to forecast from. Run `tic ingest run` first.")
        stored = _stored(folder)
        leading = {group.name: _leading(context, group, day) for group in wanted}
        versions: dict[str, str] = {group.name: _version(group, leading[group.name]) for group in wanted}
        known = _versions(stored)
        changed = [group for group in wanted if force or known.get(group.name) != versions[group.name]]
        past = kept_forecasts(folder, check(folder)) if changed else pl.DataFrame()
        fitted = [
            _fitted(context, group, leading[group.name], versions[group.name])
            | {"past": past_table(past, group, versions[group.name])}
            for group in changed
        ]
        for group, tables in zip(changed, fitted, strict=True):
            keep_forecasts(folder, tables["forecasts"], group, versions[group.name])
        if fitted:
            _store(folder, stored, fitted, {group.name for group in changed})
    return ForecastReport(
        fitted=bool(fitted),
        series=sum(group.series for group in changed),
        rows=sum(tables["forecasts"].height for tables in fitted),
        version=versions,
        wall_s=round(time.monotonic() - started, 2),
        cpu_s=round(cpu_seconds() - used, 2),
        peak_rss_bytes=peak_rss_bytes(),
    )


def _leading(context: Context, group: Group, today: date) -> Leading:
    """The series that may lead those of a group."""
    indicators = leading_indicators(context.settings.leading_indicators)
    series = group.panel["unique_id"].unique().sort().to_list()
    return Leading(known_leaders(context.settings.warehouse, indicators, series), today)


def _version(group: Group, leading: Leading) -> str:
    """The version of a group's figures, of what leads them, and of the month up to which they are told."""
    named = [
        item.figures.select(pl.lit(f"{item.name}>{item.group}").alias("name"), pl.all()) for item in leading.leaders
    ]
    return group.version(f"{MODEL_VERSION}-{leading.today:%Y%m}", *named)


def _fitted(context: Context, group: Group, leading: Leading, version: str) -> Tables:
    """The tables of one group, each row with its group, level and version of the data."""
    # Imported late: the model libraries take seconds to load and a run without news does not need them.
    from models.forecast import forecast_panel

    title = f"Forecasts, {group.name}"
    with (
        fitting_on(context.settings.forecast_engine),
        context.reporter.step(title, total=group.series, unit="series") as step,
    ):
        result = forecast_panel(
            group.panel,
            horizon=HORIZON_MONTHS,
            season=SEASON_MONTHS,
            hierarchies=group.hierarchies,
            leading=leading,
            reach=_reach(group, leading.today),
            **_HOW[group.name],
        )
        step.advance(group.series)
    forecasts, backtest = _within_100(_told(result.forecasts, leading.today)), _within_100(result.backtest)
    tables = {
        "series": group.stated,
        "history": group.panel,
        "forecasts": forecasts,
        "totals": _totals(forecasts, group.panel),
        "accuracy": result.accuracy,
        "backtest": backtest,
        "findings": _findings(backtest, group),
    }
    stamp = {"group": pl.lit(group.name), "data_version": pl.lit(version), "fitted_at": pl.lit(datetime.now(UTC))}
    # Sorted by series, so that a reader of one series of a large file passes over the others.
    return {
        name: table.with_columns(level=level_of(pl.col("unique_id")), **stamp).sort("unique_id", maintain_order=True)
        for name, table in tables.items()
    }


def _reach(group: Group, today: date) -> int:
    """Months from the last figure of the series that ends first to the month under way."""
    ends: list[date] = group.panel.group_by("unique_id").agg(pl.col("ds").max())["ds"].to_list()
    first = min(ends)
    return min((today.year - first.year) * 12 + today.month - first.month, _FURTHEST_MONTHS)


def _told(forecasts: pl.DataFrame, today: date) -> pl.DataFrame:
    """HORIZON_MONTHS of each series, or up to the month under way where that is later; and the combination's months up
    to it as nowcasts, which alone tell what led them."""
    within = pl.col("ds") <= today.replace(day=1)
    told = forecasts.filter((pl.col("horizon") <= HORIZON_MONTHS) | within)
    now = told.filter(within & (pl.col("model") == ENSEMBLE)).with_columns(model=pl.lit(NOWCAST))
    return pl.concat([told.with_columns(pl.lit(None, kind).alias(name) for name, kind in LED.items()), now])


def _findings(backtest: pl.DataFrame, group: Group) -> pl.DataFrame:
    """What is unusual in the group's newest figures."""
    from models.anomalies import changes, unexpected

    return pl.concat([unexpected(backtest, group.hierarchies), changes(group.panel, group.hierarchies)])


def _within_100(rows: pl.DataFrame) -> pl.DataFrame:
    """No share of more than all."""
    figures = [name for name in rows.columns if name == "yhat" or name.startswith(("lo_", "hi_"))]
    over = is_percent(pl.col("unique_id")) & (pl.col(figures) > _MOST_PERCENT)
    return rows.with_columns(pl.when(over).then(_MOST_PERCENT).otherwise(pl.col(figures)).name.keep())


def _totals(forecasts: pl.DataFrame, panel: pl.DataFrame) -> pl.DataFrame:
    """Quarters and years of the combination."""
    from models.temporal import totals

    told = forecasts.filter(pl.col("model") == ENSEMBLE)
    rate = is_rate(pl.col("unique_id").first())
    quarters, years = (totals(told, panel, frequency=frequency, averaged=rate) for frequency in ("Q", "Y"))
    return pl.concat([quarters, years])


def _stored(folder: Path) -> Tables:
    """The tables in force; none where they are none, cannot be read, or are of an older form."""
    try:
        tables = {name: read_forecasts(folder, name) for name in TABLES}
    except (NotFound, StorageFailed):
        return {}
    return tables if all("group" in table.columns for table in tables.values()) else {}


def _versions(stored: Tables) -> dict[str, str]:
    """The version of each group that is stored."""
    if not stored:
        return {}
    return dict(stored["forecasts"].select("group", "data_version").unique().iter_rows())


def _store(folder: Path, stored: Tables, fitted: list[Tables], names: Collection[str]) -> None:
    """Put new tables in force beside what is stored of the other groups."""
    run = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
    kept = {name: table.filter(~pl.col("group").is_in(list(names))) for name, table in stored.items()}
    tables = [tables for tables in (kept, *fitted) if tables]
    write_forecasts(
        folder, run, {name: pl.concat([part[name] for part in tables], how="diagonal_relaxed") for name in TABLES}
    )
