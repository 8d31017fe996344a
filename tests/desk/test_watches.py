"""Watches of analysts, their notices, and the keys of their feeds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, update

from directory.tables import account
from tic.core.database import writing
from tic.core.errors import BadInput, NotFound
from tic.desk.watches import (
    Watch,
    account_of_feed,
    add_notices,
    add_watch,
    delete_watch,
    key_of_feed,
    notices,
    renew_key,
    set_mailed,
    unmailed,
    watches,
)
from tic.desk.watching import Occasion
from tic.desk.words import notice_line, series_link

NOW = datetime(2026, 5, 1, 3, 30, tzinfo=UTC)
SERIES = ("visitors", "TH-83", "foreign")
MARCH = Occasion("fresh:2026-03-01", {"period": "2026-03-01", "value": 937_730.0})


def begin(connection: Connection, account_id: str, kind: str = "fresh", threshold: float | None = None) -> Watch:
    return add_watch(connection, account_id, kind, SERIES, threshold=threshold, seen="{}", now=NOW)


def test_an_occasion_is_told_once_however_often_it_is_found(database: Engine, analysts: tuple[str, str]) -> None:
    one, two = analysts
    with writing(database) as connection:
        item = begin(connection, one)
        assert add_notices(connection, item, [MARCH], NOW) == 1
        assert add_notices(connection, item, [MARCH], NOW) == 0
        assert [notice.facts["value"] for notice in notices(connection, one)] == [937_730.0]
        assert notices(connection, two) == []


def test_a_watch_belongs_to_one_analyst_and_what_it_told_stays(database: Engine, analysts: tuple[str, str]) -> None:
    one, two = analysts
    with writing(database) as connection:
        item = begin(connection, one)
        add_notices(connection, item, [MARCH], NOW)
        with pytest.raises(NotFound, match="no such watch among yours"):
            delete_watch(connection, two, item.id)
        delete_watch(connection, one, item.id)
        assert watches(connection) == []
        assert len(notices(connection, one)) == 1


def test_the_same_watch_is_not_kept_twice(database: Engine, analysts: tuple[str, str]) -> None:
    one, two = analysts
    with writing(database) as connection:
        begin(connection, one, "above", 5.0)
        begin(connection, one, "above", 6.0)
        begin(connection, two, "above", 5.0)
        with pytest.raises(BadInput, match="You watch this already"):
            begin(connection, one, "above", 5.0)


def test_only_news_is_mailed_and_not_to_who_is_shut_out(database: Engine, analysts: tuple[str, str]) -> None:
    one, two = analysts
    with writing(database) as connection:
        for account_id in analysts:
            add_notices(connection, begin(connection, account_id), [MARCH], NOW)
        assert unmailed(connection, NOW + timedelta(seconds=1)) == []
        connection.execute(update(account).where(account.c.id == two).values(disabled=True))
        (waiting,) = unmailed(connection, NOW - timedelta(days=1))
        assert waiting.account_id == one
        set_mailed(connection, [waiting], NOW)
        assert unmailed(connection, NOW - timedelta(days=1)) == []
        assert [item.account_id for item in watches(connection)] == [one]


def test_a_feed_is_found_by_its_key_until_the_key_is_renewed(database: Engine, analysts: tuple[str, str]) -> None:
    one, _two = analysts
    with writing(database) as connection:
        assert key_of_feed(connection, one) is None
        first = renew_key(connection, one)
        assert len(first) >= 32
        assert (account_of_feed(connection, first), key_of_feed(connection, one)) == (one, first)
        second = renew_key(connection, one)
        assert account_of_feed(connection, second) == one
        with pytest.raises(NotFound, match="There is no such feed"):
            account_of_feed(connection, first)


def test_a_notice_is_one_sentence_in_either_language() -> None:
    shared = {"indicator": "visitors", "area": "TH-83", "market": "foreign", "period": "2026-03-01"}
    assert notice_line({**shared, "kind": "fresh", "value": 937_730.0}, "en") == (
        "Visitors, Phuket, Foreign: March 2026 has come, 937,730."
    )
    assert notice_line({**shared, "kind": "above", "value": 9.0, "threshold": 5.0}, "th") == (
        "ผู้เยี่ยมเยือน, ภูเก็ต, ต่างชาติ: มีนาคม 2569 สูงกว่า 5 คือ 9"
    )
    changed = {"before": 10.0, "after": 11.0, "change_pct": 10.0, "known_on": "2026-05-05", "kind": "revision"}
    assert notice_line({**shared, **changed}, "en") == (
        "Visitors, Phuket, Foreign: March 2026 was changed from 10 to 11 (+10.0 %) on 5 May 2026."
    )
    link = series_link(shared, "https://x.test", "en")
    assert link == "https://x.test/explorer?indicator=visitors&areas=TH-83&markets=foreign&lang=en"
