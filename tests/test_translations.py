"""Every sentence that a person may read exists in Thai, with the same fields."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from tic.core import errors
from tic.core.i18n import translator

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("tic", "directory", "models", "ingest", "pages")
ERROR_NAMES = {name for name, value in vars(errors).items() if isinstance(value, type)}


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def messages_of(path: Path) -> set[str]:
    """First arguments of `_(...)` and of our errors in a Python file, of `_(...)` in a template."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        return set(re.findall(r'_\("((?:[^"\\]|\\.)+)"', text))
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            message = _literal(node.args[0])
            if message and (name == "_" or name in ERROR_NAMES):
                found.add(message)
    return found


FILES = sorted(
    path
    for room in ROOMS
    for pattern in ("*.py", "*.html")
    for path in (ROOT / room).rglob(pattern)
    if path.name != "cli.py"
)


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_message_has_a_thai_translation_with_the_same_fields(path: Path) -> None:
    catalogue = translator("th")
    for message in sorted(messages_of(path)):
        thai = catalogue(message)
        assert thai != message, f"no Thai for: {message}"
        assert fields_of(thai) <= fields_of(message), f"fields differ: {message}"
