"""What the embedded engine stores of a document, and how it answers a plan; used by embedded.py alone."""

from __future__ import annotations

import json
import os
import re
import secrets
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from hashlib import blake2b
from itertools import compress
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt
import tantivy
from pydantic_core import to_json
from tantivy import FieldType, Occur, Query

from directory.search.base import FACETS, Document, Packed
from directory.search.facet_columns import COLUMNS, ColumnValues, code_of, columns_of, columns_with
from directory.search.plan import Best, Circle, Clause, Every, Found, Fuzzy, Plan, Prefix, Row, Some, Term
from directory.search.tiles import cover, distances_km, tiles_of, z_order
from tic.core.geo import Point

_WORD_FIELDS: Final = (
    "id",
    "words",
    "keys",
    "names",
    "name_keys",
    "kinds",
    "of_kind",
    "area",
    "heads",
    "known_heads",
    "tiles",
)
_COUNTED_FIELDS: Final = ("hours", *COLUMNS)
_CODES: Final = {column: f"{column}_code" for column in COLUMNS}
_SORT_TEXTS: Final = ("by_name_th", "by_name_en")
_SORT_NUMBERS: Final = ("by_rank", "by_newest")
_MOST_FACET_VALUES = 50_000
_KEPT_CIRCLES = 16
_FEW: Final = 500
"""So many results are counted from the answer itself; the engine would have to look all of them up again."""
_POOL: Final = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="facets")
"""The engine lets go of the interpreter while it counts, so that page and counts take the time of one."""
_KEPT_DOCUMENTS: Final = 8192
"""Documents of one state whose stored values are kept as they are read: some 25 MB, and the well-known ones stay."""
_RINGS_KM = (2.0, 8.0, 32.0, 128.0, 512.0)
"""Radii within which the nearest are looked for, until enough are found; then everywhere."""


Stored = Callable[[tantivy.DocAddress], dict[str, Any]]
"""What is stored of a document; to be looked at only, others see the same."""


def _schema() -> tantivy.Schema:
    """No field is analysed by the engine: its words arrive already split, and are only looked up and counted."""
    builder = tantivy.SchemaBuilder()
    for name in _WORD_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (*_COUNTED_FIELDS, *_SORT_TEXTS):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in (*_CODES.values(), *_SORT_NUMBERS):
        builder.add_unsigned_field(name, fast=True)
    for name in ("lat", "lon", "boost"):
        builder.add_float_field(name, fast=True)
    builder.add_unsigned_field("number", fast=True, indexed=True)
    builder.add_bytes_field("shown", stored=True)
    return builder.build()


SCHEMA = _schema()


class State:
    """One state of the index, and its answers to the plans that were asked for last."""

    def __init__(self, searcher: tantivy.Searcher, kept_answers: int) -> None:
        self.name = secrets.token_hex(8)
        self.searcher = searcher
        self._pages = lru_cache(maxsize=kept_answers)(self._page)
        self._counts = lru_cache(maxsize=kept_answers)(self._count)
        # The page and the counts of one answer look into the same circle.
        self._circles = lru_cache(maxsize=_KEPT_CIRCLES)(self._circle)
        self._kept = lru_cache(maxsize=_KEPT_DOCUMENTS)(partial(stored, searcher))

    def found(self, plan: Plan) -> Found:
        """Total, rows of the page and counts; all pages and orders of a query have the same counts."""
        plan = replace(plan, pin=None)
        if plan.circle is not None:
            # Once, before several threads would do so.
            self._circles(plan.clause, plan.circle)
        filtered = {name for name, _ in plan.filters}
        plain = tuple(name for name in plan.facets if name not in filtered)
        groups = [names for names in (plain, *((name,) for name in plan.facets if name in filtered)) if names]
        # Counting goes on beside the page, but for clauses that cost much and mostly find few.
        ahead = (
            {} if _has_fuzzy(plan.clause) else {names: _POOL.submit(self._count_group, plan, names) for names in groups}
        )
        page = self._pages(replace(plan, facets=()))
        counts: dict[str, dict[str, int]] = {}
        for names in groups:
            if names == plain and page.all is not None:
                counts |= self._count_few(page.all, names)
            else:
                counts |= ahead[names].result() if names in ahead else self._count_group(plan, names)
        return replace(page.found, facets=counts)

    def _count_group(self, plan: Plan, names: tuple[str, ...]) -> dict[str, dict[str, int]]:
        return self._counts(replace(plan, facets=names, order="by_rank", near=None, offset=0, limit=1, counted=False))

    def shown(self, listing_id: str) -> dict[str, Any] | None:
        """What is shown of the document of an id, None when there is none."""
        hits = self.searcher.search(_term("id", listing_id), 1, count=False).hits
        return self._stored(hits[0][1]) if hits else None

    def _stored(self, address: tantivy.DocAddress) -> dict[str, Any]:
        return self._kept(address.segment_ord, address.doc)

    def _page(self, plan: Plan) -> _Page:
        return self._answer(plan).page()

    @cached_property
    def columns(self) -> dict[str, ColumnValues]:
        """All values of each column of facets."""
        every = _column_counts(self.searcher, Query.all_query(), COLUMNS)
        return {column: ColumnValues(values) for column, values in every.items()}

    def _count_few(self, addresses: Sequence[tantivy.DocAddress], facets: Sequence[str]) -> dict[str, dict[str, int]]:
        """Counts of the facets that stand in columns among few documents."""
        counts: dict[str, dict[str, int]] = {}
        for column, names in columns_with(facets).items():
            codes = Counter(cast("list[int]", self.searcher.fast_field_values(_CODES[column], list(addresses))))
            counts |= self.columns[column].count_codes(codes, names)
        return counts

    def _count(self, plan: Plan) -> dict[str, dict[str, int]]:
        return self._answer(plan).facets(self.columns)

    def _answer(self, plan: Plan) -> _Answer:
        in_circle = self._circles(plan.clause, plan.circle) if plan.circle else ()
        return _Answer(self.searcher, plan, in_circle, self._stored)

    def _circle(self, clause: Clause | None, circle: Circle) -> tuple[Query, ...]:
        return (_in_circle(self.searcher, _query(clause) if clause else Query.all_query(), circle),)


def _has_fuzzy(clause: Clause | None) -> bool:
    match clause:
        case Fuzzy():
            return True
        case Best(clauses) | Some(clauses):
            return any(map(_has_fuzzy, clauses))
        case Every(required, optional):
            return any(map(_has_fuzzy, (*required, *optional)))
        case _:
            return False


def packed_document(document: Document) -> Packed:
    """A document as the engine takes it: JSON, in which bytes stand as Base64."""
    values = {name: value for name, value in document.items() if value is not None}
    values["shown"] = b64encode(to_json(values["shown"])).decode()
    # The engine multiplies a score by log2(2 + boost): this makes it the weight.
    values["boost"] = 2 ** values.pop("weight") - 2
    # Neighbours have neighbouring numbers: those on the edge of a circle are looked up in a few places of the index.
    own = int.from_bytes(blake2b(document["id"].encode(), digest_size=4).digest(), "big")
    values["number"] = z_order(document["lat"], document["lon"]) << 32 | own
    values["tiles"] = tiles_of(document["lat"], document["lon"])
    for column, value in columns_of(document).items():
        values[column] = value
        values[_CODES[column]] = code_of(value)
    return Packed(document["id"], to_json(values).decode())


def stored(searcher: tantivy.Searcher, segment: int, number: int) -> dict[str, Any]:
    """What is shown of a document."""
    shown: dict[str, Any] = json.loads(bytes(searcher.doc(tantivy.DocAddress(segment, number))["shown"][0]))
    return shown


def _term(name: str, value: str) -> Query:
    return Query.term_query(SCHEMA, name, value, index_option="basic")


def _any_of(name: str, values: Sequence[str]) -> Query:
    return _term(name, values[0]) if len(values) == 1 else Query.term_set_query(SCHEMA, name, list(values))


def _query(clause: Clause) -> Query:
    match clause:
        case Term(name, value, score):
            return Query.const_score_query(_term(name, value), score)
        case Prefix(name, value, score):
            return Query.const_score_query(Query.regex_query(SCHEMA, name, re.escape(value) + ".*"), score)
        case Fuzzy(name, value, edits, score):
            return Query.const_score_query(Query.fuzzy_term_query(SCHEMA, name, value, edits), score)
        case Best(clauses):
            return Query.disjunction_max_query([_query(part) for part in clauses])
        case Every(required, optional):
            parts = [(Occur.Must, _query(part)) for part in required]
            return Query.boolean_query([*parts, *((Occur.Should, _query(part)) for part in optional)])
        case Some(clauses, at_least):
            return Query.boolean_query([(Occur.Should, _query(part)) for part in clauses], at_least)


@dataclass(frozen=True, slots=True)
class _Page:
    """Total and rows of a page; all: the addresses of all documents found, when they are few and known."""

    found: Found
    all: Sequence[tantivy.DocAddress] | None = None


class _Answer:
    """One plan answered on one state of the index."""

    def __init__(self, searcher: tantivy.Searcher, plan: Plan, in_circle: tuple[Query, ...], stored_at: Stored) -> None:
        self._searcher = searcher
        self._stored = stored_at
        self._plan = plan
        self._clause = _query(plan.clause) if plan.clause else Query.all_query()
        self._filters = {name: _any_of(name, values) for name, values in plan.filters}
        self._area = [*self._box(), *in_circle]

    def page(self) -> _Page:
        """Total and rows of the page."""
        plan = self._plan
        if plan.order == "distance":
            return self._nearest()
        scored = plan.order == "score"
        options: dict[str, Any] = {"order_by_field": plan.order, "order": tantivy.Order.Asc}
        if scored:
            options = {"weight_by_field": "boost"}
        # By score a few more cost nothing; another order is looked up for each.
        limit = max(plan.limit, _FEW) if scored and plan.counted and not plan.offset else plan.limit
        result = self._searcher.search(self._everything(), limit, count=plan.counted, offset=plan.offset, **options)
        found = result.hits[: plan.limit]
        rows = [Row(self._stored(at), float(key) if scored else 0.0) for key, at in found]
        total = _total(result)
        few = [at for _, at in result.hits] if plan.counted and total == len(result.hits) else None
        return _Page(Found(total, tuple(rows)), few)

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
            yield Query.range_query(SCHEMA, "lon", FieldType.Float, west, east)
            yield Query.range_query(SCHEMA, "lat", FieldType.Float, south, north)

    def _nearest(self) -> _Page:
        """The nearest documents: few are all measured, of many those within growing circles until there are enough."""
        plan, near = self._plan, self._plan.near
        if near is None:
            raise ValueError("an order by distance needs a point")
        result = self._searcher.search(self._everything(), _FEW)
        total, found = _total(result), [at for _, at in result.hits]
        if total == len(found):
            measured = list(zip(_distances(self._searcher, near, found).tolist(), found, strict=True))
            return _Page(Found(total, tuple(self._page_by_distance(measured))), found)
        wanted = min(plan.offset + plan.limit, total)
        for radius_km in (*_RINGS_KM, None):
            tiles = cover(near, radius_km) if radius_km is not None else None
            if tiles is None:
                addresses = _addresses(self._searcher, self._everything())
            else:
                addresses = _addresses(self._searcher, self._everything(_any_of("tiles", (*tiles.inside, *tiles.edge))))
            pairs = zip(_distances(self._searcher, near, addresses).tolist(), addresses, strict=True)
            measured = [(away, at) for away, at in pairs if tiles is None or radius_km is None or away <= radius_km]
            if len(measured) >= wanted or tiles is None:
                break
        return _Page(Found(total, tuple(self._page_by_distance(measured))))

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
        rows = [(away, self._stored(at)) for away, at in measured[start:end]]
        rows.sort(key=lambda item: (item[0], item[1]["id"]))
        return [Row(shown) for _, shown in rows[plan.offset - start :][: plan.limit]]

    def facets(self, values: Mapping[str, ColumnValues]) -> dict[str, dict[str, int]]:
        """Counts of each facet within the filters on the others. values: of each column."""
        plain = [name for name in self._plan.facets if name not in self._filters]
        counts = self._counts(self._everything(), plain, values) if plain else {}
        for name in self._plan.facets:
            if name in self._filters:
                counts |= self._counts(self._everything(without=name), [name], values)
        return counts

    def _counts(
        self, query: Query, names: Sequence[str], values: Mapping[str, ColumnValues]
    ) -> dict[str, dict[str, int]]:
        columns = columns_with(names)
        alone = [name for name in names if name in _COUNTED_FIELDS]
        found = _column_counts(self._searcher, query, [*columns, *alone])
        counts = {name: found[name] for name in alone}
        for column, held in columns.items():
            counts |= values[column].count(found[column], held)
        return counts


def _column_counts(searcher: tantivy.Searcher, query: Query, columns: Iterable[str]) -> dict[str, dict[str, int]]:
    wanted = {name: {"terms": {"field": name, "size": _MOST_FACET_VALUES}} for name in columns}
    answer = searcher.aggregate(query, wanted)
    return {name: {item["key"]: item["doc_count"] for item in answer[name]["buckets"]} for name in wanted}


def _in_circle(searcher: tantivy.Searcher, clause: Query, circle: Circle) -> Query:
    """Exactly the documents in the circle: tiles inside it, and of those on its edge the ones measured to be."""
    tiles = cover(circle.centre, circle.radius_km)
    if tiles is None:
        on_edge, inside = Query.all_query(), []
    else:
        on_edge = _any_of("tiles", tiles.edge) if tiles.edge else Query.empty_query()
        inside = [_any_of("tiles", tiles.inside)] if tiles.inside else []
    addresses = _addresses(searcher, Query.boolean_query([(Occur.Must, on_edge), (Occur.Must, clause)]))
    is_within = (_distances(searcher, circle.centre, addresses) <= circle.radius_km).tolist()
    within = list(compress(addresses, is_within))
    if within:
        numbers = searcher.fast_field_values("number", within)
        inside.append(Query.term_set_query(SCHEMA, "number", numbers))
    return Query.boolean_query([(Occur.Should, query) for query in inside]) if inside else Query.empty_query()


def _addresses(searcher: tantivy.Searcher, query: Query) -> list[tantivy.DocAddress]:
    return [at for _, at in searcher.search(query, max(searcher.num_docs, 1), count=False).hits]


def _distances(
    searcher: tantivy.Searcher, centre: Point, addresses: list[tantivy.DocAddress]
) -> npt.NDArray[np.float64]:
    lats = cast("list[float]", searcher.fast_field_values("lat", addresses))
    lons = cast("list[float]", searcher.fast_field_values("lon", addresses))
    return distances_km(centre, lats, lons)


def _total(result: tantivy.SearchResult) -> int:
    return int(getattr(result, "count", None) or 0)
