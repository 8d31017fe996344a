"""A Listing prepared for search: its words and keys, what it is filtered and sorted by, and what a result shows.

Both engines store these values as they are; nothing is analysed inside an engine.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final
from zlib import crc32

from directory.categories import categories, leaves_of, with_parents
from directory.facts import access_codes, certification_codes, hours_term, price_band
from directory.listing import Listing
from directory.search.analysis import Analysed, analyse, joined_keys, key_of
from directory.search.base import Document
from directory.search.folding import join_keys
from directory.search.normalise import normalise
from directory.search.type_words import WHERE
from directory.sources import SourceInfo
from tic.core.areas import districts, provinces

MOST_NAMES = 12
"""Names of one listing that are looked at: Thai, English, other languages, aliases, in this order."""

LONGEST_HEAD: Final = 3
"""Beginnings of words are kept up to this length, so that the first letters typed are one look-up."""
LONGEST_KNOWN_HEAD: Final = 8
"""The same for well-known places alone: they are few, and first among the suggestions."""
_KNOWN_FROM: Final = 0.3
"""From which prominence on a place is well known: about one in eight of the directory."""
NEWEST_SECOND: Final = 2**32 - 1
_LONGEST_SORT_KEY = 60
_TELLING_WORD = 5
_RANKS = 100
_AFTER_ALL = 200
_CLOSED_WEIGHS_LESS = 4
"""What is closed comes last among all places, and of those that fit a text equally well."""
_BRACKETS = re.compile(r"\s*[(\[（【][^)\]）】]*[)\]）】]?\s*")
_BRACKET = re.compile(r"[(\[（【]|^\s|\s$")
_LEADING_VOWEL = re.compile("([เแโใไ])([ก-ฮ])")
_TONES = re.compile("[็่้๊๋์]")
_SIGNS_FIRST = re.compile(r"^[\W_]+")
_WELL_KNOWN_KINDS = frozenset({"attraction", "nature", "market", "transport"})


def document_of(listing: Listing, sources: Mapping[str, SourceInfo] | None = None) -> Document:
    """The document of a listing. sources: what is known about each by name; one that is not counts as open."""
    forms = [(name, analysed) for name in names_of(listing) if (analysed := analyse(name)).words]
    names = [analysed for _, analysed in forms]
    words = {word.text: word for name in names for word in name.words}
    inner = {part for word in words.values() for part in word.parts}
    keys: set[str] = set()
    for name in names:
        keys.update(name.keys, joined_keys(name.keys).values())
    keys.update([key_of(part) for part in inner])
    parents = _with_parents(listing.category)
    kinds = {word.kind for word in words.values() if word.kind not in {None, WHERE}}
    prominence = prominence_of(listing, sources or {})
    rank = round(_RANKS * prominence)
    texts = {*words, *inner, *keys}
    closed, share = listing.status == "closed", _share(listing.id)
    return {
        "id": listing.id,
        "words": sorted({*words, *inner}),
        "keys": sorted(keys - {""}),
        # Who writes a name as one word writes its small words too.
        "names": sorted({joined for name in names for joined in (name.joined, name.written) if joined}),
        "name_keys": sorted({key for name in names for key in (name.key, name.core) if key}),
        "kinds": sorted(kinds | set(parents)),
        "of_kind": sorted({*parents, *(kind for kind in kinds if _is_kindred(kind, parents))}),
        "area": list(_area_keys(listing.province_code, listing.district_code)),
        "heads": _heads(texts, LONGEST_HEAD),
        "known_heads": _heads(texts, LONGEST_KNOWN_HEAD) if prominence >= _KNOWN_FROM and not closed else [],
        "category": list(parents),
        "province": listing.province_code,
        "district": listing.district_code,
        "source": sorted(set(listing.sources)),
        "price": price_band(listing),
        "certification": list(certification_codes(listing)),
        "access": list(access_codes(listing)),
        "hours": None if closed else hours_term(listing),
        "lat": listing.lat,
        "lon": listing.lon,
        "weight": _weight(rank, listing.id) / (_CLOSED_WEIGHS_LESS if closed else 1),
        "by_rank": (_RANKS - rank + (_AFTER_ALL if closed else 0)) << 54 | share >> 10,
        "by_name_th": _sort_key(listing.name("th"), listing.id),
        "by_name_en": _sort_key(listing.name("en"), listing.id),
        "by_newest": (NEWEST_SECOND - _seconds(listing.updated_at)) << 31 | share >> 33,
        "shown": _shown(listing, forms, rank / _RANKS),
    }


def _heads(texts: Iterable[str], longest: int) -> list[str]:
    found: set[str] = set()
    for length in range(1, longest + 1):
        found.update([text[:length] for text in texts])
    found.discard("")
    return sorted(found)


def names_of(listing: Listing) -> list[str]:
    """The names a listing is found by, each once; one with a part in brackets also without it."""
    stated = (listing.name_th, listing.name_en, *listing.names.values(), *listing.aliases)
    return list(dict.fromkeys(variant for name in stated if name for variant in _variants(name)))[:MOST_NAMES]


def _variants(name: str) -> Iterator[str]:
    yield name
    if _BRACKET.search(name):
        plain = _BRACKETS.sub(" ", name).strip()
        if plain and plain != name:
            yield plain


def prominence_of(listing: Listing, sources: Mapping[str, SourceInfo]) -> float:
    """How well known a place is, 0 to 1: publishers that agree, official ones, reviews, names, what is known."""
    parents = _with_parents(listing.category)
    known = [sources[name] for name in listing.sources if name in sources]
    told = {source.trust for source in known}
    # Two feeds of one publisher, such as its Thai and its English one, are one voice.
    voices = len({source.publisher_en for source in known}) + len(listing.sources) - len(known)
    points = (
        0.15 * min(max(voices - 1, 0), 2),
        0.15 if "official" in told else 0.05 if "operator" in told else 0,
        0.03 * min(math.log10(1 + (listing.reviews or 0)), 4),
        0.10 if listing.wikidata else 0,
        # A place that many people write about is written in many ways.
        0.04 * min(len(listing.aliases) + len(listing.names), 5),
        0.15 if parents[-1] in _WELL_KNOWN_KINDS else 0,
        0.05 if listing.name_th and listing.name_en else 0,
        0.05 if listing.website else 0,
        0.05 if listing.certification else 0,
    )
    return min(sum(points), 1.0)


def _weight(rank: int, listing_id: str) -> float:
    """1 to 1.5 by prominence, with a share of its own for each id, so that an engine's scores hardly ever tie."""
    return 1 + rank / (2 * _RANKS) + crc32(listing_id.encode()) / 2**32 / 250


def _shown(listing: Listing, forms: Iterable[tuple[str, Analysed]], prominence: float) -> dict[str, Any]:
    """What a result shows, and under `forms` what it is ranked by: name, its words, their keys, its core."""
    return {
        "id": listing.id,
        "name_th": listing.name_th,
        "name_en": listing.name_en,
        "category": listing.category,
        "lat": listing.lat,
        "lon": listing.lon,
        "province": listing.province_code,
        "district": listing.district_code,
        "sources": list(listing.sources),
        "prominence": prominence,
        **({"closed": True} if listing.status == "closed" else {}),
        "forms": [
            [name, " ".join([word.text for word in analysed.words]), " ".join(analysed.keys), analysed.core]
            for name, analysed in forms
        ],
    }


@lru_cache(maxsize=4096)
def _is_kindred(kind: str, parents: tuple[str, ...]) -> bool:
    """Whether a place is of a kind by its name: Wat Mahathat is a temple and listed as a historic site."""
    return kind in categories() and categories()[kind].parent in parents and len(leaves_of(kind)) == 1


@lru_cache(maxsize=256)
def _with_parents(code: str) -> tuple[str, ...]:
    return with_parents(code) if code in categories() else (code,)


@lru_cache(maxsize=4096)
def _area_keys(province: str | None, district: str | None) -> tuple[str, ...]:
    return tuple(sorted(area_keys(province) | area_keys(district)))


@lru_cache(maxsize=2048)
def area_keys(code: str | None) -> frozenset[str]:
    """Sound keys of all names of a province or district, word by word and joined."""
    names = _area_names(code)
    return frozenset({key for parts in names for key in (*parts, *joined_keys(parts).values())} - {""})


@lru_cache(maxsize=2048)
def area_name_keys(code: str | None) -> frozenset[str]:
    """Sound keys that name a province or district by themselves: whole names, and words too long to be any other."""
    names = _area_names(code)
    long_words = {key for parts in names for key in parts if len(key) >= _TELLING_WORD}
    return frozenset(long_words | {join_keys(parts) for parts in names})


def _area_names(code: str | None) -> list[list[str]]:
    """Keys of the words of each name, aliases included; Thai area names are one word each."""
    if code in provinces():
        province = provinces()[code]
        names = [province.name_th, province.name_en, *province.aliases]
    elif code in districts():
        names = [districts()[code].name_th, districts()[code].name_en]
    else:
        names = []
    return [[key_of(word) for word in normalise(name).replace("-", " ").split()] for name in names]


def _sort_key(name: str, listing_id: str) -> str:
    """Thai names in the order of the Royal Institute Dictionary: by consonant before vowel, tones last."""
    text = _SIGNS_FIRST.sub("", normalise(name))[:_LONGEST_SORT_KEY]
    if text.isascii():
        return f"{text}\t\t{listing_id}"
    plain = _TONES.sub("", _LEADING_VOWEL.sub(_behind, text))
    return f"{plain}\t{''.join(_TONES.findall(text))}\t{listing_id}"


def _share(listing_id: str) -> int:
    """A number of 64 bits by which equal documents are told apart, the same on every machine."""
    return int.from_bytes(blake2b(listing_id.encode(), digest_size=8).digest(), "big")


def _behind(found: re.Match[str]) -> str:
    return found[2] + found[1]


def _seconds(moment: datetime | None) -> int:
    return min(max(int(moment.timestamp()), 0), NEWEST_SECOND) if moment else 0
