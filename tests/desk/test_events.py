"""Dated notes: those that ship, those of analysts, and what cannot be one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine

from tic.core.database import reading, writing
from tic.core.errors import BadInput
from tic.desk.events import Event, concerning, events, marks, remove_event, save_event, shipped_events

NOW = datetime(2026, 5, 1, 3, 30, tzinfo=UTC)
FLOOD = Event("", "disaster", date(2024, 9, 10), date(2024, 9, 20), "TH-57", "น้ำท่วมเชียงราย", "Flood", "DDPM")


def test_every_note_that_ships_names_its_source_and_can_be() -> None:
    shipped = shipped_events()
    assert {"air-ban-2020", "thailand-pass-2022", "visa-china-2023"} <= {item.id for item in shipped}
    assert all(item.first <= item.last and ", https://" in item.source for item in shipped)


def test_an_analyst_adds_corrects_and_removes_a_note(database: Engine) -> None:
    with writing(database) as connection:
        kept = save_event(connection, FLOOD, account_id="a1", now=NOW)
    with writing(database) as connection:
        save_event(connection, replace(kept, title_en="  Flood of  Chiang Rai "), account_id="a2", now=NOW)
    with reading(database) as connection:
        (found,) = [item for item in events(connection) if item.id == kept.id]
        assert found.title_en == "Flood of Chiang Rai"
    with writing(database) as connection:
        remove_event(connection, kept, account_id="a2", now=NOW)
    with reading(database) as connection:
        assert events(connection) == tuple(sorted(shipped_events(), key=lambda item: (item.first, item.id)))


def test_a_note_that_ships_can_be_replaced_and_taken_away(database: Engine) -> None:
    tdac = next(item for item in shipped_events() if item.id == "tdac-2025")
    with writing(database) as connection:
        save_event(connection, replace(tdac, last=date(2025, 5, 2)), account_id="a1", now=NOW)
    with reading(database) as connection:
        assert next(item for item in events(connection) if item.id == "tdac-2025").last == date(2025, 5, 2)
    with writing(database) as connection:
        remove_event(connection, tdac, account_id="a1", now=NOW)
    with reading(database) as connection:
        assert "tdac-2025" not in {item.id for item in events(connection)}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"last": date(2024, 9, 1)}, "cannot end before it begins"),
        ({"area": "TH-999"}, "Choose a kind and an area"),
        ({"title_th": " "}, "Enter the title in Thai and in English"),
        ({"source": "x" * 201}, "longer than 200 characters"),
    ],
)
def test_a_note_that_cannot_be_is_refused(database: Engine, wrong: dict[str, object], said: str) -> None:
    with writing(database) as connection, pytest.raises(BadInput, match=said):
        save_event(connection, replace(FLOOD, **wrong), account_id="a1", now=NOW)  # type: ignore[arg-type]


def test_a_chart_of_an_area_has_its_own_notes_and_those_of_the_country_but_no_holidays() -> None:
    found = concerning((*shipped_events(), replace(FLOOD, id="x")), "TH-83")
    assert "phuket-sandbox-2021" in {item.id for item in found}
    assert not {"x", "songkran-2026"} & {item.id for item in found}
    drawn = marks(found[:1], "en")
    assert drawn.row(0) == (1, date(2020, 4, 1), found[0].title_en)
