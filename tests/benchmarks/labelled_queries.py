"""Queries whose right answer is known, made from the listings of an installation by rules and a seed, never by hand.

What is right: the listing and all others with a name that is written or sounds the same as one of its own, and where a
word is left out, all whose names have every word that is asked for: nobody could tell them apart. Homes let by their
owners are left out, for their names are advertisements. Each listing serves one query only; for some kinds its document
loses the name that is asked for, so that the query has to reach it by another. The half of a query follows from its
listing: `tune` to try things on, `test` to report.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal
from zlib import crc32

from rapidfuzz.distance import Levenshtein

from directory.categories import categories, with_parents
from directory.listing import Listing
from directory.search.analysis import analyse
from directory.search.normalise import is_thai, normalise
from tic.core.areas import provinces

SEED: Final = 20_261_125
PER_KIND: Final = 120
_SHORTEST: Final = 6
_ALIKE: Final = 0.6
_HOMES: Final = "private_rental"
_ASCII: Final = re.compile(r"[A-Za-z0-9 '.&()-]+")
Half = Literal["tune", "test"]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A query, its kind, its half and the ids of the places that are right."""

    text: str
    kind: str
    half: Half
    right: frozenset[str]


Change = Callable[[str, random.Random], str | None]
"""Makes a query of a name; None where the rule does not apply."""

_NEIGHBOURS: Final = {a: b for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") for a, b in pairwise(row)}
_SPELLINGS: Final = (
    *(("ph", "p"), ("th", "t"), ("kh", "k"), ("ch", "j"), ("ae", "ea"), ("ae", "e"), ("ue", "u"), ("ue", "eu")),
    *(("oe", "er"), ("w", "v"), ("o", "oh"), ("r", "l"), ("a", "aa"), ("u", "oo"), ("i", "ee"), ("b", "bh")),
    *(("ai", "ay"), ("ao", "au"), ("k", "g"), ("ia", "ea"), ("aeo", "aew"), ("si", "sri"), ("t", "d"), ("j", "ch")),
)
"""Royal transcription -> what signs, maps and hotels write instead, and back."""
_QWERTY: Final = "1234567890-=qwertyuiop[]asdfghjkl;'zxcvbnm,./QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?!@#$%^&*()_+"
_KEDMANEE: Final = 'ๅ/-ภถุึคตจขชๆไำพะัีรนยบลฟหกดเ้่าสวงผปแอิืทมใฝ๐"ฎฑธํ๊ณฯญฐ,ฤฆฏโฌ็๋ษศซ.()ฉฮฺ์?ฒฬฦ+๑๒๓๔ู฿๕๖๗๘๙'
_THAI_PAIRS: Final = (("ิ", "ี"), ("ุ", "ู"), ("ใ", "ไ"), ("ศ", "ส"), ("ณ", "น"), ("ร", "ล"), ("่", ""), ("้", ""), ("์", ""))


def _at(name: str, chance: random.Random) -> int:
    return chance.choice([place for place, letter in enumerate(name) if place and letter.isalpha()] or [1])


def letter_missing(name: str, chance: random.Random) -> str | None:
    """One letter that is not the first is left out."""
    place = _at(name, chance)
    return name[:place] + name[place + 1 :]


def letter_wrong(name: str, chance: random.Random) -> str | None:
    """A letter doubled, replaced by its neighbour on the keyboard, or swapped with the next."""
    place, way = _at(name, chance), chance.randrange(3)
    if way == 0:
        return name[:place] + name[place] + name[place:]
    if way == 1:
        return name[:place] + _NEIGHBOURS.get(name[place].lower(), "e") + name[place + 1 :]
    return name[:place] + name[place + 1 : place + 2] + name[place] + name[place + 2 :]


def thai_misspelt(name: str, chance: random.Random) -> str | None:
    """Vowels of another length, letters of the same sound, tone marks left out."""
    pairs = [pair for one in _THAI_PAIRS for pair in (one, one[::-1]) if pair[0] and pair[0] in name and pair[1] != ""]
    pairs += [pair for pair in _THAI_PAIRS if pair[1] == "" and pair[0] in name]
    if not pairs:
        return None
    old, new = chance.choice(pairs)
    return name.replace(old, new, 1)


def romanised_otherwise(name: str, chance: random.Random) -> str | None:
    """Two of the ways in which one Thai sound is written in Latin letters."""
    lower = name.lower()
    for _ in range(2):
        pairs = [pair for one in _SPELLINGS for pair in (one, one[::-1]) if pair[0] in lower[1:]]
        if pairs:
            old, new = chance.choice(pairs)
            lower = lower[0] + lower[1:].replace(old, new, 1)
    return lower if lower != name.lower() else None


def joined(name: str, _: random.Random) -> str | None:
    """All words written as one."""
    return name.replace(" ", "") if 1 <= name.count(" ") <= 3 else None


def split(name: str, chance: random.Random) -> str | None:
    """A long word written as two, as syllables are."""
    words = name.split()
    places = [place for place, word in enumerate(words) if len(word) >= 7]
    if not places:
        return None
    place = chance.choice(places)
    cut = next((at for at in range(3, len(words[place]) - 2) if words[place][at - 1] in "aeiouanmg"), 4)
    words[place] = f"{words[place][:cut]} {words[place][cut:]}"
    return " ".join(words)


def word_missing(name: str, chance: random.Random) -> str | None:
    """One of several words is left out."""
    words = name.split()
    if len(words) < 3:
        return None
    del words[chance.randrange(1, len(words))]
    return " ".join(words)


def words_swapped(name: str, chance: random.Random) -> str | None:
    """Two neighbouring words change places."""
    words = name.split()
    if len(words) < 2:
        return None
    place = chance.randrange(len(words) - 1)
    words[place], words[place + 1] = words[place + 1], words[place]
    return " ".join(words)


def other_layout(name: str, _: random.Random) -> str | None:
    """Typed with the keyboard set to the other language, on which the digits are other keys."""
    if any(letter.isdigit() for letter in name):
        return None
    if is_thai(name):
        return name.translate(str.maketrans(_KEDMANEE, _QWERTY))
    return name.lower().translate(str.maketrans(_QWERTY, _KEDMANEE))


def same(name: str, _: random.Random) -> str | None:
    """The name as it is."""
    return name


_LATIN_CHANGES: Final[dict[str, Change]] = {
    "latin_letter_missing": letter_missing,
    "latin_letter_wrong": letter_wrong,
    "romanised_otherwise": romanised_otherwise,
    "joined": joined,
    "split": split,
    "word_missing": word_missing,
    "words_swapped": words_swapped,
}
_THAI_CHANGES: Final[dict[str, Change]] = {"thai_letter_missing": letter_missing, "thai_misspelt": thai_misspelt}


def labelled(listings: Sequence[Listing], *, seed: int = SEED) -> tuple[list[Listing], list[Labelled]]:
    """The listings with the names taken away that are asked for, and the queries."""
    maker = _Maker(listings, seed)
    for kind, change in _LATIN_CHANGES.items():
        maker.add(kind, lambda item: [item.name_en], change)
    for kind, change in _THAI_CHANGES.items():
        maker.add(kind, lambda item: [item.name_th], change)
    maker.add("other_keyboard", lambda item: [item.name_th, item.name_en], other_layout)
    maker.add("more_words", lambda item: [item.name_en], same, after=_with_area)
    maker.add("thai_for_latin_only", lambda item: [item.name_th], same, hide="name_th")
    maker.add("latin_for_thai_only", lambda item: [item.name_en], same, hide="name_en")
    maker.add("other_name", lambda item: list(item.aliases), same, hide="aliases")
    return list(maker.listings.values()), [*maker.queries, *_kinds_in_provinces(listings, seed)]


def _with_area(text: str, item: Listing) -> str | None:
    if item.province_code is None:
        return None
    other = item.name_th or next(iter(item.aliases), None) or categories()[item.category].name_en
    return f"{text} ({other}), {provinces()[item.province_code].name_en}"


class _Maker:
    def __init__(self, listings: Sequence[Listing], seed: int) -> None:
        self.listings = {item.id: item for item in listings}
        self.queries: list[Labelled] = []
        self._chance = random.Random(seed)
        self._free = sorted(item.id for item in listings if item.category != _HOMES)
        self._chance.shuffle(self._free)
        self._called: dict[str, set[str]] = defaultdict(set)
        self._with_word: dict[str, set[str]] = defaultdict(set)
        for item in listings:
            for text in map(analyse, _names(item)):
                self._called[text.joined].add(item.id)
                self._called[text.key].add(item.id)
                for word in text.words:
                    self._with_word[word.text].add(item.id)

    def add(
        self,
        kind: str,
        names: Callable[[Listing], Iterable[str | None]],
        change: Change,
        *,
        hide: str | None = None,
        after: Callable[[str, Listing], str | None] | None = None,
    ) -> None:
        """Queries of one kind, PER_KIND at most; `hide` is the field that the documents of its listings lose."""
        wanted = PER_KIND
        for listing_id in self._free:
            item = self.listings[listing_id]
            if not (item.name_th if hide == "name_en" else item.name_en or item.name_th):
                continue
            if hide == "name_th" and not item.name_en:
                continue
            name = next((name for name in names(item) if name and _is_good(name)), None)
            text = change(name, self._chance) if name else None
            text = after(text, item) if text and after else text
            if not name or not text or (normalise(text) == normalise(name) and change is not same):
                continue
            if hide and self._is_told_otherwise(item, name, hide):
                continue
            right = self._right(text if change is word_missing else None, item)
            self.queries.append(Labelled(text, kind, _half(item.id), right))
            if hide:
                lost: dict[str, object] = {hide: () if hide == "aliases" else None}
                if hide != "aliases":
                    lost |= {"aliases": (), "names": {}}
                self.listings[listing_id] = item.model_copy(update=lost)
            self._free.remove(listing_id)
            wanted -= 1
            if not wanted:
                return

    def _right(self, words: str | None, item: Listing) -> frozenset[str]:
        right = {item.id}
        for text in map(analyse, _names(item)):
            right |= self._called[text.joined] | self._called[text.key]
        if words:
            right |= set.intersection(*(self._with_word[word.text] for word in analyse(words).words))
        return frozenset(right)

    def _is_told_otherwise(self, item: Listing, name: str, hide: str) -> bool:
        """Whether no name that is left tells this one: a translation (Emerald Buddha) has no like sound."""
        kept = [other for other in (item.name_th, item.name_en) if other and other != name]
        key = analyse(name).key
        return not any(Levenshtein.normalized_similarity(key, analyse(other).key) >= _ALIKE for other in kept)


def _names(item: Listing) -> list[str]:
    return [name for name in (item.name_th, item.name_en, *item.aliases) if name]


def _is_good(name: str) -> bool:
    text = analyse(name)
    fits = is_thai(name) or _ASCII.fullmatch(name) is not None
    return fits and len(name) >= _SHORTEST and bool(text.core) and 1 <= len(text.words) <= 6


def _kinds_in_provinces(listings: Sequence[Listing], seed: int) -> Iterator[Labelled]:
    groups: dict[tuple[str, str], set[str]] = defaultdict(set)
    for item in listings:
        for code in with_parents(item.category) if item.province_code and item.category in categories() else ():
            groups[code, str(item.province_code)].add(item.id)
    pairs = sorted(key for key, ids in groups.items() if len(ids) >= 2 and "other" not in key[0])
    random.Random(seed).shuffle(pairs)
    for number, (category, province) in enumerate(pairs[:PER_KIND]):
        kind, area = categories()[category], provinces()[province]
        thai = f"{kind.name_th}{area.name_th}"
        text = thai if number % 2 else f"{kind.name_en} in {area.name_en}"
        yield Labelled(text, "kind_and_place", _half(f"{category}{province}"), frozenset(groups[category, province]))


def _half(listing_id: str) -> Half:
    return "test" if crc32(listing_id.encode()) % 2 else "tune"
