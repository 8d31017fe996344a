"""The names of records, each taken apart once: script, kind of place, what is left, how it sounds."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from itertools import groupby
from typing import Any, Final, NamedTuple

import polars as pl

from directory.search.analysis import Word, analyse
from directory.search.normalise import is_thai

NAME_SCHEMA: Final[dict[str, Any]] = {
    "row": pl.UInt32,
    "main": pl.Boolean,
    "text": pl.String,
    "joined": pl.String,
    "thai": pl.Boolean,
    "key": pl.String,
    "core": pl.String,
    "sound": pl.String,
    "consonants": pl.String,
    "head": pl.String,
    "kinds": pl.UInt64,
    "numbers": pl.String,
    "branch": pl.String,
}
"""One name of one record. row: position of the record in its frame; main: it is the Thai or English name, no alias or
name in another language; text: its words, the kind of place last and under
one word for each kind (Namtok Mae Phun and Mae Phun Waterfall are one); joined: all words as one (Phra That Phanom and
Phrathat Phanom are one); thai: written in Thai; key: how the whole name sounds; core: sound keys of the words that do
not say a kind of place, with blanks; sound, consonants: the core as one word, with and without vowels; head: how the
first part of the name sounds, as `Gym` of `Gym @ Swimming Club`; kinds: bit set
of the kinds of place it says, in the order of `kind_names`; numbers, branch: null when none.
"""

NAMED_BY: Final = ("name_th", "name_en", "aliases", "names")
"""Columns of RECORD_SCHEMA that names are taken from."""

MOST_NAMES: Final = 6
"""Names of one record that are compared: its Thai and English one first, then its others in their order."""

_BRACKETS = re.compile(r"\s*[(\[（【][^)\]）】]*[)\]）】]?\s*")
_BRACKET = re.compile(r"[(\[（【]")
_BRANCH = re.compile(
    r"\(?\s*สาขา(?:ที่)?\s*(?P<th>[^()]+?)\s*\)?$|[(,\-–]\s*(?P<en>[^()\-–,]+?)\s+branch\s*\)?$", re.IGNORECASE
)
# Ranks of royal temples, added to the name or not: ราชวรมหาวิหาร, Worawihan.
_RANK = re.compile(r"\s*(?:ราช)?วร(?:มหา)?วิหาร$|\s+(?:rat?cha)?\s?[wv]ora\s?(?:maha)?\s?[wv]i?hara?n?$", re.IGNORECASE)
# What sets the name of a part from that of the whole.
_PARTS = re.compile(r"[@(|\[（【]| [-–] |, |: | at ")
_NUMBER = re.compile(r"\d+")
_SPOKEN = re.compile(r"[aeiouwyh\s]+")
_HARDENED = str.maketrans("bdfgz", "ptpks")


class _Anatomy(NamedTuple):
    text: str
    joined: str
    thai: bool
    key: str
    core: str
    sound: str
    consonants: str
    head: str
    kinds: int
    numbers: str | None
    branch: str | None


def name_forms(records: pl.DataFrame) -> pl.DataFrame:
    """All names of a frame of Records (name_th, name_en, aliases, names) as a frame of NAME_SCHEMA.

    A name with a part in brackets, or with the rank of a royal temple, is there with and without it. Names without a
    letter or digit are left out.
    """
    rows: list[tuple[Any, ...]] = []
    for row, values in enumerate(records.select(NAMED_BY).iter_rows()):
        rows += ((row, is_main, *anatomy) for is_main, anatomy in _names_of(*values))
    return pl.DataFrame(rows, schema=NAME_SCHEMA, orient="row")


def _names_of(
    name_th: str | None, name_en: str | None, aliases: list[str] | None, names: str | None
) -> Iterator[tuple[bool, _Anatomy]]:
    main = [(True, name) for name in (name_th, name_en)]
    others = [(False, name) for name in (*(aliases or ()), *(json.loads(names).values() if names else ()))]
    seen: set[str] = set()
    for is_main, name in (*main, *others):
        for text in _variants(name or ""):
            anatomy = _take_apart(text)
            if anatomy.text and anatomy.text not in seen and len(seen) < MOST_NAMES:
                seen.add(anatomy.text)
                yield is_main, anatomy


def _variants(name: str) -> dict[str, None]:
    """A name as it is, without what stands in brackets, and without the rank of a royal temple; each once."""
    plain = _BRACKETS.sub(" ", name).strip() if _BRACKET.search(name) else name.strip()
    may_have_rank = "วิหาร" in plain or "har" in plain.lower()
    return dict.fromkeys(text for text in (name, plain, _RANK.sub("", plain) if may_have_rank else plain) if text)


@lru_cache(maxsize=16_384)
def _take_apart(name: str) -> _Anatomy:
    branch = _BRANCH.search(name) if "สาขา" in name or "branch" in name.lower() else None
    analysed = analyse(name[: branch.start()] if branch and branch.start() else name)
    core = tuple([word for word in analysed.words if word.kind is None]) or analysed.words
    kinds = {word.kind for word in analysed.words if word.kind is not None}
    sound = analysed.core or analysed.key
    return _Anatomy(
        _text_of(core, sorted(kinds)),
        analysed.joined,
        any(is_thai(word.text) for word in core),
        analysed.key,
        " ".join(word.key for word in core if word.key),
        sound,
        consonants_of(sound) or sound,
        _head_of(name) or sound,
        sum(_bits()[kind] for kind in kinds),
        " ".join(sorted(_NUMBER.findall(name))) or None,
        analyse(branch["th"] or branch["en"]).key if branch else None,
    )


def _head_of(name: str) -> str | None:
    parts = [part for part in _PARTS.split(name) if part.strip()]
    if len(parts) < 2:
        return None
    analysed = analyse(parts[0])
    return analysed.core or analysed.key


def _text_of(core: tuple[Word, ...], kinds: list[str]) -> str:
    is_all = all(word.kind is not None for word in core)
    return " ".join([*(word.text for word in core), *(() if is_all else kinds)])


def consonants_of(sound: str) -> str:
    """A sound key without vowels, half-vowels and blanks: what the many spellings of a name agree on most."""
    hard = _SPOKEN.sub("", sound).translate(_HARDENED)
    return "".join(["".join(run) if letter.isdecimal() else letter for letter, run in groupby(hard)])


@lru_cache(maxsize=1)
def _bits() -> dict[str, int]:
    return {kind: 1 << position for position, kind in enumerate(kind_names())}


@lru_cache(maxsize=1)
def kind_names() -> tuple[str, ...]:
    """The kinds of place that words of a name can say, in the order of their bits."""
    with (files("directory.search") / "type_words.csv").open(encoding="utf-8") as handle:
        return tuple(dict.fromkeys(row["kind"] for row in csv.DictReader(handle)))
