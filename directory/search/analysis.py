"""Names and queries taken apart once, in the same way for both engines: words, their sound keys, kinds of place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from directory.search.folding import fold, join_key, join_keys
from directory.search.normalise import is_thai, normalise, parts_of, split_words
from directory.search.romanise import romanise
from directory.search.type_words import SMALL_WORDS, is_type_word, kinds_of

ANALYSIS_VERSION = "a7"
"""Changes with everything that changes what a word or a key is; an index of another version is built anew."""

_SPOKEN = frozenset("aeiouy0123456789")
_UNSPEAKABLE_FROM = 5
"""BTS and Sgt. are short; five letters and more without a vowel or a digit are a slip of the hand."""
WORDS_KEPT: Final = 131_072
"""Words of which a process keeps what it found: names of places share most of theirs."""

LONGEST_JOIN = 3
"""Neighbouring words that may be written as one: Na Phra Men, Naphramen."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text. key: how it sounds; parts: shorter words of a Thai compound; kind: of place, or None."""

    text: str
    key: str
    parts: tuple[str, ...] = ()
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Analysed:
    """A text taken apart, without small words such as `the`.

    joined: the words as one; key: the same as it sounds; core: key without the words for a kind of place; written: as
    one with the small words, too.
    """

    words: tuple[Word, ...]
    joined: str
    key: str
    core: str
    written: str

    @property
    def keys(self) -> tuple[str, ...]:
        """The sound keys of the words."""
        return tuple([word.key for word in self.words])


@lru_cache(maxsize=16_384)
def analyse(text: str) -> Analysed:
    """Take a name or a query apart; a text without letters and digits has no words. Never raises."""
    split = split_words(normalise(text))
    texts = [piece for word in split for piece in _split_type(word)]
    texts = [word for word in texts if word not in SMALL_WORDS] or texts
    kinds = kinds_of(texts)
    words = tuple([_word(word, kinds.get(position)) for position, word in enumerate(texts)])
    return Analysed(
        words=words,
        joined="".join(texts),
        key=join_keys([word.key for word in words]),
        core=join_keys([word.key for word in words if word.kind is None]),
        written="".join(split),
    )


@lru_cache(maxsize=WORDS_KEPT)
def _word(text: str, kind: str | None) -> Word:
    return Word(text, key_of(text), parts_of(text), kind)


@lru_cache(maxsize=WORDS_KEPT)
def key_of(word: str) -> str:
    """The sound key of one normalised word in any script; letters that nobody can speak sound like nothing else."""
    if is_thai(word):
        return fold(romanise(word))
    return word if len(word) >= _UNSPEAKABLE_FROM and _SPOKEN.isdisjoint(word) and word.isascii() else fold(word)


def joined_keys(keys: Sequence[str]) -> Mapping[tuple[int, int], str]:
    """Keys of two and more neighbouring words written as one: (first, beyond last) -> key."""
    return _joined_keys(tuple(keys))


@lru_cache(maxsize=32_768)
def _joined_keys(keys: tuple[str, ...]) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    for first, joined in enumerate(keys):
        for beyond in range(first + 2, min(first + LONGEST_JOIN, len(keys)) + 1):
            joined = found[first, beyond] = join_key(joined, keys[beyond - 1])  # noqa: PLW2901  (it grows)
    return found


@lru_cache(maxsize=WORDS_KEPT)
def _split_type(word: str) -> tuple[str, ...]:
    """เกาะสมุย is one word of the dictionary, Ko Samui are two: a kind of place always stands alone."""
    parts = () if is_type_word(word) else parts_of(word)
    return (parts[0], word[len(parts[0]) :]) if parts and is_type_word(parts[0]) else (word,)
