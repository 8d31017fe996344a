"""Change by change, in one process or several, a directory comes to what it comes to all at once."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from directory import repository
from directory.listing import Listing
from directory.resolve import job, surroundings
from directory.resolve.job import ResolveReport, resolve_all
from tic.core.database import reading, writing
from tic.core.progress import Silent

Make = Callable[..., Any]
TRUST = {"tat_th": "official", "tat_en": "official", "osm": "open"}


def listings(database: Engine) -> dict[tuple[str, ...], Listing]:
    """By record keys, without their ids."""
    with reading(database) as connection:
        return {item.record_keys: item.model_copy(update={"id": ""}) for item in repository.iter_listings(connection)}


@pytest.mark.parametrize("keeps", ["nothing", "what it read", "what changed since"])
@pytest.mark.parametrize("seed", range(2))
def test_step_by_step_comes_to_the_same_as_all_at_once(
    seed: int,
    keeps: str,
    database: Engine,
    say: Make,
    street: Make,
    east: Make,
    now: datetime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(job, "_FEW", 0)
    monkeypatch.setattr(surroundings, "_WORN_FROM", 50 if keeps == "what it read" else 1)

    def resolve() -> ResolveReport:
        return resolve_all(database, TRUST, Silent(), now, None if keeps == "nothing" else tmp_path / "prepared")

    draw = random.Random(seed)
    rows = street(seed)
    say(*rows[:25])
    resolve()
    for row in draw.sample(rows[:25], 5):
        say({**row, "name_en": "Something Else", "lon": east(500)})
    with writing(database) as connection:
        repository.retire_records(connection, [rows[0]["key"], rows[11]["key"]], now=now)
    resolve()
    say(*rows[:25])
    resolve()
    for row in rows[25:]:
        say(row)
        resolve()
    step_by_step = listings(database)
    with writing(database) as connection:
        repository.set_state(connection, "resolve:version", "another", now=now)
    everything = resolve()
    assert everything.records == 40
    assert (tmp_path / "prepared").exists() == (keeps != "nothing")
    assert (everything.new, everything.changed, everything.removed) == (0, 0, 0)
    assert listings(database) == step_by_step
    assert 10 < len(step_by_step) < 40


def test_other_processes_make_the_same_listings(
    database: Engine, say: Make, street: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(*street(3))
    monkeypatch.setattr(job, "_MANY", 1)
    assert resolve_all(database, TRUST, Silent(), now).new > 10
    elsewhere = listings(database)
    monkeypatch.setattr(job, "_MANY", 1000)
    with writing(database) as connection:
        repository.set_state(connection, "resolve:version", "another", now=now)
    again = resolve_all(database, TRUST, Silent(), now)
    assert (again.records, again.new, again.changed, again.removed) == (40, 0, 0, 0)
    assert listings(database) == elsewhere
