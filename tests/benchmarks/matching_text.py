"""Names and addresses of labelled pairs in more detail than the product compares them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from matching_files import Place
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler, LCSseq

_ABBREVIATIONS: Final = {
    **{"rd": "road", "st": "street", "saint": "street", "ave": "avenue", "av": "avenue", "blvd": "boulevard"},
    **{"dr": "drive", "ln": "lane", "pl": "place", "sq": "square", "cres": "crescent", "ct": "court", "hwy": "highway"},
    **{"ter": "terrace", "blk": "block", "lor": "lorong", "jln": "jalan", "bt": "bukit", "tg": "tanjong"},
    **{"ctr": "centre", "center": "centre", "mt": "mount", "e": "east", "w": "west", "n": "north", "s": "south"},
    **dict.fromkeys(("ltd", "pte", "inc", "the", "and"), ""),
}
"""Long forms of what maps and visitors shorten; `st` is both street and saint. Empty: says nothing."""
_PARTS: Final = re.compile(r"[@(|)\[\]]| - |, |: | at ")
"""What sets the name of a part from that of the whole: `Gym @ Swimming Club`, `School (Hall)`."""
_ALIKE: Final = 0.85
_SHORTENED: Final = {True: 0.86, False: 0.9}
"""Likeness of a word and its beginning, which has at most two letters or more."""


class Written(NamedTuple):
    """A place taken apart.

    plain: the name in lower case without accents; words: its words, long forms, without those that say nothing;
    joined: these as one; parts: the same for each part of the name; address: its words; postcode: without blanks.
    """

    plain: str
    words: tuple[str, ...]
    joined: str
    parts: tuple[str, ...]
    address: tuple[str, ...]
    postcode: str


class Alignment(NamedTuple):
    """Words of two names put side by side: the weight of what they share, and what only one has."""

    shared: float
    only_left: tuple[str, ...]
    only_right: tuple[str, ...]


@lru_cache(maxsize=65_536)
def take_apart(place: Place) -> Written:
    """The place as it is compared."""
    words = words_of(place.name)
    parts = tuple(joined for part in _PARTS.split(place.name) if (joined := "".join(words_of(part))))
    postcode = place.postcode.replace(" ", "").lower()
    return Written(_plain(place.name), words, "".join(words), parts or ("?",), words_of(place.address), postcode)


def _plain(text: str) -> str:
    letters = (letter for letter in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(letter))
    spelled = "".join(letters).replace("&", " and ").replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
    return " ".join(re.findall(r"[^\W_]+", spelled))


def words_of(text: str) -> tuple[str, ...]:
    """Its words in their long forms, without those that say nothing."""
    return tuple(word for short in _plain(text).split() if (word := _ABBREVIATIONS.get(short, short)))


def align(left: tuple[str, ...], right: tuple[str, ...], weights: Mapping[str, float]) -> Alignment:
    """Each word of the left with the most alike free one of the right (soft TF-IDF; Cohen et al. 2003)."""
    free, shared, only_left = list(right), 0.0, []
    for word in left:
        likeness, best = max(((_word_likeness(word, other), other) for other in free), default=(0.0, ""))
        if likeness >= _ALIKE:
            free.remove(best)
            shared += likeness * (weights[word] + weights[best]) / 2
        else:
            only_left.append(word)
    return Alignment(shared, tuple(only_left), tuple(free))


def _word_likeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if one[0].isdecimal() or other[0].isdecimal():
        return 0.0
    short = min(len(one), len(other)) <= 2
    likeness = 0.0 if short else JaroWinkler.normalized_similarity(one, other)
    return max(likeness, _SHORTENED[short]) if one.startswith(other) or other.startswith(one) else likeness


def name_features(left: Written, right: Written, weights: Mapping[str, float]) -> dict[str, float]:
    """How alike two names are; weights: how much each word tells."""
    aligned = align(left.words, right.words, weights)
    return {
        "text": fuzz.ratio(left.plain, right.plain),
        "joined": fuzz.ratio(left.joined, right.joined),
        "sorted": fuzz.token_sort_ratio(left.plain, right.plain),
        "set": fuzz.token_set_ratio(" ".join(left.words), " ".join(right.words)),
        "partial": fuzz.partial_ratio(left.joined, right.joined),
        "partial_sorted": fuzz.partial_token_sort_ratio(left.plain, right.plain),
        "weighted": fuzz.WRatio(left.plain, right.plain),
        "start": JaroWinkler.similarity(left.plain, right.plain),
        "end": JaroWinkler.similarity(left.joined[::-1], right.joined[::-1]),
        "subsequence": LCSseq.normalized_similarity(left.joined, right.joined),
        "first_word": float(left.words[:1] == right.words[:1]),
        "last_word": float(left.words[-1:] == right.words[-1:]),
        "letters_left": len(left.joined),
        "letters_right": len(right.joined),
        "words_left": len(left.words),
        "words_right": len(right.words),
        "initials": float(_initials(left.words) in right.words or _initials(right.words) in left.words),
        **_part_features(left, right),
        **_word_features(left, right, aligned, weights),
        **_number_features(left.plain, right.plain),
    }


def _initials(words: tuple[str, ...]) -> str | None:
    return "".join(word[0] for word in words) if len(words) > 1 else None


def _part_features(left: Written, right: Written) -> dict[str, float]:
    return {
        "parts": fuzz.ratio(left.parts[0], right.parts[0]),
        "part_left": fuzz.ratio(left.parts[0], right.joined),
        "part_right": fuzz.ratio(right.parts[0], left.joined),
        "part_best": max(fuzz.ratio(one, other) for one in left.parts for other in right.parts),
        "parts_left": len(left.parts),
        "parts_right": len(right.parts),
    }


def _word_features(left: Written, right: Written, aligned: Alignment, weights: Mapping[str, float]) -> dict[str, float]:
    one, other = ([weights[word] for word in words] for words in (aligned.only_left, aligned.only_right))
    least, both = min(sum(one), sum(other)), sum(one) + sum(other)
    told = {*left.address, *right.address}
    return {
        "aligned": 2 * aligned.shared / max(2 * aligned.shared + both, 1e-9),
        "aligned_shorter": aligned.shared / max(aligned.shared + least, 1e-9),
        "shared": aligned.shared,
        "only_left": sum(one),
        "only_right": sum(other),
        "rarest_left": max(one, default=0.0),
        "rarest_right": max(other, default=0.0),
        "rarest_of_both": min(max(one, default=0.0), max(other, default=0.0)),
        "rest": fuzz.ratio("".join(aligned.only_left), "".join(aligned.only_right)) if one and other else np.nan,
        "count_left": len(one),
        "count_right": len(other),
        "ends_left": float(bool(one) and aligned.only_left[-1] == left.words[-1]),
        "ends_right": float(bool(other) and aligned.only_right[-1] == right.words[-1]),
        "begins_left": float(bool(one) and aligned.only_left[0] == left.words[0]),
        "begins_right": float(bool(other) and aligned.only_right[0] == right.words[0]),
        "address_tells_left": _told(aligned.only_left, told, weights),
        "address_tells_right": _told(aligned.only_right, told, weights),
    }


def _told(words: tuple[str, ...], told: set[str], weights: Mapping[str, float]) -> float:
    """Share of the weight of words that one of the addresses holds: they say where, not what."""
    if not words:
        return np.nan
    return sum(weights[word] for word in words if word in told) / max(sum(weights[word] for word in words), 1e-9)


def _number_features(left: str, right: str) -> dict[str, float]:
    one, other = set(re.findall(r"\d+", left)), set(re.findall(r"\d+", right))
    return {
        "numbers": len(one & other) / len(one | other) if one or other else np.nan,
        "numbers_of_both": float(bool(one and other)),
    }


def address_features(left: Written, right: Written) -> dict[str, float]:
    """How alike two addresses are, and each with the other's name; NaN where one says nothing."""
    both = bool(left.address and right.address)
    house, apart = _houses(left.address, right.address)
    one, other = (" ".join(word for word in side.address if not word[0].isdecimal()) for side in (left, right))
    code = JaroWinkler.similarity(left.postcode, right.postcode) + float(left.postcode == right.postcode)
    return {
        "street_set": fuzz.token_set_ratio(one, other) if both else np.nan,
        "street_partial": fuzz.partial_ratio(one, other) if both else np.nan,
        "address": fuzz.token_sort_ratio(" ".join(left.address), " ".join(right.address)) if both else np.nan,
        "house": house,
        "houses_apart": apart,
        "postcode": code if left.postcode and right.postcode else np.nan,
        "name_in_address_right": _name_in(left, right),
        "name_in_address_left": _name_in(right, left),
    }


def _name_in(named: Written, addressed: Written) -> float:
    if not addressed.address:
        return np.nan
    return fuzz.token_set_ratio(" ".join(named.words), " ".join(addressed.address))


def _houses(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[float, float]:
    """Share of the numbers that both addresses state, and log(1 + the least difference of two)."""
    one, other = ({word for word in words if word[0].isdecimal()} for words in (left, right))
    if not one or not other:
        return np.nan, np.nan
    numbers = [[int(re.match(r"\d+", word)[0]) for word in words] for words in (one, other)]  # type: ignore[index]
    apart = min(abs(first - second) for first in numbers[0] for second in numbers[1])
    return len(one & other) / min(len(one), len(other)), float(np.log1p(apart))
