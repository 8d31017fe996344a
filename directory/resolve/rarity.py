"""How much a shared word of two names tells: learned numbers by hash of the word, never the words themselves."""

from __future__ import annotations

import json
import math
from functools import lru_cache
from importlib.resources import files
from typing import Final
from zlib import crc32

import polars as pl

BUCKETS: Final = 4096
_FILE: Final = files("directory.resolve") / "word_rarity.json"


def bucket_of(word: str) -> int:
    """The bucket (0 to BUCKETS - 1) of a word as it sounds; the same on every machine and in every version."""
    return crc32(word.encode()) % BUCKETS


def learn_rarity(cores: pl.Series) -> list[int]:
    """Rarity per bucket, in tenths of a natural logarithm, from one `NAME_SCHEMA.core` per name.

    Inverse document frequency, log((1 + names) / (1 + names with a word of the bucket)); Sparck Jones 1972.
    """
    words = pl.DataFrame({"name": pl.int_range(len(cores), eager=True), "word": cores.str.split(" ")}).explode("word")
    buckets = words.select("name", bucket=pl.col("word").map_elements(bucket_of, return_dtype=pl.Int64)).unique()
    counts = dict(buckets.group_by("bucket").len().iter_rows())
    return [round(10 * math.log((1 + len(cores)) / (1 + counts.get(bucket, 0)))) for bucket in range(BUCKETS)]


@lru_cache(maxsize=1)
def word_rarity() -> tuple[float, ...]:
    """The stored rarity per bucket."""
    return tuple(tenths / 10 for tenths in json.loads(_FILE.read_text(encoding="utf-8")))


def word_weights(names: pl.DataFrame) -> pl.DataFrame:
    """name (row of the frame of NAME_SCHEMA), word, weight: each word of each name once."""
    words = names.select(name=pl.int_range(pl.len(), dtype=pl.UInt32), word=pl.col("core").str.split(" "))
    words = words.explode("word").filter(pl.col("word") != "").unique()
    distinct = words["word"].unique()
    rarity = word_rarity()
    weights = pl.Series([rarity[bucket_of(word)] for word in distinct], dtype=pl.Float32)
    return words.join(pl.DataFrame({"word": distinct, "weight": weights}), on="word")
