"""Rules on deliveries, and the calendar of what is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from ingest.quarantine import REASONS
from tic.catalogue.assess import CHECKS
from tic.catalogue.deliveries import DELIVERY_CHECKS
from tic.catalogue.evidence import Evidence
from tic.catalogue.places import QuarantineTest
from tic.catalogue.schedule import overdue_before, periods_before
from tic.core.i18n import translator

Make = Callable[..., Evidence]


def passed(code: str, evidence: Evidence) -> list[bool]:
    return DELIVERY_CHECKS[code](evidence)["passed"].to_list()


def test_a_file_that_could_not_be_read_is_a_failed_delivery(places: Make) -> None:
    evidence = places([{}], runs=[("done", 9, 9, 0, 0), ("failed", 0, 0, 0, 0)])
    assert passed("delivery_readable", evidence) == [True, False]


def test_only_the_newest_file_must_have_the_expected_size(places: Make) -> None:
    evidence = places([{}], least=5, most=10, runs=[("done", 9, 3, 0, 0), ("done", 9, 9, 0, 0), ("failed", 0, 0, 0, 0)])
    assert passed("delivery_size", evidence) == [True]
    assert passed("delivery_size", places([{}], least=5, runs=[("done", 4, 4, 0, 0)])) == [False]


def test_a_file_that_drops_or_revises_many_rows_is_noticed_and_the_first_one_does_neither(places: Make) -> None:
    evidence = places([{}], runs=[("done", 100, 100, 0, 0), ("done", 98, 98, 9, 5), ("done", 80, 80, 0, 18)])
    found = DELIVERY_CHECKS["delivery_stable"](evidence)
    assert found.select("passed", "detail").rows() == [(True, "5 / 100"), (False, "18 / 98")]
    revised = DELIVERY_CHECKS["delivery_revises_little"](evidence)
    assert revised.select("passed", "detail").rows() == [(False, "9 / 100"), (True, "0 / 98")]


@pytest.mark.parametrize(
    ("as_of", "schedule", "expected"),
    [
        (date(2026, 4, 1), "monthly", [True]),
        (date(2026, 3, 1), "monthly", [False]),
        (None, "monthly", [False]),
        (None, "never", []),
    ],
)
def test_a_file_is_as_recent_as_its_schedule_promises(
    places: Make, as_of: date | None, schedule: str, expected: list[bool]
) -> None:
    assert passed("source_recent", places([{}], as_of=as_of, schedule=schedule)) == expected


def test_the_newest_record_tells_how_recent_a_file_is(places: Make) -> None:
    evidence = places([{"updated_at": datetime(2026, 5, 1, tzinfo=UTC)}], as_of=date(2024, 1, 1), schedule="weekly")
    assert DELIVERY_CHECKS["source_recent"](evidence).rows() == [("tat", False, "tat", "2026-05-01")]
    assert passed("source_recent", places([{"updated_at": datetime(2026, 5, 7, tzinfo=UTC)}], schedule="weekly")) == [
        True
    ]


def test_a_repeated_key_is_found_in_the_quarantine(places: Make) -> None:
    evidence = places([{}], quarantined=[("P1", ["duplicate_key"], None)])
    assert passed("id_once", evidence) == [True, False]


@pytest.mark.parametrize(
    ("limit", "frequency", "expected"),
    [
        (date(2026, 3, 20), "M", [date(2026, 1, 1), date(2026, 2, 1)]),
        (date(2026, 3, 31), "M", [date(2026, 2, 1), date(2026, 3, 1)]),
        (date(2026, 3, 20), "Q", [date(2025, 7, 1), date(2025, 10, 1)]),
        (date(2026, 3, 20), "Y", [date(2024, 1, 1), date(2025, 1, 1)]),
    ],
)
def test_a_period_is_due_once_it_has_ended(limit: date, frequency: str, expected: list[date]) -> None:
    assert periods_before(limit, frequency, 2) == expected


def test_nothing_is_due_of_what_has_no_calendar() -> None:
    assert overdue_before("release", date(2026, 5, 20)) is None
    assert overdue_before("monthly", date(2026, 5, 20)) == date(2026, 3, 20)


def test_every_reason_for_rejecting_a_row_counts_in_some_rule_and_is_told_in_thai() -> None:
    tests = [check for check in CHECKS.values() if isinstance(check, QuarantineTest)]
    # Messages and stocks are no records and no figures: their sources are not scored.
    unscored = {"alert_unreadable", "date_missing", "unit_missing"}
    assert {reason for test in tests for reason in test.reasons} == set(REASONS) - unscored
    thai = translator("th")
    assert [code for code in REASONS if thai(code.replace("_", " ")) == code.replace("_", " ")] == []
