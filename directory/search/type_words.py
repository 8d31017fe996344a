"""Words that say what kind of place something is: วัด, Wat, temple. They help a search and are not required by it.

Kinds that have the code of a category also fit the places of that category.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final

_MOST_WORDS: Final = 3

SMALL_WORDS: Final = frozenset({"the", "a", "an", "of", "and", "de", "la", "le", "เดอะ", "แห่ง", "และ", "ของ"})
"""Words that join others; a name is the same with and without them."""

WHERE: Final = "where"
"""The kind of words such as `near`, `in`, จังหวัด: they say how a place lies to what is named after them."""


@lru_cache(maxsize=1)
def _kinds() -> dict[tuple[str, ...], str]:
    with (files("directory.search") / "type_words.csv").open(encoding="utf-8") as handle:
        rows = [(row["kind"], words) for row in csv.DictReader(handle) for words in row["words"].split("|")]
    return {tuple(words.split()): kind for kind, words in rows}


def thai_type_words() -> frozenset[str]:
    """The Thai ones, for the segmenter to know."""
    return frozenset(words[0] for words in _kinds() if words[0] >= "ก")


def is_type_word(word: str) -> bool:
    """Whether the word alone says a kind of place."""
    return (word,) in _kinds()


@lru_cache(maxsize=1)
def _by_first_word() -> dict[str, list[tuple[list[str], str]]]:
    """First word -> what begins with it, the longest first, with its kind."""
    found: dict[str, list[tuple[list[str], str]]] = {}
    for words, kind in sorted(_kinds().items(), key=lambda item: -len(item[0])):
        if len(words) <= _MOST_WORDS:
            found.setdefault(words[0], []).append((list(words), kind))
    return found


def kinds_of(words: Sequence[str]) -> dict[int, str]:
    """Position of a word -> the kind that it says, alone or with its neighbours (`national park`)."""
    by_first_word = _by_first_word()
    found: dict[int, str] = {}
    beyond = 0
    for start, word in enumerate(words):
        if start < beyond or word not in by_first_word:
            continue
        for known, kind in by_first_word[word]:
            if len(known) == 1 or list(words[start : start + len(known)]) == known:
                beyond = start + len(known)
                found.update(dict.fromkeys(range(start, beyond), kind))
                break
    return found
