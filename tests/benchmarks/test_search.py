"""`tic bench search` as a person runs it, over the starter set: the figures that it prints, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from product import FirstStart, Product


@pytest.fixture(scope="module")
def product(first_start: FirstStart, tmp_path_factory: pytest.TempPathFactory) -> Product:
    """The product with the starter set in its directory."""
    return first_start.copy(tmp_path_factory.mktemp("bench") / "data")


@pytest.fixture(scope="module")
def figures(product: Product) -> dict[str, Any]:
    """What one run prints."""
    done = product.run("bench", "search", "--engine", "embedded", "--listings", "2000", "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.slow
def test_the_right_place_is_first_for_most_of_the_queries_that_nothing_was_tuned_on(figures: dict[str, Any]) -> None:
    assert figures["queries"] >= 300
    assert figures["recall_at_1"] >= 0.92
    assert figures["recall_at_5"] >= 0.96
    assert figures["mrr"] >= 0.94


@pytest.mark.slow
def test_every_class_of_queries_is_reported(figures: dict[str, Any]) -> None:
    assert {"joined", "kind_and_place", "other_keyboard", "romanised_otherwise"} <= figures["per_class"].keys()
    assert sum(group["queries"] for group in figures["per_class"].values()) == figures["queries"]


@pytest.mark.slow
def test_times_sizes_and_memory_are_reported_and_what_needs_a_server_is_empty_without_one(
    figures: dict[str, Any],
) -> None:
    assert figures["listings"] == 2000
    assert 0 < figures["search_p50_ms"] <= figures["search_p99_ms"]
    assert all(figures[name] > 0 for name in ("suggest_p99_ms", "build_s", "index_bytes", "peak_rss_bytes"))
    assert figures["baseline_mrr"] is figures["adapter_ratio"] is None


@pytest.mark.slow
def test_somebody_elses_queries_are_evaluated_over_the_present_index(product: Product, tmp_path: Path) -> None:
    path = tmp_path / "queries.tsv"
    path.write_text("Wat Pra Keaw\tPhra Kae[ow]\nวัดโพ\tPho|โพธิ์\nWat Arun\tno such name\n", encoding="utf-8")
    done = product.run("bench", "search", "--queries", str(path), "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["queries"] == 3
    assert found["recall_at_1"] == pytest.approx(2 / 3, abs=0.001)
    assert found["missed"] == ["Wat Arun"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "said"),
    [("Wat Pho", "Line 1 is not a query, a tab and a pattern."), ("Wat Pho\t(", "Line 1: the pattern cannot be read")],
)
def test_a_line_that_cannot_be_used_is_named(product: Product, tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "queries.tsv"
    path.write_text(line, encoding="utf-8")
    done = product.run("bench", "search", "--queries", str(path))
    assert done.returncode == 2
    assert said in done.stderr
