"""The tree of place categories: two levels, kept as data in categories.csv."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of place; `parent` is empty for the top level, `schema_org` the type in JSON-LD."""

    code: str
    parent: str
    name_th: str
    name_en: str
    schema_org: str

    def name(self, language: str) -> str:
        """The name in `th` or `en`."""
        return self.name_th if language == "th" else self.name_en


@lru_cache(maxsize=1)
def categories() -> dict[str, Category]:
    """All categories by code, in the order they are shown."""
    with (files("directory") / "categories.csv").open(encoding="utf-8") as handle:
        return {row["code"]: Category(**row) for row in csv.DictReader(handle)}


def with_parents(code: str) -> tuple[str, ...]:
    """A category's code and that of its parent: what a listing of it is found under."""
    parent = categories()[code].parent
    return (code, parent) if parent else (code,)


def leaves_of(code: str) -> tuple[str, ...]:
    """The category itself and all below it."""
    return (code, *(item.code for item in categories().values() if item.parent == code))
