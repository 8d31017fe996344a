"""Fetching sources from a server of this machine: kept by hash, asked again politely, never half."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from directory import repository
from ingest.fetching import Key, Paging
from ingest.harvest import FetchReport
from ingest.kept import Kept, load_manifest
from ingest.pipeline import RunReport, ingest_sources
from ingest.source import Source
from tic.core.database import reading
from tic.core.errors import JobRunning, NotAllowed, NotFound, SiteUnavailable, SourceUnreadable
from tic.core.locks import job_lock
from tic.core.progress import Silent
from tic.core.settings import Settings
from web_site import Reply, Seen, WebSite, resets_in_the_middle

Fetching = Callable[..., Source]
Fetched = Callable[..., list[FetchReport]]
Read = Callable[..., list[RunReport]]
SHOP = ("P1", "ร้านหนึ่ง", "16.44", "102.83")
OTHER = ("P2", "ร้านสอง", "16.45", "102.84")
KEY = Key("agency", header="X-API-Key")


@pytest.fixture
def csv_of(write_tat: Callable[..., Path]) -> Callable[..., bytes]:
    """A feed of shops as bytes."""
    return lambda *places: (write_tat(*places) / "tat_shops_th.csv").read_bytes()


def test_a_file_is_fetched_kept_and_read(
    fetch: Fetched,
    fetching: Fetching,
    read_kept: Read,
    web_site: WebSite,
    csv_of: Callable[..., bytes],
    record_database: Engine,
) -> None:
    source = fetching(
        "file", web_site.put("/shops.csv", Reply(csv_of(SHOP, OTHER), headers={"ETag": '"v1"'})), keys=(KEY,)
    )
    (fetched,) = fetch(source)
    assert (fetched.state, fetched.files, fetched.size_bytes) == ("fetched", 1, len(csv_of(SHOP, OTHER)))
    assert web_site.seen[-1].headers["x-api-key"] == "secret-key"
    (report,) = read_kept(source)
    assert (report.state, report.accepted, report.new) == ("done", 2, 2)
    with reading(record_database) as connection:
        assert connection.scalar(text("SELECT fetched_from FROM snapshot")) == web_site.at("/shops.csv")


def test_what_has_not_changed_is_neither_sent_nor_read_again(
    fetch: Fetched, fetching: Fetching, read_kept: Read, web_site: WebSite, csv_of: Callable[..., bytes]
) -> None:
    content = csv_of(SHOP)

    def page(seen: Seen) -> Reply:
        known = seen.headers.get("if-none-match") == '"v1"'
        return Reply(b"" if known else content, 304 if known else 200, {"ETag": '"v1"'})

    source = fetching("file", web_site.put("/shops.csv", page))
    fetch(source)
    read_kept(source)
    (again,) = fetch(source)
    assert (again.state, again.size_bytes) == ("unchanged", 0)
    assert [report.state for report in read_kept(source)] == ["unchanged"]


def test_a_server_without_etags_sends_the_same_again_and_nothing_changes(
    fetch: Fetched, fetching: Fetching, web_site: WebSite, csv_of: Callable[..., bytes]
) -> None:
    source = fetching("file", web_site.put("/shops.csv", Reply(csv_of(SHOP))))
    assert [fetch(source)[0].state for _ in range(2)] == ["fetched", "unchanged"]


def test_everything_can_be_read_again_without_the_network(
    fetch: Fetched,
    fetching: Fetching,
    read_kept: Read,
    web_site: WebSite,
    csv_of: Callable[..., bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = fetching("file", web_site.put("/shops.csv", Reply(csv_of(SHOP))))
    fetch(source)
    read_kept(source)
    asked = len(web_site.seen)
    monkeypatch.setattr("ingest.pipeline.parser_version", lambda source: "newer")
    assert [(report.state, report.accepted) for report in read_kept(source)] == [("done", 1)]
    assert len(web_site.seen) == asked


def test_what_was_read_from_a_folder_can_be_read_again_too(
    run_sources: Callable[..., list[RunReport]], read_kept: Read, small_source: Fetching, write_tat: Callable[..., Path]
) -> None:
    folder = write_tat(SHOP)
    run_sources([small_source("tat_shops")], folder)
    (folder / "tat_shops_th.csv").unlink()
    assert [(report.state, report.accepted) for report in read_kept(small_source("tat_shops"))] == [("unchanged", 1)]


def test_a_source_without_its_key_is_not_configured_and_the_others_go_on(
    fetch: Fetched, fetching: Fetching, web_site: WebSite, csv_of: Callable[..., bytes]
) -> None:
    url = web_site.put("/shops.csv", Reply(csv_of(SHOP)))
    keyless = fetching("file", url, name="tat_hotels", keys=(Key("somebody", parameter="key"),))
    lacking, fine = fetch(keyless, fetching("file", url))
    assert (lacking.state, fine.state) == ("not configured", "fetched")
    assert str(lacking.problem) == "tat_hotels is not configured: TIC_SOURCE_KEYS lacks the key somebody."


@pytest.mark.parametrize(
    ("reply", "kind", "told"),
    [
        (Reply(status=401), NotAllowed, "refuses access"),
        (Reply(status=404), NotFound, "nothing at"),
        (Reply(status=500), SiteUnavailable, "out of order"),
        (resets_in_the_middle, SiteUnavailable, "broke off"),
        (Reply(b"  "), SourceUnreadable, "sent nothing"),
    ],
)
def test_a_failure_is_noted_and_what_was_kept_stays(
    reply: object,
    kind: type[Exception],
    told: str,
    fetch: Fetched,
    fetching: Fetching,
    read_kept: Read,
    web_site: WebSite,
    csv_of: Callable[..., bytes],
    record_database: Engine,
) -> None:
    source = fetching("file", web_site.put("/shops.csv", Reply(csv_of(SHOP))), keys=(Key("agency", parameter="key"),))
    fetch(source)
    read_kept(source)
    web_site.put("/shops.csv", reply)
    (report,) = fetch(source)
    assert report.state == "failed"
    assert isinstance(report.problem, kind)
    with reading(record_database) as connection:
        (run,) = repository.latest_runs(connection)
        assert repository.load_records(connection).height == 1
    assert run.state == "failed"
    assert told in str(run.message)
    assert "secret-key" not in str(run.message)
    assert [report.state for report in read_kept(source)] == ["unchanged"]


def test_pages_come_until_all_rows_have_come(fetch: Fetched, fetching: Fetching, web_site: WebSite) -> None:
    rows = [{"id": number} for number in range(25)]

    def page(seen: Seen) -> Reply:
        start = int(seen.query["start"])
        return Reply({"result": {"total": 25, "rows": rows[start : start + 10]}})

    paging = Paging("offset", "start", "result.rows", 10, "limit")
    source = fetching("pages", web_site.put("/api", page), paging=paging, source={"file": "shops_*.json"})
    (report,) = fetch(source)
    assert (report.state, report.files) == ("fetched", 3)
    asked = [(seen.query["start"], seen.query["limit"]) for seen in web_site.seen if seen.path == "/api"]
    assert asked == [("0", "10"), ("10", "10"), ("20", "10")]


def test_every_combination_is_asked_for(fetch: Fetched, fetching: Fetching, web_site: WebSite) -> None:
    url = web_site.put("/api", lambda seen: Reply({"data": [dict(seen.query)], "total": 1}))
    source = fetching(
        "pages",
        url,
        paging=Paging("page", "page", "data", 1, total="total"),
        each={"province": ("TH10", "TH83"), "kind": ("2", "3")},
        source={"file": "x_*.json"},
    )
    assert fetch(source)[0].files == 4
    asked = [(seen.query["province"], seen.query["kind"]) for seen in web_site.seen if seen.path == "/api"]
    assert asked == [("TH10", "2"), ("TH10", "3"), ("TH83", "2"), ("TH83", "3")]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"data": [{"id": 1}]}, "same page again and again"),
        ({"data": "all of it"}, "sent no list at data"),
        ("<html>Sign in</html>", "web page where data"),
    ],
)
def test_pages_that_make_no_sense_are_stopped(
    answer: object, told: str, fetch: Fetched, fetching: Fetching, web_site: WebSite, record_database: Engine
) -> None:
    url = web_site.put("/api", Reply(answer))
    source = fetching("pages", url, paging=Paging("page", "page", "data", 1), source={"file": "x_*.json"})
    (report,) = fetch(source)
    assert report.state == "failed"
    assert told in str(report.problem)
    with reading(record_database) as connection:
        assert load_manifest(connection, source.name) is None


def test_pages_without_an_end_are_stopped(fetch: Fetched, fetching: Fetching, web_site: WebSite) -> None:
    url = web_site.put("/api", lambda seen: Reply({"data": [seen.query["page"]]}))
    source = fetching("pages", url, paging=Paging("page", "page", "data", 1, most=5), source={"file": "x_*.json"})
    assert "more than the 5 pages" in str(fetch(source)[0].problem)


def test_a_catalogue_gives_the_newest_fitting_resource_as_a_table_in_parts(
    fetch: Fetched, fetching: Fetching, web_site: WebSite
) -> None:
    resources = [
        {"id": "old", "name": "Visitors", "format": "CSV", "datastore_active": True, "last_modified": "2024-01-01"},
        {"id": "new", "name": "Visitors", "format": "CSV", "datastore_active": True, "last_modified": "2025-01-01"},
        {"id": "map", "name": "Map", "format": "PDF", "last_modified": "2026-01-01"},
    ]
    web_site.put("/api/3/action/package_show", Reply({"success": True, "result": {"resources": resources}}))

    def rows(seen: Seen) -> Reply:
        start = int(seen.query["offset"])
        return Reply(
            {"result": {"total": 1500, "records": [{"_id": n} for n in range(start, min(start + 1000, 1500))]}}
        )

    web_site.put("/api/3/action/datastore_search", rows)
    source = fetching(
        "ckan", web_site.url + "/", dataset="d1", resource="visitors", robots="api", source={"file": "v_*.json"}
    )
    assert fetch(source)[0].files == 2
    assert {seen.query.get("resource_id") for seen in web_site.seen} == {None, "new"}


def test_a_catalogue_without_tables_gives_the_file(
    fetch: Fetched, fetching: Fetching, web_site: WebSite, csv_of: Callable[..., bytes]
) -> None:
    resource = {"name": "Shops", "format": "CSV", "url": web_site.put("/download/shops.csv", Reply(csv_of(SHOP)))}
    web_site.put("/api/3/action/package_show", Reply({"success": True, "result": {"resources": [resource]}}))
    source = fetching("ckan", web_site.url, dataset="d1", keys=(KEY,))
    assert fetch(source)[0].state == "fetched"
    assert "x-api-key" not in web_site.seen[-1].headers, "an address that data names gets no key"
    missing = fetching("ckan", web_site.url, dataset="d1", resource="hotels")
    assert str(fetch(missing)[0].problem) == "The dataset d1 has no resource named hotels. It has: Shops."


def test_a_catalogue_that_leads_into_our_own_network_is_not_followed(
    fetch: Fetched, fetching: Fetching, web_site: WebSite
) -> None:
    resource = {"name": "Shops", "format": "CSV", "url": "http://169.254.169.254/latest/meta-data"}
    web_site.put("/api/3/action/package_show", Reply({"success": True, "result": {"resources": [resource]}}))
    assert "inside our own network" in str(fetch(fetching("ckan", web_site.url, dataset="d1", robots="api"))[0].problem)


def test_a_sitemap_leads_to_the_pages_that_are_wanted(fetch: Fetched, fetching: Fetching, web_site: WebSite) -> None:
    urls = [web_site.at("/hotel/1"), web_site.at("/hotel/2"), web_site.at("/blog/1"), "https://example.org/hotel/3"]
    inner = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    xml = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">' + inner + "</urlset>"
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>{web_site.at("/s1.xml")}</loc></sitemap></sitemapindex>'
    web_site.put("/s1.xml", Reply(xml, type="application/xml"))
    for number in (1, 2):
        web_site.put(f"/hotel/{number}", Reply(f"<html>{number}</html>", type="text/html"))
    source = fetching(
        "sitemap", web_site.put("/sitemap.xml", Reply(index)), only="/hotel/", source={"file": "p_*.html"}
    )
    assert fetch(source)[0].files == 2
    assert [path for path in web_site.paths() if path.startswith("/hotel")] == ["/hotel/1", "/hotel/2"]
    web_site.put("/robots.txt", Reply("User-agent: *\nDisallow: /hotel/2", type="text/plain"))
    assert "asks machines not to read" in str(fetch(source)[0].problem)


def test_a_sitemap_that_tries_to_blow_up_is_refused(fetch: Fetched, fetching: Fetching, web_site: WebSite) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>'
    source = fetching("sitemap", web_site.put("/sitemap.xml", Reply(bomb)), source={"file": "p_*.html"})
    assert "is no sitemap" in str(fetch(source)[0].problem)


def test_an_index_leads_to_its_files_and_to_no_other_site(
    fetch: Fetched, fetching: Fetching, web_site: WebSite
) -> None:
    url = web_site.put("/all/index.json", Reply([{"file": "0/a.json"}, {"file": "0/b.json"}]))
    for name in "ab":
        web_site.put(f"/all/0/{name}.json", Reply({"id": name}))
    source = fetching("files", url, member="file", source={"file": "o_*.json"})
    assert fetch(source)[0].files == 2
    web_site.put("/all/index.json", Reply([{"file": "//169.254.169.254/a.json"}]))
    assert "which is another site" in str(fetch(source)[0].problem)


def test_a_source_under_way_in_another_process_is_passed_over(
    fetch: Fetched, fetching: Fetching, read_kept: Read, web_site: WebSite, open_settings: Settings
) -> None:
    source = fetching("file", web_site.put("/shops.csv", Reply(b"x")))
    with job_lock(open_settings.lock_dir, f"source-{source.name}"):
        assert [(report.state, type(report.problem)) for report in fetch(source)] == [("busy", JobRunning)]
        assert [(report.state, type(report.problem)) for report in read_kept(source)] == [("skipped", JobRunning)]


def test_a_quota_that_is_used_up_ends_a_fetch_which_goes_on_from_there(
    fetch: Fetched, fetching: Fetching, web_site: WebSite
) -> None:
    def page(seen: Seen) -> Reply:
        return (
            Reply(status=429) if seen.query["page"] == "3" and not open_again else Reply({"data": [seen.query["page"]]})
        )

    open_again: list[bool] = []
    paging = Paging("page", "page", "data", 1, total="total", most=4)
    source = fetching("pages", web_site.put("/api", page), paging=paging, source={"file": "x_*.json"})
    assert fetch(source)[0].state == "failed"
    open_again.append(True)
    asked = len(web_site.seen)
    web_site.put("/api", lambda seen: Reply({"data": [seen.query["page"]], "total": 3}))
    assert [(report.state, report.files) for report in fetch(source)] == [("fetched", 3)]
    assert [seen.query["page"] for seen in web_site.seen[asked:] if seen.path == "/api"] == ["3"]


def test_a_publisher_s_mistake_is_not_kept_for_the_next_time(
    fetch: Fetched, fetching: Fetching, web_site: WebSite
) -> None:
    url = web_site.put("/api", Reply({"data": [1]}))
    source = fetching("pages", url, paging=Paging("page", "page", "data", 1), source={"file": "x_*.json"})
    assert fetch(source)[0].state == "failed"
    web_site.put("/api", lambda seen: Reply({"data": [2] if seen.query["page"] == "1" else []}))
    assert [(report.state, report.files) for report in fetch(source)] == [("fetched", 1)]


FETCH_AND_DIE = """
import os, signal, sys
from dataclasses import replace
from ingest import harvest
from ingest.fetching import Fetch, Paging
from ingest.source import Expectation, get_source
from tic.core.database import open_database
from tic.core.progress import Silent
from tic.core.settings import get_settings

moment, url = sys.argv[1:]

def die(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)

if moment == "first page":
    real, count = harvest.keep_bytes, []
    def keep(*arguments):
        count.append(1)
        return die() if len(count) == 2 else real(*arguments)
    harvest.keep_bytes = keep
else:
    harvest.save_manifest = die
paging = Paging("page", "page", "data", 1, total="total")
fetch = Fetch(kind="pages", url=url, terms="all is allowed here", paging=paging)
source = replace(get_source("tat_shops"), file="shops_*.json", fetch=fetch)
harvest.fetch_sources(open_database(get_settings().database), get_settings(), [source], Silent())
"""


@pytest.mark.parametrize("moment", ["first page", "manifest"])
def test_a_fetch_that_is_killed_leaves_the_source_as_it_was_and_the_next_completes_it(
    moment: str, fetch: Fetched, fetching: Fetching, web_site: WebSite, record_database: Engine, open_settings: Settings
) -> None:
    url = web_site.put("/api", lambda seen: Reply({"data": [seen.query["page"]], "total": 3}))
    environment = {**os.environ, "TIC_PRIVATE_HOSTS": "127.0.0.1"}
    killed = subprocess.run([sys.executable, "-c", FETCH_AND_DIE, moment, url], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    with reading(record_database) as connection:
        assert load_manifest(connection, "tat_shops") is None
    paging = Paging("page", "page", "data", 1, total="total")
    source = fetching("pages", url, paging=paging, source={"file": "shops_*.json"})
    asked = len(web_site.seen)
    assert [(report.state, report.files) for report in fetch(source)] == [("fetched", 3)]
    again = [seen.query["page"] for seen in web_site.seen[asked:] if seen.path == "/api"]
    assert again == (["3"] if moment == "first page" else [])
    assert len(Kept(record_database, open_settings.snapshot_dir).files_of(source)) == 3


def test_a_kept_copy_that_was_deleted_is_told_and_fetched_again(
    fetch: Fetched, fetching: Fetching, web_site: WebSite, open_settings: Settings, record_database: Engine
) -> None:
    def page(seen: Seen) -> Reply:
        known = seen.headers.get("if-none-match") == '"v1"'
        return Reply(b"" if known else b"x", 304 if known else 200, {"ETag": '"v1"'})

    source = fetching("file", web_site.put("/shops.csv", page))
    fetch(source)
    next(open_settings.snapshot_dir.glob("*/*/tat_shops_th.csv")).unlink()
    kept = Kept(record_database, open_settings.snapshot_dir)
    (report,) = ingest_sources(record_database, open_settings, [source], None, Silent(), kept)
    assert "is missing. Fetch the source again." in str(report.message)
    assert fetch(source)[0].state == "fetched"
    assert len(kept.files_of(source)) == 1
