"""Records typed in a line, for the tests of matching and merging."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from directory.listing import RECORD_SCHEMA


@pytest.fixture
def record() -> Callable[..., dict[str, Any]]:
    """record("tat:1", name_th=..., lat=..., ...): one Record as a dictionary; by default a temple in Bangkok."""

    def make(key: str, **values: Any) -> dict[str, Any]:
        source, source_id = key.split(":")
        place = {"category": "temple", "lat": 13.7500, "lon": 100.4900}
        return {"key": key, "source": source, "source_id": source_id, **place, **values}

    return make


@pytest.fixture
def frame_of() -> Callable[..., pl.DataFrame]:
    """frame_of(record, record, ...): a frame of RECORD_SCHEMA."""

    def make(*rows: dict[str, Any]) -> pl.DataFrame:
        return pl.DataFrame(list(rows), schema=RECORD_SCHEMA)

    return make


@pytest.fixture
def east() -> Callable[[float], float]:
    """east(metres): longitude that many metres east of 100.49, at the latitude 13.75 of Bangkok."""
    return lambda metres: 100.49 + metres / 108_010
