from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from directory.listing import RECORD_SCHEMA
from ingest.places import Places
from ingest.quarantine import REASONS

INGEST = Path(__file__).resolve().parents[2] / "ingest"
CleanRows = Callable[..., Places]


def test_records_have_the_agreed_columns_and_keys_of_source_and_id(clean_rows: CleanRows) -> None:
    records = clean_rows({"source_id": "P1"}, {"source_id": "P2"}).records
    assert dict(records.schema) == {name: pl.DataFrame(schema=RECORD_SCHEMA).schema[name] for name in RECORD_SCHEMA}
    assert records["key"].to_list() == ["tat_attractions_th:P1", "tat_attractions_th:P2"]
    assert records["source"].unique().to_list() == ["tat_attractions_th"]


def test_of_rows_with_one_id_the_first_good_one_counts(clean_rows: CleanRows) -> None:
    places = clean_rows(
        {"source_id": "P1", "lat": None},
        {"source_id": "P1", "name_th": "วัดหนึ่ง"},
        {"source_id": "P1", "name_th": "วัดสอง"},
    )
    assert places.records["name_th"].to_list() == ["วัดหนึ่ง"]
    assert [row.reasons for row in places.rejected] == [("point_missing",), ("duplicate_key",)]


def test_a_row_without_an_id_is_rejected(clean_rows: CleanRows) -> None:
    (row,) = clean_rows({"source_id": " ", "row_number": 7}).rejected
    assert (row.row_key, row.reasons) == ("row 7", ("source_id_missing",))


def test_a_rejected_row_is_kept_as_its_source_stated_it(clean_rows: CleanRows) -> None:
    (row,) = clean_rows(
        {"source_id": "P9", "name_th": " วัด  โพธิ์ ", "lat": "0", "lon": "0,0", "province": "Siam"}
    ).rejected
    assert row.row_key == "P9"
    assert row.reasons == ("point_zero",)
    assert row.body == {
        "source_id": "P9",
        "name_th": " วัด  โพธิ์ ",
        "category": "temple",
        "lat": "0",
        "lon": "0,0",
        "province": "Siam",
    }


def test_every_reason_of_the_list_is_one_that_some_code_gives() -> None:
    files = [path for pattern in ("*.py", "*.yml") for path in INGEST.rglob(pattern) if path.name != "quarantine.py"]
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert [reason for reason in REASONS if reason not in code and reason != "duplicate_key"] == []
