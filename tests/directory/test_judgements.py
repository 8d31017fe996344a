from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import Engine

from directory import audit, repository
from tic.core.database import reading, writing
from tic.core.errors import BadInput


def verdicts(database: Engine) -> list[tuple[object, ...]]:
    with reading(database) as connection:
        return repository.load_judgements(connection).rows()


def test_a_pair_has_one_judgement_whatever_its_order(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        repository.add_judgement(connection, "tat:1", "osm:1", "unsure", decided_by="matcher", now=now, score=0.5)
        repository.add_judgement(connection, "osm:1", "tat:1", "same", decided_by="matcher", now=now, score=0.9)
    assert verdicts(database) == [("osm:1", "tat:1", "same", 0.9, "matcher")]


def test_the_matcher_never_overrules_a_person(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        assert repository.add_judgement(connection, "a:1", "b:1", "different", decided_by="anna", now=now)
        assert not repository.add_judgement(connection, "b:1", "a:1", "same", decided_by="matcher", now=now, score=1.0)
    assert verdicts(database) == [("a:1", "b:1", "different", None, "anna")]


def test_a_person_and_the_matcher_at_once_leave_the_persons_verdict(
    database: Engine, now: datetime, at_once: Callable[..., list[object]]
) -> None:
    def judge(verdict: repository.Verdict, decided_by: str) -> object:
        with writing(database) as connection:
            return repository.add_judgement(connection, "a:1", "b:1", verdict, decided_by=decided_by, now=now)

    told = at_once(
        lambda: judge("same", "matcher"), lambda: judge("different", "anna"), lambda: judge("same", "matcher")
    )
    assert told[1] is True
    assert verdicts(database) == [("a:1", "b:1", "different", None, "anna")]


def test_a_person_may_change_a_verdict_and_the_old_one_stays_traceable(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        repository.add_judgement(connection, "a:1", "b:1", "different", decided_by="anna", now=now)
        repository.add_judgement(connection, "a:1", "b:1", "same", decided_by="boon", now=now)
        trail = audit.entries(connection, subject="pair:a:1|b:1")
    assert verdicts(database) == [("a:1", "b:1", "same", None, "boon")]
    unsaid = {"score": None, "evidence": None}
    assert [(entry.account_id, entry.detail) for entry in trail] == [
        ("boon", {"verdict": "same", **unsaid, "before": {"verdict": "different", "decided_by": "anna"}}),
        ("anna", {"verdict": "different", **unsaid, "before": None}),
    ]


def test_without_judgements_the_frame_is_empty_but_typed(database: Engine) -> None:
    with reading(database) as connection:
        frame = repository.load_judgements(connection)
    assert dict(frame.schema) == repository.JUDGEMENT_SCHEMA
    assert frame.height == 0


@pytest.mark.parametrize(
    ("right", "verdict", "complaint"),
    [("a:1", "same", "a:1 was given twice"), ("b:1", "maybe", "maybe is no verdict")],
)
def test_a_judgement_that_makes_no_sense_is_refused(
    database: Engine, now: datetime, right: str, verdict: str, complaint: str
) -> None:
    with pytest.raises(BadInput, match=complaint), writing(database) as connection:
        repository.add_judgement(connection, "a:1", right, verdict, decided_by="anna", now=now)  # type: ignore[arg-type]
