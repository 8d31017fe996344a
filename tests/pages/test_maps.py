"""The builders of maps, by what they hand to deck.gl."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest

from pages._maps import (
    MAX_POINTS,
    NO_DATA,
    OUTLINES,
    RAMP,
    THAILAND_VIEW,
    choropleth,
    day_color,
    fifths,
    moved_map,
    places_map,
    shade,
    trip_map,
    view_of,
)
from tic.core.geo import Point

ROW: dict[str, Any] = {"id": "a", "name": "วัดโพธิ์", "kind": "Temple", "lat": 13.7465, "lon": 100.493}


def spec(deck: Any) -> dict[str, Any]:
    """The JSON that the browser gets."""
    return dict(json.loads(deck.to_json()))


def layer(deck: Any, layer_id: str) -> dict[str, Any]:
    return next(item for item in spec(deck)["layers"] if item["id"] == layer_id)


def test_a_map_fetches_nothing_from_another_company() -> None:
    text = places_map([ROW], language="en").to_json()
    assert layer(places_map([ROW], language="en"), "provinces")["data"] == OUTLINES
    assert "http" not in text.replace("http%3A//www.w3.org", "").replace("http://www.w3.org", "")
    # Streamlit would add a style of Carto where this name is missing.
    assert spec(places_map([], language="en"))["mapStyle"] == "__MAP_STYLE__"


def test_the_points_carry_what_the_tooltip_shows_and_a_chosen_one_is_apart() -> None:
    deck = places_map([ROW], chosen=[{**ROW, "id": "b"}], language="th")
    assert [row["id"] for row in layer(deck, "places")["data"]] == ["a"]
    assert [row["id"] for row in layer(deck, "chosen")["data"]] == ["b"]
    assert deck._tooltip == {"text": "{name}\n{kind}"}


def test_a_map_never_draws_more_points_than_it_can() -> None:
    deck = places_map([ROW] * (MAX_POINTS + 7), language="en")
    assert len(layer(deck, "places")["data"]) == MAX_POINTS


def test_names_are_pictures_in_which_nothing_can_be_run() -> None:
    deck = places_map([{**ROW, "label": "<script>alert(1)</script>"}], language="en")
    picture = unquote(layer(deck, "labels")["data"][0]["icon"]["url"])
    assert "&lt;script&gt;" in picture
    assert "<script" not in picture


def test_area_names_are_provinces_from_afar_and_districts_from_near() -> None:
    def names(deck: Any) -> str:
        return "".join(unquote(row["icon"]["url"]) for row in layer(deck, "area-names")["data"])

    afar, near = places_map([], language="en"), places_map([ROW, {**ROW, "lat": 13.80}], language="en")
    assert ">Chiang Mai<" in names(afar)
    assert ">Phra Nakhon<" not in names(afar)
    assert ">Phra Nakhon<" in names(near)


def test_area_names_do_not_lie_on_each_other() -> None:
    rows = layer(places_map([], language="th"), "area-names")["data"]
    assert 20 < len(rows) < 77
    pixels_per_degree = 512 * 2 ** THAILAND_VIEW["zoom"] / 360
    for index, row in enumerate(rows):
        for other in rows[:index]:
            apart = abs(row["lat"] - other["lat"]), abs(row["lon"] - other["lon"])
            assert max(value * pixels_per_degree for value in apart) > 14


def test_names_of_places_do_not_lie_on_each_other_and_numbers_are_all_there() -> None:
    named = [{**ROW, "label": "Wat Pho"}, {**ROW, "lat": ROW["lat"] + 0.00001, "label": "Wat Phra Chetuphon"}]
    numbered = [{**row, "label": str(number)} for number, row in enumerate(named, 1)]
    assert len(layer(places_map(named, language="en"), "labels")["data"]) == 1
    assert len(layer(places_map(numbered, language="en"), "labels")["data"]) == 2


def test_no_point_shows_all_of_thailand_and_one_point_a_few_streets() -> None:
    assert spec(places_map([], language="en"))["initialViewState"] == THAILAND_VIEW
    view = view_of([Point(13.75, 100.5)])
    assert (view.latitude, view.longitude, view.zoom) == (13.75, 100.5, 14.0)


@pytest.mark.parametrize(
    ("points", "width", "height"),
    [([Point(6, 100), Point(20, 100)], 400, 600), ([Point(13, 98), Point(13, 105)], 400, 600)],
)
def test_the_view_holds_all_points(points: list[Point], width: int, height: int) -> None:
    view = view_of(points, width_px=width, height_px=height)
    pixels_per_degree = 512 * 2**view.zoom / 360
    assert (max(p.lon for p in points) - min(p.lon for p in points)) * pixels_per_degree <= width
    assert (max(p.lat for p in points) - min(p.lat for p in points)) * pixels_per_degree * 1.02 <= height


def test_a_move_is_drawn_from_the_old_point_to_the_new() -> None:
    deck = moved_map(ROW, {**ROW, "id": "after", "lat": 13.8}, language="en")
    assert layer(deck, "way")["data"] == [{"from": [100.493, 13.7465], "to": [100.493, 13.8]}]
    assert layer(moved_map(None, ROW, language="en"), "way")["data"] == []


def test_each_fifth_of_the_provinces_has_its_colour() -> None:
    values = [float(value) for value in range(10)]
    assert [RAMP.index(shade(value, values)) for value in values] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert shade(None, values) == NO_DATA
    assert shade(1.0, []) == NO_DATA
    assert [(low, high) for low, high, _color in fifths(values)] == [(0, 1), (2, 3), (4, 5), (6, 7), (8, 9)]
    assert fifths([]) == []


def test_a_province_without_a_figure_is_grey_and_says_so() -> None:
    deck = choropleth([{"area": "TH-10", "name": "Bangkok", "value": 5.0, "label": "5 persons"}])
    shown = {item["properties"]["code"]: item["properties"] for item in layer(deck, "choropleth")["data"]["features"]}
    assert shown["TH-10"]["kind"] == "5 persons"
    assert shown["TH-10"]["color"] == RAMP[0]
    assert shown["TH-83"] == {"code": "TH-83", "name": "TH-83", "kind": "–", "color": NO_DATA}


def test_a_trip_is_drawn_as_numbered_stops_with_a_line_and_a_colour_a_day() -> None:
    other = {**ROW, "id": "b", "lat": 13.8, "label": "2"}
    deck = trip_map([[{**ROW, "label": "1"}, other], [{**other, "label": "1"}], []], language="en")
    assert [row["color"] for row in layer(deck, "stops")["data"]] == [day_color(0), day_color(0), day_color(1)]
    (way,) = layer(deck, "ways")["data"]
    assert way == {"path": [[100.493, 13.7465], [100.493, 13.8]], "color": day_color(0)}
    assert len(layer(deck, "labels")["data"]) == 3
    assert [day_color(8), len({tuple(day_color(day)) for day in range(7)})] == [day_color(1), 7]


def test_an_empty_trip_shows_the_whole_country() -> None:
    assert spec(trip_map([[]], language="th"))["initialViewState"]["zoom"] == THAILAND_VIEW["zoom"]
