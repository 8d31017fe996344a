"""An extract in OpenStreetMap's packed form: nodes, lines, closed ways and multipolygons become places."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import osmium
import pytest
from osmium.osm.mutable import Node, Relation, Way

from ingest.parsers import load_parser
from ingest.places import clean_places
from ingest.source import Source, get_source
from tic.core.errors import SourceUnreadable

SQUARE = [(98.0, 12.0), (98.1, 12.0), (98.1, 12.1), (98.0, 12.1)]


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    """A temple, a bench, a beach as a line, a museum as a closed way, and a national park of two ways."""
    path = tmp_path / "thailand-latest.osm.pbf"
    park = {"type": "multipolygon", "boundary": "national_park", "name": "อุทยานทดลอง", "name:en": "Example Park"}
    with osmium.SimpleWriter(str(path)) as writer:
        temple = {"name": "วัดทดลอง", "name:en": "Example Temple", "amenity": "place_of_worship", "religion": "buddhist"}
        writer.add_node(Node(id=1, location=(100.5, 13.75), tags=temple))
        writer.add_node(Node(id=2, location=(100.5, 13.75), tags={"name": "ม้านั่ง", "amenity": "bench"}))
        writer.add_node(Node(id=3, location=(100.5, 13.75), tags={"tourism": "museum"}))
        for number, point in enumerate(SQUARE, start=10):
            writer.add_node(Node(id=number, location=point))
        writer.add_way(Way(id=20, nodes=[10, 11], tags={"name": "หาดทดลอง", "natural": "beach"}))
        museum = {"name": "พิพิธภัณฑ์ทดลอง", "tourism": "museum", "phone": "02 222 2222"}
        writer.add_way(Way(id=21, nodes=[10, 11, 12, 13, 10], tags=museum))
        writer.add_way(Way(id=22, nodes=[10, 11, 12]))
        writer.add_way(Way(id=23, nodes=[12, 13, 10]))
        writer.add_relation(Relation(id=30, members=[("w", 22, "outer"), ("w", 23, "outer")], tags=park))
    return path


def test_named_places_are_read_with_their_middle(extract: Path) -> None:
    frame = load_parser(get_source("osm_extract"))(extract, get_source("osm_extract")).frame
    found = {row["source_id"]: row for row in frame.iter_rows(named=True)}
    assert set(found) == {"node/1", "way/20", "way/21", "relation/30"}
    assert (found["node/1"]["name_en"], found["node/1"]["lat"]) == ("Example Temple", "13.7500000")
    assert (found["way/20"]["lat"], found["way/20"]["lon"]) == ("12.0000000", "98.0500000")
    assert (found["way/21"]["lat"], found["way/21"]["lon"]) == ("12.0500000", "98.0500000")
    assert found["way/21"]["phone"] == "02 222 2222"
    assert found["relation/30"]["kinds"] == ["boundary=national_park"]


def test_they_become_records_as_those_of_other_forms_do(extract: Path, small_source: Callable[..., Source]) -> None:
    source = small_source("osm_extract")
    records = clean_places(load_parser(source)(extract, source), source).records
    assert records.filter(source_id="node/1")["category"].to_list() == ["temple"]


@pytest.mark.parametrize("content", [b"", b"not packed at all", b"\x00\x00\x00\x0d\n\tOSMHeader\x18"])
def test_what_is_no_extract_is_told(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "thailand-latest.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(SourceUnreadable, match="cannot be read as an extract of OpenStreetMap"):
        load_parser(get_source("osm_extract"))(path, get_source("osm_extract"))


def test_one_that_breaks_off_is_told(extract: Path) -> None:
    extract.write_bytes(extract.read_bytes()[:-40])
    with pytest.raises(SourceUnreadable, match="cannot be read as an extract"):
        load_parser(get_source("osm_extract"))(extract, get_source("osm_extract"))
