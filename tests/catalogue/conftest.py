"""Evidence of small made sources: each test states only what it is about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from directory.listing import RECORD_SCHEMA
from tic.analytics.observation import OBSERVATION_SCHEMA
from tic.catalogue.evidence import QUARANTINE, RUNS, Evidence, SourceFacts

TODAY = date(2026, 5, 20)
_RECORD = {**RECORD_SCHEMA, "listing_id": pl.String, "group": pl.String}
_PLACE = {"lat": 13.7465, "lon": 100.493, "category": "temple", "group": "attraction", "province_code": "TH-10"}
_FIGURE = {
    "indicator": "visitors",
    "unit": "persons",
    "area": "TH-10",
    "market": "all",
    "frequency": "M",
    "status": "final",
}

Make = Callable[..., Evidence]


def records(rows: list[dict[str, Any]], source: str = "tat") -> pl.DataFrame:
    """Records of which only what matters is stated; a number is the source's id."""
    whole = [
        {**_PLACE, "key": f"{source}:{number}", "source": source, "listing_id": f"{source}-{number}", **row}
        for number, row in enumerate(rows)
    ]
    return pl.DataFrame(whole, schema=_RECORD)


def figures(rows: list[dict[str, Any]], source: str = "mots") -> pl.DataFrame:
    """Observations of which only what matters is stated."""
    return pl.DataFrame([{**_FIGURE, "source": source, **row} for row in rows], schema=OBSERVATION_SCHEMA)


def _evidence(kind: str, rows: pl.DataFrame, others: pl.DataFrame | None = None, **more: Any) -> Evidence:
    facts = {"schedule": "monthly", "least": 1, "most": 100, "language": None, "as_of": None}
    facts |= {name: more.pop(name) for name in list(more) if name in facts}
    source = SourceFacts(
        name="tat" if kind == "places" else "mots",
        kind=kind,
        title_th="แหล่ง",
        title_en="Source",
        publisher_th="หน่วยงาน",
        publisher_en="Agency",
        **facts,
    )
    notes = pl.DataFrame(more.get("notes", []), schema={"key": pl.String, "notes": pl.List(pl.String)}, orient="row")
    runs = [(number, datetime(2026, 5, number, tzinfo=UTC), *run) for number, run in enumerate(more.get("runs", []), 1)]
    return Evidence(
        source=source,
        rows=rows,
        others=rows.clear() if others is None else others,
        notes=notes,
        quarantined=pl.DataFrame(more.get("quarantined", []), schema=QUARANTINE, orient="row"),
        runs=pl.DataFrame(runs, schema=RUNS, orient="row"),
        today=TODAY,
    )


@pytest.fixture
def places() -> Make:
    """`places([{...}], others=[{...}], notes=[(key, [code])], quarantined=[(key, [reason], name)])`."""

    def make(rows: list[dict[str, Any]], others: list[dict[str, Any]] | None = None, **more: Any) -> Evidence:
        return _evidence("places", records(rows), records(others or [], "osm"), **more)

    return make


@pytest.fixture
def statistics() -> Make:
    """`statistics([{...}], others=[{...}], schedule=...)`."""

    def make(rows: list[dict[str, Any]], others: list[dict[str, Any]] | None = None, **more: Any) -> Evidence:
        return _evidence("statistics", figures(rows), figures(others or [], "bot"), **more)

    return make
