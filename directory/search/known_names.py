"""Areas and categories that complete what is being typed: one table in memory, looked up by its beginnings."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from directory.categories import categories
from directory.search.analysis import Analysed, analyse
from directory.search.base import Suggestion
from directory.search.folding import fold
from directory.search.intent import area_point, names_of_area, synonyms
from directory.search.normalise import is_thai
from tic.core.areas import District, Province, districts, provinces
from tic.core.geo import Point, distance_km

_SHORTEST: Final = 2
_SOUND_FROM: Final = 3
"""Letters typed from which an area or category is offered, and from which one that only sounds so is."""
_SHARE_TYPED: Final = 0.6
"""Share of a synonym of a category that has to be typed."""
_MOST_LOOKED_AT: Final = 200
_NEAR_KM: Final = 100.0
_Merit = tuple[bool, bool, bool, int]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A name as it is compared; `order` puts what more people mean first; is_own: it is no synonym or nickname."""

    order: int
    is_own: bool
    name: str
    code: str
    is_area: bool


def known_completions(text: Analysed, *, most: int, near: Point | None) -> list[Suggestion]:
    """At most so many areas, then at most so many categories, whose names begin with the text, also as it sounds.

    The name that fits is shown, in the letters that were typed; whole names come first, then provinces and well-known
    districts before others, and near ones before far ones.
    """
    if most < 1 or len(text.joined) < _SHORTEST:
        return []
    orders: dict[tuple[bool, str], tuple[int, float]] = {}
    found: dict[tuple[bool, str], tuple[_Merit, str]] = {}
    for entry, is_whole, is_sound in _matches(text):
        merit = (not is_whole, is_sound, not entry.is_own, len(entry.name))
        place = (entry.is_area, entry.code)
        best = found.get(place)
        if best is None or merit < best[0]:
            found[place] = (merit, entry.name)
            orders[place] = (entry.order, _away(entry, near))
    ordered = sorted((*merit[:2], *orders[place], merit[3], name, *place) for place, (merit, name) in found.items())
    areas = [_area(code, name) for *_, name, is_area, code in ordered if is_area]
    kinds = [_category(code, name) for *_, name, is_area, code in ordered if not is_area]
    return [*areas[:most], *kinds[:most]]


def _matches(text: Analysed) -> Iterator[tuple[_Entry, bool, bool]]:
    """Entries with whether the whole name was typed, and whether it only sounds so."""
    written, sounding = _table()
    for value, entry in _beginning(written, text.joined):
        # `Hotels and resorts` is no completion of a few letters, for what is offered then has another name.
        if entry.is_area or entry.is_own or len(text.joined) >= _SHARE_TYPED * len(value):
            yield entry, value == text.joined, False
    if is_thai(text.joined) or len(text.joined) < _SOUND_FROM:
        return
    before = text.keys[:-1]
    for value, entry in _beginning(sounding, fold(text.joined, whole=False)):
        # Watthana is no completion of Wat A.
        if analyse(entry.name).keys[: len(before)] == before and (entry.is_area or entry.is_own):
            yield entry, value == text.key, True


def _beginning(table: list[tuple[str, _Entry]], beginning: str) -> Iterator[tuple[str, _Entry]]:
    start = bisect_left(table, beginning, key=lambda item: item[0])
    for value, entry in table[start : start + _MOST_LOOKED_AT]:
        if not value.startswith(beginning):
            return
        yield value, entry


@lru_cache(maxsize=1)
def _table() -> tuple[list[tuple[str, _Entry]], list[tuple[str, _Entry]]]:
    entries = [(analyse(entry.name), entry) for entry in (*_area_entries(), *_category_entries())]
    written = [(name.joined, entry) for name, entry in entries]
    sounding = [(name.key, entry) for name, entry in entries if name.key and not is_thai(name.joined)]
    return sorted(written, key=lambda item: item[0]), sorted(sounding, key=lambda item: item[0])


def _area_entries() -> Iterator[_Entry]:
    # A district that people have other names for is as well known as a province.
    known = {*provinces(), *(code for part, code, _ in synonyms() if part == "area")}
    areas: list[Province | District] = [*provinces().values(), *districts().values()]
    for area in areas:
        for name in names_of_area(area):
            is_own = name in {area.name_th, area.name_en}
            yield _Entry(int(area.code not in known), is_own, _titled(name), area.code, is_area=True)


def _category_entries() -> Iterator[_Entry]:
    words = {code: names for part, code, names in synonyms() if part == "category"}
    for category in categories().values():
        own = (category.name_th, category.name_en)
        for name in dict.fromkeys((*own, *words.get(category.code, ()))):
            yield _Entry(0, name in own, name, category.code, is_area=False)


def _titled(name: str) -> str:
    return name.title() if name.islower() and name.isascii() else name


def _away(entry: _Entry, near: Point | None) -> float:
    point = area_point(entry.code) if near and entry.is_area else None
    return round(distance_km(near, point) / _NEAR_KM, 3) if near and point else 0.0


def _area(code: str, name: str) -> Suggestion:
    area: Province | District = provinces()[code] if code in provinces() else districts()[code]
    province = area.province_code if isinstance(area, District) else area.code
    return Suggestion(code, name, area.name_th, area.name_en, "", province, "area")


def _category(code: str, name: str) -> Suggestion:
    category = categories()[code]
    # A kind is offered by its own name, for that is what the filter then says.
    text = category.name("th" if is_thai(name) else "en")
    return Suggestion(code, text, category.name_th, category.name_en, code, None, "category")
