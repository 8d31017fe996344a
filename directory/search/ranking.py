"""The order of the best results, worked out in one place for both engines from what is stored with them.

An exact name comes first, in any language and by any alias, and what is closed last, behind the open ones with the very
name where it has this, too; then how much of the query and of the name agree, word by
word, as written before as it sounds before nearly so; then how well known the place is and how near.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extractOne

from directory.categories import categories, with_parents
from directory.search.analysis import Analysed, joined_keys
from directory.search.clauses import TYPE_WEIGHT
from directory.search.documents import area_name_keys
from directory.search.folding import join_keys
from directory.search.plan import Row
from directory.search.type_words import WHERE, kinds_of
from tic.core.geo import Point, distance_km

WINDOW: Final = 60
"""So many documents that an engine puts first are ordered here; further ones stay in the engine's order."""

SAME_NAME: Final = 1.0
SAME_SOUND: Final = 0.92
SAME_CORE: Final = 0.89
"""Agreement of the whole query with a whole name: as written, as it sounds, without words for a kind of place."""
WRITTEN: Final = 0.04
"""What a name gains at most by being written alike, so that of names with one sound the one that was typed is first."""
NEARLY_SAME: Final = 0.88
LEAST_SAME: Final = 0.8
"""Agreement of names that sound nearly the same, times their likeness, from which likeness on."""
BEST_PARTIAL: Final = 0.85
QUERY_SHARE: Final = 0.75
"""Agreement at most when words are found one by one; how much of it is the share of the query that is found."""
SOUND: Final = 0.9
KIND: Final = 0.95
NO_KIND: Final = 0.85
NEARLY: Final = 0.8
LEAST_NEARLY: Final = 0.6
"""Quality of a word found as it sounds, of one for a kind of place by the category of the place and at most without it,
and of one found nearly so, times its likeness."""
PROMINENCE: Final = 0.20
NEARNESS: Final = 0.10
NEARNESS_KM: Final = 10.0
"""What being well known adds at most, what being near adds at most, and where half of that is left."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A row with its score, comparable within one answer only, and how far its best name agrees with the text."""

    row: Row
    score: float
    agreement: float

    @property
    def exact(self) -> bool:
        """Whether a name is the text as it is written."""
        return self.agreement == SAME_NAME


@dataclass(frozen=True, slots=True)
class _Name:
    """One name of a document, ready to be compared; `at` is word or key -> positions of its words."""

    joined: str
    key: str
    core: str
    kinds: frozenset[str]
    word_at: dict[str, frozenset[int]]
    key_at: dict[str, frozenset[int]]
    keys: tuple[str, ...]
    weights: tuple[float, ...]


def rank(text: Analysed, rows: Sequence[Row], near: Point | None) -> list[Ranked]:
    """The rows, best first; equal ones by id. What is closed stands behind all that is not, but for its exact name."""
    query = _Query.of(text)
    ranked = [_ranked(query, row, near) for row in rows]
    return sorted(
        ranked, key=lambda item: (not item.exact, bool(item.row.shown.get("closed")), -item.score, item.row.shown["id"])
    )


@dataclass(frozen=True, slots=True)
class _Query:
    text: Analysed
    kinds: frozenset[str]
    runs: tuple[tuple[str, range], ...]
    """Keys of the words and of neighbouring words written as one, longest first, with the positions they cover."""

    @classmethod
    def of(cls, text: Analysed) -> _Query:
        single = {(position, position + 1): key for position, key in enumerate(text.keys)}
        runs = {**single, **joined_keys(text.keys)}
        longest_first = sorted(runs.items(), key=lambda item: item[0][0] - item[0][1])
        return cls(
            text,
            frozenset(word.kind for word in text.words if word.kind not in {None, WHERE}),
            tuple((key, range(*span)) for span, key in longest_first),
        )

    def positions_of_area(self, area: frozenset[str], name: _Name) -> set[int]:
        """Positions of the words that name the area of a place and are not in its name."""
        return {
            position for key, positions in self.runs if key in area and key not in name.key_at for position in positions
        }


def _ranked(query: _Query, row: Row, near: Point | None) -> Ranked:
    shown = row.shown
    area = area_name_keys(shown["province"]) | area_name_keys(shown["district"])
    kinds = _kinds_of_category(shown["category"])
    agreement = max((_agreement(query, _name(*form[1:]), area, kinds) for form in shown["forms"]), default=0.0)
    score = agreement + PROMINENCE * shown["prominence"]
    if near is not None:
        away_km = distance_km(near, Point(shown["lat"], shown["lon"]))
        score += NEARNESS / (1 + away_km / NEARNESS_KM)
    return Ranked(row, round(score, 6), agreement)


def _agreement(query: _Query, name: _Name, area: frozenset[str], kinds: frozenset[str]) -> float:
    text = query.text
    if text.joined == name.joined:
        return SAME_NAME
    # Names that sound the same, and are not told apart by their key, are told apart by how they are written.
    written = WRITTEN * Levenshtein.normalized_similarity(text.joined, name.joined)
    if text.key == name.key:
        return SAME_SOUND + written
    if text.core and text.core == name.core and (not query.kinds or query.kinds & (name.kinds | kinds)):
        return SAME_CORE + written
    likeness = max(
        Levenshtein.normalized_similarity(one, other, score_cutoff=LEAST_SAME)
        for one, other in ((text.key, name.key), (text.joined, name.joined))
    )
    return max(NEARLY_SAME * likeness, BEST_PARTIAL * _partial(query, name, area, kinds)) + written


def _partial(query: _Query, name: _Name, area: frozenset[str], kinds: frozenset[str]) -> float:
    asked = found = 0.0
    covered: set[int] = set()
    elsewhere = query.positions_of_area(area, name)
    for position, word in enumerate(query.text.words):
        if position in elsewhere or word.kind == WHERE:
            continue
        weight = TYPE_WEIGHT if word.kind else 1.0
        quality, positions = _find(query, position, name)
        if word.kind is not None:
            quality = max(quality, KIND) if word.kind in kinds else min(quality, NO_KIND)
        asked += weight
        found += weight * quality
        covered |= positions
    share_of_query = found / asked if asked else 1.0
    # Who asks for a kind of place in an area does not mean places of a short name.
    is_special = any(word.kind is None and position not in elsewhere for position, word in enumerate(query.text.words))
    share_of_name = sum(name.weights[position] for position in covered) / sum(name.weights) if is_special else 1.0
    return QUERY_SHARE * share_of_query + (1 - QUERY_SHARE) * share_of_name


def _find(query: _Query, position: int, name: _Name) -> tuple[float, frozenset[int]]:
    """How well a word of the query is found in a name, and which of the name's words it covers."""
    word = query.text.words[position]
    if word.text in name.word_at:
        return 1.0, name.word_at[word.text]
    for key, positions in query.runs:
        if position in positions and key in name.key_at:
            return SOUND, name.key_at[key]
    nearest = extractOne(
        word.key, name.keys, scorer=Levenshtein.normalized_similarity, score_cutoff=LEAST_NEARLY, processor=None
    )
    if nearest is None:
        return 0.0, frozenset()
    return NEARLY * nearest[1], frozenset({nearest[2]})


@lru_cache(maxsize=32_768)
def _name(words: str, keys: str, core: str) -> _Name:
    texts, sounds = words.split(), tuple(keys.split(" "))
    kinds = kinds_of(texts)
    key_at = {key: frozenset(range(*span)) for span, key in joined_keys(sounds).items()}
    key_at.update({key: frozenset({position}) for position, key in enumerate(sounds) if key})
    return _Name(
        joined="".join(texts),
        key=join_keys(sounds),
        core=core,
        kinds=frozenset(kinds.values()) - {WHERE},
        word_at={word: frozenset({position}) for position, word in enumerate(texts)},
        key_at=key_at,
        keys=sounds,
        weights=tuple(TYPE_WEIGHT if position in kinds else 1.0 for position in range(len(texts))) or (1.0,),
    )


@lru_cache(maxsize=256)
def _kinds_of_category(code: str) -> frozenset[str]:
    return frozenset(with_parents(code) if code in categories() else (code,))
