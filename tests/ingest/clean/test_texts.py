from __future__ import annotations

import html

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.clean.texts import tidy, tidy_texts
from ingest.source import get_source


def tidied(text: str) -> str | None:
    return pl.DataFrame({"text": [text]}).select(tidy(pl.col("text"))).item()


@pytest.mark.parametrize(
    ("stated", "plain"),
    [
        ("เเม่ศรีเรือน", "แม่ศรีเรือน"),
        ("บริษัท จํากัด", "บริษัท จำกัด"),
        ("นํ้าตก", "น้ำตก"),
        ("ที่่พัก", "ที่พัก"),
        ("ท่ีพัก", "ที่พัก"),
        ("ฺBan Nok Market", "Ban Nok Market"),
        ("พุทฺธํ", "พุทฺธํ"),
        ("ก๋วยเตี๋ยวน้ำตก", "ก๋วยเตี๋ยวน้ำตก"),
    ],
)
def test_thai_marks_stand_where_a_keyboard_should_have_put_them(stated: str, plain: str) -> None:
    assert tidied(stated) == plain


def test_blanks_of_every_kind_become_one() -> None:
    assert tidied(" King Naresuan the Great\u00a0Shrine \n") == "King Naresuan the Great Shrine"
    assert tidied("indy\u200b condo is\u200b near") == "indy condo is near"


def test_letters_are_composed() -> None:
    assert tidied("Cafe\u0301") == "Café"


@pytest.mark.parametrize("nothing", ["", "  ", "N/A", "-", "null", "ไม่ระบุ"])
def test_words_for_nothing_are_null(nothing: str) -> None:
    assert tidied(nothing) is None


@pytest.mark.parametrize("name", ["Nan", "Na", "None Sung"])
def test_places_that_sound_like_nothing_stay(name: str) -> None:
    assert tidied(name) == name


def test_entities_and_tags_are_read_and_other_angles_stay() -> None:
    frame = pl.DataFrame({"name": ["Coffee &amp; Cake<br/>Shop", "Bed&Breakfast<Wattana Homestay>", None]})
    plain = tidy_texts(frame, get_source("tat_shops"))["name"].to_list()
    assert plain == ["Coffee & Cake Shop", "Bed&Breakfast<Wattana Homestay>", None]


PIECES = st.sampled_from(
    [*"aB1 -()'.,<&;éเแกรำาัิุ่้์็ํ๎ๆ฿๑ฺ", "  ", "&amp;", "<b>", "\u00a0", "\u200b", "e\u0301", "ไม่มี", "n/a", "--"]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts=st.lists(st.lists(PIECES, max_size=8).map("".join), min_size=1, max_size=20))
def test_a_text_that_looks_tidy_is_tidy(texts: list[str]) -> None:
    frame = pl.DataFrame({"name": texts})
    each = pl.DataFrame({"name": [html.unescape(text) for text in texts]}).select(tidy(pl.col("name")))
    assert tidy_texts(frame, get_source("tat_shops"))["name"].to_list() == each["name"].to_list()
