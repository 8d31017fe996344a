"""Scripts: which language the letters of a name stand for."""

from __future__ import annotations

from typing import Final

import polars as pl

THAI: Final = r"[\u0e01-\u0e2e]"
"""A Thai consonant: every Thai word has one, and stray marks in other text do not."""
LATIN: Final = r"[A-Za-z\u00c0-\u024f]"
HAN: Final = r"\p{Han}"
OTHER_SCRIPTS: Final = {
    "ja": r"[\u3040-\u30ff]",
    "ko": r"\p{Hangul}",
    "zh": HAN,
    "ru": r"\p{Cyrillic}",
    "ar": r"\p{Arabic}",
    "he": r"\p{Hebrew}",
    "hi": r"\p{Devanagari}",
    "km": r"\p{Khmer}",
    "lo": r"\p{Lao}",
    "my": r"\p{Myanmar}",
}
"""Language that a script most likely stands for here; Chinese after Japanese, which also has Chinese characters."""


_FOREIGN: Final = r"[^\x00-\u024f\u0e00-\u0e7f]"


def script_of(text: pl.Expr) -> pl.Expr:
    """`th`, `en` or a language of OTHER_SCRIPTS: the script most of the letters are in; null without any letter.

    A Chinese character says about as much as two Latin letters.
    """
    thai, latin, han = (text.str.count_matches(pattern) for pattern in (THAI, LATIN, HAN))
    foreign = pl.coalesce(
        pl.when(text.str.count_matches(pattern) > 0).then(pl.lit(language))
        for language, pattern in OTHER_SCRIPTS.items()
    )
    others = pl.sum_horizontal(text.str.count_matches(pattern) for pattern in OTHER_SCRIPTS.values() if pattern != HAN)
    return (
        pl.when((thai > 0) & (thai >= latin) & (thai >= han))
        .then(pl.lit("th"))
        .when(2 * (han + others) > latin)
        .then(foreign)
        .when(latin > 0)
        .then(pl.lit("en"))
    )


def scripts_of(texts: pl.Series) -> pl.Series:
    """`script_of` of each text; those in Thai and Latin letters alone, nearly all, need not be looked at for others."""
    text = pl.col(texts.name)
    thai, latin = (text.str.count_matches(pattern) for pattern in (THAI, LATIN))
    simple = pl.when((thai > 0) & (thai >= latin)).then(pl.lit("th")).when(latin > 0).then(pl.lit("en"))
    told = texts.to_frame().select(simple.alias("script")).to_series()
    foreign = texts.str.contains(_FOREIGN).fill_null(value=False)
    if not foreign.any():
        return told
    return told.scatter(foreign.arg_true(), texts.filter(foreign).to_frame().select(script_of(text)).to_series())


def only_thai(column: str) -> pl.Expr:
    """Whether a name has Thai letters and no Latin ones."""
    return pl.col(column).str.contains(THAI) & ~pl.col(column).str.contains(LATIN)


def only_latin(column: str) -> pl.Expr:
    """Whether a name has Latin letters and no Thai ones."""
    return pl.col(column).str.contains(LATIN) & ~pl.col(column).str.contains(THAI)
