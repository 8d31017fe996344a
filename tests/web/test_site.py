"""What the whole site tells search engines and browsers: sitemap, robots, headers, map data, health."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from small_directory import SmallDirectory
from tic.core.settings import Settings
from tic.web import sitemap
from tic.web.headers import web_middleware

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(xml: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(xml).iter(f"{SITEMAP}loc")]


def test_the_sitemap_leads_to_every_listing_in_both_languages(browser: TestClient) -> None:
    (file,) = locations(browser.get("/sitemap.xml").text)
    assert file == "https://directory.test/sitemap-1.xml"
    xml = browser.get("/sitemap-1.xml").text
    found = locations(xml)
    assert "https://directory.test/" in found
    assert {f"https://directory.test/place/{name}" for name in ("wat-pho", "hostile", "railay")} <= set(found)
    assert "https://directory.test/place/wat-pho?lang=th" in xml
    assert "<lastmod>2026-05-01</lastmod>" in xml
    assert browser.get("/sitemap-2.xml").status_code == 404


def test_a_large_directory_is_split_into_files(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "LISTINGS_PER_FILE", 4)
    files = locations(browser.get("/sitemap.xml").text)
    assert len(files) == 2
    listed = [
        place for file in files for place in locations(browser.get(file.removeprefix("https://directory.test")).text)
    ]
    assert len([place for place in listed if "/place/" in place]) == 6
    assert len(set(listed)) == len(listed)


def test_robots_keep_out_of_what_belongs_to_one_person(browser: TestClient) -> None:
    lines = browser.get("/robots.txt").text.splitlines()
    assert "Disallow: /account" in lines
    assert "Disallow: /edit" in lines
    assert "Disallow: /trip" in lines
    assert "Sitemap: https://directory.test/sitemap.xml" in lines


@pytest.mark.parametrize("path", ["/healthz", "/place/wat-pho", "/account/sign-in", "/robots.txt", "/map/areas.json"])
def test_every_answer_carries_the_security_headers(browser: TestClient, path: str) -> None:
    headers = browser.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "geolocation=(self)" in headers["permissions-policy"]
    assert "frame-ancestors" in headers["content-security-policy"]
    assert "strict-transport-security" not in headers


def test_https_is_demanded_where_cookies_are_secure(tmp_path: Path) -> None:
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    app = Starlette(
        routes=[Route("/", lambda _request: PlainTextResponse("x"))],
        middleware=web_middleware(Settings(data_dir=tmp_path, secure_cookies=True)),
    )
    assert TestClient(app).get("/").headers["strict-transport-security"] == "max-age=31536000"


def test_no_plain_page_loads_anything_from_elsewhere(browser: TestClient) -> None:
    for path in ("/place/grand-palace", "/privacy", "/account/register"):
        html = browser.get(path).text
        assert "<script src" not in html
        assert "@import" not in html
        assert "url(" not in html


def test_the_maps_of_the_pages_find_their_outlines_here(browser: TestClient) -> None:
    shapes = browser.get("/map/provinces.json").json()
    assert len({shape["properties"]["code"] for shape in shapes["features"]}) == 77


def test_the_map_of_areas_is_sent_once(browser: TestClient) -> None:
    answer = browser.get("/map/areas.json")
    data = answer.json()
    assert (len(data["provinces"]), len(data["districts"])) == (77, 928)
    assert data["provinces"][0][2:] == ["กรุงเทพมหานคร", "Bangkok"]
    again = browser.get("/map/areas.json", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_page_without_a_search_engine_still_shows_the_place(
    browser: TestClient, web_directory: SmallDirectory, tmp_path: Path
) -> None:
    from starlette.applications import Starlette

    from directory.services import Services
    from tic.web.routes import web_routes

    elsewhere = Settings(data_dir=tmp_path, database_url=web_directory.settings.database)
    services = Services(elsewhere)
    answer = TestClient(Starlette(routes=web_routes(services))).get("/place/wat-pho?lang=en")
    assert "<h1>Wat Pho</h1>" in answer.text
    assert "<h2>Nearby</h2>" not in answer.text
    services.close()
