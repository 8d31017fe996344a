"""The Phuket node of the government data catalogue: fetched as CKAN answers, numbers as text, Buddhist years."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingest.fetching import Fetch
from ingest.harvest import FetchReport
from ingest.pipeline import RunReport
from ingest.source import Expectation, Source, get_source
from tic.analytics.warehouse import scan_observations
from tic.core.settings import Settings
from web_site import Reply, Seen, WebSite

Fetched = Callable[..., list[FetchReport]]
Read = Callable[..., list[RunReport]]
HEADER = ["จังหวัด", "ปี", "ประเภท", "สัญชาติ", "จำนวน"]
ROWS = [
    ["ภูเก็ต", "2567", "ผู้เยี่ยมเยือน", "ชาวไทย", "3445695"],
    ["ภูเก็ต", "2567", "ผู้เยี่ยมเยือน", "รวม", "14,511,188"],
    ["ภูเก็ต", "2568", "นักทัศนาจร", "รวม", "รอประมวลผล"],
]


@pytest.fixture
def at_home(web_site: WebSite) -> Callable[..., Source]:
    """A source of the node with this machine's server in its place, expecting a few rows."""

    def make(name: str, **changes: Any) -> Source:
        source = get_source(name)
        assert source.fetch is not None
        fetch = replace(source.fetch, url=web_site.url)
        return replace(source, **{"fetch": fetch, "expect": Expectation(1, 999), **changes})

    return make


def put_table(web_site: WebSite, header: list[str], rows: list[list[str]]) -> None:
    """A dataset whose rows the catalogue keeps as a table, in the form of CKAN's answers."""
    resource = {"id": "r1", "name": "ข้อมูล", "format": "CSV", "datastore_active": True, "created": "2026-01-01"}
    web_site.put("/api/3/action/package_show", Reply({"success": True, "result": {"resources": [resource]}}))
    records = [{"_id": number, **dict(zip(header, row, strict=True))} for number, row in enumerate(rows, start=1)]

    def page(seen: Seen) -> Reply:
        # A server that gives fewer rows a page than it was asked for.
        start = int(seen.query["offset"])
        return Reply({"success": True, "result": {"total": len(rows), "records": records[start : start + 40]}})

    web_site.put("/api/3/action/datastore_search", page)


def test_a_table_of_the_catalogue_becomes_observations(
    fetch: Fetched, read_kept: Read, at_home: Callable[..., Source], web_site: WebSite, open_settings: Settings
) -> None:
    put_table(web_site, HEADER, ROWS)
    source = at_home("phuket_visitors")
    assert fetch(source)[0].state == "fetched"
    (report,) = read_kept(source)
    assert (report.state, report.accepted, report.by_reason) == ("done", 2, {"figure_missing": 1})
    stored = scan_observations(open_settings.warehouse).sort("market").collect()
    assert stored.select("area", "market", "period", "value").rows() == [
        ("TH-83", "all", date(2024, 1, 1), 14511188.0),
        ("TH-83", "thai", date(2024, 1, 1), 3445695.0),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp874"])
def test_a_dataset_without_a_table_gives_the_same_from_its_file(
    encoding: str, fetch: Fetched, read_kept: Read, at_home: Callable[..., Source], web_site: WebSite
) -> None:
    lines = [",".join(f'"{cell}"' for cell in row) for row in [HEADER, *ROWS]]
    url = web_site.put("/download/v.csv", Reply("\r\n".join(lines).encode(encoding), type="text/csv"))
    resource = {"id": "r1", "name": "ข้อมูล", "format": "CSV", "datastore_active": False, "url": url}
    web_site.put("/api/3/action/package_show", Reply({"success": True, "result": {"resources": [resource]}}))
    source = at_home("phuket_visitors")
    fetch(source)
    assert [(report.state, report.accepted, report.quarantined) for report in read_kept(source)] == [("done", 2, 1)]


def test_a_search_finds_all_datasets_of_a_catalogue(
    fetch: Fetched, at_home: Callable[..., Source], web_site: WebSite
) -> None:
    found = [
        {
            "name": f"d{number}",
            "resources": [{"name": "x", "format": "CSV", "url": web_site.put(f"/{number}.csv", "a\n")}],
        }
        for number in range(150)
    ]

    def page(seen: Seen) -> Reply:
        start = int(seen.query["start"])
        return Reply({"success": True, "result": {"count": 150, "results": found[start : start + 100]}})

    web_site.put("/api/3/action/package_search", page)
    searching = Fetch("ckan", web_site.url, "all is allowed here", "api", search="ท่องเที่ยว", resource="csv", pause_s=0)
    (report,) = fetch(at_home("phuket_visitors", fetch=searching))
    assert (report.state, report.files) == ("fetched", 150)
    asked = [seen.query for seen in web_site.seen if seen.path.endswith("package_search")]
    assert [(query["q"], query["start"]) for query in asked] == [("ท่องเที่ยว", "0"), ("ท่องเที่ยว", "100")]


@pytest.mark.parametrize(
    ("name", "file", "accepted", "reasons"),
    [
        ("phuket_visitors", "visitors", 93, {"figure_missing": 6}),
        ("phuket_spend", "avg-spend", 22, {}),
        ("phuket_stay", "stay-length", 24, {"figure_missing": 6}),
        ("phuket_occupancy", "occupancy", 5, {}),
        ("phuket_hotels", "hotels", 10, {}),
        ("phuket_airport", "airport-pax", 6, {}),
    ],
)
def test_what_the_node_publishes_is_read_whole(
    name: str,
    file: str,
    accepted: int,
    reasons: dict[str, int],
    shared_data: Path,
    fetch: Fetched,
    read_kept: Read,
    at_home: Callable[..., Source],
    web_site: WebSite,
    open_settings: Settings,
) -> None:
    published = json.loads((shared_data / "statistics" / f"phuket_gdcatalog_{file}.json").read_text(encoding="utf-8"))
    put_table(web_site, published["header"], published["rows"])
    source = at_home(name, expect=get_source(name).expect)
    fetch(source)
    (report,) = read_kept(source)
    assert (report.state, report.accepted, report.by_reason, report.message) == ("done", accepted, reasons, None)
    stored = scan_observations(open_settings.warehouse).collect()
    assert stored["area"].unique().to_list() == ["TH-83"]
    assert stored.filter(pl.col("value") <= 0).is_empty()
