from __future__ import annotations

from pathlib import Path

import pytest

from ingest.source import get_source
from ingest.tabular import ROW_NUMBER, Table, ragged_rows, read_rows, read_table, read_text
from tic.core.errors import SourceUnreadable

THAI = "ชื่อ,จังหวัด\nวัดโพธิ์,กรุงเทพมหานคร\nน้ำตกเอราวัณ,กาญจนบุรี\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "feed.csv"


def table(file: Path, text: str, *required: str) -> Table:
    file.write_text(text, encoding="utf-8")
    return read_table(file, get_source("tat_shops"), required)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "tis-620", "cp874"])
def test_thai_is_read_in_every_encoding_that_agencies_use(encoding: str, file: Path) -> None:
    text = THAI + "Hotel,Phuket,with enough Latin letters in it to tell sixteen bits from eight\n"
    file.write_bytes(text.encode(encoding))
    assert read_text(file) == text


def test_a_stated_encoding_is_tried_first(file: Path) -> None:
    file.write_bytes("Café,Zürich\n".encode("latin-1"))
    assert read_text(file, encoding="latin-1") == "Café,Zürich\n"


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is not text"),
        ("Caf\u00e9,Z\u00fcrich\n".encode("latin-1"), "is not text"),
        (b"\n<!DOCTYPE html><html><body>503</body></html>", "is a web page"),
        (b'<?xml version="1.0"?>\n<html lang="th">', "is a web page"),
    ],
)
def test_what_is_no_text_is_told_in_one_sentence(raw: bytes, told: str, file: Path) -> None:
    file.write_bytes(raw)
    with pytest.raises(SourceUnreadable, match=rf"feed\.csv {told}") as error:
        read_text(file)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_told(file: Path) -> None:
    with pytest.raises(SourceUnreadable, match=r"feed\.csv cannot be read \(No such file"):
        read_text(file)


def test_cells_are_text_as_published_and_blank_ones_are_null(file: Path) -> None:
    found = table(file, 'id,name\n007," Wat, ""Pho"" "\n,\n8, \n', "id", "name")
    assert found.frame["id"].to_list() == ["007", "8"]
    assert found.frame["name"].to_list() == [' Wat, "Pho" ', None]
    assert found.frame[ROW_NUMBER].to_list() == [2, 4]


def test_a_missing_column_is_named(file: Path) -> None:
    with pytest.raises(SourceUnreadable, match=r"lacks the column\(s\) lat, lon\. Check"):
        table(file, "id,name\n1,a\n", "id", "lat", "lon")


def test_a_repeated_column_is_named(file: Path) -> None:
    with pytest.raises(SourceUnreadable, match=r"names the column\(s\) id more than once"):
        table(file, "id,name,id\n1,a,2\n", "id")


def test_a_column_that_nobody_knows_is_left_over(file: Path) -> None:
    file.write_text("id,name,colour,\n1,a,red,\n", encoding="utf-8")
    found = read_table(file, get_source("tat_shops"), ["id"], ignored=["name"])
    assert found.leftover == ("colour",)


def test_a_file_that_breaks_off_in_a_row_is_told(file: Path) -> None:
    with pytest.raises(SourceUnreadable, match="breaks off in the middle of its last row, 3"):
        table(file, "id,name,lat\n1,a,13.7\n2,b", "id")


def test_a_file_that_breaks_off_in_a_quoted_field_is_told(file: Path) -> None:
    file.write_text('id,name\n1,"a\n2,b\n', encoding="utf-8")
    with pytest.raises(SourceUnreadable, match="is broken off or not a table"):
        read_rows(file)


def test_a_row_with_too_few_or_too_many_fields_is_ragged(file: Path) -> None:
    found = table(file, "id,name,lat\n1,a,13.7\n2,b\n3,c,13.7,x\n4,d,13.8\n", "id")
    assert ragged_rows(found).to_list() == [[], ["row_ragged"], ["row_ragged"], []]
    assert found.frame["name"].to_list() == ["a", "b", "c", "d"]


def test_a_heading_alone_is_an_empty_table(file: Path) -> None:
    assert table(file, "id,name\n", "id").frame.height == 0
