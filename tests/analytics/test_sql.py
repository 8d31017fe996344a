"""SQL of analysts: what is answered, and what is refused before and while it runs."""

from __future__ import annotations

import shutil
import time
from datetime import date
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tic.analytics.sql import checked, run_sql
from tic.analytics.warehouse import write_observations
from tic.core.errors import BadInput


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The official figures of the starter set."""
    folder = tmp_path_factory.mktemp("warehouse")
    frame = pl.read_parquet(str(files("ingest.starter") / "statistics.parquet"))
    write_observations(folder, "starter_statistics", frame)
    return folder


def test_a_query_over_observations_and_areas_is_answered(warehouse: Path) -> None:
    rows, is_cut = run_sql(
        warehouse,
        "SELECT a.name_en, sum(o.value) AS visitors FROM observations o JOIN areas a ON o.area = a.code "
        "WHERE o.indicator = 'visitors' AND o.market = 'all' AND o.frequency = 'Y' AND o.period = DATE '2025-01-01' "
        "GROUP BY a.name_en ORDER BY visitors DESC LIMIT 2",
    )
    assert rows["name_en"][0] == "Bangkok"
    assert rows.columns == ["name_en", "visitors"]
    assert not is_cut


def test_a_query_that_fails_is_told_why_and_not_where_the_figures_lie(warehouse: Path) -> None:
    with pytest.raises(BadInput, match="unsupported function 'repeat'") as refused:
        run_sql(warehouse, "SELECT repeat('a', 9) FROM observations")
    assert str(warehouse) not in str(refused.value)
    assert "plan" not in str(refused.value)


def test_a_broken_file_is_named_and_not_the_folders_above_it(warehouse: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(warehouse, tmp_path / "warehouse")
    file = min(copy.rglob("*.parquet"))
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(BadInput, match=f"{file.relative_to(copy)} is broken") as refused:
        run_sql(copy, "SELECT * FROM observations")
    assert str(tmp_path) not in str(refused.value)


def test_rows_beyond_the_limit_are_told(warehouse: Path) -> None:
    rows, is_cut = run_sql(warehouse, "WITH o AS (SELECT * FROM observations) SELECT period FROM o", most_rows=5)
    assert (rows.height, is_cut, rows.schema["period"]) == (5, True, pl.Date)
    assert isinstance(rows["period"][0], date)


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("DROP TABLE observations", "Write one SELECT"),
        ("INSERT INTO observations VALUES (1)", "Write one SELECT"),
        ("CREATE TABLE x AS SELECT 1", "Write one SELECT"),
        ("SELECT 1; SELECT 2", "Write one SELECT"),
        ("", "Write one SELECT"),
        ("SELECT * FROM read_csv('/etc/passwd')", "There is no table"),
        ("SELECT * FROM observations, LATERAL read_parquet('/x')", "read_parquet reads files"),
        ("SELECT * FROM '/etc/passwd'", "There is no table"),
        ("SELECT * FROM information_schema.tables", "There is no table tables"),
        ("SELECT * FROM person", "There is no table person. The tables are: observations, vintages, forecasts, areas."),
        ("SELECT (", "The query cannot be read"),
        ("SELECT " + "1," * 9000 + "1", "longer than 10000 characters"),
    ],
)
def test_anything_but_a_query_over_the_tables_is_refused(warehouse: Path, sql: str, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        run_sql(warehouse, sql)
    assert sentence.lower() in str(caught.value).lower()


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("SELECT nobody FROM observations", "cannot be answered: .*nobody"),
        ("SELECT * FROM forecasts", "cannot be answered: .*forecasts"),
        ("SELECT frobnicate(value) FROM observations", "cannot be answered: .*frobnicate"),
    ],
)
def test_a_query_that_fails_says_why(warehouse: Path, sql: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        run_sql(warehouse, sql)


def test_a_query_that_runs_for_ever_is_ended(warehouse: Path) -> None:
    started = time.monotonic()
    endless = "SELECT count(*) FROM observations a CROSS JOIN observations b CROSS JOIN observations c"
    with pytest.raises(BadInput, match=r"took longer than 3 seconds|more memory"):
        run_sql(warehouse, endless, timeout_s=3)
    assert time.monotonic() - started < 15


@given(st.text(max_size=200))
def test_no_text_is_run_that_is_no_query(text: str) -> None:
    try:
        written = checked(text)
    except BadInput:
        return
    assert written.upper().startswith(("SELECT", "WITH", "(", "VALUES"))
