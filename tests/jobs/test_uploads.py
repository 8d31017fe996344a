"""`tic uploads run`: tables of agencies are looked at, and join the warehouse when they are wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from directory.migrate import migrate
from directory.sources import load_sources
from ingest.source import get_source
from tic.analytics.warehouse import scan_observations
from tic.core.database import reading, writing
from tic.core.errors import BadInput, Conflict, NotFound
from tic.core.progress import Silent
from tic.core.settings import Settings, get_settings
from tic.desk.uploads import Described, Upload, discard, hand_in, move, uploads
from tic.jobs.context import Context, job_context
from tic.jobs.uploads import run_uploads
from workbooks import write_workbook

NOW = datetime(2026, 5, 1, 3, 30, tzinfo=UTC)
TOLD = Described(
    name="resort_guests",
    title_th="ผู้เข้าพักรีสอร์ต",
    title_en="Guests of resorts",
    publisher_th="จังหวัดภูเก็ต",
    publisher_en="Phuket Province",
    licence="Open Government Data",
    homepage="https://example.org/",
    as_of=date(2024, 6, 1),
    indicator="guests",
    market="all",
    value="คน",
    year="ปี",
    month="เดือน",
    area="จังหวัด",
    factor=1000.0,
)
TABLE = "จังหวัด,ปี,เดือน,คน\nภูเก็ต,2567,มกราคม,12.5\nกระบี่,2567,ก.พ.,7\nแอตแลนติส,2567,มกราคม,1\nตรัง,2567,มกราคม,-4\n"


@pytest.fixture
def context(settings: Settings) -> Iterator[Context]:
    with job_context(settings, Silent()) as opened:
        migrate(opened.database)
        yield opened


def give(context: Context, content: bytes = TABLE.encode(), name: str = "guests.csv", told: Described = TOLD) -> str:
    with writing(context.database) as connection:
        return hand_in(connection, "a1", told, name, content, NOW)


def only(context: Context) -> Upload:
    with reading(context.database) as connection:
        (item,) = uploads(connection)
    return item


def test_a_table_is_previewed_with_the_reasons_of_each_row_that_cannot_be_read(context: Context) -> None:
    give(context)
    assert run_uploads(context).as_dict() == {"seen": 1, "refused": 0, "joined": 0}
    item = only(context)
    assert (item.state, item.result["accepted"], item.result["rejected"]) == ("seen", 2, 2)
    assert item.result["changes"] == {"new": 2, "changed": 0, "gone": 0}
    values = {row["area"]: (row["period"], row["value"]) for row in item.result["first"]}
    assert values == {"TH-83": ("2024-01-01", 12_500.0), "TH-81": ("2024-02-01", 7_000.0)}
    reasons = {row["row"]: row["reasons"] for row in item.result["reasons"]}
    assert reasons == {"row 4": ["area_unknown"], "row 5": ["figure_negative"]}
    assert scan_observations(context.settings.warehouse).collect().is_empty()


def test_what_is_wanted_joins_the_warehouse_once_and_is_a_source_from_then_on(context: Context) -> None:
    number = give(context)
    run_uploads(context)
    with writing(context.database) as connection:
        move(connection, number, "seen", "wanted", NOW, account_id="a1")
    assert run_uploads(context).as_dict() == {"seen": 0, "refused": 0, "joined": 1}
    assert run_uploads(context).as_dict() == {"seen": 0, "refused": 0, "joined": 0}
    figures = scan_observations(context.settings.warehouse).sort("area").collect()
    assert figures.select("area", "value", "source").rows() == [
        ("TH-81", 7_000.0, "own_resort_guests"),
        ("TH-83", 12_500.0, "own_resort_guests"),
    ]
    assert get_source("own_resort_guests").licence == "Open Government Data"
    with reading(context.database) as connection:
        assert load_sources(connection)["own_resort_guests"].publisher_en == "Phuket Province"
    with writing(context.database) as connection, pytest.raises(NotFound, match="no such table"):
        discard(connection, "a1", number)


def test_a_workbook_is_read_as_a_table_is(context: Context, tmp_path: Path) -> None:
    path = tmp_path / "guests.xlsx"
    write_workbook(path, {"a": [["จังหวัด", "ปี", "เดือน", "คน"], ["ภูเก็ต", "2567", "มกราคม", "12.5"]]})
    give(context, path.read_bytes(), "guests.xlsx")
    run_uploads(context)
    assert only(context).result["accepted"] == 1


def test_a_table_that_lacks_a_column_is_refused_with_the_reason(context: Context) -> None:
    give(context, told=replace(TOLD, value="ราย"))
    assert run_uploads(context).refused == 1
    item = only(context)
    assert item.state == "refused"
    assert item.result["params"]["columns"] == "ราย"


def test_a_file_that_is_no_table_is_refused(context: Context) -> None:
    give(context, b"\x00\x01\x02", "guests.xlsx")
    assert run_uploads(context).refused == 1
    assert only(context).state == "refused"


@pytest.mark.parametrize(
    ("told", "name", "content", "said"),
    [
        (replace(TOLD, name="Resort!"), "a.csv", b"x", "The short name may hold"),
        (replace(TOLD, licence=" "), "a.csv", b"x", "Fill in every field"),
        (TOLD, "a.pdf", b"x", "Choose a CSV or Excel file"),
        (TOLD, "a.csv", b"", "not empty"),
    ],
)
def test_what_cannot_be_handed_in_is_told_at_once(
    context: Context, told: Described, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        give(context, content, name, told)


def test_a_name_that_the_installation_describes_itself_is_not_taken_over(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = give(context)
    run_uploads(context)
    own = tmp_path / "described"
    own.mkdir()
    (own / "own_resort_guests.yml").write_text(only(context).description, encoding="utf-8")
    monkeypatch.setenv("TIC_SOURCES_DIR", str(own))
    get_settings.cache_clear()
    with writing(context.database) as connection:
        move(connection, number, "seen", "wanted", NOW)
    assert run_uploads(context).joined == 0
    assert only(context).result["message"].startswith("There is a source of the name {name} already.")


def test_only_its_analyst_may_let_a_table_join(context: Context) -> None:
    number = give(context)
    run_uploads(context)
    with writing(context.database) as connection, pytest.raises(Conflict, match="changed in the meantime"):
        move(connection, number, "seen", "wanted", NOW, account_id="a2")
    assert only(context).state == "seen"
