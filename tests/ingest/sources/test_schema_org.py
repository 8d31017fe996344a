"""Operators' own sites: the descriptions in their pages, found by their sitemap, read as far as robots.txt allows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from directory import repository
from ingest.harvest import FetchReport
from ingest.parsers import load_parser
from ingest.pipeline import RunReport
from ingest.source import Source, parse_source
from tic.core.database import reading
from web_site import Reply, WebSite

OWN_SITE = """
kind: places
title_th: เว็บไซต์โรงแรม
title_en: A hotel's own site
publisher_th: โรงแรม
publisher_en: The hotel
homepage: https://example.org/
licence: Facts of the operator's own site
attribution: The hotel
trust: operator
coverage: TH-10
schedule: weekly
parser: schema_org
file: hotel_*.html
expect: {{least: 1, most: 9}}
fetch: {{kind: sitemap, url: "{url}/sitemap.xml", terms: The operator asked us to read its site., pause_s: 0}}
"""
HOTEL = {
    "@context": "https://schema.org",
    "@type": ["Hotel"],
    "@id": "https://example.org/#hotel",
    "name": "โรงแรมริมน้ำ",
    "alternateName": "Riverside",
    "geo": {"@type": "GeoCoordinates", "latitude": 13.7465, "longitude": "100.493"},
    "address": {"streetAddress": "1 ถนนหน้าพระลาน", "addressRegion": "กรุงเทพมหานคร", "postalCode": "10200"},
    "telephone": "02-226-0335",
    "openingHoursSpecification": [
        {"dayOfWeek": ["https://schema.org/Monday", "Tuesday"], "opens": "08:00:00", "closes": "17:00"}
    ],
}


def page(*blocks: Any) -> str:
    scripts = "".join(
        f'<script type="application/ld+json">{block if isinstance(block, str) else json.dumps(block)}</script>'
        for block in blocks
    )
    return (
        f'<!DOCTYPE html><html lang="th"><head>{scripts}<script>var x = "<p>";</script></head><body>ยินดี</body></html>'
    )


@pytest.fixture
def own_site(web_site: WebSite) -> Source:
    return parse_source("riverside", OWN_SITE.format(url=web_site.url))


@pytest.fixture
def read_page(own_site: Source, tmp_path: Path) -> Callable[[str], list[dict[str, Any]]]:
    def read(text: str) -> list[dict[str, Any]]:
        path = tmp_path / "hotel_1.html"
        path.write_text(text, encoding="utf-8")
        return load_parser(own_site)(path, own_site).frame.to_dicts()

    return read


def test_the_description_of_a_place_is_read(read_page: Callable[[str], list[dict[str, Any]]]) -> None:
    (row,) = read_page(page(HOTEL))
    assert (row["source_id"], row["name"], row["kinds"]) == (
        "https://example.org/#hotel",
        "โรงแรมริมน้ำ",
        ["tourism=hotel"],
    )
    assert (row["lat"], row["lon"], row["aliases"]) == ("13.7465", "100.493", ["Riverside"])
    assert row["opening_hours"] == "Mo,Tu 08:00-17:00"


def test_descriptions_are_found_in_graphs_and_lists_and_other_things_are_left_alone(
    read_page: Callable[[str], list[dict[str, Any]]],
) -> None:
    site = {"@type": "WebSite", "name": "x"}
    restaurant = {"@type": "http://schema.org/Restaurant", "name": "ครัวริมน้ำ", "url": "https://example.org/food"}
    rows = read_page(
        page(
            {"@graph": [site, HOTEL]},
            [{"@type": "WebPage", "mainEntity": restaurant}],
            {"@type": "Person", "name": "y"},
        )
    )
    assert [row["name"] for row in rows] == ["โรงแรมริมน้ำ", "ครัวริมน้ำ"]


def test_a_broken_description_does_not_hide_the_others(read_page: Callable[[str], list[dict[str, Any]]]) -> None:
    assert [row["name"] for row in read_page(page('{"@type": "Hotel", ', "[" * 5000, HOTEL))] == ["โรงแรมริมน้ำ"]
    assert read_page("<html><body>nothing here") == []


def test_a_site_is_read_from_its_sitemap_to_records(
    own_site: Source,
    fetch: Callable[..., list[FetchReport]],
    read_kept: Callable[..., list[RunReport]],
    web_site: WebSite,
    record_database: Engine,
) -> None:
    cruel = {**HOTEL, "@id": "x2", "name": "<img src=x onerror=alert(1)>"}
    urls = [
        web_site.put("/1", Reply(page(HOTEL), type="text/html")),
        web_site.put("/2", Reply(page(cruel), type="text/html")),
    ]
    locations = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    web_site.put(
        "/sitemap.xml", Reply(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locations}</urlset>')
    )
    web_site.put("/robots.txt", Reply("User-agent: *\nDisallow: /admin", type="text/plain"))
    fetch(own_site)
    assert web_site.paths() == ["/robots.txt", "/sitemap.xml", "/1", "/2"]
    (report,) = read_kept(own_site)
    assert (report.accepted, report.by_reason) == (1, {"markup": 1})
    with reading(record_database) as connection:
        (row,) = repository.load_records(connection).to_dicts()
    assert (row["category"], row["phone"], row["opening_hours"]) == ("hotel", "+6622260335", "Mo,Tu 08:00-17:00")
