"""Publishers that state the same figure: side by side, and where they differ."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

import polars as pl

from tic.analytics.agreement import disagreements, stated_by_all


def starter() -> pl.LazyFrame:
    return pl.scan_parquet(str(files("ingest.starter") / "statistics.parquet"))


def test_two_publishers_of_arrivals_stand_side_by_side_and_differ_during_the_pandemic() -> None:
    stated = stated_by_all(starter(), "arrivals", area="TH", market="all", frequency="M")
    assert {"bot_tourism_indicators", "mots_arrivals_monthly"} <= set(stated.columns)
    assert stated["period"].is_sorted()
    different = disagreements(stated, "mots_arrivals_monthly", "bot_tourism_indicators")
    periods = set(different["period"])
    assert date(2021, 1, 1) in periods
    assert not periods & {date(2018, month, 1) for month in range(1, 13)}
    assert different["difference_pct"].abs().min() >= 0.5  # type: ignore[operator]


def test_what_only_one_states_is_no_disagreement() -> None:
    stated = pl.DataFrame(
        {"period": [date(2024, 1, 1), date(2024, 2, 1)], "a": [100.0, 50.0], "b": [110.0, None]},
        schema={"period": pl.Date, "a": pl.Float64, "b": pl.Float64},
    )
    assert disagreements(stated, "a", "b").rows() == [(date(2024, 1, 1), 100.0, 110.0, 10.0)]
    assert disagreements(stated, "a", "b", from_pct=20).is_empty()
