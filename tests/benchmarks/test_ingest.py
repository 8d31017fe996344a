"""`tic bench ingest` as a person runs it, on a few hundred records."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from feed_files import FEEDS
from generated_feeds import write_feeds

from product import Product


@pytest.mark.slow
def test_a_directory_is_made_of_generated_feeds_and_measured(tmp_path: Path) -> None:
    done = Product(tmp_path).run("bench", "ingest", "--records", "600", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["records"] == 600
    assert found["searchable"] == found["listings"]
    assert abs(found["listings"] - found["places"]) < 30
    assert found["f1"] > 0.9
    assert found["f1_after_rerun"] == pytest.approx(found["f1"], abs=0.05)
    assert 0 < found["changed"] < 30
    assert {"Comparing", "Merging", "Search index", "all"} <= found["wall_s"].keys()
    assert found["peak_rss_bytes"] > 100_000_000


def test_too_few_records_are_refused(tmp_path: Path) -> None:
    done = Product(tmp_path).run("bench", "ingest", "--records", "5")
    assert (done.returncode, done.stderr.strip()) == (2, "tic: --records must be at least 100.")


def test_three_in_ten_records_repeat_a_place_and_the_same_files_come_again(tmp_path: Path) -> None:
    truth = pl.read_parquet(write_feeds(tmp_path / "one", 2000))
    write_feeds(tmp_path / "two", 2000)
    assert truth["key"].is_unique().all()
    assert 0.25 < 1 - truth["place"].n_unique() / truth.height < 0.35
    for feed in FEEDS.values():
        assert (tmp_path / "one" / feed.file).read_bytes() == (tmp_path / "two" / feed.file).read_bytes()


def test_one_record_in_a_hundred_is_corrected_later(tmp_path: Path) -> None:
    write_feeds(tmp_path / "before", 3000)
    write_feeds(tmp_path / "after", 3000, changed=100)
    before, after = (
        (tmp_path / name / "bench_official.csv").read_text(encoding="utf-8").splitlines()
        for name in ("before", "after")
    )
    assert 1 <= sum(one != other for one, other in zip(before, after, strict=True)) <= 25
