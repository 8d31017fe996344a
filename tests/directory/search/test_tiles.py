"""Tiles cover a circle: everything inside is inside, nothing in the circle is left out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.search.tiles import cover, tiles_of, z_order
from tic.core.geo import Point, distance_km


@settings(max_examples=300, deadline=None)
@given(
    lat=st.floats(-75, 75),
    lon=st.floats(-180, 180),
    radius_km=st.floats(0.05, 1200),
    away=st.floats(0, 1.5),
    sideways=st.floats(-1.5, 1.5),
)
def test_a_point_is_inside_on_the_edge_or_out(
    lat: float, lon: float, radius_km: float, away: float, sideways: float
) -> None:
    centre = Point(lat, lon)
    tiles = cover(centre, radius_km)
    assert tiles is not None
    point = Point(lat + away * radius_km / 111.2, (lon + sideways * radius_km / 111.2 + 540) % 360 - 180)
    names = set(tiles_of(*point))
    if names & set(tiles.inside):
        assert distance_km(centre, point) <= radius_km
    elif not names & set(tiles.edge):
        assert distance_km(centre, point) > radius_km


@pytest.mark.parametrize("radius_km", [0.5, 10, 100, 1000])
def test_a_circle_is_a_few_hundred_tiles(radius_km: float) -> None:
    tiles = cover(Point(13.75, 100.5), radius_km)
    assert tiles is not None
    assert len(tiles.inside) + len(tiles.edge) < 1200


def test_neighbours_are_near_each_other_on_the_curve_and_every_tile_has_its_own_place() -> None:
    step = 360 / 2**16
    corner = [(step * row + 0.001 - 90, step * column + 0.001 - 180) for row in (0, 1) for column in (0, 1)]
    assert [z_order(lat, lon) for lat, lon in corner] == [0, 1, 2, 3]
    places = {z_order(step * (row + 0.5), step * (column + 0.5)) for row in range(40) for column in range(40)}
    assert len(places) == 1600


@given(lat=st.floats(-90, 90), lon=st.floats(-180, 180))
def test_a_place_on_the_curve_fits_into_32_bits(lat: float, lon: float) -> None:
    assert 0 <= z_order(lat, lon) < 2**32


def test_at_a_pole_and_round_the_earth_tiles_are_of_no_help() -> None:
    assert cover(Point(89.5, 0), 10) is None
    assert cover(Point(13.75, 100.5), 15_000) is None
