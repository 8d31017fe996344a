"""Records typed in a line, for the tests of matching and merging."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Engine

from directory import repository
from directory.listing import RECORD_SCHEMA
from tic.core.database import writing


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


@pytest.fixture
def say(database: Engine, frame_of: Callable[..., pl.DataFrame], now: datetime) -> Callable[..., None]:
    """say(record, record, ...): the sources of these records state them, beside what they have stated before."""

    def make(*rows: dict[str, Any]) -> None:
        for source in sorted({row["source"] for row in rows}):
            frame = frame_of(*(row for row in rows if row["source"] == source))
            with writing(database) as connection:
                repository.upsert_records(connection, frame, source=source, now=now, complete=False)

    return make


STREET_NAMES = ("Zanzibar", "Quokka", "Marzipan", "Baobab", "Tamarind")


@pytest.fixture
def street(
    record: Callable[..., dict[str, Any]], east: Callable[[float], float]
) -> Callable[[int], list[dict[str, Any]]]:
    """street(seed): forty records of four sources, many that are alike, so that clusters depend on one another."""

    def make(seed: int) -> list[dict[str, Any]]:
        draw = random.Random(seed)
        return [
            record(
                f"{source}:{number}",
                name_en=f"{draw.choice(STREET_NAMES)} {draw.choice(('Kitchen', 'Cafe', 'House'))}",
                category=draw.choice(("restaurant", "cafe", "shop")),
                lon=east(draw.uniform(0, 900)),
                phone=draw.choice((None, None, "+6621111111", "+6622222222")),
            )
            for source in ("osm", "tat_th", "guide", "menu")
            for number in range(10)
        ]

    return make
