"""Texts: one Unicode form, nothing that nobody sees, Thai marks in order, null for words that mean nothing."""

from __future__ import annotations

import html
from typing import Final

import polars as pl

from ingest.source import Source

_NOT_SHOWN: Final = r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]"
_TAGS: Final = r"(?i)</?(?:a|b|br|div|em|font|i|li|p|span|strong|u|ul)(?:\s[^<>]*)?/?>"
_ENTITY: Final = r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});"
_NOTHING: Final = ("", "-", "--", "n/a", "null", "undefined", "ไม่มี", "ไม่ระบุ", "ไม่มีข้อมูล")
"""Not `nan` or `na`: the first is a province, the second many a village."""
_MARKS: Final = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_TONES: Final = "\u0e48-\u0e4b"
_LETTER: Final = "(?:[!-%'-;=-~\u0e2f\u0e30\u0e32\u0e33\u0e3f\u0e41-\u0e46\u0e4f-\u0e5b]" + (
    "|\u0e40?[\u0e01-\u0e2e][\u0e31\u0e34-\u0e3a]?[\u0e47-\u0e4c\u0e4e]?)"
)
_TIDY: Final = f"^(?:{_LETTER}+ )*{_LETTER}+$"
"""Letters, digits and signs of English and Thai without `<` and `&`, each Thai mark in its place on a consonant, and
single blanks: what `tidy` would leave as it is."""
_DOUBLED: Final = {chr(code) * 2: chr(code) for code in (0x0E31, *range(0x0E34, 0x0E3B), *range(0x0E47, 0x0E4F))}


def tidy_texts(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """All text columns and lists of text tidied; what is left empty, and words for `nothing`, become null."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    lists = [name for name in ("aliases", "tags") if name in frame.columns and not _is_empty(frame[name])]
    return frame.with_columns(
        *(_tidied(frame[name]) for name in texts if not _is_empty(frame[name])),
        *(pl.col(name).list.eval(tidy(pl.element())).list.drop_nulls().alias(name) for name in lists),
    )


def _is_empty(column: pl.Series) -> bool:
    return column.null_count() == len(column)


def _tidied(texts: pl.Series) -> pl.Series:
    """As `tidy` of each text without HTML entities; nine in ten are tidy, and one look at them is enough."""
    rough = ~texts.str.contains(_TIDY).fill_null(value=True)
    if rough.any():
        name = texts.name
        tidied = _unescape(texts.filter(rough)).to_frame().select(tidy(pl.col(name))).to_series()
        texts = texts.scatter(rough.arg_true(), tidied)
    return texts.to_frame().select(_something(pl.col(texts.name))).to_series()


def tidy(text: pl.Expr) -> pl.Expr:
    """One text: NFC, one blank between words, Thai marks in order, null when nothing is left."""
    plain = text.str.replace_all(_TAGS, " ").str.normalize("NFC").str.replace_all(_NOT_SHOWN, "")
    plain = order_thai_marks(plain).str.replace_all(r"\s+", " ").str.strip_chars()
    return _something(plain)


def _something(text: pl.Expr) -> pl.Expr:
    return pl.when(~text.str.to_lowercase().is_in(_NOTHING)).then(text)


def order_thai_marks(text: pl.Expr) -> pl.Expr:
    """Thai as a keyboard should have made it.

    SARA AE for two SARA E, SARA AM for NIKHAHIT and SARA AA, the tone above the vowel it goes with, no mark twice and
    none without a letter below it. NFC does none of this: Unicode gives Thai marks no canonical order.
    """
    return (
        text.str.replace_all("เเ", "แ", literal=True)
        .str.replace_all(f"\u0e4d([{_TONES}]?)\u0e32", "${1}\u0e33")
        .str.replace_all(f"\u0e33([{_TONES}])", "${1}\u0e33")
        .str.replace_all(f"([{_TONES}])([\u0e31\u0e34-\u0e3a])", "${2}${1}")
        .str.replace_many(_DOUBLED)
        .str.replace_all(f"(^|[^\u0e01-\u0e2e{_MARKS}])[{_MARKS}]+", "${1}")
    )


def _unescape(texts: pl.Series) -> pl.Series:
    """`&amp;` and its like as the letters they stand for; few rows have any, so they alone are looked at."""
    rows = texts.str.contains(_ENTITY).fill_null(value=False)
    if not rows.any():
        return texts
    plain = [html.unescape(text) for text in texts.filter(rows)]
    return texts.scatter(rows.arg_true(), plain)
