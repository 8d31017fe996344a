"""Generated feeds of five publishers that state the places of one country in part twice, and the truth beside them.

A place has a name in both scripts: a real one of the starter set or a coined word, its kind, and often a district, a
number or a further word. Each feed states it in its own way: without the kind, with a slip of the pen, in another
romanisation, with a point some metres off, in its own words for categories and its own form of phone numbers. Three
places in ten are stated by two feeds or more, so that about three records in ten repeat a place.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zlib import crc32

import polars as pl
from feed_files import FEEDS, FeedFiles, Row
from generated_listings import BEFORE, BLOCK, HOURS, KINDS, SEED, real_places

from tic.core.areas import district_at, districts, provinces
from tic.core.geo import Point

BROKEN_SHARE: Final = 0.003
"""Rows that no cleaning can use: without a point, or with one over the sea."""
_SHARED_BY: Final = ((1, 2, 3, 4, 5), (700, 200, 70, 25, 5))
"""How many feeds state a place, and out of a thousand places how many are so."""
_TOWN_DEG, _COUNTRY_DEG = 0.03, 0.3
_METRES: Final = {"official": 30.0, "community": 12.0, "map": 40.0, "booking": 60.0, "city": 25.0}
"""By which a feed's points are off, one standard deviation."""
_DEGREE_M: Final = 111_195.0
_SYLLABLES: Final = tuple(
    pair.split(":")
    for pair in [
        "บ้าน:ban",
        "หนอง:nong",
        "ศรี:si",
        "ภู:phu",
        "ท่า:tha",
        "ชัย:chai",
        "วัง:wang",
        "ทราย:sai",
        "ดอน:don",
        "โพธิ์:pho",
        "คำ:kham",
        "แสง:saeng",
        "ทอง:thong",
        "เงิน:ngoen",
        "แก้ว:kaeo",
        "ใหม่:mai",
        "งาม:ngam",
        "ดี:di",
        "สุข:suk",
        "เพชร:phet",
        "นคร:nakhon",
        "บุรี:buri",
        "ราช:rat",
        "พันธ์:phan",
        "มณี:mani",
        "ตะวัน:tawan",
        "จันทร์:chan",
        "ดาว:dao",
        "ฟ้า:fa",
        "น้ำ:nam",
        "ไทย:thai",
        "สยาม:sayam",
        "ลาน:lan",
        "รุ่ง:rung",
        "เรือง:rueang",
        "ชล:chon",
        "ธาร:than",
        "พร:phon",
        "กุล:kun",
        "วิไล:wilai",
    ]
)
_OTHER_SPELLINGS: Final = (
    *(("ph", "p"), ("th", "t"), ("kh", "k"), ("ae", "e"), ("ue", "u"), ("oe", "er"), ("ch", "j"), ("kaeo", "kaew")),
    *(("phon", "porn"), ("wat", "wad"), ("suk", "sook"), ("chai", "chay"), ("thong", "tong"), ("si", "sri")),
)
_AKIN: Final = {"restaurant": "cafe", "cafe": "restaurant", "hotel": "guesthouse", "guesthouse": "hotel"}


@dataclass(frozen=True, slots=True)
class _Place:
    number: int
    category: str
    thai: str
    english: str
    lat: float
    lon: float
    district: str
    phone: str | None
    site: str | None
    street: str | None
    hours: str | None


def write_feeds(folder: Path, records: int, *, changed: int = 0, seed: int = SEED) -> Path:
    """Write five feeds of so many rows in all below `folder`; returns the Parquet file of the truth: key, place.

    changed: every so-manieth record as its publisher would have corrected it later (0: none); the truth is the same.
    """
    with FeedFiles(folder) as files:
        keys: list[str] = []
        places: list[int] = []
        for place, feed, row in _statements(records, seed):
            keys.append(f"{FEEDS[feed].source}:{row['id']}")
            places.append(place)
            is_corrected = changed and crc32(keys[-1].encode()) % changed == 0
            files.add(feed, _corrected(row) if is_corrected else row)
    truth = folder / "truth" / "truth.parquet"
    truth.parent.mkdir(exist_ok=True)
    pl.DataFrame({"key": keys, "place": places}).write_parquet(truth)
    return truth


def _statements(records: int, seed: int) -> Iterator[tuple[int, str, Row]]:
    """Place, feed and row of so many statements; those of a place stand together."""
    done, number = 0, 0
    weights = [FEEDS[feed].weight for feed in FEEDS]
    while done < records:
        chance = random.Random(seed * 1_000_003 + number)
        for _ in range(BLOCK):
            place = _place(number, chance)
            number += 1
            count = chance.choices(*_SHARED_BY)[0]
            chosen: list[str] = []
            while len(chosen) < count:
                feed = chance.choices(list(FEEDS), weights)[0]
                if feed not in chosen:
                    chosen.append(feed)
            for feed in chosen:
                yield place.number, feed, _stated(place, feed, chance)
                done += 1
                if done == records:
                    return


def _place(number: int, chance: random.Random) -> _Place:
    lat, lon, district = _point(chance)
    category = chance.choices(list(KINDS), [weight for weight, _, _ in KINDS.values()])[0]
    thai, english = _name(category, district, number, chance)
    slug = "".join(letter for letter in english.lower() if letter.isascii() and letter.isalnum())[:18]
    return _Place(
        number,
        category,
        thai,
        english,
        lat,
        lon,
        district,
        phone=f"{chance.choice(('02', '053', '076', '081', '089', '095'))}{chance.randrange(10**6, 10**7)}"
        if chance.random() < 0.6
        else None,
        site=f"{slug}{number}.example.co.th" if chance.random() < 0.25 else None,
        street=f"{chance.randrange(1, 400)}/{chance.randrange(1, 30)} ถ.{_coined(chance)[0]}"
        if chance.random() < 0.5
        else None,
        hours=chance.choice(HOURS) if chance.random() < 0.3 else None,
    )


def _point(chance: random.Random) -> tuple[float, float, str]:
    """A point in the country: six in ten in a town, the others around it."""
    while True:
        _, lat, lon = chance.choice(real_places().centres)
        spread = _TOWN_DEG if chance.random() < 0.6 else _COUNTRY_DEG
        lat, lon = round(lat + chance.gauss(0, spread), 6), round(lon + chance.gauss(0, spread), 6)
        district = district_at(Point(lat, lon))
        if district in districts():
            return lat, lon, district


def _name(category: str, district: str, number: int, chance: random.Random) -> tuple[str, str]:
    _, kinds_th, kinds_en = KINDS[category]
    thai, english = chance.choice(real_places().both) if chance.random() < 0.4 else _coined(chance)
    tail = chance.random()
    if tail < 0.2:
        thai, english = f"{thai} {districts()[district].name_th}", f"{english} {districts()[district].name_en}"
    elif tail < 0.35:
        thai, english = f"{thai} {number % 997}", f"{english} {number % 997}"
    elif tail < 0.6:
        more_th, more_en = _coined(chance)
        thai, english = f"{thai}{more_th}", f"{english} {more_en}"
    kind_en = chance.choice(kinds_en)
    return f"{chance.choice(kinds_th)}{thai}", f"{kind_en} {english}" if kind_en in BEFORE else f"{english} {kind_en}"


def _coined(chance: random.Random) -> tuple[str, str]:
    """A word of two or three syllables as Thai names have them, in both scripts: one of some sixty thousand."""
    parts = chance.choices(_SYLLABLES, k=chance.choice((2, 3)))
    return "".join(part[0] for part in parts), "".join(part[1] for part in parts).capitalize()


def _stated(place: _Place, feed: str, chance: random.Random) -> Row:
    """What a feed says of a place."""
    metres = _METRES[feed]
    is_broken = chance.random() < BROKEN_SHARE
    area, code = districts()[place.district], f"TH-{place.district[:2]}"
    return {
        "id": f"{feed[0]}{place.number:07d}",
        "name_th": _thai_as_written(place, chance),
        "name_en": _english_as_written(place, chance),
        "category": _AKIN.get(place.category, place.category) if chance.random() < 0.06 else place.category,
        "lat": None if is_broken else round(place.lat + chance.gauss(0, metres / _DEGREE_M), 6),
        "lon": None if is_broken else round(place.lon + chance.gauss(0, metres / _DEGREE_M), 6),
        "province": provinces()[code].name_th,
        "district": area.name_th,
        "street": place.street if chance.random() < 0.7 else None,
        "phone": place.phone if chance.random() < 0.7 else None,
        "site": place.site if chance.random() < 0.7 else None,
        "hours": place.hours if chance.random() < 0.7 else None,
        "reviews": int(chance.paretovariate(0.8)) % 100_000,
        "updated": f"2025-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}",
    }


def _thai_as_written(place: _Place, chance: random.Random) -> str:
    share, name = chance.random(), place.thai
    if share < 0.08:
        return next((name[len(kind) :] for kind in KINDS[place.category][1] if name.startswith(kind)), name)
    if share < 0.14:
        return f"{name} ({districts()[place.district].name_th})"
    if share < 0.18 and len(name) > 8:
        # One letter in the middle is left out, never a mark that others stand on.
        at = next((at for at in range(len(name) // 2, len(name) - 1) if "ก" <= name[at] <= "ฮ"), 0)
        return name[:at] + name[at + 1 :]
    return name


def _english_as_written(place: _Place, chance: random.Random) -> str:
    share, name = chance.random(), place.english
    if share < 0.08:
        return name.upper()
    if share < 0.25:
        lower = name.lower()
        for official, other in chance.sample(_OTHER_SPELLINGS, 3):
            lower = lower.replace(official, other)
        return lower.title()
    if share < 0.29 and len(name) > 8:
        at = chance.randrange(2, len(name) - 2)
        return name[:at] + name[at + 1 :]
    if share < 0.35:
        return f"The {name}"
    return name


def _corrected(row: Row) -> Row:
    """A record as its publisher states it later: another phone, a name with a branch, or a point somewhat off."""
    kind = crc32(str(row["id"]).encode(), 1) % 3
    if kind == 0:
        return {**row, "phone": f"02{2_000_000 + crc32(str(row['id']).encode()) % 1_000_000}"}
    if kind == 1:
        return {**row, "name_th": f"{row['name_th']} สาขาใหม่", "name_en": f"{row['name_en']} (New)"}
    return row if row["lat"] is None else {**row, "lat": round(float(row["lat"]) + 0.0002, 6)}
