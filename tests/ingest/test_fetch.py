from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.fetch import look_around
from ingest.source import get_source
from tic.core.errors import NotFound, SourceUnreadable, StorageFailed


def test_a_file_is_found_anywhere_below_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    wanted = tmp_path / "a" / "b" / "tat_shops_th.csv"
    wanted.write_text("x")
    assert look_around(tmp_path).files_of(get_source("tat_shops")) == [wanted]


def test_what_ships_with_the_product_is_in_the_package_whatever_the_folder(tmp_path: Path) -> None:
    (tmp_path / "statistics.parquet").write_text("not this one")
    found = look_around(tmp_path).files_of(get_source("starter_places"))
    assert [path.name for path in found] == ["places_central_south.csv", "places_north_northeast.csv"]
    (figures,) = look_around(None).files_of(get_source("starter_statistics"))
    assert figures.parent.name == "starter"


def test_a_file_of_the_product_itself_that_is_missing_is_told() -> None:
    with pytest.raises(StorageFailed, match="Install the product again"):
        look_around(None).files_of(replace(get_source("starter_places"), file="islands_*.csv"))


def test_a_missing_file_is_told_with_where_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"There is no file tat_shops_th\.csv below .*https://tatdataapi\.io/"):
        look_around(tmp_path).files_of(get_source("tat_shops"))


def test_without_a_folder_a_feed_asks_for_one() -> None:
    with pytest.raises(NotFound, match=r"tat_shops does not ship with the product.*--from"):
        look_around(None).files_of(get_source("tat_shops"))


def test_two_files_of_the_same_name_are_told(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "tat_shops_th.csv").write_text(name)
    with pytest.raises(SourceUnreadable, match="There are 2 files named"):
        look_around(tmp_path).files_of(get_source("tat_shops"))


def test_a_pattern_may_stand_for_several_files_and_hidden_folders_do_not_count(tmp_path: Path) -> None:
    (tmp_path / ".old").mkdir()
    for name in ("b_2.csv", "b_1.csv", ".old/b_3.csv", "c.csv"):
        (tmp_path / name).write_text(name)
    found = look_around(tmp_path).files_of(replace(get_source("tat_shops"), file="b_*.csv"))
    assert [path.name for path in found] == ["b_1.csv", "b_2.csv"]
