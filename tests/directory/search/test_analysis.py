"""Names and queries taken apart: words, how they sound, kinds of place."""

from __future__ import annotations

import pytest

from directory.search.analysis import analyse, joined_keys, key_of
from directory.search.type_words import kinds_of, thai_type_words


@pytest.mark.parametrize(
    ("thai", "latin"),
    [
        ("วัดพระแก้ว", "Wat Phra Kaew"),
        ("เกาะสมุย", "Koh Samui"),
        ("หาดป่าตอง", "Haad Pa Tong"),
        ("สยามพารากอน", "Siam Paragon"),
        ("วัดพระธาตุดอยสุเทพ", "Wat Phrathat Doi Suthep"),
        ("ไอคอนสยาม", "ICONSIAM"),
        ("เขาใหญ่", "Khao-Yai"),
        ("บางปู", "Bangpoo"),
    ],
)
def test_a_thai_name_and_its_romanisation_sound_the_same(thai: str, latin: str) -> None:
    assert analyse(thai).key == analyse(latin).key


def test_a_kind_of_place_always_stands_alone() -> None:
    assert [word.text for word in analyse("เกาะสมุย").words] == ["เกาะ", "สมุย"]
    assert [word.kind for word in analyse("อุทยานแห่งชาติเขาใหญ่").words] == ["national_park", "mountain", None]
    assert [word.kind for word in analyse("Khao Yai National Park").words][2:] == ["national_park", "national_park"]
    assert analyse("Wat Pho").core == analyse("วัดโพธิ์").core == "po"


def test_small_words_do_not_count_but_words_for_where_are_told_apart() -> None:
    assert analyse("The Grand Palace").joined == analyse("grand palace").joined == "grandpalace"
    assert analyse("Near Grand Palace").joined != "grandpalace"
    assert analyse("hotel near Patong").words[1].kind == "where"
    assert analyse("The").joined == "the"


def test_a_text_of_signs_has_no_words() -> None:
    assert analyse("?! 🙏").words == ()
    assert (analyse("").joined, analyse("").key, analyse("").core) == ("", "", "")


def test_neighbouring_words_may_be_written_as_one() -> None:
    assert joined_keys(("na", "pla", "men")) == {(0, 2): "napla", (0, 3): "naplamen", (1, 3): "plamen"}
    assert joined_keys(("wat",)) == {}


def test_longest_kinds_win() -> None:
    assert kinds_of(["pattaya", "floating", "market"]) == {1: "floating_market", 2: "floating_market"}
    assert kinds_of(["market"]) == {0: "market"}
    assert "วัด" in thai_type_words()


def test_letters_that_nobody_can_speak_sound_like_nothing_else() -> None:
    assert key_of("zzqqkkjj") == "zzqqkkjj"
    assert (key_of("sgt"), key_of("bts")) == ("skt", "btt")
