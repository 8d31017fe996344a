"""Categories: the publisher's kind of place and the words of its name, through two tables kept as data.

kinds.csv: kind -> category, the first line that fits counts; a key alone (`shop`) stands for any value of it.
name_words.csv: for places of a kind (`scope`) words at the start, at the end or anywhere in the name -> category, the
first line that fits counts. Words without a category are not looked at: `Hat Yai` at the start makes no beach (Hat).
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

import polars as pl

from directory.categories import categories
from ingest.quarantine import NOTES, flag
from ingest.source import Source

UNKNOWN: Final = "other"
_DATA: Final = files("ingest.clean")
_THAI: Final = re.compile(r"[\u0e00-\u0e7f]")


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of name_words.csv; without a `category` it says which words at the start are not looked at."""

    where: str
    thai: tuple[str, ...]
    latin: tuple[str, ...]
    category: str

    def test(self) -> pl.Expr:
        """Whether a name fits, on the columns `text` and `words` of `_readable`.

        Thai is written without blanks, so a word may stand inside another; other scripts match whole words.
        """
        tests = []
        for column, words in self._words().items():
            if self.where == "any":
                tests.append(pl.col(column).str.contains_any(words))
            else:
                tests.append(pl.col(column).str.contains(self._pattern(words)))
        return pl.any_horizontal(tests)

    def without(self) -> list[pl.Expr]:
        """The columns `text` and `words` without what this line names."""
        return [pl.col(column).str.replace(self._pattern(words), " ") for column, words in self._words().items()]

    def _words(self) -> dict[str, list[str]]:
        found = {"text": list(self.thai), "words": [f" {word.lower()} " for word in self.latin]}
        return {column: words for column, words in found.items() if words}

    def _pattern(self, words: list[str]) -> str:
        choice = "|".join(re.escape(word) for word in words)
        return f"^ ?({choice})" if self.where == "start" else f"({choice})$"


def choose_categories(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """`category` of every row: the source's own where it has ours, else by name, else by kind, else `other`, noted."""
    stated = pl.when(pl.col("category").is_in(list(categories()))).then("category")
    known = frame.select(stated).to_series()
    for scope in scopes():
        rows = frame.select(pl.col("kinds").list.contains(scope).fill_null(value=False)).to_series()
        if rows.any():
            for names in (frame["name_th"], frame["name_en"]):
                masked = names.to_frame("name").select(pl.when(rows).then("name")).to_series()
                known = known.zip_with(known.is_not_null(), name_categories(masked, scope))
    known = known.zip_with(known.is_not_null(), _by_kind(frame))
    return frame.with_columns(
        flag(NOTES, {"category_unknown": pl.lit(known.is_null())}), known.fill_null(UNKNOWN).alias("category")
    )


def name_categories(names: pl.Series, scope: str) -> pl.Series:
    """The category that the words of each name give it within a scope, or null."""
    rest = _readable(names)
    found = []
    for rule in _rules(scope):
        if rest.is_empty():
            break
        if not rule.category:
            rest = rest.with_columns(rule.without())
            continue
        rest = rest.with_columns(hit=rule.test())
        found.append(rest.filter("hit").select("row", category=pl.lit(rule.category)))
        rest = rest.filter(~pl.col("hit"))
    rows = pl.DataFrame({"row": pl.arange(len(names), eager=True, dtype=pl.UInt32)})
    if not found:
        return pl.Series("category", [None] * len(names), dtype=pl.String)
    return rows.join(pl.concat(found), on="row", how="left", maintain_order="left")["category"]


def _readable(names: pl.Series) -> pl.DataFrame:
    """Names that are there, with their row: `text` as it is, `words` in lower case with one blank around each."""
    words = pl.col("text").str.to_lowercase().str.replace_all(r"[^\p{L}\p{M}\p{N}]+", " ")
    frame = names.to_frame("text").with_row_index("row").drop_nulls()
    return frame.with_columns(words=pl.concat_str(pl.lit(" "), words.str.strip_chars(), pl.lit(" ")))


@lru_cache(maxsize=1)
def scopes() -> tuple[str, ...]:
    """The kinds of place whose names are looked at."""
    return tuple(dict.fromkeys(row["scope"] for row in _rows("name_words.csv")))


@lru_cache(maxsize=1)
def place_words() -> list[str]:
    """Every word of name_words.csv: by itself it names a kind of place and no place."""
    return sorted({word for row in _rows("name_words.csv") for word in row["words"].split("|")})


@lru_cache(maxsize=16)
def _rules(scope: str) -> list[Rule]:
    rules = []
    for row in _rows("name_words.csv"):
        if row["scope"] == scope:
            words = row["words"].split("|")
            thai = tuple(word for word in words if _THAI.search(word))
            latin = tuple(" ".join(re.split(r"[^\w]+", word)) for word in words if not _THAI.search(word))
            rules.append(Rule(row["where"], thai, latin, row["category"]))
    return rules


def _by_kind(frame: pl.DataFrame) -> pl.Series:
    lines = pl.DataFrame(_rows("kinds.csv")).with_row_index("line")
    kinds = frame.select("kinds").with_row_index("row").explode("kinds").drop_nulls()
    keys = kinds.with_columns(pl.col("kinds").str.extract("^([a-z_]+)=")).drop_nulls()
    found = pl.concat([kinds, keys]).join(lines, left_on="kinds", right_on="kind")
    first = found.sort("line").unique("row", keep="first")
    rows = pl.DataFrame({"row": pl.arange(frame.height, eager=True, dtype=pl.UInt32)})
    return rows.join(first, on="row", how="left", maintain_order="left")["category"].alias("by_kind")


@lru_cache(maxsize=2)
def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))
