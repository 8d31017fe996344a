"""What a text is looked for with: levels of clauses, from strict to lenient; the first that finds is the answer.

1. All words, as written or as they sound, in a name of the place, its kind or its area; or nearly the whole name.
2. Words for a kind of place may be missing, other words may have typing errors, the last one may be incomplete.
3. Half of the words are enough; of many words first those without errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from directory.search.analysis import Analysed, joined_keys
from directory.search.documents import LONGEST_HEAD, LONGEST_KNOWN_HEAD
from directory.search.folding import fold
from directory.search.normalise import is_thai
from directory.search.plan import Best, Clause, Every, Fuzzy, Prefix, Some, Term
from directory.search.type_words import WHERE

EXACT: Final = 100.0
SAME_SOUND: Final = 20.0
WORD: Final = 10.0
SOUND: Final = 8.0
KIND: Final = 7.0
BEGINNING: Final = 6.0
AREA: Final = 5.0
NEAR_SOUND: Final = 5.0
"""What it counts for how a name or one of its words is found; `ranking` then orders the best ones more finely."""

TYPE_WEIGHT: Final = 0.4
"""How much a word for a kind of place counts beside another word."""

_FUZZY_FROM: Final = 4
_FUZZY_TWICE_FROM: Final = 8
_BEGINNING_FROM: Final = 3
_LONGEST_RUN: Final = 3
_MANY_WORDS: Final = 4


def search_levels(text: Analysed) -> Iterator[Clause]:
    """The levels for a text with at least one word."""
    everything = range(len(text.words))
    said = [position for position in everything if text.words[position].kind != WHERE] or list(everything)
    named: tuple[Clause, ...] = (Term("names", text.joined, EXACT), Term("name_keys", text.key, SAME_SOUND))
    close = (*_fuzzy("name_keys", text.key, SAME_SOUND / 2), *_fuzzy("names", text.joined, SAME_SOUND / 2))
    yield Some((*named, _all_words(text, said)))
    if text.core not in {"", text.key}:
        named += (Term("name_keys", text.core, SAME_SOUND / 2),)
    special = [position for position in said if text.words[position].kind is None] or said
    needed = tuple(_lenient(text, position) for position in special)
    helpful = tuple(_lenient(text, position) for position in said if position not in special)
    yield Some((*named, *close, Every(needed, helpful)))
    half = (len(said) + 1) // 2
    if len(said) >= _MANY_WORDS:
        # Half of many words are hardly all misspelt, and looking for each with errors takes longest here.
        yield Some((*named, Some(tuple(Best(tuple(_ways(text, position))) for position in said), at_least=half)))
    yield Some((*named, *close, Some((*needed, *helpful), at_least=half)))


def suggest_levels(text: Analysed) -> Iterator[Clause]:
    """The levels for a text that is still being typed: its last word, or run of words, is a beginning.

    Well-known places are the first level: they are first among all, and one place in ten is looked through much faster.
    """
    count = len(text.words)
    for begins in (_known_begins, _begins):
        yield Best(
            tuple(
                Every((*([_all_words(text, range(first))] if first else ()), _beginning(text, first, begins)))
                for first in range(max(0, count - _LONGEST_RUN), count)
            )
        )
    if len(text.joined) > LONGEST_HEAD:
        key = text.key if is_thai(text.joined) else fold(text.joined, whole=False)
        yield Best((Prefix("names", text.joined, WORD), Prefix("name_keys", key, SOUND)))


def _all_words(text: Analysed, positions: Sequence[int]) -> Clause:
    """Every word is found; neighbours of a word for a kind of place may also be found as one with it.

    Such a word is found by the kind alone, which all places with the word are of: half of a directory's names may have
    it, and an engine leaps through one list of them, but has to go through several.
    """
    ways: list[Clause] = [Every(tuple(_strict(text, position) for position in positions))]
    for (first, beyond), key in joined_keys(text.keys).items():
        run = range(first, beyond)
        if key and any(text.words[position].kind for position in run) and set(run) <= set(positions):
            weight = sum(_weight(text, position) for position in run)
            others = tuple(_strict(text, position) for position in positions if position not in run)
            ways.append(Every((Term("keys", key, SOUND * weight), *others)))
    return Best(tuple(ways)) if len(ways) > 1 else ways[0]


def _strict(text: Analysed, position: int) -> Clause:
    word, weight = text.words[position], _weight(text, position)
    as_written = Term("words", word.text, (WORD - (KIND if word.kind else SOUND)) * weight)
    if word.kind and word.kind != WHERE:
        return Every((Term("kinds", word.kind, KIND * weight),), (as_written,))
    ways = tuple(way for way in _ways(text, position) if not _is_word(way, word.text) or not word.key)
    # What has the word as it is written has it as it sounds.
    return Every((Best(ways),), (as_written,)) if word.key else Best(ways)


def _is_word(clause: Clause, word: str) -> bool:
    return isinstance(clause, Term) and clause.field_name == "words" and clause.value == word


def _lenient(text: Analysed, position: int) -> Best:
    word = text.words[position]
    if word.kind:
        # A word that is known is neither misspelt nor incomplete.
        return Best(tuple(_ways(text, position)))
    ways = [*_ways(text, position), *_fuzzy("keys", word.key, NEAR_SOUND * _weight(text, position))]
    if position == len(text.words) - 1 and len(word.text) >= _BEGINNING_FROM:
        ways.append(Prefix("words", word.text, BEGINNING))
        if not is_thai(word.text) and len(key := fold(word.text, whole=False)) >= _FUZZY_FROM:
            ways.append(Prefix("keys", key, BEGINNING))
    return Best(tuple(ways))


def _ways(text: Analysed, position: int) -> Iterator[Clause]:
    """The ways in which one word of the text is found without an error."""
    word, weight = text.words[position], _weight(text, position)
    yield Term("words", word.text, WORD * weight)
    if word.parts:
        yield Every(tuple(Term("words", part, SOUND * weight / len(word.parts)) for part in word.parts))
    joined = [key for (first, beyond), key in joined_keys(text.keys).items() if first <= position < beyond]
    for key in dict.fromkeys((word.key, *joined)):
        if key:
            yield Term("keys", key, SOUND * weight)
            yield Term("area", key, AREA * weight)
    if word.kind:
        yield Term("kinds", word.kind, KIND * weight)


def _beginning(text: Analysed, first: int, begins: Callable[[str, str, float], Clause]) -> Clause:
    """A word that begins as the words from `first` on do when they are written as one."""
    written = "".join(word.text for word in text.words[first:])
    ways = [begins("words", written, WORD)]
    if not is_thai(written):
        ways.append(begins("keys", fold(written, whole=False), SOUND))
    return Best(tuple(ways))


def _begins(field: str, value: str, score: float) -> Clause:
    return Term("heads", value, score) if len(value) <= LONGEST_HEAD else Prefix(field, value, score)


def _known_begins(field: str, value: str, score: float) -> Clause:
    """Of a well-known place, as long as that is one look-up."""
    return Term("known_heads", value, score) if len(value) <= LONGEST_KNOWN_HEAD else Prefix(field, value, score)


def _weight(text: Analysed, position: int) -> float:
    return TYPE_WEIGHT if text.words[position].kind else 1.0


def _fuzzy(field: str, key: str, score: float) -> Iterator[Clause]:
    if len(key) >= _FUZZY_FROM:
        yield Fuzzy(field, key, 2 if len(key) >= _FUZZY_TWICE_FROM else 1, score)
