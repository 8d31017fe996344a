"""Names: each in the field of its language, one name a field, further names as aliases."""

from __future__ import annotations

from functools import partial
from typing import Final

import polars as pl

from ingest.clean.name_parts import (
    SEVERAL,
    drop_brackets,
    more_aliases,
    names_among_tags,
    on_rows,
    split_languages,
    split_or,
    split_same_kind,
)
from ingest.clean.scripts import OTHER_SCRIPTS, THAI, scripts_of
from ingest.quarantine import PROBLEMS, flag, listed
from ingest.source import Source

_SHORTEST: Final = 2
_LONGEST: Final = 500
_MARKUP: Final = (
    r"(?i)<\s*/?(?:script|iframe|img|svg|math|object|embed|style|link|meta|base|form|input|button|html|head|body|video"
    r"|audio|details|template|textarea|marquee)\b|<!--|<!doctype|<\?(?:xml|php)|<[a-z][^>]*\son[a-z]+\s*=|javascript:"
)
"""Code of a web page that does more than shape text. `<SPECIAL> ROOM` and `I <3 tea` are names."""
_LINES: Final = ("street", "address", "subdistrict", "opening_hours", "certification")


def split_names(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """`name_th`, `name_en`, `names` and `aliases`; reasons no_name, name_too_short, name_too_long and markup.

    `วัดกู้ หรือ วัดพระนางเรือล่ม` is a name and an alias, `เดอะ ศาลายา (THE SALAYA)` a Thai and an English name; a
    bracket that only repeats the stated province goes, and so does one that the publisher's system cut off.
    """
    frame = _by_language(frame)
    for column, other in (("name_th", "name_en"), ("name_en", "name_th")):
        has = {part: pl.col(column).str.contains(pattern) for part, pattern in SEVERAL.items()}
        frame = on_rows(frame, has["bracket"], partial(drop_brackets, column=column))
        frame = on_rows(frame, has["or"], partial(split_or, column=column))
        frame = on_rows(frame, has["languages"], partial(split_languages, column=column, other=other))
        frame = on_rows(frame, has["bracket"], partial(split_same_kind, column=column))
        frame = frame.with_columns(pl.col(column).str.strip_chars())
    frame = _gather_aliases(frame)
    length = pl.max_horizontal(
        pl.col(name).str.count_matches(r"[\p{L}\p{M}\p{N}]").fill_null(0) for name in ("name_th", "name_en", "names")
    )
    none = pl.all_horizontal(pl.col(name).is_null() for name in ("name_th", "name_en", "names"))
    too_long = pl.any_horizontal(
        (pl.col(name).str.len_chars() > _LONGEST).fill_null(value=False) for name in ("name_th", "name_en")
    )
    markup = pl.any_horizontal(
        pl.col(name).str.contains(_MARKUP).fill_null(value=False) for name in ("name_th", "name_en", "names", *_LINES)
    )
    marked_alias = pl.col("aliases").list.eval(pl.element().str.contains(_MARKUP)).list.any().fill_null(value=False)
    problems = {
        "no_name": none,
        "name_too_short": ~none & (length < _SHORTEST),
        "name_too_long": too_long,
        "markup": markup | marked_alias,
    }
    return frame.with_columns(flag(PROBLEMS, problems))


def _by_language(frame: pl.DataFrame) -> pl.DataFrame:
    """Put every name into the field of its script, and further names of one field to the aliases."""
    frame = frame.with_columns(listed("aliases"))
    for column in ("name", "name_th", "name_en"):
        frame = _move(frame, column)
    return frame.drop("name")


def _move(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Move a name out of a column it does not belong to. Digits alone have no script and may stay."""
    if frame[column].null_count() == frame.height:
        return frame
    frame = frame.with_columns(scripts_of(frame[column]).alias("script"))
    name, script = pl.col(column), pl.col("script")
    unplaced = pl.lit("en") if column == "name" else pl.lit(column.removeprefix("name_"))
    language: pl.Expr = pl.when(name.is_not_null()).then(script.fill_null(unplaced))
    if column == "name_th":
        # A Thai feed's `บ้านทองกลับ Bar & Bistro` is its Thai name, whatever letters it has more of.
        language = pl.when(name.str.contains(THAI)).then(pl.lit("th")).otherwise(language)
    leaves = (language != column.removeprefix("name_")).fill_null(value=False)
    frame = frame.with_columns(language=language, moving=pl.when(leaves).then(name))
    free = pl.lit(value=False)
    moves = []
    for target in ("name_th", "name_en"):
        fits = (pl.col("language") == target.removeprefix("name_")) & pl.col(target).is_null()
        free = free | fits
        moves.append(pl.when(fits & pl.col("moving").is_not_null()).then("moving").otherwise(target).alias(target))
    foreign = pl.col("language").is_in(list(OTHER_SCRIPTS)) & pl.col("names").is_null()
    told = pl.when(foreign & pl.col("moving").is_not_null()).then(_json_of("language", "moving")).otherwise("names")
    rest = pl.when(~free & ~foreign).then("moving")
    frame = frame.with_columns(*moves, told.alias("names"), more_aliases(rest))
    emptied = pl.when(pl.col("moving").is_null()).then(column)
    return frame.with_columns(emptied.alias(column)).drop("language", "moving", "script")


def _json_of(language: str, name: str) -> pl.Expr:
    """`{"zh":"..."}` from a column of languages and one of names."""
    text = pl.struct(pl.col(name).alias("v")).struct.json_encode().str.strip_prefix('{"v":')
    return pl.concat_str(pl.lit('{"'), language, pl.lit('":'), text)


def _gather_aliases(frame: pl.DataFrame) -> pl.DataFrame:
    """Aliases without repetition, without the names themselves; null when there are none."""
    names = pl.concat_list("name_th", "name_en").list.drop_nulls()
    frame = frame.with_columns(aliases=pl.concat_list("aliases", names_among_tags(frame)).list.drop_nulls())
    others = pl.col("aliases").list.unique(maintain_order=True).list.set_difference(names)
    frame = on_rows(frame, pl.col("aliases").list.len() > 0, lambda rows: rows.with_columns(aliases=others))
    return frame.with_columns(aliases=pl.when(pl.col("aliases").list.len() > 0).then("aliases"))
