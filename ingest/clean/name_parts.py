"""Parts of names: `or`, brackets and dashes that join several names in one field, and tags that are names.

Each function takes and gives the whole frame; `column` is `name_th` or `name_en`, what splits off goes to `aliases`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from ingest.clean.categories import name_categories, place_words
from ingest.clean.scripts import only_latin, only_thai
from ingest.quarantine import listed
from tic.core.areas import find_province

PLACE_WORDS: Final = "tat:ATTRACTION"
"""The scope of name_words.csv that knows words for sights; the bracket of a shop names its branch or its owner."""

_BRACKET: Final = r"^([^()]*[^() ]) ?\(([^()]+)\)$"
_END_BRACKET: Final = r" ?\([^()]*\)$"
_BROKEN_OFF: Final = r"^([^()]+?) ?\([^()]*$"
_DASH: Final = r"^([^()]+?) (?:[-–|/]) ([^()]+)$"
_OR_EN: Final = r"^([^()]{4,}?(?:\([^()]*\)[^()]*?)?),? or ([^()]{4,}(?:\([^()]*\))?)$"
_OR_TH: Final = r"^([^()]{4,}?(?: ?\([^()]*\))?) หรือ ?([^()]{4,}(?: ?\([^()]*\))?)$"
_OR_TH_JOINED: Final = r"^([^() ]{4,}?)หรือ([^() ]{4,})$"
_NOT_OR: Final = "เชื่อหรือไม่|(?i:believe it or not)"
_ORDER: Final = "order of rows"
SEVERAL: Final = {"bracket": r"\(", "or": " or |หรือ", "languages": r"\(| [-–|/] "}
"""What a name has that is to be split: by a bracket, by `or`, into languages."""
_ACRONYM: Final = r"^[A-Z0-9]{2,6}$"
_KEYWORD: Final = "^#|^[A-Za-z]+$| "
_SAME_WORD_LETTERS: Final = 3


def more_aliases(*names: pl.Expr) -> pl.Expr:
    """The aliases with these added; null ones are dropped later."""
    return pl.concat_list("aliases", *names).alias("aliases")


def on_rows(frame: pl.DataFrame, some: pl.Expr, change: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """`change`, which works row by row, of the rows that fit alone: few names have more than one part."""
    fits = frame.select(some.fill_null(value=False)).to_series()
    if not fits.any():
        return frame
    numbered = frame.with_row_index(_ORDER)
    return pl.concat([numbered.filter(~fits), change(numbered.filter(fits))]).sort(_ORDER).drop(_ORDER)


def drop_brackets(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Drop a bracket that was broken off, and one that only names the stated province."""
    name = pl.col(column)
    inner = frame.select(name.str.extract(_BRACKET, 2)).to_series()
    names = inner.drop_nulls().unique()
    codes = pl.Series([find_province(text) for text in names], dtype=pl.String)
    province = inner.replace_strict(names, codes, default=None, return_dtype=pl.String)
    repeats = (province == frame["province_code"]).fill_null(value=False)
    return frame.with_columns(
        pl.when(repeats)
        .then(name.str.extract(_BRACKET, 1))
        .otherwise(pl.coalesce(name.str.extract(_BROKEN_OFF, 1), name))
        .alias(column)
    )


def split_or(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """`วัดกู้ หรือ วัดพระนางเรือล่ม`: the second name is an alias. Without a blank both must begin alike."""
    name = pl.col(column)
    joined_left, joined_right = name.str.extract(_OR_TH_JOINED, 1), name.str.extract(_OR_TH_JOINED, 2)
    same_word = joined_left.str.head(_SAME_WORD_LETTERS) == joined_right.str.head(_SAME_WORD_LETTERS)
    left = pl.coalesce(name.str.extract(_OR_EN, 1), name.str.extract(_OR_TH, 1), pl.when(same_word).then(joined_left))
    right = pl.coalesce(name.str.extract(_OR_EN, 2), name.str.extract(_OR_TH, 2), pl.when(same_word).then(joined_right))
    splits = left.is_not_null() & ~name.str.contains(_NOT_OR)
    return frame.with_columns(
        pl.when(splits).then(left.str.strip_chars(" ,")).otherwise(name).alias(column),
        more_aliases(pl.when(splits).then(right.str.replace(_END_BRACKET, "").str.strip_chars())),
    )


def split_languages(frame: pl.DataFrame, column: str, other: str) -> pl.DataFrame:
    """`ไทย (English)`, `English - ไทย`: one name in each field, where each side is in one script only."""
    name = pl.col(column)
    first = pl.coalesce(name.str.extract(_BRACKET, 1), name.str.extract(_DASH, 1))
    second = pl.coalesce(name.str.extract(_BRACKET, 2), name.str.extract(_DASH, 2))
    frame = frame.with_columns(first=first.str.strip_chars(), second=second.str.strip_chars())
    own, foreign = (only_thai, only_latin) if column == "name_th" else (only_latin, only_thai)
    straight = own("first") & foreign("second")
    crossed = foreign("first") & own("second")
    kept = pl.when(straight).then("first").when(crossed).then("second")
    given = pl.when(straight).then("second").when(crossed).then("first")
    takes = pl.col(other).is_null() & ~given.str.contains(_ACRONYM)
    frame = frame.with_columns(kept=kept, given=given, takes=takes)
    return frame.with_columns(
        pl.coalesce("kept", column).alias(column),
        pl.when("takes").then("given").otherwise(other).alias(other),
        more_aliases(pl.when(~pl.col("takes")).then("given")),
    ).drop("first", "second", "kept", "given", "takes")


def split_same_kind(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """`วัดโลกยสุธาราม (วัดพระนอน)`: a bracket that is by its words a name of the same kind of place is an alias."""
    parts = frame.select(first=pl.col(column).str.extract(_BRACKET, 1), second=pl.col(column).str.extract(_BRACKET, 2))
    is_sight = pl.col("kinds").list.contains(PLACE_WORDS).fill_null(value=False)
    rows = parts.with_columns(frame.select(is_sight=is_sight)).with_row_index("row").drop_nulls().filter("is_sight")
    kinds = [name_categories(rows[side], PLACE_WORDS) for side in ("first", "second")]
    aliases = pl.col("second").str.replace(" หรือ ?", " or ").str.split(" or ")
    found = rows.filter(kinds[0] == kinds[1]).select("row", main="first", alias=aliases)
    index = pl.Series("row", range(frame.height), dtype=pl.UInt32)
    joined = frame.with_columns(index).join(found, on="row", how="left", maintain_order="left")
    return joined.with_columns(
        pl.coalesce("main", column).str.strip_chars().alias(column),
        more_aliases(listed("alias")),
    ).drop("row", "main", "alias")


def names_among_tags(frame: pl.DataFrame) -> pl.Series:
    """Tags that are by their words names of the same kind of place (`วัดเลียบ` of a temple); others are keywords."""
    tags = (
        frame.select("kinds", "tags", name=pl.coalesce("name_th", "name_en"))
        .with_row_index("row")
        .filter(pl.col("kinds").list.contains(PLACE_WORDS))
        .explode("tags")
        .drop_nulls()
        .filter(~pl.col("tags").str.contains(_KEYWORD), ~pl.col("tags").is_in(place_words()))
    )
    kinds = [name_categories(tags[column], PLACE_WORDS) for column in ("tags", "name")]
    named = tags.filter(kinds[0] == kinds[1]).filter(~pl.col("name").str.contains(pl.col("tags"), literal=True))
    by_row = named.group_by("row").agg("tags")
    rows = pl.DataFrame({"row": pl.Series(range(frame.height), dtype=pl.UInt32)})
    found = rows.join(by_row, on="row", how="left", maintain_order="left").select(listed("tags"))
    return found["tags"].alias("names_among_tags")
