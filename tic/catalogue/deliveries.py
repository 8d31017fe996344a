"""Rules on what a source delivers: its runs, its rejected rows, how recent its file is.

A run that found the file unchanged is no delivery, so that running a job twice changes no score.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from tic.catalogue.evidence import Evidence, nothing, verdicts
from tic.catalogue.places import Check, QuarantineTest
from tic.catalogue.schedule import overdue_before

RUNS_LOOKED_AT: Final = 10
MOST_LOST: Final = 0.05
_DAY: Final = pl.col("ended_at").dt.convert_time_zone("Asia/Bangkok").dt.strftime("%Y-%m-%d %H:%M")


def _ended(evidence: Evidence, *states: str) -> pl.DataFrame:
    return evidence.runs.filter(pl.col("state").is_in(states)).sort("id").tail(RUNS_LOOKED_AT)


def delivery_readable(evidence: Evidence) -> pl.DataFrame:
    """The last ten files that brought something new could be read."""
    runs = _ended(evidence, "done", "failed")
    return verdicts(runs, row=pl.col("id"), passed=pl.col("state") == "done", label=_DAY, detail=pl.col("state"))


def delivery_size(evidence: Evidence) -> pl.DataFrame:
    """The newest file brings as many good rows as its source is expected to."""
    newest = _ended(evidence, "done").tail(1)
    fits = pl.col("accepted").is_between(evidence.source.least, evidence.source.most)
    return verdicts(newest, row=pl.col("id"), passed=fits, label=_DAY, detail=pl.col("accepted"))


def delivery_stable(evidence: Evidence) -> pl.DataFrame:
    """No file drops more than 5 % of the rows that were there; the first one has nothing to drop."""
    return _share_of_before(evidence, "gone")


def delivery_revises_little(evidence: Evidence) -> pl.DataFrame:
    """No file states other values for more than 5 % of the figures that were there."""
    return _share_of_before(evidence, "changed")


def _share_of_before(evidence: Evidence, count: str) -> pl.DataFrame:
    """The last ten files but the first of all, each by a count as a share of the rows that were there before it."""
    runs = evidence.runs.filter(pl.col("state") == "done").sort("id")
    later = runs.with_columns(before=pl.col("accepted").shift(1)).filter(pl.col("before") > 0).tail(RUNS_LOOKED_AT)
    return verdicts(
        later,
        row=pl.col("id"),
        passed=pl.col(count) <= MOST_LOST * pl.col("before"),
        label=_DAY,
        detail=pl.format("{} / {}", count, "before"),
    )


def source_recent(evidence: Evidence) -> pl.DataFrame:
    """The newest date in the file, or that of the file, is within what its publisher's schedule allows."""
    limit = overdue_before(evidence.source.schedule, evidence.today)
    newest = evidence.rows["updated_at"].dt.date().max() if evidence.rows.height else None
    dates = pl.Series([evidence.source.as_of, newest], dtype=pl.Date).drop_nulls()
    if limit is None:
        return nothing()
    frame = pl.DataFrame({"date": [dates.max()]}, schema={"date": pl.Date})
    name = pl.lit(evidence.source.name)
    stated = pl.col("date").dt.strftime("%Y-%m-%d").fill_null("–")
    return verdicts(frame, row=name, passed=pl.col("date") >= limit, label=name, detail=stated)


DELIVERY_CHECKS: Final[dict[str, Check]] = {
    "id_once": QuarantineTest(("duplicate_key", "source_id_missing")),
    "source_recent": source_recent,
    "delivery_readable": delivery_readable,
    "delivery_size": delivery_size,
    "delivery_stable": delivery_stable,
    "delivery_revises_little": delivery_revises_little,
}
"""Code of a rule on deliveries -> how it is checked."""
