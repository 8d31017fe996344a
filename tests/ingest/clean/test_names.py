from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Clean = Callable[..., dict[str, Any]]
SIGHT = ["tat:ATTRACTION"]


def names_of(record: dict[str, Any]) -> tuple[str | None, str | None, list[str] | None]:
    return record["name_th"], record["name_en"], record["aliases"]


@pytest.mark.parametrize(
    ("stated", "name", "alias"),
    [
        ("วัดกู้ หรือ วัดพระนางเรือล่ม ", "วัดกู้", "วัดพระนางเรือล่ม"),
        ("พระจมน้ำ หรือพระพุทธสิริภูวดลมงคลชัย", "พระจมน้ำ", "พระพุทธสิริภูวดลมงคลชัย"),
        ("สวนศรียาหรือสวนลุงไสว", "สวนศรียา", "สวนลุงไสว"),
        ("วัดสะแล่ง หรือวัดป่าสุคันธรรมาราม (พระธาตุชะอุปคำ)", "วัดสะแล่ง", "วัดป่าสุคันธรรมาราม"),
        ("วัดโลกยสุธาราม (วัดพระนอน)", "วัดโลกยสุธาราม", "วัดพระนอน"),
    ],
)
def test_two_thai_names_in_one_field_are_a_name_and_an_alias(
    stated: str, name: str, alias: str, clean_row: Clean
) -> None:
    assert names_of(clean_row(name_th=stated, kinds=SIGHT)) == (name, None, [alias])


@pytest.mark.parametrize(
    ("stated", "name", "alias"),
    [
        ("Wat Phra Si Rattana Satsadaram or Wat Phra Kaeo", "Wat Phra Si Rattana Satsadaram", "Wat Phra Kaeo"),
        ("The Dinosaur Museum, or Phu Wiang Museum", "The Dinosaur Museum", "Phu Wiang Museum"),
        ("Wat Sa Khla (Sa Khla Temple)", "Wat Sa Khla", "Sa Khla Temple"),
    ],
)
def test_two_english_names_in_one_field_are_a_name_and_an_alias(
    stated: str, name: str, alias: str, clean_row: Clean
) -> None:
    assert names_of(clean_row(name_th=None, name_en=stated, kinds=SIGHT)) == (None, name, [alias])


@pytest.mark.parametrize(
    "name",
    [
        "พิพิธภัณฑ์ริบลีส์ เชื่อหรือไม่",
        "ศูนย์วัฒนธรรมไทยทรงดำหรือลาวโซ่ง",
        "นิตยาไก่ย่าง (เมืองทองธานี)",
        "Drift (ดริฟ) โรงแรมฮิลตัน พัทยา",
    ],
)
def test_what_only_looks_like_two_names_stays_whole(name: str, clean_row: Clean) -> None:
    assert names_of(clean_row(name_th=name)) == (name, None, None)


def test_english_look_alikes_stay_whole(clean_row: Clean) -> None:
    for name in ("Ripley's Believe It or Not", "Namtok Phu La-or", "Southeast Asian Ceramics Museum (SEACM)"):
        assert names_of(clean_row(name_th=None, name_en=name, kinds=SIGHT)) == (None, name, None)


def test_a_thai_and_an_english_name_in_one_field_go_to_their_fields(clean_row: Clean) -> None:
    bracket = clean_row(name_th="เดอะศาลายา เลเชอร์ ปาร์ค (THE SALAYA LEISURE PARK)")
    assert names_of(bracket) == ("เดอะศาลายา เลเชอร์ ปาร์ค", "THE SALAYA LEISURE PARK", None)
    dash = clean_row(name_th="O'glee - โอกลี")
    assert names_of(dash) == ("โอกลี", "O'glee", None)


def test_an_acronym_in_a_bracket_is_an_alias_and_no_english_name(clean_row: Clean) -> None:
    record = clean_row(name_th="พิพิธภัณฑ์ศิลปะไทยร่วมสมัย (MOCA)")
    assert names_of(record) == ("พิพิธภัณฑ์ศิลปะไทยร่วมสมัย", None, ["MOCA"])


def test_a_name_in_the_field_of_the_other_language_is_moved(clean_row: Clean) -> None:
    assert names_of(clean_row(name_th="Street Art 101")) == (None, "Street Art 101", None)
    assert names_of(clean_row(name_th=None, name_en="วัดโพธิ์")) == ("วัดโพธิ์", None, None)
    assert names_of(clean_row(name_th="บ้านทองกลับ Bar & Bistro")) == ("บ้านทองกลับ Bar & Bistro", None, None)


def test_a_moved_name_that_finds_its_field_taken_is_an_alias(clean_row: Clean) -> None:
    record = clean_row(name="Wat Pho Temple", name_en="Wat Pho")
    assert names_of(record) == ("วัดโพธิ์", "Wat Pho", ["Wat Pho Temple"])


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        ("曼谷市中心二房公寓", '{"zh":"曼谷市中心二房公寓"}'),
        ("ツインベッド", '{"ja":"ツインベッド"}'),
        ("방콕 하우스", '{"ko":"방콕 하우스"}'),
        ("المطعم المصري", '{"ar":"المطعم المصري"}'),
    ],
)
def test_a_name_in_another_script_goes_to_the_other_languages(stated: str, names: str, clean_row: Clean) -> None:
    record = clean_row(name_th=None, name=stated)
    assert (record["name_th"], record["name_en"], record["names"]) == (None, None, names)


def test_a_few_chinese_letters_do_not_make_an_english_name_chinese(clean_row: Clean) -> None:
    record = clean_row(name_th=None, name="3B中文No Guest Service Fee@Nana Asok")
    assert record["name_en"] == "3B中文No Guest Service Fee@Nana Asok"


def test_a_bracket_that_repeats_the_province_goes_and_another_stays(clean_row: Clean) -> None:
    record = clean_row(name_th=None, name_en="Wat Ratchaburana (Bangkok)", province="Bangkok")
    assert record["name_en"] == "Wat Ratchaburana"
    assert clean_row(name_en="Sea Food (Phuket)", province="Bangkok")["name_en"] == "Sea Food (Phuket)"


def test_a_bracket_that_was_broken_off_goes(clean_row: Clean) -> None:
    assert clean_row(name_th="เจดีย์ยุทธหัตถี (เจดีย์เฉลิมพระเกียรติพระเจ้ารามคำ")["name_th"] == "เจดีย์ยุทธหัตถี"


def test_only_tags_that_name_the_place_become_aliases(clean_row: Clean) -> None:
    tags = ["วัดเลียบ", "อยุธยา", "วัด", "#วัดดัง", "วัด นครปฐม", "วัดราชบุรณะ"]
    record = clean_row(name_th="วัดราชบุรณะ", tags=tags, kinds=SIGHT)
    assert record["aliases"] == ["วัดเลียบ"]


def test_aliases_keep_their_order_and_repeat_neither_names_nor_each_other(clean_row: Clean) -> None:
    record = clean_row(name_th="วัดโพธิ์", aliases=["Wat Po", "วัดโพธิ์", "วัดพระเชตุพน", "Wat Po"])
    assert record["aliases"] == ["Wat Po", "วัดพระเชตุพน"]


def test_a_place_without_a_name_is_rejected(why_rejected: Callable[..., tuple[str, ...]]) -> None:
    assert why_rejected(name_th=None) == ("no_name",)
    assert why_rejected(name_th="N/A") == ("no_name",)


def test_one_letter_is_no_name_but_a_syllable_and_a_number_are(why_rejected: Callable[..., tuple[str, ...]]) -> None:
    assert why_rejected(name_th="ก") == ("name_too_short",)
    assert why_rejected(name_th=None, name="!") == ("name_too_short",)
    assert why_rejected(name_th="กู") == ()
    assert why_rejected(name_th="80/20") == ()
