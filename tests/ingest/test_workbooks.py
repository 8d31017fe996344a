from __future__ import annotations

import shutil
import struct
import zipfile
from pathlib import Path

import pytest

from ingest.workbooks import check_archive, read_sheet
from tic.core.errors import SourceUnreadable
from workbooks import Formula, write_workbook


def test_a_sheet_is_a_table_of_text_and_a_formula_its_value(tmp_path: Path) -> None:
    path = tmp_path / "places.xlsx"
    write_workbook(path, {"ปก": [["title"]], "ข้อมูล": [["ปี 2565"], ["name", "lat"], ["วัด", Formula("6+7", "13")]]})
    assert read_sheet(path, "ข้อมูล", 2).to_dicts() == [{"name": "วัด", "lat": "13"}]
    with pytest.raises(SourceUnreadable, match=r"has no sheet สรุป\. It has: ปก, ข้อมูล"):
        read_sheet(path, "สรุป", 1)


def test_columns_of_one_name_and_other_files_are_told(tmp_path: Path) -> None:
    path = tmp_path / "places.xlsx"
    write_workbook(path, {"a": [["name", "name"], ["x", "y"]]})
    with pytest.raises(SourceUnreadable, match="more than once"):
        read_sheet(path, None, 1)
    path.write_text("<html>Sign in</html>")
    with pytest.raises(SourceUnreadable, match="cannot be read as an Excel workbook"):
        read_sheet(path, None, 1)


@pytest.fixture(scope="module")
def packed_zeros(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Packing takes two seconds: once for all tests."""
    path = tmp_path_factory.mktemp("bomb") / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/a.xml", "w") as member:
        for _ in range(600):
            member.write(bytes(1 << 20))
    return path


@pytest.fixture
def bomb(packed_zeros: Path, tmp_path: Path) -> Path:
    """A workbook of less than a megabyte that holds 600 MB of zeros."""
    return Path(shutil.copy(packed_zeros, tmp_path))


def test_a_bomb_is_not_opened(bomb: Path) -> None:
    assert bomb.stat().st_size < 1 << 20
    with pytest.raises(SourceUnreadable, match="would unpack to more than 512 MB"):
        read_sheet(bomb, None, 1)


def test_nor_is_one_whose_directory_lies_about_its_size(bomb: Path) -> None:
    content = bytearray(bomb.read_bytes())
    directory = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, directory + 24, 1000)
    bomb.write_bytes(content)
    assert zipfile.ZipFile(bomb).infolist()[0].file_size == 1000
    with pytest.raises(SourceUnreadable, match="would unpack to more than 512 MB"):
        check_archive(bomb)


def test_a_broken_archive_is_told(bomb: Path) -> None:
    content = bytearray(bomb.read_bytes())
    content[60:80] = b"\xff" * 20
    bomb.write_bytes(content)
    with pytest.raises(SourceUnreadable, match="broken or locked archive"):
        check_archive(bomb)
