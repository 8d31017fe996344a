"""Labelled pairs of places in files of Geo-ER's form: two places and 0 or 1, separated by tabs.

A place is written `COL name VAL ... COL latitude VAL ... COL longitude VAL ...`; it may have `address` and `postalCode`
(Balsebre et al. 2022, Geospatial Entity Resolution, WWW 2022).
"""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import NamedTuple

from tic.core.errors import BadInput

_LABELS = {"0": False, "1": True}


class Place(NamedTuple):
    """One side of a pair: degrees of WGS 84, address and postcode empty when not stated."""

    name: str
    lat: float
    lon: float
    address: str
    postcode: str


class Pair(NamedTuple):
    """Two places of two publishers, and whether they are one."""

    left: Place
    right: Place
    same: bool


def read_pairs(path: Path) -> list[Pair]:
    """All pairs of a file; empty lines are left out.

    Raises BadInput, with the number of the line, for a file that is not of the form, or that holds no pair.
    """
    if not path.is_file():
        raise BadInput("There is no file {path}.", path=path)
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise BadInput("The file {path} is not text in UTF-8.", path=path) from error
    pairs = [_pair(line, number, path) for number, line in enumerate(lines, 1) if line.strip()]
    if not pairs:
        raise BadInput("There is no pair in {path}.", path=path)
    return pairs


def _pair(line: str, number: int, path: Path) -> Pair:
    parts = line.rstrip("\r").split("\t")
    if len(parts) != 3 or parts[2].strip() not in _LABELS:
        raise BadInput(
            "Line {number} of {path} is not two places and 0 or 1, separated by tabs.", number=number, path=path
        )
    left, right = (_place(text, number, path) for text in parts[:2])
    return Pair(left, right, _LABELS[parts[2].strip()])


def _place(text: str, number: int, path: Path) -> Place:
    parts = [part.partition(" VAL") for part in text.strip().removeprefix("COL ").split(" COL ")]
    said = {name.strip(): value.strip() for name, _, value in parts}
    if not said.get("name"):
        raise BadInput("Line {number} of {path}: a place has no name.", number=number, path=path)
    try:
        lat, lon = float(said["latitude"]), float(said["longitude"])
    except (KeyError, ValueError) as error:
        raise BadInput("Line {number} of {path}: a place has no coordinates.", number=number, path=path) from error
    if not (isfinite(lat) and isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        raise BadInput("Line {number} of {path}: the coordinates are not on Earth.", number=number, path=path)
    return Place(said["name"], lat, lon, said.get("address", ""), said.get("postalCode", ""))
