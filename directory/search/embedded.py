"""The embedded engine: an index of Tantivy in a folder; no server, several reading processes beside one that writes."""

from __future__ import annotations

import errno
import json
import re
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import blake2b
from itertools import compress, islice
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt
import tantivy
from tantivy import FieldType, Occur, Query

from directory.search.base import FACETS, BuildReport, Document
from directory.search.index_folder import IndexFolder, Served, Stamp, broken_index, stamp_of
from directory.search.plan import Best, Clause, Every, Found, Fuzzy, Plan, Prefix, Row, Some, Term
from directory.search.planned import PlannedSearch
from directory.search.tiles import cover, distances_km, tiles_of
from tic.core.errors import StorageFailed
from tic.core.files import storage_errors
from tic.core.geo import Point

_WORD_FIELDS: Final = ("id", "words", "keys", "names", "name_keys", "kinds", "area", "heads", "tiles")
_COUNTED_FIELDS: Final = (*FACETS, "hours")
_SORT_FIELDS: Final = ("by_rank", "by_name_th", "by_name_en", "by_newest")
_MOST_FACET_VALUES = 50_000
_BATCH_DOCUMENTS = 500
_BUILD_HEAP_BYTES = 192 * 1024 * 1024
_UPDATE_HEAP_BYTES = 32 * 1024 * 1024
_LOCK_WAIT_S = 30.0
_RINGS_KM = (2.0, 8.0, 32.0, 128.0, 512.0)
"""Radii within which the nearest are looked for, until enough are found; then everywhere."""


def _schema() -> tantivy.Schema:
    """No field is analysed by the engine: its words arrive already split, and are only looked up and counted."""
    builder = tantivy.SchemaBuilder()
    for name in _WORD_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (*_COUNTED_FIELDS, *_SORT_FIELDS):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("lat", "lon", "boost"):
        builder.add_float_field(name, fast=True)
    builder.add_unsigned_field("number", fast=True, indexed=True)
    builder.add_bytes_field("shown", stored=True)
    return builder.build()


_SCHEMA = _schema()


class EmbeddedSearch(PlannedSearch):
    """A SearchEngine in a folder. Safe to share between threads; other processes' changes are seen by the next search.

    Raises StorageFailed for an index that cannot be read and for a full disk.
    """

    name = "embedded"

    def __init__(self, folder: Path, *, lock_wait_s: float = _LOCK_WAIT_S) -> None:
        self._folder = IndexFolder(folder, lock_wait_s)
        self._opening = threading.Lock()
        self._open: _OpenIndex | None = None

    def _searcher(self) -> tantivy.Searcher:
        with self._opening:
            while True:
                if self._open is None or not self._open.is_served(self._folder):
                    self._open = _OpenIndex(self._folder)
                try:
                    return self._open.searcher()
                except StorageFailed:
                    # Unless another version has been swapped in meanwhile and this one is gone.
                    if self._open.is_served(self._folder):
                        raise

    def _run(self, plan: Plan) -> Found:
        searcher = self._searcher()
        with _reading_errors(self._folder.path):
            return _Answer(searcher, plan).found()

    def _shown(self, listing_id: str) -> dict[str, Any] | None:
        searcher = self._searcher()
        with _reading_errors(self._folder.path):
            hits = searcher.search(_term("id", listing_id), 1, count=False).hits
            return _stored(searcher, hits[0][1]) if hits else None

    def build(self, documents: Iterable[Document], *, version: str) -> BuildReport:
        """Build a new index beside the present one and swap it in at once; a failed build leaves nothing.

        Raises Conflict when another process writes for longer than the wait.
        """
        started = time.monotonic()
        count = 0
        with self._folder.writing(), self._folder.new_version(version) as folder:
            with _writing_errors(folder):
                writer = tantivy.Index(_SCHEMA, path=str(folder)).writer(_BUILD_HEAP_BYTES)
            remaining = iter(documents)
            # Errors of who gives the documents are not errors of the index.
            while batch := list(islice(remaining, _BATCH_DOCUMENTS)):
                with _writing_errors(folder):
                    for document in batch:
                        writer.add_document(_document(document))
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
                    writer.add_document(_document(document))
                writer.commit()
                writer.wait_merging_threads()

    def count(self) -> int:
        """Number of documents served."""
        return self._searcher().num_docs

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


class _OpenIndex:
    """The version that is served, opened once and looked at again when its files have changed."""

    def __init__(self, folder: IndexFolder) -> None:
        self._pointer = folder.pointer_stamp()
        self._served = folder.require_served()
        self._stamp: Stamp | None = None
        self._index: tantivy.Index | None = None

    def is_served(self, folder: IndexFolder) -> bool:
        return self._pointer is not None and folder.pointer_stamp() == self._pointer

    def searcher(self) -> tantivy.Searcher:
        stamp = stamp_of(self._served.folder / "meta.json")
        if self._index is None or stamp != self._stamp:
            with _reading_errors(self._served.folder):
                if self._index is None:
                    self._index = _open_index(self._served)
                    self._index.config_reader("manual")
                self._index.reload()
            self._stamp = stamp
        return self._index.searcher()


def _open_index(served: Served) -> tantivy.Index:
    if stamp_of(served.folder / "meta.json") is None:
        raise broken_index(served.folder)
    with _reading_errors(served.folder):
        return tantivy.Index.open(str(served.folder))


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


def _document(document: Document) -> tantivy.Document:
    values = {name: value for name, value in document.items() if value is not None}
    shown = json.dumps(values.pop("shown"), ensure_ascii=False, separators=(",", ":"))
    # The engine multiplies a score by log2(2 + boost): this makes it the weight.
    values["boost"] = 2 ** values.pop("weight") - 2
    values["number"] = int.from_bytes(blake2b(document["id"].encode(), digest_size=8).digest(), "big")
    values["tiles"] = tiles_of(document["lat"], document["lon"])
    values["shown"] = shown.encode()
    return tantivy.Document.from_dict(values, _SCHEMA)


def _stored(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(bytes(searcher.doc(address)["shown"][0]))
    return shown


def _term(name: str, value: str) -> Query:
    return Query.term_query(_SCHEMA, name, value, index_option="basic")


def _any_of(name: str, values: Sequence[str]) -> Query:
    return _term(name, values[0]) if len(values) == 1 else Query.term_set_query(_SCHEMA, name, list(values))


def _query(clause: Clause) -> Query:
    match clause:
        case Term(name, value, score):
            return Query.const_score_query(_term(name, value), score)
        case Prefix(name, value, score):
            return Query.const_score_query(Query.regex_query(_SCHEMA, name, re.escape(value) + ".*"), score)
        case Fuzzy(name, value, edits, score):
            return Query.const_score_query(Query.fuzzy_term_query(_SCHEMA, name, value, edits), score)
        case Best(clauses):
            return Query.disjunction_max_query([_query(part) for part in clauses])
        case Every(required, optional):
            parts = [(Occur.Must, _query(part)) for part in required]
            return Query.boolean_query([*parts, *((Occur.Should, _query(part)) for part in optional)])
        case Some(clauses, at_least):
            return Query.boolean_query([(Occur.Should, _query(part)) for part in clauses], at_least)


class _Answer:
    """One plan answered on one state of the index."""

    def __init__(self, searcher: tantivy.Searcher, plan: Plan) -> None:
        self._searcher = searcher
        self._plan = plan
        self._clause = _query(plan.clause) if plan.clause else Query.all_query()
        self._filters = {name: _any_of(name, values) for name, values in plan.filters}
        self._area = [*self._box(), *self._in_circle()]

    def found(self) -> Found:
        """Total, rows of the page and counts."""
        plan = self._plan
        if plan.order == "distance":
            total, rows = self._nearest()
        else:
            total, rows = self._ordered()
        return Found(total, tuple(rows), self._facets() if plan.facets else {})

    def _ordered(self) -> tuple[int, list[Row]]:
        plan = self._plan
        options: dict[str, Any] = {"order_by_field": plan.order, "order": tantivy.Order.Asc}
        if plan.order == "score":
            options = {"weight_by_field": "boost"}
        result = self._searcher.search(
            self._everything(), plan.limit, count=plan.counted, offset=plan.offset, **options
        )
        scored = plan.order == "score"
        rows = [Row(_stored(self._searcher, at), float(key) if scored else 0.0) for key, at in result.hits]
        return _total(result), rows

    def _everything(self, *more: Query, without: str | None = None) -> Query:
        """The clause within all filters but that on `without`."""
        filters = [query for name, query in self._filters.items() if name != without]
        restricting = [Query.const_score_query(query, 0.0) for query in (*filters, *self._area, *more)]
        if not restricting:
            return self._clause
        return Query.boolean_query([(Occur.Must, query) for query in (self._clause, *restricting)])

    def _box(self) -> Iterator[Query]:
        if self._plan.bbox is not None:
            west, south, east, north = self._plan.bbox
            yield Query.range_query(_SCHEMA, "lon", FieldType.Float, west, east)
            yield Query.range_query(_SCHEMA, "lat", FieldType.Float, south, north)

    def _in_circle(self) -> Iterator[Query]:
        """Exactly the documents in the circle: tiles inside it, and of those on its edge the ones measured to be."""
        circle = self._plan.circle
        if circle is None:
            return
        tiles = cover(circle.centre, circle.radius_km)
        if tiles is None:
            on_edge, inside = Query.all_query(), []
        else:
            on_edge = _any_of("tiles", tiles.edge) if tiles.edge else Query.empty_query()
            inside = [_any_of("tiles", tiles.inside)] if tiles.inside else []
        addresses = self._addresses(Query.boolean_query([(Occur.Must, on_edge), (Occur.Must, self._clause)]))
        is_within = (self._distances(circle.centre, addresses) <= circle.radius_km).tolist()
        within = list(compress(addresses, is_within))
        if within:
            numbers = self._searcher.fast_field_values("number", within)
            inside.append(Query.term_set_query(_SCHEMA, "number", numbers))
        yield Query.boolean_query([(Occur.Should, query) for query in inside]) if inside else Query.empty_query()

    def _nearest(self) -> tuple[int, list[Row]]:
        """The nearest documents, measured within growing circles until there are enough."""
        plan, near = self._plan, self._plan.near
        if near is None:
            raise ValueError("an order by distance needs a point")
        total = _total(self._searcher.search(self._everything(), 1))
        wanted = min(plan.offset + plan.limit, total)
        measured: list[tuple[float, tantivy.DocAddress]] = []
        for radius_km in (*_RINGS_KM, None):
            tiles = cover(near, radius_km) if radius_km is not None else None
            if tiles is None:
                addresses = self._addresses(self._everything())
            else:
                addresses = self._addresses(self._everything(_any_of("tiles", (*tiles.inside, *tiles.edge))))
            pairs = zip(self._distances(near, addresses).tolist(), addresses, strict=True)
            measured = [(away, at) for away, at in pairs if tiles is None or radius_km is None or away <= radius_km]
            if len(measured) >= wanted or tiles is None:
                break
        return total, self._page_by_distance(measured)

    def _page_by_distance(self, measured: list[tuple[float, tantivy.DocAddress]]) -> list[Row]:
        plan = self._plan
        measured.sort(key=lambda item: item[0])
        end = plan.offset + plan.limit
        # Places at one point are ordered by id; so all that are as far as the last of the page are looked at.
        while end < len(measured) and measured[end][0] == measured[end - 1][0]:
            end += 1
        start = plan.offset
        while 0 < start < len(measured) and measured[start][0] == measured[start - 1][0]:
            start -= 1
        rows = [(away, _stored(self._searcher, at)) for away, at in measured[start:end]]
        rows.sort(key=lambda item: (item[0], item[1]["id"]))
        return [Row(shown) for _, shown in rows[plan.offset - start :][: plan.limit]]

    def _addresses(self, query: Query) -> list[tantivy.DocAddress]:
        most = max(self._searcher.num_docs, 1)
        return [at for _, at in self._searcher.search(query, most, count=False).hits]

    def _distances(self, centre: Point, addresses: list[tantivy.DocAddress]) -> npt.NDArray[np.float64]:
        lats = cast("list[float]", self._searcher.fast_field_values("lat", addresses))
        lons = cast("list[float]", self._searcher.fast_field_values("lon", addresses))
        return distances_km(centre, lats, lons)

    def _facets(self) -> dict[str, dict[str, int]]:
        """Counts of each facet within the filters on the others."""
        plain = [name for name in self._plan.facets if name not in self._filters]
        counts = self._counts(self._everything(), plain) if plain else {}
        for name in self._plan.facets:
            if name in self._filters:
                counts |= self._counts(self._everything(without=name), [name])
        return counts

    def _counts(self, query: Query, names: Sequence[str]) -> dict[str, dict[str, int]]:
        wanted = {name: {"terms": {"field": name, "size": _MOST_FACET_VALUES}} for name in names}
        answer = self._searcher.aggregate(query, wanted)
        return {name: {item["key"]: item["doc_count"] for item in answer[name]["buckets"]} for name in names}


def _total(result: tantivy.SearchResult) -> int:
    return int(getattr(result, "count", None) or 0)
