"""What if: adjustments applied, combined, compared, written into an address and read again."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tic.analytics.scenarios import (
    Adjustment,
    apply_scenario,
    compared,
    per_arrival,
    read_scenario,
    split_by_market,
    write_scenario,
)
from tic.core.errors import BadInput

MARKETS = ("asia_pacific", "europe")
MONTHS = [date(2026, month, 1) for month in range(1, 7)]
BASELINE = pl.DataFrame(
    [
        {"period": month, "market": market, "value": value}
        for month in MONTHS
        for market, value in zip(MARKETS, (300.0, 100.0), strict=True)
    ]
)


def scenario_of(*items: Adjustment) -> dict[tuple[int, str], float]:
    told = apply_scenario(BASELINE, items)
    return {(row["period"].month, row["market"]): row["scenario"] for row in told.iter_rows(named=True)}


def months(first: int, last: int, kind: str, value: float, **more: object) -> Adjustment:
    return Adjustment(kind, value, date(2026, first, 1), date(2026, last, 1), **more)  # type: ignore[arg-type]


def test_percent_changes_only_its_months_and_markets() -> None:
    told = scenario_of(months(2, 3, "percent", -20, markets=("europe",)))
    assert told[2, "europe"] == told[3, "europe"] == 80.0
    assert told[1, "europe"] == told[4, "europe"] == 100.0
    assert {told[month, "asia_pacific"] for month in range(1, 7)} == {300.0}


def test_a_level_is_spread_over_the_markets_by_their_size() -> None:
    told = scenario_of(months(1, 1, "level", 40))
    assert (told[1, "asia_pacific"], told[1, "europe"]) == (330.0, 110.0)
    told = scenario_of(months(1, 1, "level", 40, markets=("europe",)))
    assert (told[1, "asia_pacific"], told[1, "europe"]) == (300.0, 140.0)


def test_a_closure_leaves_a_share_and_nothing_falls_below_zero() -> None:
    told = scenario_of(months(1, 6, "closure", 5, markets=("europe",)), months(1, 6, "level", -10_000))
    assert set(told.values()) == {0.0}
    assert scenario_of(months(1, 1, "closure", 5))[1, "europe"] == pytest.approx(5.0)


@pytest.mark.parametrize(
    ("profile", "shares"),
    [
        ("flat", [1, 1, 1, 1]),
        ("ramp", [0.25, 0.5, 0.75, 1]),
        ("fade", [1, 0.75, 0.5, 0.25]),
        ("peak", [0.4, 0.8, 0.8, 0.4]),
    ],
)
def test_a_profile_says_how_much_counts_in_each_month(profile: str, shares: list[float]) -> None:
    told = scenario_of(months(2, 5, "percent", 10, profile=profile))
    assert [told[month, "europe"] for month in range(2, 6)] == pytest.approx([100 + 10 * share for share in shares])


def test_adjustments_add_up_in_their_order_and_are_compared_with_the_baseline() -> None:
    told = apply_scenario(BASELINE, [months(1, 1, "percent", 50), months(1, 1, "percent", -50)])
    first = compared(told, receipts_per_arrival_thb=40_000, guests_per_arrival=1.5).row(0, named=True)
    assert first == {
        "period": date(2026, 1, 1),
        "value": 400.0,
        "scenario": 300.0,
        "difference": -100.0,
        "difference_pct": -25.0,
        "receipts_thb": -4_000_000.0,
        "guests": -150.0,
    }
    assert compared(told)["receipts_thb"].to_list() == [None] * 6


def test_a_total_is_given_to_markets_by_their_newest_shares() -> None:
    periods = [date(2022 + month // 12, month % 12 + 1, 1) for month in range(24)]
    europe = pl.DataFrame({"period": periods, "market": "europe", "value": [900.0] * 12 + [25.0] * 12})
    asia = pl.DataFrame({"period": periods, "market": "asia_pacific", "value": [1.0] * 12 + [75.0] * 12})
    gone = pl.DataFrame({"period": periods[:20], "market": "other", "value": [5.0] * 20})
    total = pl.DataFrame({"period": MONTHS[:1], "value": [400.0]})
    told = split_by_market(total, pl.concat([europe, asia, gone]))
    assert told.rows() == [(MONTHS[0], "asia_pacific", 300.0), (MONTHS[0], "europe", 100.0)]


def test_spend_per_arrival_is_that_of_the_newest_twelve_months_that_both_state() -> None:
    periods = [date(2023 + month // 12, month % 12 + 1, 1) for month in range(15)]
    arrivals = pl.DataFrame({"period": periods, "value": [1.0] * 3 + [2.0] * 12})
    receipts = pl.DataFrame({"period": periods, "value": [1e9] * 3 + [90_000.0] * 12})
    assert per_arrival(arrivals, receipts) == 45_000.0
    assert per_arrival(arrivals.head(11), receipts) is None


def test_a_scenario_is_the_same_after_an_address() -> None:
    scenario = (
        months(1, 3, "closure", 0, markets=("asia_pacific", "europe"), name="Border closed_again ~ for now"),
        months(4, 6, "level", -1500.5, profile="fade"),
    )
    text = write_scenario(scenario)
    again = read_scenario(text, MARKETS)
    assert again[0].name == "Border closed_again   for now"
    assert again[1] == scenario[1]
    assert again[0].markets == ("asia_pacific", "europe")
    assert read_scenario("", MARKETS) == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("percent_10_2026-01", "cannot be read"),
        ("double_10_2026-01_2026-02_flat__x", "cannot be read"),
        ("percent_ten_2026-01_2026-02_flat__x", "ten is no number"),
        ("percent_nan_2026-01_2026-02_flat__x", "must be from -100 to 1000"),
        ("closure_101_2026-01_2026-02_flat__x", "must be from 0 to 100"),
        ("percent_10_2026-13_2026-14_flat__x", "2026-13 is no month"),
        ("percent_10_2026-03_2026-02_flat__x", "before it begins"),
        ("percent_10_2026-01_2026-02_flat_mars_x", "There is no market mars"),
        ("~".join(["percent_10_2026-01_2026-02_flat__x"] * 13), "at most 12"),
    ],
)
def test_what_cannot_be_used_is_named(text: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        read_scenario(text, MARKETS)


@given(st.text(max_size=80))
def test_any_text_is_a_scenario_or_a_sentence(text: str) -> None:
    try:
        scenario = read_scenario(text, MARKETS)
    except BadInput:
        return
    assert apply_scenario(BASELINE, scenario)["scenario"].min() >= 0  # type: ignore[operator]
