from __future__ import annotations

import csv
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from directory.categories import categories
from ingest.clean.categories import name_categories
from ingest.places import Places

STARTER = Path(str(files("ingest") / "starter"))
Clean = Callable[..., dict[str, Any]]


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((files("ingest.clean") / name).read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("name", ["kinds.csv", "name_words.csv"])
def test_the_tables_name_known_categories_only(name: str) -> None:
    assert {row["category"] for row in table(name)} - {""} <= set(categories())


def test_every_line_of_words_has_a_place_to_look_at_and_words() -> None:
    rows = table("name_words.csv")
    assert {row["where"] for row in rows} == {"start", "any", "end"}
    assert [row for row in rows if not all(word.strip() == word != "" for word in row["words"].split("|"))] == []


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("วัดพระแก้ว", "temple"),
        ("ตลาดน้ำวัดตะเคียน", "floating_market"),
        ("วัดนักบุญยอแซฟ", "worship"),
        ("อุทยานแห่งชาติน้ำตกเจ็ดสาวน้อย", "national_park"),
        ("อุทยานประวัติศาสตร์พิมาย", "historic"),
        ("ศาลากลางจังหวัดปทุมธานี", "historic"),
        ("พิพิธภัณฑ์สัตว์น้ำหว้ากอ", "zoo"),
        ("บ้านพิพิธภัณฑ์", "museum"),
        ("เกาะล้าน", "island"),
        ("ร้านหนังสือ", "attraction"),
    ],
)
def test_a_thai_name_tells_what_a_sight_is(name: str, category: str, clean_row: Clean) -> None:
    assert clean_row(name_th=name, kinds=["tat:ATTRACTION"])["category"] == category


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("Wat Pho", "temple"),
        ("Watermill House", "attraction"),
        ("Khao Yai National Park", "national_park"),
        ("Ko Klang", "island"),
        ("Hat Yai Municipal Park", "park"),
        ("SEA LIFE Bangkok Ocean World", "zoo"),
        ("Ban Phe Pier", "pier"),
    ],
)
def test_an_english_name_tells_what_a_sight_is_by_whole_words(name: str, category: str, clean_row: Clean) -> None:
    assert clean_row(name_th=None, name_en=name, kinds=["tat:ATTRACTION"])["category"] == category


@pytest.mark.parametrize(
    ("kind", "name", "category"),
    [
        ("tat:RESTAURANT", "ครัวบ้านเรา", "restaurant"),
        ("tat:RESTAURANT", "บาร์บีคิวพลาซ่า", "restaurant"),
        ("tat:RESTAURANT", "คอฟฟี่แพลนเนต", "cafe"),
        ("tat:RESTAURANT", "ขนมจีนป้าเขียว", "restaurant"),
        ("tat:SHOP", "บู๊ทส์ สาขาเซ็นทรัลปิ่นเกล้า", "shop"),
        ("tat:SHOP", "เซ็นทรัลพลาซา ลาดพร้าว", "mall"),
        ("tat:SHOP", "ร้านของฝากแม่แดง", "souvenir"),
        ("tat:ACCOMMODATION", "บ้านริมเลโฮมสเตย์", "homestay"),
        ("tat:ACCOMMODATION", "ทรายรีรีสอร์ท", "resort"),
        ("tat:ACCOMMODATION", "เดอะ สยาม", "hotel"),
    ],
)
def test_the_publishers_kind_decides_which_words_count(kind: str, name: str, category: str, clean_row: Clean) -> None:
    assert clean_row(name_th=name, kinds=[kind])["category"] == category


@pytest.mark.parametrize(
    ("kinds", "category"),
    [
        (["amenity=cafe"], "cafe"),
        (["religion=buddhist", "amenity=place_of_worship"], "temple"),
        (["amenity=place_of_worship"], "worship"),
        (["tourism=hotel", "amenity=restaurant"], "hotel"),
        (["shop=toys"], "shop"),
    ],
)
def test_the_tags_of_openstreetmap_tell_the_category(kinds: list[str], category: str, clean_row: Clean) -> None:
    assert clean_row(kinds=kinds)["category"] == category


def test_what_nothing_tells_is_other_and_noted(clean_rows: Callable[..., Places]) -> None:
    places = clean_rows({"kinds": ["barrier=gate"]}, {"category": "temple"}, {"category": "castle"})
    assert places.records["category"].to_list() == ["other", "temple", "other"]
    assert places.notes == {"category_unknown": ["tat_attractions_th:1", "tat_attractions_th:3"]}


def test_most_hand_kept_sights_get_the_category_that_a_person_gave_them() -> None:
    rows = pl.concat([pl.read_csv(path, infer_schema=False) for path in sorted(STARTER.glob("places_*.csv"))])
    others = ["accommodation", "food", "shopping", "transport", "event", "activity", "service"]
    leaves = [code for code, item in categories().items() if item.parent not in others]
    rows = rows.filter(pl.col("category").is_in(leaves))
    by_name = name_categories(rows["name_th"], "tat:ATTRACTION")
    assert by_name.is_not_null().mean() > 0.95
    assert (by_name == rows["category"]).sum() / by_name.is_not_null().sum() > 0.84
