"""`tic ingest run` with sources that an installation has added and fetches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.parsers import own_files
from ingest.source import get_source, sources
from tic.core.errors import BadInput, NotFound
from tic.core.progress import Silent
from tic.core.settings import Settings, get_settings
from tic.jobs.context import Context
from tic.jobs.ingest import IngestReport, ingest_and_publish, status_rows
from web_site import Reply, WebSite

SHOPS = """
kind: places
title_th: ร้านของจังหวัด
title_en: Shops of the province
publisher_th: จังหวัด
publisher_en: The province
homepage: https://example.org/
licence: CC0 1.0
attribution: The province
trust: official
coverage: TH-40
schedule: weekly
parser: tat
file: shops.csv
language: th
expect: {{least: 1, most: 9}}
fetch:
  kind: file
  url: {url}
  terms: The province lets everybody read this file.
"""


@pytest.fixture
def open_context(
    web_site: WebSite,
    write_tat: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> Iterator[Context]:
    """A context with one source of the installation's own, province_shops, on a server of this machine."""
    content = (write_tat(("P1", "ร้านหนึ่ง", "16.44", "102.83")) / "tat_shops_th.csv").read_bytes()
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "province_shops.yml").write_text(SHOPS.format(url=web_site.put("/shops.csv", Reply(content))))
    monkeypatch.setenv("TIC_SOURCES_DIR", str(folder))
    monkeypatch.setenv("TIC_PRIVATE_HOSTS", "127.0.0.1")
    get_settings.cache_clear()
    context = Context(get_settings(), Silent())
    yield context
    context.close()


def told(report: IngestReport) -> dict[str, tuple[str, int]]:
    return {run.source: (run.state, run.accepted) for run in report.runs}


def test_an_own_source_is_one_file_and_is_known_everywhere(open_context: Context) -> None:
    assert get_source("province_shops").title_en == "Shops of the province"
    assert [file.name for file in own_files(get_source("province_shops"))] == ["province_shops.yml", "parser.py"]


def test_a_source_is_fetched_when_it_is_named_and_read_again_without_the_network(
    open_context: Context, web_site: WebSite
) -> None:
    report = ingest_and_publish(open_context, ["province_shops"], None)
    assert told(report) == {"province_shops": ("done", 1)}
    assert report.resolved.new == 1
    asked = len(web_site.seen)
    assert told(ingest_and_publish(open_context, ["province_shops"], None, replay=True)) == {
        "province_shops": ("unchanged", 1)
    }
    assert len(web_site.seen) == asked


def test_a_plain_run_fetches_only_what_the_setting_names(
    open_context: Context, web_site: WebSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert set(told(ingest_and_publish(open_context, None, None))) == {"starter_places", "starter_statistics"}
    assert web_site.seen == []
    columns, rows = status_rows(open_context)
    by_source = {row[0]: dict(zip(columns, row, strict=True)) for row in rows}
    assert by_source["province_shops"]["fetching"] == "off"
    wanting = Context(open_context.settings.model_copy(update={"fetch_sources": "province_shops"}), Silent())
    assert told(ingest_and_publish(wanting, None, None))["province_shops"] == ("done", 1)
    wanting.close()


def test_a_publisher_that_does_not_answer_is_one_line_and_the_others_are_read(
    open_context: Context, web_site: WebSite
) -> None:
    web_site.put("/shops.csv", Reply(status=404))
    report = ingest_and_publish(open_context, ["province_shops", "starter_statistics"], None)
    assert told(report) == {"province_shops": ("failed", 0), "starter_statistics": ("done", report.runs[1].accepted)}
    (line,) = report.failures()
    assert line.startswith(f"province_shops: There is nothing at {web_site.at('/shops.csv')} any more (404).")
    assert "ไม่มีข้อมูลที่" in report.failures("th")[0]


def test_a_replay_takes_no_folder_and_needs_something_kept(open_context: Context, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="takes no folder"):
        ingest_and_publish(open_context, None, tmp_path, replay=True)
    report = ingest_and_publish(open_context, ["province_shops"], None, replay=True)
    assert "Nothing of province_shops is kept yet" in report.failures()[0]


@pytest.mark.parametrize("name", ["Bad-Name.yml", "tat_shops.yml"])
def test_a_name_that_cannot_be_is_told(name: str, open_context: Context) -> None:
    folder = get_settings().sources_dir
    assert folder is not None
    elsewhere = folder.parent / "other"
    elsewhere.mkdir()
    (elsewhere / name).write_text(SHOPS.format(url="https://example.org/"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIC_SOURCES_DIR", str(elsewhere))
        get_settings.cache_clear()
        with pytest.raises(BadInput, match="cannot be the name of a source"):
            sources()
    get_settings.cache_clear()


def test_an_unknown_source_in_the_setting_is_told(open_context: Context) -> None:
    wrong = Context(open_context.settings.model_copy(update={"fetch_sources": "atlantis"}), Silent())
    with pytest.raises(NotFound, match="no source atlantis"):
        ingest_and_publish(wrong, None, None)
    wrong.close()
