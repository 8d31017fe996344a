"""The search index follows the system of record: built once, then kept up to date from the change table.

How far an index has followed is kept in the system of record, per engine and index version, before that version is
served: a job that is killed at any point leaves an index that the next one can go on with.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Final

from sqlalchemy import Connection, Engine

from directory import repository
from directory.listing import Listing
from directory.listings import iter_bodies
from directory.search.analysis import ANALYSIS_VERSION
from directory.search.base import BuildReport, Document, Packed, SearchEngine
from directory.search.documents import document_of
from directory.sources import SourceInfo, load_sources
from tic.core.database import reading, writing
from tic.core.progress import Reporter, Step
from tic.core.workers import here, worker_processes

__all__ = ["apply_changes", "document_of", "ensure_index", "rebuild"]

_CHANGES_PER_STEP: Final = 5000
_FEW_CHANGES: Final = 5000
_LISTINGS_AT_ONCE: Final = 500
_MANY: Final = 10_000
"""From so many listings on they are prepared in processes beside this one, which take two seconds to begin."""
_STATE: Final = "search.{engine}"


def ensure_index(database: Engine, search: SearchEngine, reporter: Reporter) -> BuildReport | None:
    """Bring the index up to date; None when following the changes was enough.

    It is built when there is none, when words are analysed differently now, when most listings have changed, or when
    the system of record does not know how far the index has followed it (another database, a restored backup).
    """
    version = search.version()
    with reading(database) as connection:
        position = _positions(connection, search).get(version or "")
        newest = repository.last_change(connection)
        total = repository.count_listings(connection)
    if version is None or not _is_current(version) or position is None or position > newest:
        return rebuild(database, search, reporter)
    if newest - position > max(_FEW_CHANGES, total / 2):
        return rebuild(database, search, reporter)
    if newest > position:
        with reporter.step("Search index", unit="changed places") as step:
            step.advance(apply_changes(database, search))
    return None


def rebuild(database: Engine, search: SearchEngine, reporter: Reporter) -> BuildReport:
    """Build a new index of all listings and serve it; changes that arrive meanwhile are followed afterwards."""
    version = f"{ANALYSIS_VERSION}-{int(time.time()):x}{secrets.token_hex(2)}"
    with reading(database) as connection:
        total = repository.count_listings(connection)
        newest = repository.last_change(connection)
    # Known before the new version is served. Changes from here on may be in it already; they are applied once more.
    _remember(database, search, version, newest)
    with (
        reporter.step("Search index", total=total, unit="places") as step,
        reading(database) as connection,
        _documents(connection, search, total, step) as documents,
    ):
        report = search.build(documents, version=version)
    apply_changes(database, search)
    return report


def apply_changes(database: Engine, search: SearchEngine) -> int:
    """Apply the changes after the remembered position to the index; returns how many listings were looked at.

    Does nothing before the first build. What has been applied may be applied again; two processes that do so at the
    same time are kept apart by the caller's lock.
    """
    version = search.version()
    done = 0
    while version is not None:
        with reading(database) as connection:
            position = _positions(connection, search).get(version)
            if position is None:
                break
            changes = repository.changes_since(connection, position, _CHANGES_PER_STEP)
            touched = {change.listing_id for change in changes}
            listings = repository.get_listings(connection, touched)
            sources = load_sources(connection)
        if not changes:
            break
        if listings:
            search.upsert([document_of(listing, sources) for listing in listings.values()])
        if gone := sorted(touched - listings.keys()):
            search.delete(gone)
        _remember(database, search, version, changes[-1].seq)
        done += len(touched)
    return done


def packed_documents(
    bodies: Iterable[str], pack: Callable[[Document], Packed], sources: Mapping[str, SourceInfo]
) -> list[Packed]:
    """What an engine stores of listings, given as their JSON."""
    return [pack(document_of(Listing.model_validate_json(body), sources)) for body in bodies]


@contextmanager
def _documents(connection: Connection, search: SearchEngine, total: int, step: Step) -> Iterator[Iterator[Packed]]:
    work = partial(packed_documents, pack=search.pack, sources=load_sources(connection))
    with worker_processes() if total >= _MANY else nullcontext(here) as mapper:
        yield _counted(mapper(work, iter_bodies(connection, _LISTINGS_AT_ONCE)), step)


def _counted(batches: Iterable[list[Packed]], step: Step) -> Iterator[Packed]:
    for batch in batches:
        yield from batch
        step.advance(len(batch))


def _is_current(version: str) -> bool:
    return version.startswith(f"{ANALYSIS_VERSION}-")


def _positions(connection: Connection, search: SearchEngine) -> dict[str, int]:
    """Index version -> position in the change table that it has followed to."""
    text = repository.get_state(connection, _STATE.format(engine=search.name))
    return {str(version): int(seq) for version, seq in json.loads(text).items()} if text else {}


def _remember(database: Engine, search: SearchEngine, version: str, seq: int) -> None:
    """Note a position; only the version that is served and the given one are kept."""
    served = search.version()
    with writing(database) as connection:
        known = _positions(connection, search)
        kept = {name: known[name] for name in (served,) if name is not None and name in known}
        state = json.dumps({**kept, version: seq}, sort_keys=True)
        repository.set_state(connection, _STATE.format(engine=search.name), state)
