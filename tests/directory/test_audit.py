"""The audit trail: who did what to what, and when."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from directory import audit
from tic.core.database import reading, writing


def test_acts_are_read_newest_first_and_by_any_of_their_parts(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        audit.log(connection, "anna", "approve", "submission:s1", {"key": "operator:s1"}, now=now)
        audit.log(connection, "boon", "reject", "submission:s2", now=now + timedelta(minutes=1))
        audit.log(connection, None, "approve", "submission:s1", now=now + timedelta(minutes=2))
    with reading(database) as connection:
        assert [entry.account_id for entry in audit.entries(connection)] == [None, "boon", "anna"]
        assert len(audit.entries(connection, limit=1)) == 1
        (found,) = audit.entries(connection, subject="submission:s1", account_id="anna", action="approve")
        assert audit.entries(connection, account_id="anna", action="reject") == []
    assert (found.at, found.subject, found.detail) == (now, "submission:s1", {"key": "operator:s1"})


def test_an_act_is_kept_with_what_it_did_or_not_at_all(database: Engine) -> None:
    def fail() -> None:
        with writing(database) as connection:
            audit.log(connection, "anna", "approve", "submission:s1")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        fail()
    with reading(database) as connection:
        assert audit.entries(connection) == []
