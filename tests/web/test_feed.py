"""The feed of what an analyst watches, by its secret address."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime

from starlette.testclient import TestClient

from small_directory import SmallDirectory
from tic.core.database import writing
from tic.desk.watches import add_notices, add_watch, renew_key
from tic.desk.watching import Occasion

ATOM = "{http://www.w3.org/2005/Atom}"
NOW = datetime(2026, 5, 1, 3, 30, tzinfo=UTC)


def test_a_feed_tells_what_happened_with_a_link_to_the_series(
    browser: TestClient, web_directory: SmallDirectory
) -> None:
    account, _token = web_directory.sign_in("analyst")
    with writing(web_directory.services.database) as connection:
        series = ("visitors", "TH-83", "all")
        watch = add_watch(connection, account.id, "fresh", series, threshold=None, seen="{}", now=NOW)
        facts = {"period": "2026-03-01", "value": 937_730.0}
        add_notices(connection, watch, [Occasion("fresh:2026-03-01", facts)], NOW)
        key = renew_key(connection, account.id)
    answer = browser.get(f"/feed/{key}.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert answer.headers["cache-control"].startswith("private")
    feed = ET.fromstring(answer.text)
    assert feed.findtext(f"{ATOM}updated") == "2026-05-01T03:30:00+00:00"
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "ผู้เยี่ยมเยือน, ภูเก็ต: มีตัวเลขมีนาคม 2569แล้ว 937,730"
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == "https://directory.test/explorer?indicator=visitors&areas=TH-83&markets=all&lang=th"
    assert browser.get(f"/feed/{key}.atom").text == answer.text


def test_a_feed_without_news_is_a_feed_and_a_wrong_key_is_not_found(
    browser: TestClient, web_directory: SmallDirectory
) -> None:
    account, _token = web_directory.sign_in("analyst")
    with writing(web_directory.services.database) as connection:
        key = renew_key(connection, account.id)
    assert ET.fromstring(browser.get(f"/feed/{key}.atom").text).findall(f"{ATOM}entry") == []
    wrong = browser.get("/feed/guessed.atom")
    assert wrong.status_code == 404
    assert "There is no such feed." in wrong.text
