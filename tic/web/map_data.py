"""Shapes and names of areas for the maps of the pages, which a browser fetches once and keeps for a day.

`/map/provinces.json`: outlines of the provinces as GeoJSON. `/map/areas.json`: the same outlines as bare rings, with
the names of provinces and districts, for the map on which a position is chosen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from tic.core.areas import District, Province, districts, province_shapes, provinces

_DAY_S: Final = 86400


def outlines(request: Request) -> Response:
    """The provinces as a GeoJSON FeatureCollection; `properties.code` names each."""
    return _answer(request, _outlines)


def areas(request: Request) -> Response:
    """`outlines`: rings of [lon, lat]; `provinces`, `districts`: [lon, lat, Thai name, English name]; degrees."""
    return _answer(request, _areas)


@lru_cache(maxsize=1)
def _outlines() -> bytes:
    return _encoded(province_shapes())


@lru_cache(maxsize=1)
def _areas() -> bytes:
    polygons = (polygon for feature in province_shapes()["features"] for polygon in _polygons(feature["geometry"]))
    return _encoded(
        {
            "outlines": [ring for polygon in polygons for ring in polygon],
            "provinces": _labels(provinces().values()),
            "districts": _labels(districts().values()),
        }
    )


def _labels(found: Iterable[Province | District]) -> list[list[Any]]:
    return [[area.lon, area.lat, area.name_th, area.name_en] for area in found]


def _polygons(geometry: dict[str, Any]) -> list[Any]:
    coordinates = geometry["coordinates"]
    return [coordinates] if geometry["type"] == "Polygon" else list(coordinates)


def _encoded(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


@lru_cache(maxsize=8)
def _tag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:16]}"'


def _answer(request: Request, content: Callable[[], bytes]) -> Response:
    body = content()
    headers = {"ETag": _tag(body), "Cache-Control": f"public, max-age={_DAY_S}"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
