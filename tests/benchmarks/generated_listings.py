"""Generated listings, any number of them and always the same: the real names of the starter set, varied.

A name is put together from the words of real ones with a number, a branch, a chain or an area, as the names of a whole
country are; kinds, provinces, hours, prices, certification and sources are spread about as they are in the real feeds.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Final

from directory.listing import Listing
from tic.core.areas import districts, provinces

SEED: Final = 20_260_101
BLOCK: Final = 2_000
"""Listings are made in blocks, each from a seed of its own, so that several processes make different ones."""

_FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)
_SPREAD_DEG = 0.35
KINDS: Final = {
    "restaurant": (24, ("ร้านอาหาร", "ครัว", "ร้าน"), ("Restaurant", "Kitchen", "Krua")),
    "hotel": (18, ("โรงแรม",), ("Hotel",)),
    "guesthouse": (10, ("เกสท์เฮาส์", "โฮมสเตย์"), ("Guesthouse", "Homestay")),
    "cafe": (10, ("คาเฟ่", "กาแฟ"), ("Cafe", "Coffee")),
    "temple": (14, ("วัด",), ("Wat",)),
    "local_market": (5, ("ตลาด",), ("Market", "Talat")),
    "beach": (2, ("หาด",), ("Beach", "Hat")),
    "waterfall": (2, ("น้ำตก",), ("Waterfall", "Namtok")),
    "museum": (2, ("พิพิธภัณฑ์",), ("Museum",)),
    "viewpoint": (3, ("จุดชมวิว",), ("Viewpoint",)),
    "spa": (5, ("สปา", "นวดไทย"), ("Spa", "Massage")),
    "shop": (5, ("ร้าน",), ("Shop",)),
}
BEFORE = ("Wat", "Krua", "Talat", "Hat", "Namtok")
_CHAINS = ("Amazon", "Centara", "Ibis", "Big C", "Tesco", "PTT", "Baan Suan", "Sabai", "Rabbit", "The Coffee Club")
HOURS = ("24/7", "Mo-Su 08:00-17:00", "Mo-Su 10:00-22:00", "Tu-Su 09:00-16:00", "Mo-Su 18:00-02:00", "sunrise-sunset")
_CERTIFICATIONS = ("SHA", "SHA+", "SHA Extra+")
_SOURCES = (("osm",), ("tat",), ("tat_en", "tat"), ("osm", "tat"), ("dot_hotels",), ("overture",), ("overture", "osm"))
_LETTERS = ("ก", "ข", "ค", "ง", "จ", "ช", "ด", "ต", "ท", "น", "บ", "ป", "พ", "ม", "ร", "ล", "ว", "ส", "ห", "อ")


@dataclass(frozen=True, slots=True)
class _Real:
    """What is taken from the starter set: words of Thai and of English names, both names of one place, positions."""

    thai: tuple[str, ...]
    english: tuple[tuple[str, ...], ...]
    both: tuple[tuple[str, str], ...]
    centres: tuple[tuple[str, float, float], ...]


@lru_cache(maxsize=1)
def real_places() -> _Real:
    """The starter set, read once."""
    thai, english, both, centres = [], [], [], []
    for path in sorted(files("ingest.starter").iterdir(), key=lambda item: item.name):
        if not path.name.startswith("places_"):
            continue
        with path.open(encoding="utf-8") as handle:
            for row in csv.DictReader(handle):
                thai.append(row["name_th"])
                english.append(tuple(row["name_en"].split()))
                both.append((row["name_th"], row["name_en"]))
                centres.append((row["province_code"], float(row["lat"]), float(row["lon"])))
    named = tuple(pair for pair in both if all(pair))
    return _Real(tuple(filter(None, thai)), tuple(filter(None, english)), named, tuple(centres))


def listings(count: int, *, seed: int = SEED) -> Iterator[Listing]:
    """So many listings, the same for the same seed."""
    for first in range(0, count, BLOCK):
        yield from block(first, min(BLOCK, count - first), seed=seed)


def block(first: int, count: int, *, seed: int = SEED) -> Iterator[Listing]:
    """The listings of one block; `first` is a multiple of BLOCK."""
    chance = random.Random(seed * 1_000_003 + first)
    for number in range(first, first + count):
        yield _listing(number, chance)


def _listing(number: int, chance: random.Random) -> Listing:
    province, lat, lon = chance.choice(real_places().centres)
    district = chance.choice(_districts(province))
    category = chance.choices(list(KINDS), _weights())[0]
    name_th, name_en = _names(category, district, number, chance)
    share = chance.random()
    # Not validated: a million checks of what is made right here would be most of the work.
    return Listing.model_construct(
        id=f"g{number:07d}",
        name_th=name_th if share < 0.85 else None,
        name_en=name_en if share > 0.2 else None,
        names={},
        aliases=(f"{name_en} {chance.choice(_CHAINS)}",) if chance.random() < 0.08 else (),
        category=category,
        lat=round(lat + chance.gauss(0, _SPREAD_DEG), 6),
        lon=round(lon + chance.gauss(0, _SPREAD_DEG), 6),
        province_code=province,
        district_code=district,
        opening_hours=_hours(chance),
        certification=chance.choice(_CERTIFICATIONS) if chance.random() < 0.06 else None,
        price_thb=float(round(chance.lognormvariate(6.5, 1.0))) if chance.random() < 0.3 else None,
        reviews=int(chance.paretovariate(0.8)) if chance.random() < 0.3 else None,
        website="https://example.org" if chance.random() < 0.2 else None,
        sources=chance.choice(_SOURCES),
        updated_at=_FIRST_DAY + timedelta(seconds=chance.randrange(60_000_000)),
    )


def _names(category: str, district: str | None, number: int, chance: random.Random) -> tuple[str, str]:
    _, kinds_th, kinds_en = KINDS[category]
    thai, kind_th = chance.choice(real_places().thai), chance.choice(kinds_th)
    words = [*chance.choice(real_places().english)[:3], chance.choice(chance.choice(real_places().english))]
    if chance.random() < 0.5:
        words = words[-2:]
    kind_en = chance.choice(kinds_en)
    place = districts()[district] if district else None
    tail = chance.random()
    if tail < 0.3 and place:
        thai, words = f"{thai} {place.name_th}", [*words, place.name_en]
    elif tail < 0.55:
        thai, words = f"{thai} {number % 997}", [*words, str(number % 997)]
    elif tail < 0.8:
        thai = f"{thai}{chance.choice(_LETTERS)}{chance.choice(('า', 'ี', 'อง', 'าน', 'ิน', 'ัย'))}"
        words = [*words, _syllables(chance)]
    english = [kind_en, *words] if kind_en in BEFORE else [*words, kind_en]
    return f"{kind_th}{thai}", " ".join(english)


def _syllables(chance: random.Random) -> str:
    """A word that sounds like one of a Thai name, from a few ten thousand."""
    heads = ("ban", "nong", "sri", "kha", "phu", "tha", "chai", "wang", "sai")
    middles, tails = ("", "a", "i", "o", "ke", "si", "lu"), ("ra", "thon", "mai", "ngam", "dee")
    return "".join(chance.choice(parts) for parts in (heads, middles, tails)).title()


def _hours(chance: random.Random) -> str | None:
    share = chance.random()
    if share < 0.7:
        return None
    if share < 0.95:
        return chance.choice(HOURS)
    opens, closes = chance.randrange(5, 12), chance.randrange(15, 24)
    minutes = chance.choice((0, 15, 30, 45))
    return f"{chance.choice(('Mo-Su', 'Mo-Fr', 'Sa-Su', 'Mo-Sa'))} {opens:02d}:{minutes:02d}-{closes:02d}:00"


@lru_cache(maxsize=128)
def _districts(province: str) -> tuple[str | None, ...]:
    codes = tuple(code for code, area in districts().items() if area.province_code == province)
    return codes if province in provinces() and codes else (None,)


@lru_cache(maxsize=1)
def _weights() -> tuple[int, ...]:
    return tuple(weight for weight, _, _ in KINDS.values())
