"""Extracts of OpenStreetMap in its own packed form (.osm.pbf), such as Geofabrik's: the places in them as features."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import osmium
import shapely
from osmium.filter import KeyFilter
from osmium.geom import WKBFactory
from osmium.osm import Area, Changeset, Node, Way
from shapely.geometry import LineString, mapping

from tic.core.errors import SourceUnreadable

WANTED: Final[dict[str, frozenset[str]]] = {
    "tourism": frozenset(),
    "historic": frozenset(),
    "amenity": frozenset({"bar", "cafe", "ferry_terminal", "marketplace", "place_of_worship", "pub", "restaurant"}),
    "natural": frozenset({"beach", "cave_entrance", "hot_spring", "peak"}),
    "waterway": frozenset({"waterfall"}),
    "boundary": frozenset({"national_park"}),
    "leisure": frozenset({"golf_course", "park", "resort", "water_park"}),
    "shop": frozenset({"department_store", "gift", "mall"}),
    "aeroway": frozenset({"aerodrome"}),
}
"""Key -> values of what is a place for the directory; an empty set: any value. As the query of `osm_thailand`."""


def read_extract(path: Path) -> list[dict[str, Any]]:
    """The named places of an extract as GeoJSON features; of an area the middle counts, of a line all of it.

    Raises SourceUnreadable for what is no such file or is broken off.
    """
    try:
        return list(_features(path))
    except (RuntimeError, ValueError) as error:
        raise SourceUnreadable(
            "{file} cannot be read as an extract of OpenStreetMap ({reason}). Fetch it again.",
            file=path.name,
            reason=" ".join(str(error).split())[:120],
        ) from error


def _features(path: Path) -> Iterator[dict[str, Any]]:
    """Nodes and lines as they are; closed ways and multipolygons as the areas that they make."""
    shapes = WKBFactory()
    named = KeyFilter("name")
    processor = osmium.FileProcessor(str(path)).with_areas(KeyFilter(*WANTED)).with_filter(named)
    for item in processor:
        if isinstance(item, Changeset) or not _is_wanted(tags := dict(item.tags)):
            continue
        if isinstance(item, Node):
            point = {"type": "Point", "coordinates": [item.location.lon, item.location.lat]}
            yield _feature(f"node/{item.id}", tags, point)
        elif isinstance(item, Way) and not item.is_closed():
            line = [(node.lon, node.lat) for node in item.nodes if node.location.valid()]
            if len(line) > 1:
                yield _feature(f"way/{item.id}", tags, mapping(LineString(line)))
        elif isinstance(item, Area):
            kind = "way" if item.from_way() else "relation"
            area = shapely.from_wkb(bytes.fromhex(shapes.create_multipolygon(item)))
            yield _feature(f"{kind}/{item.orig_id()}", tags, mapping(area.representative_point()))


def _feature(key: str, tags: dict[str, str], geometry: Any) -> dict[str, Any]:
    return {"id": key, "properties": tags, "geometry": geometry}


def _is_wanted(tags: dict[str, str]) -> bool:
    return any(tags.get(key) is not None and (not values or tags[key] in values) for key, values in WANTED.items())
