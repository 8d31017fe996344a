"""The embedded engine: an index of Tantivy in a folder; no server, several reading processes beside one that writes."""

from __future__ import annotations

import errno
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any

import tantivy

from directory.search.base import BuildReport, Document, Packed
from directory.search.cursor import KEPT_S, MOST_PINNED, expired
from directory.search.embedded_answer import SCHEMA, State, packed_document
from directory.search.index_folder import IndexFolder, Served, Stamp, broken_index, stamp_of
from directory.search.plan import Found, Plan
from directory.search.planned import PlannedSearch
from tic.core.errors import IndexNotReady, StorageFailed
from tic.core.files import storage_errors

_BATCH_DOCUMENTS = 500
_BUILD_HEAP_BYTES = 640 * 1024 * 1024
"""So large that a million documents make few parts: merging them again costs more, and each part is looked through."""
_UPDATE_HEAP_BYTES = 32 * 1024 * 1024
_LOCK_WAIT_S = 30.0
_KEPT_ANSWERS = 256
"""Answers of one state of the index that are kept: most people ask for the same things, and turn pages."""


class EmbeddedSearch(PlannedSearch):
    """A SearchEngine in a folder. Safe to share between threads; other processes' changes are seen by the next search.

    Raises StorageFailed for an index that cannot be read and for a full disk.
    """

    name = "embedded"

    @staticmethod
    def pack(document: Document) -> Packed:
        """The JSON of a document as the engine takes it."""
        return packed_document(document)

    def __init__(self, folder: Path, *, lock_wait_s: float = _LOCK_WAIT_S, kept_answers: int = _KEPT_ANSWERS) -> None:
        self._folder = IndexFolder(folder, lock_wait_s)
        self._kept_answers = kept_answers
        self._opening = threading.Lock()
        self._open: _OpenIndex | None = None
        self._pins: OrderedDict[str, tuple[State, float]] = OrderedDict()

    def _state(self) -> State:
        with self._opening:
            while True:
                if self._open is None or not self._open.is_served(self._folder):
                    self._open = _OpenIndex(self._folder, self._kept_answers)
                try:
                    return self._open.state()
                except StorageFailed:
                    # Unless another version has been swapped in meanwhile and this one is gone.
                    if self._open.is_served(self._folder):
                        raise

    def _run(self, plan: Plan) -> Found:
        state = self._state() if plan.pin is None else self._pinned(plan.pin)
        with _reading_errors(self._folder.path):
            return state.found(plan)

    def _pin(self) -> str:
        state = self._state()
        with self._opening:
            self._drop_expired()
            while len(self._pins) >= MOST_PINNED:
                self._pins.popitem(last=False)
            self._pins[state.name] = state, time.monotonic()
        return state.name

    def _unpin(self, pin: str) -> None:
        """Nothing is to be done: pages of other people may still come from the same state; it expires."""

    def _pinned(self, pin: str) -> State:
        with self._opening:
            self._drop_expired()
            if pin not in self._pins:
                raise expired()
            state, _ = self._pins.pop(pin)
            self._pins[pin] = state, time.monotonic()
        return state

    def _drop_expired(self) -> None:
        oldest = time.monotonic() - KEPT_S
        for name in [name for name, (_, used) in self._pins.items() if used < oldest]:
            del self._pins[name]

    def _shown(self, listing_id: str) -> dict[str, Any] | None:
        state = self._state()
        with _reading_errors(self._folder.path):
            return state.shown(listing_id)

    def build(self, documents: Iterable[Document | Packed], *, version: str) -> BuildReport:
        """Build a new index beside the present one and swap it in at once; a failed build leaves nothing.

        Raises Conflict when another process writes for longer than the wait.
        """
        started = time.monotonic()
        count = 0
        with self._folder.writing(), self._folder.new_version(version) as folder:
            with _writing_errors(folder):
                writer = tantivy.Index(SCHEMA, path=str(folder)).writer(_BUILD_HEAP_BYTES)
            remaining = iter(documents)
            # Errors of who gives the documents are not errors of the index.
            while batch := list(islice(remaining, _BATCH_DOCUMENTS)):
                with _writing_errors(folder):
                    for document in batch:
                        packed = document if isinstance(document, Packed) else packed_document(document)
                        writer.add_json(packed.body)
                count += len(batch)
            with _writing_errors(folder):
                writer.commit()
                writer.wait_merging_threads()
        return BuildReport(count, version, time.monotonic() - started)

    def upsert(self, documents: Sequence[Document]) -> None:
        """Add or replace documents; visible to all processes when this returns. Raises Conflict (see `build`)."""
        self._change([document["id"] for document in documents], documents)

    def delete(self, ids: Sequence[str]) -> None:
        """Remove documents; unknown ids are ignored. Raises Conflict (see `build`)."""
        self._change(ids, ())

    def _change(self, ids: Sequence[str], documents: Sequence[Document]) -> None:
        with self._folder.writing():
            served = self._folder.require_served()
            if not ids:
                return
            with _writing_errors(served.folder):
                writer = _open_index(served).writer(_UPDATE_HEAP_BYTES, 1)
                for listing_id in ids:
                    writer.delete_documents_by_term("id", listing_id)
                for document in documents:
                    writer.add_json(packed_document(document).body)
                writer.commit()
                writer.wait_merging_threads()

    def count(self) -> int:
        """Number of documents served."""
        return self._state().searcher.num_docs

    def version(self) -> str | None:
        """Version name of the index served; None before the first build and when that cannot be told any more."""
        with suppress(StorageFailed):
            served = self._folder.served()
            return served.version if served else None
        return None

    def close(self) -> None:
        """Let go of the open files."""
        with self._opening:
            self._open = None
            self._pins.clear()


class _OpenIndex:
    """The version that is served, opened once and looked at again when its files have changed."""

    def __init__(self, folder: IndexFolder, kept_answers: int) -> None:
        self._kept_answers = kept_answers
        self._state: State | None = None
        self._pointer = folder.pointer_stamp()
        self._served = folder.require_served()
        self._stamp: Stamp | None = None
        self._index: tantivy.Index | None = None

    def is_served(self, folder: IndexFolder) -> bool:
        return self._pointer is not None and folder.pointer_stamp() == self._pointer

    def state(self) -> State:
        stamp = stamp_of(self._served.folder / "meta.json")
        if self._index is None or self._state is None or stamp != self._stamp:
            with _reading_errors(self._served.folder):
                if self._index is None:
                    self._index = _open_index(self._served)
                    self._index.config_reader("manual")
                self._index.reload()
                self._state = State(self._index.searcher(), self._kept_answers)
            self._stamp = stamp
        return self._state


def _open_index(served: Served) -> tantivy.Index:
    if stamp_of(served.folder / "meta.json") is None:
        raise broken_index(served.folder)
    with _reading_errors(served.folder):
        index = tantivy.Index.open(str(served.folder))
    if index.schema != SCHEMA:
        raise IndexNotReady("The search index was built by another version of the program. Build it anew: tic index")
    return index


@contextmanager
def _reading_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError) as error:
        raise broken_index(path) from error


@contextmanager
def _writing_errors(path: Path) -> Iterator[None]:
    """The library tells a full disk as a ValueError with the system's words in it."""
    with storage_errors(path):
        try:
            yield
        except ValueError as error:
            if "No space left" in str(error) or "StorageFull" in str(error):
                raise OSError(errno.ENOSPC, str(error)) from error
            raise broken_index(path) from error
