"""The search page: results, filters and the point all come from the address, and go back into it."""

from __future__ import annotations

from typing import Any

import pytest

from directory.search.base import Hit, Understood
from directory.sources import OPERATOR, SourceInfo
from pages._answer import understood_line
from pages._filters import sources_of
from pages._opening import opening_name
from pages._resultmap import area_of
from pages._searchbox import filter_of
from pages._widgets import marked_name
from reading_pages import Open, linked_places, press, texts
from small_directory import SOURCES
from tic.core.errors import BadInput

KNOWN: dict[str, SourceInfo] = {source.name: source for source in (*SOURCES, OPERATOR)}


def test_a_first_visit_shows_all_places_and_asks_for_nothing(open_page: Open) -> None:
    page = open_page()
    assert page.title[0].value == "Find a place in Thailand"
    assert "**6** places" in texts(page)
    assert len(linked_places(page)) == 6


def test_the_page_speaks_thai_when_the_cookie_the_address_or_the_setting_says_so(open_page: Open) -> None:
    assert "**6** แห่ง" in texts(open_page(lang="th"))
    page = open_page()
    page.query_params["lang"] = "th"
    assert "ค้นหาสถานที่ในประเทศไทย" in texts(page.run())
    del page.query_params["lang"]
    assert "ค้นหาสถานที่ในประเทศไทย" in texts(page.run())


def test_a_shared_address_shows_the_same_view(open_page: Open) -> None:
    page = open_page(q="Wat", category="temple", province="TH-10", sort="name")
    assert linked_places(page) == ["wat-arun", "wat-pho"]
    assert "**2** places" in texts(page)
    assert page.selectbox(key="url-sort").value == "name"


def test_a_press_on_a_filter_goes_into_the_address_and_a_second_takes_it_away(open_page: Open) -> None:
    page = press(open_page(page="1"), "facet-category-temple")
    assert page.query_params == {"category": "temple"}
    assert set(linked_places(page)) == {"wat-pho", "wat-arun"}
    page = press(page, "facet-category-beach")
    assert page.query_params == {"category": "temple,beach"}
    page = press(page, "active-category-temple")
    assert page.query_params == {"category": "beach"}
    assert linked_places(page) == ["railay"]
    assert "**1** place" in texts(page).splitlines()


def test_going_back_changes_the_widgets_as_well_as_the_results(open_page: Open) -> None:
    page = open_page()
    page.selectbox(key="url-sort").select("name").run()
    assert page.query_params == {"sort": "name"}
    page.query_params = {}
    page.run()
    assert page.selectbox(key="url-sort").value == "relevance"


def test_sources_are_filtered_by_their_type_with_exact_counts(open_page: Open) -> None:
    page = open_page()
    labels = [button.label for button in page.button if (button.key or "").startswith("facet-trust-")]
    assert labels == [r"Government agencies (3)", r"Open data (3)"]
    page = press(page, "facet-trust-open")
    assert page.query_params == {"trust": "open"}
    assert set(linked_places(page)) == {"wat-arun", "doi-inthanon", "hostile"}


def test_a_type_of_source_stands_for_its_sources_of_places() -> None:
    assert sources_of(["official"], KNOWN) == ("tat",)
    assert sources_of(["open", "operator"], KNOWN) == ("osm", "operator")
    with pytest.raises(BadInput, match="gossip is no type of source"):
        sources_of(["gossip"], KNOWN)


def test_distances_are_shown_from_a_point_and_within_a_radius(open_page: Open) -> None:
    page = open_page(near="13.7465,100.493", radius_km="1", sort="distance")
    assert linked_places(page)[0] == "wat-pho"
    assert "railay" not in linked_places(page)
    assert "0.0 km" in texts(page)
    assert "Within 1 km of 13.7465, 100.4930" in texts(page)
    assert press(page, "active-near").query_params == {}


def test_an_area_of_the_map_is_a_filter_that_can_be_taken_away(open_page: Open) -> None:
    page = open_page(bbox="98.7,7.9,98.9,8.1")
    assert linked_places(page) == ["railay"]
    assert press(page, "active-bbox").query_params == {}


def test_a_rectangle_from_the_browser_is_cut_at_the_edges_of_the_earth_or_refused() -> None:
    assert area_of({"bbox": [98.12345, 7, 99, 8.5]}) == "98.1235,7.0000,99.0000,8.5000"
    assert area_of({"bbox": [-200, -95, 200, 95]}) == "-180.0000,-90.0000,180.0000,90.0000"
    for wrong in (None, "98,7,99,8", {"bbox": [99, 7, 98, 8]}, {"bbox": [1, 2, 3]}, {"bbox": [True, 0, 2, 3]}):
        assert area_of(wrong) is None
    assert area_of({"bbox": [float("nan"), 7, 99, 8]}) is None


def test_a_suggested_area_or_category_becomes_the_filter_that_is_known() -> None:
    assert filter_of({"group": "area", "id": "TH-83"}) == ("province", "TH-83")
    assert filter_of({"group": "area", "id": "5001"}) == ("district", "5001")
    assert filter_of({"group": "category", "id": "beach"}) == ("category", "beach")
    for wrong in (None, {"group": "area", "id": "TH-00"}, {"group": "category", "id": "castle"}, {"group": "place"}):
        assert filter_of(wrong) is None


def test_a_moment_to_be_open_at_is_read_as_time_in_thailand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages._session.cookie", {"tic_lang": "en"}.get)
    assert opening_name("2026-04-13T10:30") == "Open on 13 Apr 2026 at 10:30"
    assert opening_name("2026-04-13T03:30+00:00") == "Open on 13 Apr 2026 at 10:30"
    assert opening_name("now") == "Open now"


def test_open_now_is_a_filter_that_a_second_press_takes_away(open_page: Open) -> None:
    page = press(open_page(), "open-now")
    assert page.query_params == {"open": "now"}
    assert press(page, "active-open-now").query_params == {}


def hit(**facts: Any) -> Hit:
    """A hit in Bangkok with these facts."""
    where = {"category": "market", "lat": 13.8, "lon": 100.5, "province_code": "TH-10", "district_code": None}
    names = {"name_th": "ตลาดนัดจตุจักร", "name_en": "Chatuchak Market"}
    return Hit(id="x", score=1.0, sources=(), **{**where, **names, **facts})


def test_the_found_part_of_a_name_is_marked_and_its_signs_stay_text() -> None:
    found = hit(matched="Chatuchak Market", marks=((0, 9),))
    assert marked_name("Chatuchak Market", found) == ":primary-background[Chatuchak] Market"
    assert marked_name("ตลาดนัดจตุจักร", found) == "ตลาดนัดจตุจักร"
    assert marked_name("a [b] c", hit(matched="a [b] c", marks=((2, 5), (3, 99)))) == r"a :primary-background[\[b\]] c"


def test_the_line_of_what_was_understood_names_kinds_areas_and_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages._session.cookie", {"tic_lang": "en"}.get)
    assert understood_line(Understood(categories=("temple",), provinces=("TH-50",))) == "**Temple** · **Chiang Mai**"
    near = Understood(name="Sea", categories=("beach",), near_name="Phuket Airport")
    assert understood_line(near) == "**Beach** · **near Phuket Airport** · **“Sea”**"
    assert understood_line(Understood(name="Wat Pho")) == ""


def test_what_cannot_be_used_is_named_and_the_rest_still_works(open_page: Open) -> None:
    page = open_page(q="Railay", category="castle")
    assert "castle" in page.error[0].value
    assert linked_places(page) == ["railay"]
    assert "gossip" in open_page(trust="gossip").error[0].value
    assert "distance" not in open_page(sort="distance").selectbox(key="url-sort").options


def test_nothing_found_says_what_to_do(open_page: Open) -> None:
    page = open_page(q="xylophone")
    assert "Nothing fits. Check the spelling" in page.info[0].value
    assert press(page, next(b.key for b in page.button if b.label == "Start again")).query_params == {}


def test_a_hostile_name_stays_text_in_a_link(open_page: Open) -> None:
    page = open_page(q="onerror")
    (label,) = [element.proto.label for element in page.get("page_link") if element.proto.query_string == "id=hostile"]
    assert "<img" not in label.replace("\\<", "")
    assert r"\[click\]\(javascript" in label
    assert ":red[" not in label


def test_a_missing_index_is_one_sentence(open_page: Open, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from pages import _resources
    from tic.core.settings import get_settings

    monkeypatch.setenv("TIC_DATA_DIR", str(tmp_path))
    get_settings.cache_clear()
    _resources.services.clear()
    page = open_page()
    assert len(page.error) == 1
    assert not page.exception
    _resources.services.clear()


def test_words_that_name_a_kind_can_be_taken_as_a_name_and_back(open_page: Open) -> None:
    page = press(open_page(q="beach"), "as-name")
    assert page.query_params == {"q": "beach", "literal": "1"}
    assert linked_places(page) == ["railay"]
    assert "The words are taken as a name." in texts(page)
    page = press(page, "as-words")
    assert page.query_params == {"q": "beach"}
    assert "Understood as: **Beach**" in texts(page)
