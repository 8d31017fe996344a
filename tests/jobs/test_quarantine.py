"""Rejected rows put right by a person: exported, corrected in a spreadsheet, and cleaned like any other row."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from directory import repository
from tic.core.database import reading
from tic.core.errors import BadInput, NotFound
from tic.core.progress import Silent
from tic.core.settings import Settings
from tic.jobs.context import Context
from tic.jobs.ingest import ingest_and_publish, quarantine_rows
from tic.jobs.quarantine import export_quarantine, read_fixes, sources_in_quarantine

HEADER = (
    "place_id,place_name,latitude,longitude,category_code,category_description,sha_name,sha_type_code,"
    "sha_type_description,sha_cate_id,sha_cate_description,address,sub_district,district,province,postcode,"
    "thumbnail_url,destination,tags,distance,update_date"
)
ROW = "{},{},{},{},SHOP,ร้านค้า,,,,,,,ในเมือง,เมืองขอนแก่น,ขอนแก่น,40000,,ขอนแก่น,N/A,0.0,2023-10-01T17:45:34.463"
GOOD = ("P1", "ร้านหนึ่ง", "16.44", "102.83")
LOST = ("P2", "ร้านสอง", "N/A", "N/A")
WriteShops = Callable[..., Path]


@pytest.fixture
def context(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Context]:
    monkeypatch.setattr("ingest.reading.check_count", lambda accepted, source: None)
    found = Context(settings, Silent())
    yield found
    found.close()


@pytest.fixture
def write_shops(tmp_path: Path) -> WriteShops:
    def write(*places: tuple[str, str, str, str]) -> Path:
        folder = tmp_path / "feeds"
        folder.mkdir(exist_ok=True)
        lines = [HEADER, *(ROW.format(*place) for place in places), ""]
        (folder / "tat_shops_th.csv").write_text("\n".join(lines), encoding="utf-8")
        return folder

    return write


def edit(path: Path, **cells: str) -> Path:
    """Change cells of the first row of an exported table, as a spreadsheet saves it."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    rows[0].update(cells)
    with path.open("w", encoding="cp874", newline="") as handle:
        writer = csv.DictWriter(handle, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def point_of(context: Context, key: str) -> tuple[float, float]:
    with reading(context.database) as connection:
        frame = repository.load_records(connection, keys=[key])
    return frame.select("lat", "lon").row(0)


def test_a_row_that_is_put_right_becomes_a_place_and_stays_one(
    context: Context, write_shops: WriteShops, tmp_path: Path
) -> None:
    ingest_and_publish(context, ["tat_shops"], write_shops(GOOD, LOST))
    assert export_quarantine(context, "tat_shops", tmp_path / "bad.csv") == 1
    assert read_fixes(context, edit(tmp_path / "bad.csv", lat="16.45", lon="102.84")) == {"tat_shops": 1}
    (run,) = ingest_and_publish(context, ["tat_shops"], None, replay=True).runs
    assert (run.state, run.accepted, run.quarantined, run.new) == ("done", 2, 0, 1)
    assert point_of(context, "tat_shops:P2") == (16.45, 102.84)
    assert run.message == "Noted: fixed_by_hand 1."
    (later,) = ingest_and_publish(
        context, ["tat_shops"], write_shops(GOOD, LOST, ("P3", "ร้านสาม", "16.46", "102.85"))
    ).runs
    assert (later.accepted, later.quarantined, later.gone) == (3, 0, 0)


def test_a_fix_goes_through_the_same_cleaning(context: Context, write_shops: WriteShops, tmp_path: Path) -> None:
    ingest_and_publish(context, ["tat_shops"], write_shops(GOOD, LOST))
    export_quarantine(context, None, tmp_path / "bad.csv")
    read_fixes(context, edit(tmp_path / "bad.csv", lat="51.5", lon="-0.1"))
    (run,) = ingest_and_publish(context, ["tat_shops"], None, replay=True).runs
    assert (run.accepted, run.by_reason) == (1, {"point_abroad": 1})


def test_a_fix_does_not_hide_what_the_publisher_says_later(
    context: Context, write_shops: WriteShops, tmp_path: Path
) -> None:
    ingest_and_publish(context, ["tat_shops"], write_shops(GOOD, LOST))
    export_quarantine(context, None, tmp_path / "bad.csv")
    read_fixes(context, edit(tmp_path / "bad.csv", lat="16.45", lon="102.84"))
    (run,) = ingest_and_publish(context, ["tat_shops"], write_shops(GOOD, ("P2", "ร้านสอง", "16.47", "102.86"))).runs
    assert point_of(context, "tat_shops:P2") == (16.47, 102.86)
    assert "Fixed by hand, but changed by the publisher since: P2." in str(run.message)


def test_a_text_that_a_spreadsheet_would_run_is_guarded_and_comes_back_as_it_was(
    context: Context, write_shops: WriteShops, tmp_path: Path
) -> None:
    ingest_and_publish(context, ["tat_shops"], write_shops(GOOD, ("P2", "=CMD()", "N/A", "N/A")))
    path = tmp_path / "bad.csv"
    export_quarantine(context, "tat_shops", path)
    assert ",'=CMD()," in path.read_text(encoding="utf-8-sig")
    with pytest.raises(BadInput, match="changes no row"):
        read_fixes(context, path)


def test_the_export_says_what_each_reason_means(context: Context, write_shops: WriteShops, tmp_path: Path) -> None:
    ingest_and_publish(context, ["tat_shops"], write_shops(GOOD, LOST))
    export_quarantine(context, "tat_shops", tmp_path / "bad.csv")
    assert "P2,point_missing,There are no coordinates." in (tmp_path / "bad.csv").read_text(encoding="utf-8-sig")
    assert sources_in_quarantine(context) == ["tat_shops"]
    assert quarantine_rows(context, "tat_shops", 5)[1][0][1:3] == ["P2", "point_missing"]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("name_th,lat\nx,1\n", "is no table of the quarantine"),
        ("source,row,colour\ntat_shops,P2,red\n", "is no table of the quarantine"),
        ("source,row,lat\ntat_shops,P9,1\n", "Line 2 names the row P9 of tat_shops"),
    ],
)
def test_a_table_that_does_not_fit_is_told_and_changes_nothing(
    table: str, told: str, context: Context, write_shops: WriteShops, tmp_path: Path
) -> None:
    ingest_and_publish(context, ["tat_shops"], write_shops(GOOD, LOST))
    (tmp_path / "fix.csv").write_text(table, encoding="utf-8")
    with pytest.raises(BadInput, match=told):
        read_fixes(context, tmp_path / "fix.csv")
    with pytest.raises(NotFound, match="no source atlantis"):
        export_quarantine(context, "atlantis", tmp_path / "bad.csv")


def test_a_figure_can_be_put_right_too(context: Context, tmp_path: Path) -> None:
    folder = tmp_path / "feeds"
    folder.mkdir()
    head = "year,month,arrivals,source_title,source_published\n"
    (folder / "mots_arrivals_monthly.csv").write_text(
        f"{head}2013,1,2318447,t,2017-12-04\n2013,2,23 67x,t,2017-12-04\n"
    )
    (run,) = ingest_and_publish(context, ["mots_arrivals_monthly"], folder).runs
    assert (run.accepted, run.by_reason) == (1, {"figure_unreadable": 1})
    export_quarantine(context, None, tmp_path / "bad.csv")
    assert read_fixes(context, edit(tmp_path / "bad.csv", stated="2367257")) == {"mots_arrivals_monthly": 1}
    (run,) = ingest_and_publish(context, ["mots_arrivals_monthly"], None, replay=True).runs
    assert (run.state, run.accepted, run.new, run.quarantined) == ("done", 2, 1, 0)
