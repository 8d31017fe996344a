"""What a text asks for: kinds of place, areas, a place to be near to. Words are data: synonyms.csv and the areas.

A text is understood in this way only when every one of its words is: `Wat Chiang Man` is a name, `temples in Chiang
Mai` is not. The one exception is a name before or after a word such as `near`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from itertools import groupby
from typing import Final, Literal, get_args

from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.process import extractOne

from directory.categories import categories
from directory.search.analysis import Word, analyse
from directory.search.folding import join_keys
from directory.search.normalise import normalise
from tic.core.areas import District, Province, area_name, districts, provinces
from tic.core.geo import Point

Part = Literal["category", "area", "near", "in", "me", "small", "name"]
"""What a run of words is: `small` ones say nothing here, a `name` is everything else."""

_LONGEST_PHRASE: Final = 5
_SOUND_FROM: Final = 5
"""Shorter sound keys of areas are those of too many other words."""
_NEARLY_FROM: Final = 6
_JOINED: Final = re.compile(r"\b(and|or|plus)\b|และ|หรือ|,")


@dataclass(frozen=True, slots=True)
class Intent:
    """A text understood.

    content: its words without those such as `in` and `best`; anchor: the name of a place to be near to, or `point`
    that of an area with its code as `point_area`; is_here: near to where the person is; name: what is looked for there
    when it is not a kind; is_explicit: a word such as `in` says that the area is meant.
    """

    content: str
    categories: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    name: str = ""
    anchor: str = ""
    point: Point | None = None
    point_area: str = ""
    is_here: bool = False
    is_explicit: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    part: Part
    codes: tuple[str, ...]
    words: tuple[str, ...]


@lru_cache(maxsize=16_384)
def intent_of(text: str) -> Intent | None:
    """What the text asks for, or None when it is a name. Never raises; well under a millisecond."""
    runs = tuple(_runs(analyse(text).words))
    # Beach Resort is no beach; two kinds are asked for only when something joins them.
    several = _JOINED.search(normalise(text)) is not None
    if not several and _kinds_in_a_row(runs):
        return None
    near = next((place for place, run in enumerate(runs) if run.part == "near"), None)
    if near is not None:
        return _near(runs[:near], runs[near + 1 :])
    within = next((place for place, run in enumerate(runs) if run.part == "in"), None)
    if within is not None and any(run.part == "name" for run in runs[within:]):
        return _within(runs[:within], runs[within + 1 :])
    intent = _kind_and_area(runs)
    return replace(intent, is_explicit=within is not None) if intent else None


def _kinds_in_a_row(runs: Sequence[_Run]) -> bool:
    groups = (tuple(group) for is_place, group in groupby(runs, lambda run: run.part in {"near", "in"}) if not is_place)
    return any(sum(run.part == "category" for run in group) > 1 for group in groups)


def _kind_and_area(runs: Sequence[_Run]) -> Intent | None:
    kinds = [run for run in runs if run.part == "category"]
    if any(run.part in {"name", "me", "near"} for run in runs):
        return None
    areas = _areas(runs)
    if not kinds and not areas:
        return None
    intent = Intent(
        content=_text(run for run in runs if run.part in {"category", "area"}),
        categories=tuple(dict.fromkeys(code for run in kinds for code in run.codes)),
    )
    return _in_areas(intent, areas)


def _near(before: Sequence[_Run], after: Sequence[_Run]) -> Intent | None:
    after = [run for run in after if run.part not in {"in", "near"}]
    asked = _asked(before)
    if asked is None:
        return None
    if all(run.part in {"me", "small"} for run in after):
        return replace(asked, is_here=True) if asked.categories or asked.name else None
    if not before and (kind := _kind_and_area(after)) and kind.categories and not (kind.provinces or kind.districts):
        return replace(kind, is_here=True)
    if codes := _areas(after) if all(run.part in {"area", "small"} for run in after) else ():
        return replace(asked, point=area_point(codes[0]), point_area=codes[0])
    return replace(asked, anchor=_text(after))


def _asked(runs: Sequence[_Run]) -> Intent | None:
    """What is looked for near a place: kinds, a name, or everything."""
    if not any(run.part != "small" for run in runs):
        return Intent(content="")
    return _kind_and_area(runs) or Intent(content=_text(runs), name=_text(runs))


def _within(before: Sequence[_Run], after: Sequence[_Run]) -> Intent | None:
    """A kind of place in something that is no area as it is written: an area nearly, or else a place."""
    kind = _kind_and_area(before)
    if kind is None or not kind.categories:
        return None
    name = _text(after)
    nearly = _nearly(analyse(name).key)
    if nearly:
        # The name as it is, so that a place is not put behind others for being spelt well.
        name = area_name(nearly[0], "en")
        return _in_areas(replace(kind, content=f"{kind.content} {name}", is_explicit=True), nearly)
    return replace(kind, anchor=name)


def _in_areas(intent: Intent, codes: Sequence[str]) -> Intent:
    """With the areas; a province beside districts of its own only tells which ones are meant."""
    named = [code for code in codes if code in provinces()]
    smaller = [code for code in codes if code in districts()]
    inside = [code for code in smaller if districts()[code].province_code in named]
    if inside:
        return replace(intent, districts=tuple(inside))
    return replace(intent, provinces=tuple(named), districts=() if named else tuple(smaller))


def _areas(runs: Sequence[_Run]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for run in runs if run.part == "area" for code in run.codes))


def _text(runs: Sequence[_Run] | Iterator[_Run]) -> str:
    return " ".join(word for run in runs for word in run.words)


def area_point(code: str) -> Point | None:
    """A point where people are in a province or district: a province's is that of its capital's district."""
    if code in provinces():
        code = f"{code[3:]}01"
    area = districts().get(code)
    return Point(area.lat, area.lon) if area else None


def _runs(words: Sequence[Word]) -> Iterator[_Run]:
    """The words in runs, the longest that is known first; words that are not known are names."""
    start = 0
    name: list[str] = []
    while start < len(words):
        known = _longest(words, start)
        if known is None:
            name.append(words[start].text)
            start += 1
            continue
        if name:
            yield _Run("name", (), tuple(name))
            name = []
        yield known
        start += len(known.words)
    if name:
        yield _Run("name", (), tuple(name))


def _longest(words: Sequence[Word], start: int) -> _Run | None:
    phrases, sounds = _phrases(), _area_keys()
    for end in range(min(len(words), start + _LONGEST_PHRASE), start, -1):
        texts = tuple(word.text for word in words[start:end])
        found = phrases.get("".join(texts))
        if found is None:
            key = join_keys([word.key for word in words[start:end]])
            if len(key) >= _SOUND_FROM and key in sounds:
                found = ("area", sounds[key])
        if found is not None:
            return _Run(found[0], found[1], texts)
    return None


@lru_cache(maxsize=1)
def _phrases() -> dict[str, tuple[Part, tuple[str, ...]]]:
    """Every known phrase, written as one: what it is, and its codes. What is in synonyms.csv goes before areas."""
    phrases: dict[str, tuple[Part, tuple[str, ...]]] = {}
    for part, code, words in synonyms():
        for phrase in words:
            phrases.setdefault(analyse(phrase).joined, (part, (code,) if code else ()))
    for code, category in categories().items():
        for name in (category.name_th, category.name_en):
            phrases.setdefault(analyse(name).joined, ("category", (code,)))
    for name, codes in _area_names().items():
        phrases.setdefault(name, ("area", codes))
    return phrases


@lru_cache(maxsize=1)
def synonyms() -> tuple[tuple[Part, str, tuple[str, ...]], ...]:
    """The rows of synonyms.csv: what the words are, the code of the category or area, the words."""
    kinds: dict[str, Part] = {part: part for part in get_args(Part)}
    with (files("directory.search") / "synonyms.csv").open(encoding="utf-8") as handle:
        return tuple(
            (kinds[row["kind"]], row["code"], tuple(row["words"].split("|"))) for row in csv.DictReader(handle)
        )


def names_of_area(area: Province | District) -> tuple[str, ...]:
    """The names of a province or district, with the nicknames of synonyms.csv."""
    own = (area.name_th, area.name_en, *(area.aliases if isinstance(area, Province) else ()))
    nicknames = (word for _, code, words in synonyms() if code == area.code for word in words)
    return tuple(dict.fromkeys((*own, *nicknames)))


@lru_cache(maxsize=1)
def _area_names() -> dict[str, tuple[str, ...]]:
    """Name of an area, written as one -> codes; a province goes before districts of its name."""
    names: dict[str, tuple[str, ...]] = {}
    for province in provinces().values():
        for name in names_of_area(province):
            names.setdefault(analyse(name).joined, (province.code,))
    taken = set(names)
    for district in districts().values():
        for name in (district.name_th, district.name_en):
            joined = analyse(name).joined
            if joined not in taken:
                names[joined] = (*(code for code in names.get(joined, ()) if code != district.code), district.code)
    return names


@lru_cache(maxsize=1)
def _area_keys() -> dict[str, tuple[str, ...]]:
    """How an area sounds -> codes."""
    keys: dict[str, tuple[str, ...]] = {}
    for part, code, words in synonyms():
        if part == "area":
            for word in words:
                keys.setdefault(analyse(word).key, (code,))
    for name, codes in _area_names().items():
        keys.setdefault(analyse(name).key, codes)
    areas: list[District | Province] = [*provinces().values(), *districts().values()]
    for area in areas:
        keys.setdefault(analyse(area.name_en).key, _area_names().get(analyse(area.name_en).joined, (area.code,)))
    return keys


def _nearly(key: str) -> tuple[str, ...]:
    """The area whose name sounds nearly so: one typing error, two in a long name."""
    if len(key) < _NEARLY_FROM:
        return ()
    most = 1 if len(key) < 2 * _NEARLY_FROM else 2
    found = extractOne(key, _area_keys().keys(), scorer=DamerauLevenshtein.distance, score_cutoff=most)
    return _area_keys()[found[0]] if found else ()
