"""What is unusual is found, and the parts that brought it about are named."""

from __future__ import annotations

import math
import random
from datetime import date

import polars as pl
import pytest

from models.anomalies import FINDINGS, changes, unexpected

PARTS = pl.DataFrame(
    [(whole, part) for part in ("a", "b", "c") for whole in ("all", part)], schema=["unique_id", "part"], orient="row"
)


def told(name: str, y: float, *, yhat: float = 100, cutoff: date = date(2026, 4, 1), horizon: int = 1) -> pl.DataFrame:
    """One month of a backtest with an interval of a tenth to both sides."""
    ds = pl.lit(cutoff).dt.offset_by(f"{horizon}mo")
    row = {"unique_id": name, "model": "ensemble", "horizon": horizon, "y": y, "yhat": yhat}
    return pl.DataFrame(row | {"lo_95": yhat * 0.9, "hi_95": yhat * 1.1}).with_columns(cutoff=pl.lit(cutoff), ds=ds)


def monthly(name: str, growth: list[float], *, start: int = 2023, level: float = 1000) -> pl.DataFrame:
    """A first year of one level from July, then what grows on the year before by the shares given."""
    figures = [level * (1 + 0.3 * math.sin(place)) for place in range(12)]
    for place, share in enumerate(growth):
        figures.append(figures[place] * (1 + share))
    months = [date(start + (6 + i) // 12, (6 + i) % 12 + 1, 1) for i in range(len(figures))]
    return pl.DataFrame({"unique_id": name, "ds": months, "y": figures})


def noisy(share: float, count: int, seed: int) -> list[float]:
    draw = random.Random(seed)
    return [share + draw.gauss(0, 0.03) for _ in range(count)]


def test_a_newest_figure_outside_its_interval_is_unexpected_and_its_parts_are_named() -> None:
    rows = [told("all", 240, yhat=300), told("a", 50), told("b", 95), told("c", 95)]
    found = unexpected(pl.concat(rows), [PARTS])
    assert dict(found.select("unique_id", "score").iter_rows()) == {
        "a": pytest.approx(math.log(101 / 51) / math.log(101 / 91)),
        "all": pytest.approx(math.log(301 / 241) / math.log(301 / 271)),
    }
    whole = found.filter(pl.col("unique_id") == "all").row(0, named=True)
    assert (whole["kind"], whole["ds"], whole["low"]) == ("unexpected", date(2026, 5, 1), 270)
    assert [(item["part"], round(item["share"], 2)) for item in whole["explained"]] == [
        ("a", 0.83),
        ("b", 0.08),
        ("c", 0.08),
    ]


def test_only_the_newest_month_and_one_month_ahead_are_judged() -> None:
    old = told("a", 500, cutoff=date(2025, 4, 1))
    far = told("a", 500, horizon=2)
    assert unexpected(pl.concat([old, far, told("a", 105)])).is_empty()


def test_a_series_without_an_interval_is_not_judged() -> None:
    open_ended = told("a", 500).with_columns(lo_95=pl.lit(None, pl.Float64), hi_95=pl.lit(None, pl.Float64))
    assert unexpected(open_ended).schema == pl.Schema(FINDINGS)
    assert unexpected(open_ended).is_empty()


def test_a_change_of_pace_is_found_in_its_month_with_the_parts_that_made_it() -> None:
    turned = monthly("a", noisy(0.2, 12, 1) + noisy(-0.2, 7, 2))
    steady = monthly("b", noisy(0.05, 19, 3), level=100)
    whole = turned.join(steady, on="ds").select(unique_id=pl.lit("all"), ds="ds", y=pl.col("y") + pl.col("y_right"))
    parts = PARTS.filter(pl.col("part") != "c")
    found = changes(pl.concat([turned, steady, whole]), [parts])
    assert set(found["unique_id"]) == {"a", "all"}
    row = found.filter(pl.col("unique_id") == "all").row(0, named=True)
    assert (row["kind"], row["ds"]) == ("change", date(2025, 7, 1))
    assert row["expected"] == pytest.approx(19, abs=3)
    assert row["y"] == pytest.approx(-18, abs=3)
    assert row["explained"][0]["part"] == "a"


def test_noise_short_series_and_the_recovery_from_covid_are_no_change() -> None:
    noise = pl.concat([monthly(f"n{seed}", noisy(0.05, 24, seed)) for seed in range(40)])
    assert changes(noise).height <= 1
    short = monthly("s", [0.2] * 9 + [-0.3] * 5)
    recovery = monthly("r", [3.0] * 12 + [0.1] * 7, start=2022)
    assert changes(pl.concat([short, recovery])).is_empty()
