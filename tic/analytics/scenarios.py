"""What if: named adjustments of a forecast over time, by market, combined and compared with the baseline.

A scenario is a list of adjustments, applied in order; it lives in an address (`read_scenario`, `write_scenario`), so
that a link shares it. Nothing here forecasts: the baseline is what the job has stored.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

import polars as pl

from tic.core.errors import BadInput

Kind = Literal["percent", "level", "closure"]
Profile = Literal["flat", "ramp", "fade", "peak"]
MOST_ADJUSTMENTS: Final = 12
_LONGEST_NAME: Final = 60
_BETWEEN: Final = "~"
_FIELD: Final = "_"
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_PERCENT: Final = (-100.0, 1000.0)
_LEVEL: Final = 100_000_000.0


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One change of the forecast from the month `first` to the month `last`, both included.

    kind: `percent` changes each month by value percent, `level` adds value persons a month in all (spread over the
    markets by their size), `closure` leaves value percent of the arrivals (0: nobody comes). profile: how much of it
    counts in each month of the span: `flat` all, `ramp` growing from a part to all, `fade` falling from all, `peak`
    growing to the middle and falling again, as around an event. markets: those concerned, none for all.
    """

    kind: Kind
    value: float
    first: date
    last: date
    profile: Profile = "flat"
    markets: tuple[str, ...] = ()
    name: str = ""


def apply_scenario(baseline: pl.DataFrame, scenario: Sequence[Adjustment]) -> pl.DataFrame:
    """The baseline (period, market, value) with `scenario`: the value after all adjustments, never below zero."""
    told = baseline.with_columns(scenario=pl.col("value").cast(pl.Float64))
    for item in scenario:
        told = told.with_columns(scenario=_adjusted(item).clip(lower_bound=0))
    return told


def _adjusted(item: Adjustment) -> pl.Expr:
    value = pl.col("scenario")
    concerned = pl.col("period").is_between(item.first, item.last)
    if item.markets:
        concerned &= pl.col("market").is_in(list(item.markets))
    weight = _weights(item)
    share = pl.when(concerned).then(value) / pl.when(concerned).then(value).sum().over("period")
    changed = {
        "percent": value * (1 + item.value / 100 * weight),
        "level": value + item.value * weight * share.fill_nan(0).fill_null(0),
        "closure": value * (1 - (1 - item.value / 100) * weight),
    }[item.kind]
    return pl.when(concerned).then(changed).otherwise(value)


def _weights(item: Adjustment) -> pl.Expr:
    """How much of the adjustment counts in a month, 0 to 1."""
    months = _month_number(pl.lit(item.last)) - _month_number(pl.lit(item.first)) + 1
    position = _month_number(pl.col("period")) - _month_number(pl.lit(item.first)) + 1
    middle = (months + 1) / 2
    return {
        "flat": pl.lit(1.0),
        "ramp": position / months,
        "fade": (months - position + 1) / months,
        "peak": 1 - (position - middle).abs() / middle,
    }[item.profile]


def _month_number(when: pl.Expr) -> pl.Expr:
    return when.dt.year().cast(pl.Int64) * 12 + when.dt.month().cast(pl.Int64)


def split_by_market(total: pl.DataFrame, markets: pl.DataFrame) -> pl.DataFrame:
    """A total (period, value) given to markets by their shares in their newest twelve months: period, market, value.

    markets: period, market, value by month; those without a figure in the newest month count as gone.
    """
    newest = markets.filter(pl.col("period") > pl.col("period").max().dt.offset_by("-12mo"))
    shares = (
        newest.filter(pl.col("period").max().over("market") == pl.col("period").max())
        .group_by("market")
        .agg(pl.col("value").sum())
    )
    shares = shares.select("market", share=pl.col("value") / pl.col("value").sum()).sort("market")
    return total.join(shares, how="cross").select("period", "market", value=pl.col("value") * pl.col("share"))


def compared(
    told: pl.DataFrame, *, receipts_per_arrival_thb: float | None = None, guests_per_arrival: float | None = None
) -> pl.DataFrame:
    """Totals per month of `apply_scenario`: period, value, scenario, difference, difference_pct, receipts_thb, guests.

    receipts_thb, guests: the difference in them at the given figures per arrival; null without one.
    """
    totals = told.group_by("period").agg(pl.col("value", "scenario").sum()).sort("period")
    difference = pl.col("scenario") - pl.col("value")
    rates = {"receipts_thb": receipts_per_arrival_thb, "guests": guests_per_arrival}
    return totals.with_columns(
        difference=difference,
        difference_pct=pl.when(pl.col("value") > 0).then(difference / pl.col("value") * 100),
        **{
            name: pl.lit(None, pl.Float64) if rate is None else (difference * rate).cast(pl.Float64)
            for name, rate in rates.items()
        },
    )


def per_arrival(arrivals: pl.DataFrame, figures: pl.DataFrame) -> float | None:
    """A figure, such as receipts of foreign visitors in baht, over arrivals in the newest twelve months that both
    state; None without them. Both frames: period, value, one row per month."""
    both = arrivals.select("period", "value").join(figures.select("period", other="value"), on="period").drop_nulls()
    newest = both.sort("period").tail(12)
    total = float(newest["value"].sum())
    return float(newest["other"].sum()) / total if newest.height == 12 and total > 0 else None


def write_scenario(scenario: Sequence[Adjustment]) -> str:
    """A scenario as one parameter of an address."""
    return _BETWEEN.join(_write(item) for item in scenario)


def _write(item: Adjustment) -> str:
    name = item.name.replace(_BETWEEN, " ").strip()[:_LONGEST_NAME]
    fields = (item.kind, f"{item.value:g}", f"{item.first:%Y-%m}", f"{item.last:%Y-%m}", item.profile)
    return _FIELD.join((*fields, ".".join(market.replace(_FIELD, "-") for market in item.markets), name))


def read_scenario(text: str, markets: Sequence[str]) -> tuple[Adjustment, ...]:
    """The scenario of an address. markets: those that there are. Raises BadInput naming what cannot be used."""
    parts = [part for part in text.split(_BETWEEN) if part]
    if len(parts) > MOST_ADJUSTMENTS:
        raise BadInput("A scenario has at most {most} adjustments.", most=MOST_ADJUSTMENTS)
    return tuple(_read(part, markets) for part in parts)


def _read(part: str, markets: Sequence[str]) -> Adjustment:
    fields = part.split(_FIELD, 6)
    if len(fields) != 7 or fields[0] not in get_args(Kind) or fields[4] not in get_args(Profile):
        raise BadInput("An adjustment cannot be read: {text}. Make it anew with the form.", text=part[:60])
    kind, value, first, last, profile, concerned, name = fields
    known = {market.replace(_FIELD, "-"): market for market in markets}
    wanted = [market for market in concerned.split(".") if market]
    if unknown := [market for market in wanted if market not in known]:
        raise BadInput("There is no market {name} in this forecast.", name=unknown[0][:40])
    return checked(
        Adjustment(
            kind=kind,  # type: ignore[arg-type]  # one of them, see above
            value=_number(value),
            first=_month(first),
            last=_month(last),
            profile=profile,  # type: ignore[arg-type]
            markets=tuple(known[market] for market in wanted),
            name=name[:_LONGEST_NAME],
        )
    )


def checked(item: Adjustment) -> Adjustment:
    """The adjustment. Raises BadInput when its span or its value cannot be."""
    if item.last < item.first:
        raise BadInput("An adjustment ends in {last}, before it begins in {first}.", last=item.last, first=item.first)
    low, high = {"percent": _PERCENT, "level": (-_LEVEL, _LEVEL), "closure": (0.0, 100.0)}[item.kind]
    if not low <= item.value <= high:
        raise BadInput("The value of this adjustment must be from {low} to {high}.", low=f"{low:g}", high=f"{high:g}")
    return item


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise BadInput("{value} is no number.", value=text[:40]) from error


def _month(text: str) -> date:
    found = _MONTH.fullmatch(text)
    if not found or not 1 <= int(found[2]) <= 12 or not 1900 <= int(found[1]) <= 2200:
        raise BadInput("{value} is no month. Write it like 2026-10.", value=text[:40])
    return date(int(found[1]), int(found[2]), 1)
