"""Which name of a place a text found, and which characters of it: as written, as they sound or nearly."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from typing import Any, Final

from rapidfuzz.distance import Levenshtein

from directory.search.analysis import Analysed, Word, joined_keys
from directory.search.type_words import WHERE

_SAME: Final = 1.0
_SOUND: Final = 0.9
_BEGINNING: Final = 0.8
_LEAST_NEARLY: Final = 0.7
_SHORTEST_NEARLY: Final = 4
_SMALL: Final = 0.4


def best_name(text: Analysed, forms: Sequence[Sequence[Any]]) -> tuple[str | None, tuple[tuple[int, int], ...]]:
    """The name of a document's `forms` that the text fits best and the (first, beyond last) characters found in it.

    Nothing when no word is found in any: the place then was found by its kind or its area.
    """
    wanted = [word for word in text.words if word.kind != WHERE]
    keys = frozenset(text.keys)
    runs = frozenset(key for key in joined_keys(text.keys).values() if key)
    best: tuple[float, int, str, list[str]] | None = None
    for position, (name, words, form_keys, _core) in enumerate(forms):
        texts, sounds = words.split(" "), form_keys.split(" ")
        found = {at: quality for at, quality in _found(wanted, keys, runs, texts, sounds) if quality}
        if not found:
            continue
        score = sum(found.values()) + len(found) / len(texts) + (words.replace(" ", "") == text.joined)
        if best is None or score > best[0] + 1e-9:
            best = (score, position, name, [texts[at] for at in sorted(found)])
    if best is None:
        return None, ()
    return best[2], tuple(_places(best[2], best[3]))


def _found(
    wanted: Sequence[Word], keys: Set[str], runs: Set[str], texts: Sequence[str], sounds: Sequence[str]
) -> Iterator[tuple[int, float]]:
    """Position of each word of a name that the text has, with how well. keys, runs: of its words, of joined ones."""
    spans = (span for span, key in joined_keys(sounds).items() if key in keys and all(sounds[slice(*span)]))
    split = {at for span in spans for at in range(*span)}
    for at, (word, sound) in enumerate(zip(texts, sounds, strict=True)):
        quality = _SOUND if at in split or (sound and sound in runs) else 0.0
        for asked in wanted:
            quality = max(quality, _likeness(asked.text, asked.key, word, sound) * (_SMALL if asked.kind else 1.0))
        yield at, quality


@lru_cache(maxsize=65_536)
def _likeness(asked: str, asked_key: str, word: str, sound: str) -> float:
    if asked == word:
        return _SAME
    if asked_key and asked_key == sound:
        return _SOUND
    if len(asked) > 2 and word.startswith(asked):
        return _BEGINNING
    if min(len(asked_key), len(sound)) < _SHORTEST_NEARLY:
        return 0.0
    nearly = Levenshtein.normalized_similarity(asked_key, sound, score_cutoff=_LEAST_NEARLY)
    return _BEGINNING * nearly


def _places(name: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where words of a name, in their order, stand in it; neighbours without anything between are one place."""
    letters, origin = _plain(name)
    start = 0
    pending: tuple[int, int] | None = None
    for word in words:
        at = letters.find(word, start)
        if at < 0:
            continue
        start = at + len(word)
        place = (origin[at], origin[start - 1] + 1)
        if pending and name[pending[1] : place[0]].strip() == "" and pending[1] == place[0]:
            pending = (pending[0], place[1])
            continue
        if pending:
            yield pending
        pending = place
    if pending:
        yield pending


def _plain(name: str) -> tuple[str, list[int]]:
    """The letters as they are compared, and for each the character of the name that it comes from."""
    letters = [_letter(character) for character in name]
    origin = [position for position, letter in enumerate(letters) for _ in letter]
    return "".join(letters), origin


@lru_cache(maxsize=4096)
def _letter(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character).lower()
    if not "\u0e00" <= character <= "\u0e7f":
        plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    elif character.isdigit():
        plain = str(unicodedata.digit(character))
    elif character == "ำ":
        plain = character
    return "".join(letter for letter in plain if letter not in "'’‘`´ʼ" and letter.isprintable())
