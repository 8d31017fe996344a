"""Public ids of listings: kept over every resolution, never given to another place, with a trace when retired."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Final

from directory.listing import Redirect

_ID_LETTERS: Final = 10
"""Letters of 32 kinds: of twenty directories of ten million ids one has two alike, which `attempt` tells apart."""
_ID_BYTES: Final = 7
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"
"""Base 32 of RFC 4648, in lower case; two letters at a time."""
_PAIRS: Final = tuple(first + second for first in _LETTERS for second in _LETTERS)
_PAIR: Final = len(_PAIRS) - 1
_SHIFTS: Final = tuple(8 * _ID_BYTES - 10 * (pair + 1) for pair in range(_ID_LETTERS // 2))


@dataclass(frozen=True)
class Identities:
    """ids: one per cluster, in the order given; retired: id -> redirect of each id that no cluster keeps."""

    ids: list[str]
    retired: dict[str, Redirect]


def identify(
    clusters: list[list[str]],
    known: Mapping[str, str],
    is_taken: Callable[[str, str | None], bool],
    now: datetime,
    returns: Callable[[str, str], bool] = lambda _listing_id, _leaving: False,
) -> Identities:
    """The id of each cluster of record keys.

    A cluster keeps the id that most of its records have; one that leaves a listing takes back the id, made from one of
    its records, that had been merged into that listing; of ids and clusters with equal claims those win where the id
    was made from a record of the cluster, from the one with the smaller key first. A new id is made from the smallest
    key of its cluster, so that a directory built again from nothing has the same ids.

    clusters: lists of keys in order. known: key -> id of its present listing. is_taken: whether an id that no record
    here has belongs to another place; it is also told the listing that the record was in which the id is made from.
    returns: whether an id is one that had been merged into the listing that a record leaves.
    """
    votes = [_votes(keys, known) for keys in clusters]
    ids = _kept(clusters, votes)
    given = {listing_id for listing_id in ids if listing_id is not None}
    for place in sorted(range(len(clusters)), key=lambda number: clusters[number][0]):
        if ids[place] is None:
            keys = clusters[place]
            earlier = _returning(keys, known, given, returns) if votes[place] else None
            new_id = earlier or _new_id(keys[0], known.get(keys[0]), given, is_taken)
            ids[place] = new_id
            given.add(new_id)
    final = [listing_id for listing_id in ids if listing_id is not None]
    return Identities(final, _retired(final, votes, set(known.values()) - set(final), now))


_NOBODY: Final[Counter[str]] = Counter()


def _votes(keys: list[str], known: Mapping[str, str]) -> Counter[str]:
    """How many records of a cluster were in which listing."""
    listings = [known[key] for key in keys if key in known]
    return Counter(listings) if listings else _NOBODY


def _kept(clusters: list[list[str]], votes: list[Counter[str]]) -> list[str | None]:
    claims = sorted(
        (-records, _maker(listing_id, clusters[place]), listing_id, clusters[place][0], place)
        for place, wanted in enumerate(votes)
        for listing_id, records in wanted.items()
    )
    ids: list[str | None] = [None] * len(clusters)
    given: set[str] = set()
    for _, _, listing_id, _, place in claims:
        if ids[place] is None and listing_id not in given:
            ids[place] = listing_id
            given.add(listing_id)
    return ids


def _maker(listing_id: str, keys: list[str]) -> int:
    """Position of the record that an id was made from; beyond the last when it is not in the cluster."""
    return next((number for number, key in enumerate(keys) if id_of(key) == listing_id), len(keys))


def _returning(
    keys: list[str], known: Mapping[str, str], given: Collection[str], returns: Callable[[str, str], bool]
) -> str | None:
    """The id that a place had before it was merged into the listing that its records leave."""
    candidates = ((id_of(key), known[key]) for key in keys if key in known)
    return next((one for one, leaving in candidates if one not in given and returns(one, leaving)), None)


def _new_id(key: str, leaving: str | None, given: Collection[str], is_taken: Callable[[str, str | None], bool]) -> str:
    candidates = (id_of(key, attempt) for attempt in count())
    return next(candidate for candidate in candidates if candidate not in given and not is_taken(candidate, leaving))


def id_of(key: str, attempt: int = 0) -> str:
    """The id made from a record key: ten letters and digits in lower case, without any that need escaping in a URL."""
    digest = hashlib.sha256(f"{key}#{attempt}".encode() if attempt else key.encode()).digest()
    number = int.from_bytes(digest[:_ID_BYTES], "big")
    return "".join([_PAIRS[(number >> shift) & _PAIR] for shift in _SHIFTS])


def _retired(ids: list[str], votes: list[Counter[str]], gone: Collection[str], now: datetime) -> dict[str, Redirect]:
    """Where the ids lead that no cluster keeps: to the cluster that most of their records went to."""
    heirs: dict[str, list[tuple[int, str]]] = {listing_id: [] for listing_id in gone}
    for new_id, wanted in zip(ids, votes, strict=True):
        for listing_id, records in wanted.items():
            if listing_id in heirs:
                heirs[listing_id].append((-records, new_id))
    return {old_id: _redirect(old_id, sorted(found), now) for old_id, found in heirs.items()}


def _redirect(old_id: str, heirs: list[tuple[int, str]], now: datetime) -> Redirect:
    if not heirs:
        return Redirect(old_id=old_id, new_id=None, reason="withdrawn", at=now)
    return Redirect(old_id=old_id, new_id=heirs[0][1], reason="merged" if len(heirs) == 1 else "split", at=now)
