"""Open and private places of the world in their own forms: Wikidata, Overpass, Overture, Foursquare, DATAtourisme."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import shapely
from sqlalchemy import Engine

from directory import repository
from ingest.harvest import FetchReport
from ingest.parsers import load_parser
from ingest.pipeline import RunReport
from ingest.places import Places, clean_places
from ingest.source import Expectation, Source, get_source, parse_source
from tic.core.database import reading
from tic.core.errors import SourceUnreadable
from web_site import Reply, WebSite

Fetched = Callable[..., list[FetchReport]]
Read = Callable[..., list[RunReport]]


def at_home(name: str, url: str) -> Source:
    """A source with this machine's server in its place."""
    source = get_source(name)
    assert source.fetch is not None
    return replace(source, fetch=replace(source.fetch, url=url), expect=Expectation(1, 999))


def records_of(engine: Engine) -> list[dict[str, Any]]:
    with reading(engine) as connection:
        return repository.load_records(connection).sort("key").to_dicts()


def read(source: Source, path: Path) -> Places:
    return clean_places(load_parser(source)(path, source), source)


def test_wikidata_is_asked_in_its_language_and_read(
    fetch: Fetched, read_kept: Read, web_site: WebSite, record_database: Engine
) -> None:
    def value(text: str) -> dict[str, str]:
        return {"type": "literal", "value": text}

    row = {
        "id": "Q749470",
        "th": "วัดโพธิ์",
        "en": "Wat Pho",
        "lat": "13.7465",
        "lon": "100.493",
        "kind": "religion=buddhist",
    }
    foreign = {"id": "Q1", "en": "Elsewhere", "lat": "48.1", "lon": "11.5", "kind": "tourism=museum"}
    bindings = [{name: value(text) for name, text in item.items()} for item in (row, foreign)]
    source = at_home("wikidata", web_site.put("/sparql", Reply({"results": {"bindings": bindings}})))
    fetch(source)
    assert web_site.seen[-1].headers["accept"] == "application/sparql-results+json"
    assert "wd:Q869" in web_site.seen[-1].query["query"]
    (report,) = read_kept(source)
    assert (report.accepted, report.by_reason) == (1, {"point_abroad": 1})
    (found,) = records_of(record_database)
    assert (found["key"], found["wikidata"], found["category"]) == ("wikidata:Q749470", "Q749470", "temple")


def test_overpass_is_read_like_an_extract_and_half_an_answer_is_refused(
    fetch: Fetched, read_kept: Read, web_site: WebSite, record_database: Engine
) -> None:
    tags = {"name": "วัดโพธิ์", "name:en": "Wat Pho", "amenity": "place_of_worship", "religion": "buddhist"}
    elements = [
        {"type": "node", "id": 1, "lat": 13.7465, "lon": 100.493, "tags": tags},
        {
            "type": "way",
            "id": 2,
            "center": {"lat": 13.7437, "lon": 100.4889},
            "tags": {"name": "วัดอรุณ", "religion": "buddhist"},
        },
        {"type": "relation", "id": 3, "tags": {"name": "ไม่มีที่"}},
    ]
    whole = Reply({"elements": elements})
    source = at_home("osm_thailand", web_site.put("/api", Reply(status=429), whole))
    fetch(source)
    assert "area.th" in web_site.seen[-1].query["data"]
    (report,) = read_kept(source)
    assert (report.accepted, report.by_reason) == (2, {"point_missing": 1})
    assert [row["key"] for row in records_of(record_database)] == ["osm_thailand:node/1", "osm_thailand:way/2"]
    remark = 'runtime error: Query timed out in "query" at line 1 after 601 seconds.'
    web_site.put("/api", Reply({"elements": elements[:1], "remark": remark}))
    fetch(source)
    (report,) = read_kept(source)
    assert report.state == "failed"
    assert "is not complete: Overpass says runtime error: Query timed out" in str(report.message)
    assert len(records_of(record_database)) == 2


def test_a_page_instead_of_an_answer_of_overpass_is_told(fetch: Fetched, read_kept: Read, web_site: WebSite) -> None:
    source = at_home("osm_thailand", web_site.put("/api", Reply("<html>rate limited</html>", type="text/html")))
    fetch(source)
    assert "is a web page, not data" in str(read_kept(source)[0].message)


def test_columns_inside_columns_of_overture_are_read(tmp_path: Path) -> None:
    row = {
        "id": "08f",
        "geometry": shapely.to_wkb(shapely.Point(100.493, 13.7465)),
        "names": {"primary": "Wat Pho", "common": [{"key": "th", "value": "วัดโพธิ์"}, {"key": "en", "value": "Wat Pho"}]},
        "categories": {"primary": "buddhist_temple", "alternate": ["temple"]},
        "addresses": [{"freeform": "2 Sanam Chai Rd", "locality": "Phra Nakhon", "postcode": "10200"}],
        "phones": ["+6622260335"],
        "websites": None,
        "emails": None,
        "confidence": 0.9,
    }
    path = tmp_path / "overture_thailand.parquet"
    broken = {**row, "id": "08e", "geometry": b"\x00"}
    schema = {"websites": pl.List(pl.String), "emails": pl.List(pl.String)}
    pl.DataFrame([row, broken], schema_overrides=schema).write_parquet(path)
    places = read(get_source("overture_thailand"), path)
    (found,) = places.records.to_dicts()
    assert (found["status"], found["status_said"]) == (None, None)
    assert (found["name_th"], found["name_en"], found["category"]) == ("วัดโพธิ์", "Wat Pho", "temple")
    assert (found["lat"], found["lon"], found["phone"]) == (13.7465, 100.493, "+6622260335")
    assert [row.reasons for row in places.rejected] == [("point_missing",)]


@pytest.mark.parametrize(
    ("word", "status"),
    [("open", "open"), ("permanently_closed", "closed"), ("temporarily_closed", "closed"), ("maybe", None)],
)
def test_overture_tells_whether_a_place_is_in_business(tmp_path: Path, word: str, status: str | None) -> None:
    row = {"id": "1", "geometry": shapely.to_wkb(shapely.Point(100.493, 13.7465)), "operating_status": word}
    empty = {"names": {"primary": "Cafe", "common": []}, "categories": {"primary": "cafe"}}
    places = tmp_path / "overture_thailand.parquet"
    nested = pl.List(pl.Struct({"freeform": pl.String, "locality": pl.String, "postcode": pl.String}))
    lists = {name: pl.List(pl.String) for name in ("phones", "websites", "emails")} | {"addresses": nested}
    common = pl.List(pl.Struct({"key": pl.String, "value": pl.String}))
    names = {"names": pl.Struct({"primary": pl.String, "common": common})}
    frame = pl.DataFrame([{**row, **empty, **dict.fromkeys(lists)}], schema_overrides={**lists, **names})
    frame.write_parquet(places)
    (found,) = read(get_source("overture_thailand"), places).records.to_dicts()
    said = f"operating_status={word}" if status else None
    assert (found["status"], found["status_said"]) == (status, said)


def test_foursquare_s_closed_places_are_kept_as_closed_with_their_day(tmp_path: Path) -> None:
    row = {
        "fsq_place_id": "4b", "name": "Cafe One", "latitude": 13.7465, "longitude": 100.493, "address": "1 Road",
        "locality": "Phra Nakhon", "postcode": "10200", "tel": "02-226-0335", "email": None, "website": "cafe.co.th",
        "fsq_category_labels": ["Dining and Drinking > Bar"], "date_refreshed": "2025-01-31", "date_closed": None,
    }  # fmt: skip
    path = tmp_path / "foursquare_thailand.parquet"
    pl.DataFrame(
        [row, {**row, "fsq_place_id": "4c", "date_closed": "2024-05-01"}],
        schema_overrides={"date_closed": pl.String, "email": pl.String},
    ).write_parquet(path)
    places = read(get_source("foursquare_thailand"), path)
    found, closed = places.records.to_dicts()
    assert (found["category"], found["website"], found["status"]) == ("bar", "http://cafe.co.th", None)
    assert found["updated_at"] == datetime(2025, 1, 30, 17, tzinfo=UTC)
    told = (closed["status"], closed["status_on"], closed["status_said"])
    assert told == ("closed", "2024-05-01", "date_closed=2024-05-01")
    assert places.rejected == []


def test_what_is_no_parquet_and_what_has_lost_its_columns_is_told(tmp_path: Path) -> None:
    path = tmp_path / "overture_thailand.parquet"
    path.write_text("<html>AccessDenied</html>")
    with pytest.raises(SourceUnreadable, match="cannot be read as Parquet"):
        read(get_source("overture_thailand"), path)
    pl.DataFrame({"id": ["1"], "names": ["flat"]}).write_parquet(path)
    with pytest.raises(SourceUnreadable, match=r"lacks the column\(s\) names\.primary"):
        read(get_source("overture_thailand"), path)


DATATOURISME = """
kind: places
title_th: ก
title_en: a
publisher_th: ก
publisher_en: a
homepage: https://www.datatourisme.fr/
licence: Licence Ouverte 2.0
attribution: DATAtourisme
trust: official
coverage: TH
schedule: daily
file: object_*.json
expect: {least: 1, most: 9}
mapping:
  columns: {source_id: "dc:identifier", name: rdfs:label.fr.0}
  fixed: {category: attraction}
  point: {lat: "isLocatedAt.0.schema:geo.schema:latitude", lon: "isLocatedAt.0.schema:geo.schema:longitude"}
"""


def test_an_index_of_objects_in_yet_another_form_needs_no_parser(
    shared_data: Path, fetch: Fetched, read_kept: Read, web_site: WebSite
) -> None:
    folder = shared_data / "api_samples"
    names = [f"0/datatourisme_object_{number}.json" for number in range(1, 6)]
    for name in names:
        web_site.put(f"/{name}", Reply((folder / name[2:]).read_bytes()))
    url = web_site.put("/index.json", Reply([{"label": "x", "file": name} for name in names]))
    described = (
        f"{DATATOURISME}fetch: {{kind: files, url: {url}, member: file, robots: api, terms: open to everybody}}\n"
    )
    source = parse_source("french_places", described)
    assert fetch(source)[0].files == 5
    stated = [load_parser(source)(Path(folder / name[2:]), source).frame.row(0, named=True) for name in names]
    assert {row["name"] for row in stated} >= {"LA MINEE", "EGLISE SAINT PIERRE ET SAINT PAUL"}
    (report,) = read_kept(source)
    assert report.state == "failed", "all of them lie in France, so nothing good is left"
    assert "brought 0 good rows" in str(report.message)
    assert json.loads((folder / "datatourisme_object_1.json").read_text())["dc:identifier"] == stated[0]["source_id"]
