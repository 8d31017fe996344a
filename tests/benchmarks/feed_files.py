"""The files of the generated feeds, each in a form that real feeds have, and the YAML that maps its columns."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

import polars as pl
import yaml

Row = dict[str, Any]
_ROWS_AT_ONCE: Final = 50_000
_EXPECTED: Final = {"least": 1, "most": 10_000_000}
_WORDS_TH: Final = {
    "restaurant": "ร้านอาหาร",
    "hotel": "โรงแรม",
    "guesthouse": "ที่พัก",
    "cafe": "ร้านกาแฟ",
    "temple": "วัด",
    "local_market": "ตลาด",
    "beach": "ชายหาด",
    "waterfall": "น้ำตก",
    "museum": "พิพิธภัณฑ์",
    "viewpoint": "จุดชมวิว",
    "spa": "สปา",
    "shop": "ร้านค้า",
}
_TAGS: Final = {
    "restaurant": "amenity=restaurant",
    "hotel": "tourism=hotel",
    "guesthouse": "tourism=guest_house",
    "cafe": "amenity=cafe",
    "temple": "amenity=place_of_worship",
    "local_market": "amenity=marketplace",
    "beach": "natural=beach",
    "waterfall": "waterway=waterfall",
    "museum": "tourism=museum",
    "viewpoint": "tourism=viewpoint",
    "spa": "leisure=spa",
    "shop": "shop=gift",
}


@dataclass(frozen=True)
class Feed:
    """One publisher's feed: its file, what of a row it states, and how source.yml maps that.

    weight: of a thousand statements; form: the columns of a row as its file has them.
    """

    source: str
    file: str
    trust: str
    weight: int
    form: Callable[[Row], Row]
    mapping: Row
    layout: Row = field(default_factory=dict)


def _official(row: Row) -> Row:
    names = {"รหัส": row["id"], "ชื่อสถานที่": row["name_th"], "ประเภท": _WORDS_TH[row["category"]]}
    areas = {"จังหวัด": row["province"], "อำเภอ": row["district"], "ที่อยู่": row["street"]}
    phone = row["phone"] and f"{row['phone'][:2]} {row['phone'][2:5]} {row['phone'][5:]}"
    return {**names, **areas, "ละติจูด": row["lat"], "ลองจิจูด": row["lon"], "โทรศัพท์": phone, "ปรับปรุง": row["updated"]}


def _community(row: Row) -> Row:
    both = row["reviews"] % 2
    tags = {"name": row["name_th"], "name:en": row["name_en"] if both else None, "kind": _TAGS[row["category"]]}
    return {
        "id": row["id"],
        **tags,
        "opening_hours": row["hours"],
        "website": row["site"],
        "lat": row["lat"],
        "lon": row["lon"],
    }


def _map(row: Row) -> Row:
    phone = row["phone"] and f"+66{row['phone'][1:]}"
    stated = {"id": row["id"], "name": row["name_en"], "class": row["category"], "phone": phone}
    return {**stated, "website": row["site"], "latitude": row["lat"], "longitude": row["lon"]}


def _booking(row: Row) -> Row:
    place = {"position": {"lat": row["lat"], "lng": row["lon"]}, "reviews": row["reviews"]}
    names = {"en": row["name_en"], "th": row["name_th"] if row["reviews"] % 3 == 0 else None}
    return {
        "code": row["id"],
        "names": names,
        "type": row["category"],
        "tel": row["phone"],
        "url": row["site"],
        **place,
    }


def _city(row: Row) -> Row:
    names = {"id": row["id"], "thai": row["name_th"], "english": row["name_en"], "group": row["category"]}
    return {**names, "address": row["street"], "coordinates": f"{row['lat']}, {row['lon']}" if row["lat"] else None}


FEEDS: Final = {
    "official": Feed(
        "bench_official",
        "bench_official.csv",
        "official",
        250,
        _official,
        {
            "columns": {
                **{"source_id": "รหัส", "name_th": "ชื่อสถานที่", "category": "ประเภท", "province": "จังหวัด"},
                **{"district": "อำเภอ", "street": "ที่อยู่", "phone": "โทรศัพท์"},
            },
            "point": {"lat": "ละติจูด", "lon": "ลองจิจูด"},
            "categories": {word: code for code, word in _WORDS_TH.items()},
            "updated": "ปรับปรุง",
        },
    ),
    "community": Feed(
        "bench_community",
        "bench_community.geojson",
        "open",
        250,
        _community,
        {
            "columns": {
                **{"source_id": "id", "name": "name", "name_en": "name:en", "kinds": "kind"},
                **{"opening_hours": "opening_hours", "website": "website"},
            }
        },
    ),
    "map": Feed(
        "bench_map",
        "bench_map.parquet",
        "open",
        250,
        _map,
        {
            "columns": {
                **{"source_id": "id", "name_en": "name", "category": "class", "phone": "phone", "website": "website"}
            },
            "point": {"lat": "latitude", "lon": "longitude"},
        },
    ),
    "booking": Feed(
        "bench_booking",
        "bench_booking.json",
        "private",
        150,
        _booking,
        {
            "columns": {
                **{"source_id": "code", "name_en": "names.en", "name_th": "names.th", "category": "type"},
                **{"phone": "tel", "website": "url", "reviews": "reviews"},
            },
            "point": {"lat": "position.lat", "lon": "position.lng"},
        },
        {"rows": "places"},
    ),
    "city": Feed(
        "bench_city",
        "bench_city.csv",
        "official",
        100,
        _city,
        {
            "columns": {
                **{"source_id": "id", "name_th": "thai", "name_en": "english", "category": "group"},
                "street": "address",
            },
            "point": {"lat": "coordinates"},
        },
        {"delimiter": ";"},
    ),
}


def write_descriptions(folder: Path) -> None:
    """A NAME.yml per feed, for the folder of TIC_SOURCES_DIR."""
    folder.mkdir(parents=True, exist_ok=True)
    for feed in FEEDS.values():
        described = {
            "kind": "places",
            "title_th": f"ข้อมูลจำลอง {feed.source}",
            "title_en": f"Generated feed {feed.source}",
            "publisher_th": f"ผู้เผยแพร่จำลอง {feed.source}",
            "publisher_en": f"Generated publisher {feed.source}",
            "homepage": "https://example.org/",
            "licence": "CC0 1.0",
            "attribution": "generated",
            "trust": feed.trust,
            "coverage": "TH",
            "schedule": "never",
            "file": feed.file,
            "expect": _EXPECTED,
            "layout": feed.layout,
            "mapping": feed.mapping,
        }
        (folder / f"{feed.source}.yml").write_text(yaml.safe_dump(described, allow_unicode=True), encoding="utf-8")


class FeedFiles:
    """The files of all feeds under way, written row by row."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._open: dict[str, _File] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        kinds: dict[str, type[_File]] = {".csv": _Csv, ".geojson": _GeoJson, ".json": _Json, ".parquet": _Parquet}
        for name, feed in FEEDS.items():
            path = self._folder / feed.file
            self._open[name] = kinds[path.suffix](path, feed)
        return self

    def add(self, feed: str, row: Row) -> None:
        """One more row of a feed."""
        self._open[feed].add(FEEDS[feed].form(row))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._open.values():
            file.close()


class _File:
    def __init__(self, path: Path, feed: Feed) -> None:
        self.path, self.feed = path, feed

    def add(self, row: Row) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class _Text(_File):
    before, between, after = "", ",\n", ""

    def __init__(self, path: Path, feed: Feed) -> None:
        super().__init__(path, feed)
        self.handle: IO[str] = path.open("w", encoding="utf-8", newline="")
        self.count = 0
        self.handle.write(self.before)

    def write(self, value: Row) -> None:
        self.handle.write(self.between if self.count else "")
        self.handle.write(json.dumps(value, ensure_ascii=False))
        self.count += 1

    def add(self, row: Row) -> None:
        self.write(row)

    def close(self) -> None:
        self.handle.write(self.after)
        self.handle.close()


class _Json(_Text):
    before, after = '{"places": [\n', "\n]}\n"


class _GeoJson(_Text):
    before, after = '{"type": "FeatureCollection", "features": [\n', "\n]}\n"

    def add(self, row: Row) -> None:
        lat, lon = row.pop("lat"), row.pop("lon")
        point = None if lat is None else {"type": "Point", "coordinates": [lon, lat]}
        properties = {name: value for name, value in row.items() if value is not None and name != "id"}
        self.write({"type": "Feature", "id": row["id"], "geometry": point, "properties": properties})


class _Csv(_Text):
    def add(self, row: Row) -> None:
        if not self.count:
            self.rows = csv.DictWriter(self.handle, list(row), delimiter=self.feed.layout.get("delimiter", ","))
            self.rows.writeheader()
        self.rows.writerow(row)
        self.count += 1


class _Parquet(_File):
    def __init__(self, path: Path, feed: Feed) -> None:
        super().__init__(path, feed)
        self.rows: list[Row] = []
        self.parts: list[pl.DataFrame] = []

    def add(self, row: Row) -> None:
        self.rows.append(row)
        if len(self.rows) == _ROWS_AT_ONCE:
            self._pack()

    def _pack(self) -> None:
        if self.rows:
            self.parts.append(pl.DataFrame(self.rows, infer_schema_length=None))
        self.rows = []

    def close(self) -> None:
        self._pack()
        pl.concat(self.parts, how="vertical_relaxed").write_parquet(self.path)
