"""What happens to a watched series: a fresh month, a revision, a threshold passed. Pure functions over small frames."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, get_args

import polars as pl

from tic.analytics import summaries, vintages
from tic.core.errors import BadInput

Kind = Literal["fresh", "revision", "above", "below"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Series:
    """A monthly series, and its changes. months: period, value, in order; changes: source and rows of `revisions`."""

    months: pl.DataFrame
    changes: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that happened once. key: the same for the same happening; facts: for the words, ready for JSON."""

    key: str
    facts: dict[str, Any]


def series_of(observations: pl.LazyFrame, kept: pl.LazyFrame, indicator: str, area: str, market: str) -> Series:
    """A series as its publishers' newest statements have it. kept: the vintages."""
    months = summaries.newest_statement(observations, indicator, area=area, market=market)
    parts = [
        vintages.revisions(kept, indicator, area=area, market=market, source=source).with_columns(source=pl.lit(source))
        for source in sorted(set(months["source"]))
    ]
    schema = {"period": pl.Date, "known_on": pl.Date, "before": pl.Float64, "after": pl.Float64}
    empty = pl.DataFrame(schema={**schema, "change_pct": pl.Float64, "source": pl.String})
    return Series(months.select("period", "value"), pl.concat([empty, *parts]))


def baseline(series: Series) -> str:
    """What is known when a watch begins, as JSON: its newest month and the revisions so far."""
    newest = series.months["period"].max()
    told = {
        "period": newest.isoformat() if isinstance(newest, date) else None,
        "revisions": [item.key for item in _revised(series)],
    }
    return json.dumps(told)


def occasions(kind: Kind, threshold: float | None, seen: str, series: Series) -> list[Occasion]:
    """What has happened since the baseline `seen`, the oldest first.

    above, below: a month whose value is beyond the threshold while that of the month before it was not.
    """
    known = json.loads(seen)
    if kind == "revision":
        return [item for item in _revised(series) if item.key not in set(known["revisions"])]
    since = date.fromisoformat(known["period"]) if known["period"] else date.min
    rows = list(series.months.drop_nulls("value").iter_rows(named=True))
    fresh = [(index, row) for index, row in enumerate(rows) if row["period"] > since]
    if kind == "fresh":
        return [_month(kind, row) for _index, row in fresh]
    if threshold is None:
        raise BadInput("Enter the threshold that is to be passed.")
    sign = 1 if kind == "above" else -1
    beyond = [sign * (row["value"] - threshold) > 0 for row in rows]
    return [
        _month(kind, {**row, "threshold": threshold})
        for index, row in fresh
        if beyond[index] and not (index and beyond[index - 1])
    ]


def _month(kind: str, row: dict[str, Any]) -> Occasion:
    period = row["period"].isoformat()
    return Occasion(f"{kind}:{period}", {**row, "period": period})


def _revised(series: Series) -> Iterator[Occasion]:
    for row in series.changes.sort("known_on", "period").iter_rows(named=True):
        facts = {**row, "period": row["period"].isoformat(), "known_on": row["known_on"].isoformat()}
        yield Occasion(f"revision:{row['source']}:{facts['period']}:{facts['known_on']}:{row['after']!r}", facts)


def checked_kind(kind: str, threshold: float | None) -> Kind:
    """The kind of a watch. Raises BadInput for an unknown one, or when its threshold is missing."""
    for name in KINDS:
        if name == kind:
            if name in {"above", "below"} and threshold is None:
                raise BadInput("Enter the threshold that is to be passed.")
            return name
    raise BadInput("Choose what to watch for from the list.")
