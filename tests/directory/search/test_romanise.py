"""Thai words in Latin letters, and the key under which all spellings of a name meet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.search.analysis import key_of
from directory.search.folding import fold, join_keys
from directory.search.romanise import romanise
from tic.core.areas import districts, provinces

LONGEST_THAI_NAME = 15
"""The source of the districts cuts Thai names off after sixteen letters."""


@pytest.mark.parametrize(
    ("thai", "latin"),
    [
        ("วัด", "wat"),
        ("พระ", "phra"),
        ("แก้ว", "kaeo"),
        ("หาด", "hat"),
        ("เกาะ", "ko"),
        ("สมุย", "samui"),
        ("ทราย", "sai"),
        ("สร้าง", "sang"),
        ("ศรี", "si"),
        ("เขียว", "khiao"),
        ("เมือง", "mueang"),
        ("ควน", "khuan"),
        ("หมู่", "mu"),
        ("พรรณ", "phan"),
        ("สวรรค์", "sawan"),
        ("จันทร์", "chan"),
        ("ราษฎร์", "rat"),
        ("จักร", "chak"),
        ("ธาตุ", "that"),
        ("ราชบุรี", "ratchaburi"),
        ("นครสวรรค์", "nakhonsawan"),
        ("เซ็นทรัลเวิลด์", "centralworld"),
        ("ฤาษี", "ruesi"),
        ("เดิน", "doen"),
        ("ไทร", "sai"),
    ],
)
def test_a_thai_word_is_read_by_the_royal_system(thai: str, latin: str) -> None:
    assert romanise(thai) == latin


def test_names_of_areas_are_read_as_their_official_spelling_says() -> None:
    known = [area for area in (*provinces().values(), *districts().values()) if len(area.name_th) <= LONGEST_THAI_NAME]
    same = [area for area in known if key_of(area.name_th) == fold("".join(filter(str.isalpha, area.name_en.lower())))]
    assert len(same) / len(known) > 0.9


@given(st.text(alphabet=[chr(code) for code in range(0x0E01, 0x0E5C)], max_size=80))
def test_any_row_of_thai_letters_is_read(text: str) -> None:
    assert all(letter.isascii() for letter in romanise(text))


@pytest.mark.parametrize(
    "spellings",
    [
        "chatuchak jatujak chatujak jatuchak",
        "kaeo keaw kaew keo kaeow",
        "phra pra bhra",
        "ko koh kho",
        "hat haad had hart",
        "thong tong",
        "sathon sathorn satorn",
        "mueang muang meuang",
        "chiang chieng",
        "ayutthaya ayuthaya ayuttaya",
        "khao kao khaow",
        "ratchada rachada rajada",
        "bangpu bangpoo",
        "krabi grabi",
        "wiang vieng",
        "phuket puket pooket",
        "nakhon nakorn nakon",
        "loei loey",
        "samui samuy",
        "doem derm",
        "ubon ubol",
        "buddha budha",
        "silom sirom",
        "si sri see",
        "bueng bung beung",
        "suthep sutheb",
        "sawat sawad sawas",
        "rueang ruang reuang",
    ],
)
def test_spellings_that_people_really_use_meet(spellings: str) -> None:
    assert len({fold(spelling) for spelling in spellings.split()}) == 1


@pytest.mark.parametrize(
    "different",
    ["wat pa", "kata karon", "lamai lamphun", "phi phai", "samui samet", "krabi krabang", "chiang chang", "bang ban"],
)
def test_different_names_stay_apart(different: str) -> None:
    one, other = different.split()
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("apart", "joined"),
    [("na phra men", "naphramen"), ("bang pu", "bangpu"), ("kut chum", "kutchum"), ("phak hai", "phakhai")],
)
def test_words_written_apart_and_joined_meet(apart: str, joined: str) -> None:
    assert join_keys([fold(word) for word in apart.split()]) == fold(joined)


def test_a_word_that_is_still_being_typed_keeps_its_last_letter() -> None:
    assert fold("khl", whole=False) == "kl"
    assert fold("khlong").startswith(fold("khl", whole=False))
    assert fold("kh") == "k"
