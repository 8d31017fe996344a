from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from directory.resolve.names import consonants_of, kind_names, name_forms

Make = Callable[..., Any]


def forms_of(name: str, record: Make, frame_of: Make) -> list[dict[str, Any]]:
    field = "name_th" if any("ก" <= letter <= "๛" for letter in name) else "name_en"
    return name_forms(frame_of(record("tat:1", **{field: name}))).to_dicts()


def said_kinds(bits: int) -> list[str]:
    return [name for bit, name in enumerate(kind_names()) if bits >> bit & 1]


@pytest.mark.parametrize(
    ("thai", "english"),
    [
        ("วัดมูลจินดาราม", "Wat Mun Chindaram"),
        ("น้ำตกแม่พูล", "Mae Phun Waterfall"),
        ("เกาะล้าน", "Koh Larn"),
        ("อุทยานแห่งชาติขุนสถาน", "Khun Sathan National Park"),
    ],
)
def test_a_thai_name_and_its_romanisation_sound_the_same(thai: str, english: str, record: Make, frame_of: Make) -> None:
    (one,), (other,) = forms_of(thai, record, frame_of), forms_of(english, record, frame_of)
    assert one["sound"] == other["sound"]
    assert one["kinds"] == other["kinds"] != 0
    assert (one["thai"], other["thai"]) == (True, False)


def test_the_kind_of_place_counts_wherever_it_stands(record: Make, frame_of: Make) -> None:
    (one,), (other,) = forms_of("Namtok Mae Phun", record, frame_of), forms_of("Mae Phun Waterfall", record, frame_of)
    assert one["text"] == other["text"]
    assert said_kinds(one["kinds"]) == ["waterfall"]
    assert one["joined"] != other["joined"]


def test_a_name_of_kinds_alone_keeps_its_words(record: Make, frame_of: Make) -> None:
    (form,) = forms_of("The Museum", record, frame_of)
    assert form["core"] != ""
    assert said_kinds(form["kinds"]) == ["museum"]


def test_a_name_with_brackets_is_known_with_and_without_them(record: Make, frame_of: Make) -> None:
    texts = [form["joined"] for form in forms_of("Wat Phra Phutthabat (Saraburi)", record, frame_of)]
    assert texts == ["watphraphutthabatsaraburi", "watphraphutthabat"]


@pytest.mark.parametrize(
    ("name", "branch"),
    [
        ("กาแฟพันธุ์ไทย สาขาปากช่อง", "pakcog"),
        ("Black Canyon - Pak Chong Branch", "pakcog"),
        ("Black Canyon", None),
    ],
)
def test_a_branch_is_told_apart_from_the_name(name: str, branch: str | None, record: Make, frame_of: Make) -> None:
    form = forms_of(name, record, frame_of)[0]
    assert form["branch"] == branch
    assert "pakcog" not in form["sound"]


def test_numbers_of_a_name_are_kept_in_order(record: Make, frame_of: Make) -> None:
    assert [form["numbers"] for form in forms_of("Rim Rabeang 20 Soi 3", record, frame_of)] == ["20 3"]
    assert [form["numbers"] for form in forms_of("Rim Rabeang", record, frame_of)] == [None]


def test_every_name_of_a_record_is_there_once(record: Make, frame_of: Make) -> None:
    row = record(
        "osm:1",
        name_th="วัดพระแก้ว",
        name_en="Wat Phra Kaeo",
        aliases=["Temple of the Emerald Buddha", "WAT PHRA KAEO"],
        names='{"zh":"玉佛寺"}',
    )
    forms = name_forms(frame_of(record("a:1", name_en=None), row))
    assert forms["row"].unique().to_list() == [1]
    assert forms["joined"].to_list() == ["วัดพระแก้ว", "watphrakaeo", "templeemeraldbuddha", "玉佛佛寺"]


def test_a_name_without_letters_is_no_name(record: Make, frame_of: Make) -> None:
    assert name_forms(frame_of(record("osm:1", name_en="***"))).height == 0


def test_consonants_survive_what_spellings_do_to_vowels() -> None:
    assert consonants_of("lacabopit") == consonants_of("lacpopit") == "lcpt"


def test_no_records_have_no_names(frame_of: Make) -> None:
    assert isinstance(name_forms(frame_of()), pl.DataFrame)
    assert name_forms(frame_of()).height == 0
