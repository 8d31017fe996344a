"""Scenarios that an analyst keeps by name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from directory.privacy import delete_account, export_personal_data
from tic.core.database import reading, writing
from tic.core.errors import BadInput, Conflict, NotFound
from tic.desk.saved import delete_scenario, rename_scenario, save_scenario, saved_scenarios

NOW = datetime(2026, 5, 1, 3, 30, tzinfo=UTC)
BODY = "percent_-50_2026-10_2026-12_flat_europe_Flood"


def test_scenarios_are_kept_listed_renamed_and_deleted(database: Engine, analysts: tuple[str, str]) -> None:
    one, _two = analysts
    with writing(database) as connection:
        flood = save_scenario(connection, one, "  Flood  in October ", BODY, NOW)
        save_scenario(connection, one, "Closure", BODY, NOW)
    with writing(database) as connection:
        rename_scenario(connection, one, flood.id, "Aftermath", NOW)
    with reading(database) as connection:
        assert [(item.name, item.body) for item in saved_scenarios(connection, one)] == [
            ("Aftermath", BODY),
            ("Closure", BODY),
        ]
    with writing(database) as connection:
        delete_scenario(connection, one, flood.id)
        assert [item.name for item in saved_scenarios(connection, one)] == ["Closure"]


def test_a_scenario_belongs_to_one_analyst(database: Engine, analysts: tuple[str, str]) -> None:
    one, two = analysts
    with writing(database) as connection:
        kept = save_scenario(connection, one, "Flood", BODY, NOW)
        save_scenario(connection, two, "Flood", BODY, NOW)
        with pytest.raises(NotFound, match="no such scenario among yours"):
            rename_scenario(connection, two, kept.id, "Mine", NOW)
        with pytest.raises(NotFound, match="no such scenario among yours"):
            delete_scenario(connection, two, kept.id)
        assert [item.name for item in saved_scenarios(connection, one)] == ["Flood"]


def test_a_name_is_used_once_and_an_unchanged_forecast_is_no_scenario(
    database: Engine, analysts: tuple[str, str]
) -> None:
    one, _two = analysts
    with writing(database) as connection:
        save_scenario(connection, one, "Flood", BODY, NOW)
        other = save_scenario(connection, one, "Other", BODY, NOW)
        with pytest.raises(Conflict, match="the name Flood already"):
            save_scenario(connection, one, "Flood", BODY, NOW)
        with pytest.raises(Conflict, match="the name Flood already"):
            rename_scenario(connection, one, other.id, "Flood", NOW)
        with pytest.raises(BadInput, match="an unchanged forecast is no scenario"):
            save_scenario(connection, one, "Empty", "", NOW)
        with pytest.raises(BadInput, match="at most 100 characters"):
            save_scenario(connection, one, " ", BODY, NOW)


def test_scenarios_are_part_of_the_copy_of_a_persons_data_and_go_with_the_account(
    database: Engine, analysts: tuple[str, str]
) -> None:
    one, _two = analysts
    with writing(database) as connection:
        save_scenario(connection, one, "Flood", BODY, NOW)
    with writing(database) as connection:
        assert export_personal_data(connection, one)["saved_scenario"][0]["name"] == "Flood"
        delete_account(connection, one)
        assert saved_scenarios(connection, one) == []
