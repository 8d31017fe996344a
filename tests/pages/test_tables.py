"""Tables of figures, on whatever page they stand."""

from __future__ import annotations

import ast
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

PAGES = sorted((Path(__file__).parents[2] / "pages").glob("*.py"))


def show_one() -> None:
    import polars as pl

    from pages._widgets import data_table

    frame = pl.DataFrame({"b": ["x", None], "a": [None, 2], "kept_back": [0, 0]})
    data_table(frame, {"a": "First", "b": "Second", "missing": "Third"}, alt="Two rows")


def test_a_table_shows_the_columns_it_was_asked_for_and_a_dash_where_nothing_is_known() -> None:
    [table] = AppTest.from_function(show_one).run().dataframe
    assert table.value.columns.to_list() == ["a", "b"]
    assert pl.from_pandas(table.value)["b"].to_list() == ["x", None]
    assert (table.proto.placeholder, table.proto.alt) == ("–", "Two rows")


@pytest.mark.parametrize("page", [page for page in PAGES if page.stem != "_widgets"], ids=lambda path: path.stem)
def test_a_page_draws_its_tables_with_the_one_piece_that_shows_the_dash(page: Path) -> None:
    named = [node.attr for node in ast.walk(ast.parse(page.read_text("utf-8"))) if isinstance(node, ast.Attribute)]
    assert not {"dataframe", "data_editor"} & set(named)
