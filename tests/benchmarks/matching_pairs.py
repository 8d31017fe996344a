"""Labelled pairs of places to learn and to measure matching with, from the publishers' files. Nothing is kept of them.

A set of pairs is split as its publisher did, or by region of the country, so that no place stands on two sides.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import h3
import numpy as np
import numpy.typing as npt
import polars as pl
from matching_files import Pair, Place, read_pairs

from directory.listing import RECORD_SCHEMA
from directory.resolve.blocking import candidate_pairs, with_distance
from directory.resolve.comparison import FEATURES, Floats, features
from directory.resolve.kinds import DOUBTFUL, NEVER, RELATED, extent_m
from directory.resolve.prepare import VAST_M, Prepared, prepare
from ingest.fetch import look_around
from ingest.parsers import load_parser
from ingest.places import clean_places
from ingest.source import get_source

GEOER_CITIES = ("sin", "tor", "edi", "pit")
_REGION_CELL = 5
"""H3 resolution of the regions that places are split by (about 20 km across)."""
_JITTER_MEDIAN_M = 45.0
_JITTER_SIGMA = 1.0
_JITTER_EXTENT_M = 50.0
"""How far two open sources' points of one place are apart, as a log-normal: seen in the Geo-ER training pairs, which
are shops and restaurants; the points of larger places lie apart as the square root of their extent."""
_OTHER_CATEGORY_SHARE, _DOUBTFUL_SHARE = 0.18, 0.25
"""How often two publishers give one place categories that do not agree, or only roughly: starter set against TAT."""
_STRANGER_SOURCES = (
    *("tat_attractions_th", "tat_attractions_en", "tat_restaurants", "tat_shops", "tat_hotels"),
    "osm_bangkok",
)
_STRANGERS_LEAST_M, _STRANGERS_EXTENTS = 2.0, 4.0
_ALIKE = (0.5, 0.85)


@dataclass(frozen=True)
class LabelledPairs:
    """matrix: pairs x FEATURES; labels: True for one place; missed: true pairs that blocking did not bring."""

    matrix: Floats
    labels: npt.NDArray[np.bool_]
    pairs: pl.DataFrame
    prepared: Prepared
    missed: int = 0

    def take(self, chosen: npt.NDArray[np.bool_], missed: int = 0) -> LabelledPairs:
        """The pairs where `chosen` is True."""
        return LabelledPairs(
            self.matrix[chosen], self.labels[chosen], self.pairs.filter(pl.Series(chosen)), self.prepared, missed
        )


def records_frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows as a frame of RECORD_SCHEMA; what they do not state is null."""
    return pl.DataFrame(rows, schema_overrides=RECORD_SCHEMA, infer_schema_length=None).select(
        (pl.col(name) if name in rows[0] else pl.lit(None)).cast(kind).alias(name)
        for name, kind in RECORD_SCHEMA.items()
    )


def labelled(records: pl.DataFrame, pairs: list[tuple[str, str, bool]]) -> LabelledPairs:
    """Features of pairs given by record keys."""
    prepared = prepare(records)
    rows = dict(prepared.places.select("key", "row").iter_rows())
    numbered = [(*sorted((rows[left], rows[right])), label) for left, right, label in pairs]
    schema = {"left": pl.UInt32, "right": pl.UInt32, "label": pl.Boolean}
    frame = with_distance(pl.DataFrame(numbered, schema=schema, orient="row"), prepared.places)
    return LabelledPairs(features(prepared, frame), frame["label"].to_numpy(), frame, prepared)


def geoer(folder: Path, name: str) -> LabelledPairs:
    """A file of Geo-ER's form, e.g. `osm_fsq_sin_train`."""
    return geoer_file(folder / "matching" / f"geoer_{name}.txt")


def geoer_file(path: Path) -> LabelledPairs:
    """Pairs of a file, as `matching_files` reads it."""
    return geoer_pairs(read_pairs(path))


def geoer_pairs(read: list[Pair]) -> LabelledPairs:
    """Features of pairs of a file, in its order; a place that stands in many pairs is one record."""
    keys: dict[tuple[str, Place], str] = {}
    rows: list[dict[str, Any]] = []
    for pair in read:
        for source, place in (("a", pair.left), ("b", pair.right)):
            if (source, place) not in keys:
                keys[source, place] = f"{source}:{len(keys)}"
                rows.append(_geoer_row(place, source, keys[source, place]))
    pairs = [(keys["a", pair.left], keys["b", pair.right], pair.same) for pair in read]
    return labelled(records_frame(rows), pairs)


def _geoer_row(place: Place, source: str, key: str) -> dict[str, Any]:
    return {
        "key": key,
        "source": source,
        "name_en": place.name,
        "lat": place.lat,
        "lon": place.lon,
        "address_en": place.address or None,
        "postcode": place.postcode or None,
    }


def overture(folder: Path) -> LabelledPairs:
    """Overture's labelled pairs: names, addresses, phones and sites without coordinates."""
    frame = pl.read_parquet(folder / "matching" / "overture_pairs.parquet")
    rows: list[dict[str, Any]] = []
    pairs = []
    for number, row in enumerate(frame.iter_rows(named=True)):
        rows += (_overture_row(row, "", f"a:{number}"), _overture_row(row, "base_", f"b:{number}"))
        pairs.append((f"a:{number}", f"b:{number}", row["label"] == 1.0))
    return labelled(records_frame(rows), pairs)


def _overture_row(row: dict[str, Any], prefix: str, key: str) -> dict[str, Any]:
    def first(name: str) -> Any:
        values = json.loads(row[f"{prefix}{name}"] or "[]")
        return values[0] if values else None

    address = first("addresses") or {}
    return {
        "key": key,
        "source": key[0],
        "name_en": json.loads(row[f"{prefix}names"])["primary"],
        "address_en": address.get("freeform"),
        "postcode": (address.get("postcode") or "").split("-")[0] or None,
        "phone": first("phones"),
        "website": first("websites"),
    }


def source_records(folder: Path, name: str) -> pl.DataFrame:
    """Records of a source's files below `folder`, cleaned as a run cleans them."""
    source = get_source(name)
    paths = look_around(folder).files_of(source)
    return pl.concat(clean_places(load_parser(source)(path, source), source).records for path in paths)


def tat_languages(folder: Path, *, jittered: bool = False) -> dict[str, LabelledPairs]:
    """TAT's Thai and English feed without the id they share, as candidates of blocking: train, valid and test.

    Both feeds state the same point to the last digit; `jittered` moves the English one as far as the points of two
    independent sources lie apart.
    """
    thai, english = (source_records(folder, f"tat_attractions_{language}") for language in ("th", "en"))
    return _two_sides(thai, _moved(english) if jittered else english)


def _two_sides(thai: pl.DataFrame, english: pl.DataFrame) -> dict[str, LabelledPairs]:
    """Candidates of blocking, labelled by link_id, which the matcher does not see; split by region.

    A pair of places of two regions belongs to no split.
    """
    region = [_split_of(lat, lon) for lat, lon in thai.select("lat", "lon").iter_rows()]
    split = dict(zip(thai["link_id"].to_list(), region, strict=True))
    both = pl.concat([thai, english])
    prepared = prepare(both.with_columns(link_id=pl.lit(None, dtype=pl.String)))
    truth = prepared.places.select("row", "key").join(both.select("key", place="link_id"), on="key").sort("row")
    truth = truth.with_columns(split=pl.col("place").replace_strict(split, default=None, return_dtype=pl.String))
    candidates = candidate_pairs(prepared)
    one, other = (truth[candidates[side].to_list()] for side in ("left", "right"))
    labels = (one["place"] == other["place"]).to_numpy()
    matrix = _with_other_categories(features(prepared, candidates), labels)
    all_pairs = LabelledPairs(matrix, labels, candidates, prepared)
    stated_twice = truth.group_by("place").agg(pl.len(), pl.col("split").first()).filter(pl.col("len") == 2)
    sides = {}
    for name in ("train", "valid", "test"):
        here = ((one["split"] == name) & (other["split"] == name)).fill_null(value=False).to_numpy()
        true_pairs = stated_twice.filter(pl.col("split") == name).height
        sides[name] = all_pairs.take(here, true_pairs - int(labels[here].sum()))
    return sides


def halves(folder: Path, name: str, *, left: str = "th", right: str = "en") -> dict[str, LabelledPairs]:
    """Places that one source names in Thai and in English, each as two records that state only part of it.

    left, right: the names the two records keep, `th`, `en` or `both`; the second is moved as in `tat_languages`.
    Unlike the feeds of TAT, the map of a city has neighbours.
    """
    whole = source_records(folder, name).filter(pl.col("name_th").is_not_null() & pl.col("name_en").is_not_null())
    whole = whole.with_columns(pl.lit(None, dtype=pl.String).alias(column) for column in _GIVE_AWAYS)
    whole = whole.with_columns(link_id="key", aliases=pl.lit(None, dtype=pl.List(pl.String)))
    one, other = (
        whole.with_columns(
            *(pl.lit(None, dtype=pl.String).alias(column) for column in _NAMES_LEFT_OUT[kept]),
            key=pl.concat_str("key", pl.lit(f" {side}")),
            source=pl.concat_str("source", pl.lit(f" {side}")),
        )
        for side, kept in (("left", left), ("right", right))
    )
    return _two_sides(one, _moved(other))


_NAMES_LEFT_OUT: dict[str, tuple[str, ...]] = {"th": ("name_en",), "en": ("name_th",), "both": ()}
_GIVE_AWAYS = ("names", "phone", "website", "email", "wikidata", "address_th", "address_en", "postcode", "licence_no")


def strangers(folder: Path, *, drawn: int = 200_000, kept: int = 15_000) -> LabelledPairs:
    """Places of two sources from anywhere, as if they stood next door to each other: surely not one place.

    The country's sights stand alone, a neighbour is nearly always the same place; in a street of a city it is not.
    Half of them are drawn blindly, half have names that are alike in part.
    """
    random = np.random.default_rng(1)
    prepared = prepare(pl.concat(source_records(folder, name) for name in _STRANGER_SOURCES))
    places = prepared.places
    anywhere, wide = places["row"].to_numpy(), places.filter(pl.col("reach") > 0)["row"].to_numpy()
    drawn_rows = np.concatenate([random.choice(rows, (drawn // 2, 2)) for rows in (anywhere, wide)])
    left, right = np.sort(random.permutation(drawn_rows), axis=1).T
    extent = np.fmax(places["extent_m"].to_numpy()[left], places["extent_m"].to_numpy()[right])
    metres = np.exp(random.uniform(np.log(_STRANGERS_LEAST_M), np.log(np.fmin(_STRANGERS_EXTENTS * extent, VAST_M))))
    columns = {"left": left, "right": right, "distance_m": metres}
    pairs = pl.DataFrame(columns, schema={"left": pl.UInt32, "right": pl.UInt32, "distance_m": pl.Float32})
    source, link_id = prepared.places["source"], prepared.places["link_id"].fill_null("")
    two_sources = source.gather(left) != source.gather(right)
    two_ids = (link_id.gather(left) != link_id.gather(right)) | (link_id.gather(left) == "")
    pairs = pairs.filter(two_sources & two_ids)
    matrix = features(prepared, pairs)
    likeness = np.fmax(matrix[:, FEATURES.index("name_sound")], matrix[:, FEATURES.index("name_words")])
    # Two shops of a chain next door to each other would be taken for one, and rightly so.
    possible = ~(matrix[:, FEATURES.index("category")] <= NEVER) & (likeness < _ALIKE[1])
    blindly = possible & (np.cumsum(possible) <= kept)
    alike = possible & (likeness >= _ALIKE[0]) & ~blindly
    alike &= np.cumsum(alike) <= kept
    # These would give away that the two come from different parts of the country.
    matrix[:, [FEATURES.index(name) for name in ("postcode", "house", "address")]] = np.nan
    return LabelledPairs(matrix, np.zeros(len(matrix), dtype=bool), pairs, prepared).take(blindly | alike)


def _with_other_categories(matrix: Floats, labels: npt.NDArray[np.bool_]) -> Floats:
    """The two sides come from one publisher, whose categories agree more often than those of two publishers do."""
    random = np.random.default_rng(2)
    column = FEATURES.index("category")
    changed = labels & (random.random(len(matrix)) < _OTHER_CATEGORY_SHARE)
    agrees = np.where(random.random(len(matrix)) < _DOUBTFUL_SHARE, DOUBTFUL, RELATED)
    return np.column_stack(
        [np.where(changed, agrees, values) if number == column else values for number, values in enumerate(matrix.T)]
    ).astype(np.float32)


def _moved(records: pl.DataFrame) -> pl.DataFrame:
    random = np.random.default_rng(0)
    metres = random.lognormal(np.log(_JITTER_MEDIAN_M), _JITTER_SIGMA, records.height)
    extents = np.array([extent_m(code) for code in records["category"]])
    metres = metres * np.sqrt(extents / _JITTER_EXTENT_M)
    angle = random.uniform(0, 2 * np.pi, records.height)
    north, east = pl.Series(metres * np.cos(angle)) / 111_195, pl.Series(metres * np.sin(angle)) / 108_000
    return records.with_columns(lat=pl.col("lat") + north, lon=pl.col("lon") + east)


def _split_of(lat: float, lon: float) -> str:
    fifth = crc32(h3.latlng_to_cell(lat, lon, _REGION_CELL).encode()) % 5
    return ("train", "train", "train", "valid", "test")[fifth]
