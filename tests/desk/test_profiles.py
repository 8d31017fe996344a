"""An event as the beginning of a scenario."""

from __future__ import annotations

from datetime import date

import pytest

from tic.desk.events import Event, shipped_events
from tic.desk.profiles import as_adjustment

MONTHS = [date(2026 + (5 + ahead) // 12, (5 + ahead) % 12 + 1, 1) for ahead in range(24)]


def shipped(event_id: str) -> Event:
    return next(item for item in shipped_events() if item.id == event_id)


@pytest.mark.parametrize(
    ("event_id", "kind", "profile", "first", "last"),
    [
        ("songkran-2026", "percent", "peak", date(2027, 4, 1), date(2027, 4, 1)),
        ("visa-china-2023", "percent", "ramp", date(2026, 9, 1), date(2027, 2, 1)),
        ("air-ban-2020", "closure", "flat", date(2027, 4, 1), date(2028, 5, 1)),
    ],
)
def test_an_event_comes_again_in_its_month_with_its_length(
    event_id: str, kind: str, profile: str, first: date, last: date
) -> None:
    change = as_adjustment(shipped(event_id), MONTHS, "en")
    assert (change.kind, change.profile, change.first, change.last) == (kind, profile, first, last)
    assert shipped(event_id).title_en.startswith(change.name)
