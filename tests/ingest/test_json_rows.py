"""Rows of JSON as text: the quick reader and Python's own give the same, whatever the values are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ingest import json_rows
from ingest.json_rows import read_json
from ingest.source import get_source
from ingest.tabular import Table

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["b", "c", "0"]), inner, max_size=3),
    max_leaves=6,
)
ROWS = st.lists(st.dictionaries(st.sampled_from(["a", "a.b", "id", "0", "new"]), VALUES, max_size=4), max_size=6)
COLUMNS = ["id", "a", "a.b", "a.0", "a.b.c", "0"]


def table(path: Path, content: Any, *, is_geojson: bool = False, columns: list[str] = COLUMNS) -> Table:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_json(path, get_source("tat_shops"), columns, [], is_geojson=is_geojson)


def refuse(text: str) -> None:
    raise orjson.JSONDecodeError("not today", "", 0)


@settings(
    deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rows=ROWS)
def test_both_readers_find_the_same(rows: list[dict[str, Any]], tmp_path: Path) -> None:
    content = [{"id": "1"}, *rows]
    quick = table(tmp_path / "rows.json", content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_rows.orjson, "loads", refuse)
        careful = table(tmp_path / "rows.json", content)
    assert quick.leftover == careful.leftover
    assert_frame_equal(quick.frame, careful.frame)


def test_a_number_of_more_than_64_bits_keeps_all_its_digits(tmp_path: Path) -> None:
    rows = [{"id": 123456789012345678901234567890}, {"id": [98765432109876543210, 1.5]}, {"id": 1e300}]
    found = table(tmp_path / "rows.json", rows).frame["id"].to_list()
    assert found == ["123456789012345678901234567890", "98765432109876543210;1.5", "1e+300"]


def test_what_only_python_reads_is_read(tmp_path: Path) -> None:
    assert table(tmp_path / "rows.json", '[{"id": NaN}, {"id": 2}]').frame["id"].to_list() == ["nan", "2"]


def test_points_of_geojson_are_text_and_other_shapes_have_a_middle(tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[100, 13], [102, 15]]}
    shapes = [{"type": "Point", "coordinates": [100.5, 13.75, 4]}, line, None, {"type": "Point", "coordinates": ["x"]}]
    features = [{"id": at, "properties": {"a": "x"}, "geometry": shape} for at, shape in enumerate(shapes)]
    found = table(tmp_path / "rows.geojson", {"features": features}, is_geojson=True, columns=["id", "a"])
    assert found.frame.select("id", "lat", "lon").rows() == [
        ("0", "13.7500000", "100.5000000"),
        ("1", "14.0000000", "101.0000000"),
        ("2", None, None),
        ("3", None, None),
    ]
