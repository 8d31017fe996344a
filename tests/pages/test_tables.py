"""Tables of figures, on whatever page they stand."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "pages"


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.py")), ids=lambda path: path.stem)
def test_a_cell_without_a_figure_shows_a_dash_and_not_the_english_word_none(page: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(page.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    tables = [call for call in calls if ast.unparse(call.func) == "st.dataframe"]
    told = [[ast.unparse(word.value) for word in table.keywords if word.arg == "placeholder"] for table in tables]
    assert told == [["'–'"]] * len(tables)
