"""What names are looked up by: numbers that two names share with a word, a beginning, an end or the whole of them."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

TOKEN_SCHEMA: Final[dict[str, Any]] = {"row": pl.UInt32, "token": pl.UInt64, "full": pl.Boolean}
"""row: of the record; token: a number, the same for the same text in one version of the library; full: whether it is
the whole name."""
SHORTEST_TOKEN: Final = 2
_STEM: Final = 3
"""Consonants at the beginning and the end of a name that make a token: words are cut differently in each script."""


def tokens_of(names: pl.DataFrame) -> pl.DataFrame:
    """The tokens of a frame of NAME_SCHEMA, each once for a row, as a frame of TOKEN_SCHEMA in the order of `row`.

    They are words as they sound, the first and last consonants of a name, and `=` with the whole of it.
    """
    consonants = pl.col("consonants")
    long_enough = consonants.str.len_chars() >= _STEM
    return (
        pl.concat(
            [
                names.select("row", token=pl.col("core").str.split(" ")).explode("token"),
                names.filter(long_enough).select("row", token=pl.concat_str(pl.lit("<"), consonants.str.head(_STEM))),
                names.filter(long_enough).select("row", token=pl.concat_str(pl.lit(">"), consonants.str.tail(_STEM))),
                names.select("row", token=pl.concat_str(pl.lit("="), pl.col("sound"))),
            ]
        )
        .filter(pl.col("token").str.len_chars() >= SHORTEST_TOKEN)
        .select("row", pl.col("token").hash(), full=pl.col("token").str.starts_with("="))
        .unique()
        .sort("row", "token")
    )
