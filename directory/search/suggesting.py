"""Completions while typing: which name of a place is shown, and which places come first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from directory.search.analysis import Analysed, Word, analyse, key_of
from directory.search.base import Suggestion
from directory.search.folding import fold, join_keys
from directory.search.normalise import is_thai, normalise, split_words
from directory.search.plan import Row
from tic.core.geo import Point, distance_km

_NEAR_KM = 25.0


class _Fit(IntEnum):
    """How a name completes what was typed, best first."""

    NAME_BEGINS = 0
    NAME_SOUNDS = 1
    WORD_BEGINS = 2
    NONE = 3


def analyse_typed(text: str) -> Analysed:
    """A text that is still being typed: its last word counts even when it is a small one, `Wat A` is no `Wat`."""
    analysed, words = analyse(text), split_words(normalise(text))
    if not words or text[-1:].isspace() or analysed.words[-1].text.endswith(words[-1]):
        return analysed
    word = Word(words[-1], key_of(words[-1]))
    return replace(
        analysed,
        words=(*analysed.words, word),
        joined=analysed.joined + word.text,
        key=join_keys([*analysed.keys, word.key]),
    )


@dataclass(frozen=True, slots=True)
class Completion:
    """A place with the name of it that completes what was typed."""

    fit: _Fit
    name: str
    row: Row

    @property
    def begins(self) -> bool:
        """Whether the whole name begins as what was typed, written or as it sounds."""
        return self.fit <= _Fit.NAME_SOUNDS


def complete(text: Analysed, row: Row, language: str) -> Completion:
    """The best completion of a place, in the letters that were typed where it has such a name, else in `language`."""
    key = text.key if is_thai(text.joined) else fold(text.joined, whole=False)
    return Completion(*_best_name(text, key, row, language), row)


def suggestions_of(found: Sequence[Completion], *, limit: int, near: Point | None) -> list[Suggestion]:
    """The best completions: names that begin so, then names with such a word; well-known and near places first."""
    chosen = sorted(
        found, key=lambda item: (item.fit, -_standing(item.row, near), len(item.name), item.row.shown["id"])
    )
    return [
        Suggestion(
            id=item.row.shown["id"],
            text=item.name,
            name_th=item.row.shown["name_th"],
            name_en=item.row.shown["name_en"],
            category=item.row.shown["category"],
            province_code=item.row.shown["province"],
        )
        for item in chosen[:limit]
    ]


def _best_name(text: Analysed, key: str, row: Row, language: str) -> tuple[_Fit, str]:
    shown = row.shown
    own = shown["name_th"] if language == "th" else shown["name_en"]
    fits = [
        (is_thai(words) != is_thai(text.joined), fit, name != own, position, name)
        for position, (name, words, keys, _) in enumerate(shown["forms"])
        if (fit := _fit(text, key, words.split(" "), keys.split(" "))) is not _Fit.NONE
    ]
    if not fits:
        return _Fit.NONE, own or shown["name_th"] or shown["name_en"] or shown["id"]
    # A completion is written in the letters of what was typed where there is such a name.
    return min(fit for _, fit, _, _, _ in fits), min(fits)[-1]


def _fit(text: Analysed, key: str, words: Sequence[str], keys: Sequence[str]) -> _Fit:
    if "".join(words).startswith(text.joined):
        return _Fit.NAME_BEGINS
    if "".join(keys).startswith(key):
        return _Fit.NAME_SOUNDS
    if any("".join(words[start:]).startswith(text.joined) for start in range(1, len(words))):
        return _Fit.WORD_BEGINS
    return _Fit.NONE


def _standing(row: Row, near: Point | None) -> float:
    standing = float(row.shown["prominence"])
    if near is not None:
        standing += 1 / (1 + distance_km(near, Point(row.shown["lat"], row.shown["lon"])) / _NEAR_KM)
    return standing
