"""When a feed was read last, and whether the newest try failed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Engine

from directory.feeds import Feed, age_minutes, feeds
from directory.runs import end_run, start_run
from directory.sources import OPERATOR, save_sources
from tic.core.database import reading, writing

TMD = replace(OPERATOR, name="tmd_cap", kind="alerts")


def known(database: Engine) -> Feed:
    with reading(database) as connection:
        (found,) = feeds(connection, "alerts")
    return found


def test_a_feed_counts_as_read_when_nothing_new_came_and_not_when_it_failed(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        save_sources(connection, [TMD])
    assert known(database) == Feed(TMD, None)
    assert age_minutes(known(database)) is None
    for hour, state in enumerate(("done", "unchanged", "failed")):
        moment = now + timedelta(hours=hour)
        with writing(database) as connection:
            end_run(connection, start_run(connection, "tmd_cap", moment), now=moment, state=state)  # type: ignore[arg-type]
    found = known(database)
    assert found.read_at == now + timedelta(hours=1)
    assert found.failed_at == now + timedelta(hours=2)
    assert age_minutes(found, now + timedelta(hours=3)) == 120
