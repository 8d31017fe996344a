"""The contract of a search engine; two engines keep it: elastic.py and embedded.py.

No vendor type, word or error passes those two and what they alone use, elastic_body.py and embedded_answer.py. Text
arrives here as a person typed it; both engines analyse it with directory.search.analysis, so that the same query means
the same on both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol

from tic.core.geo import Point

Sort = Literal["relevance", "distance", "name", "newest"]
FACETS = ("category", "province", "district", "source", "price", "certification", "access")
Group = Literal["place", "area", "category"]
Nothing = Literal["no_match", "no_source"]
MAX_PAGE_SIZE = 500
MAX_RESULT_WINDOW = 10_000


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is looked for. Made by `directory.search.query.make_query`, which checks and bounds every field.

    `categories` may name leaves or parents; several values of one filter are alternatives, filters add up.
    `prices` are bands, `certifications` and `access` codes (see `directory.facts`). `open_at` is an aware moment at
    which a place must be open; places whose hours are not known are not. `bbox` is west, south, east, north in
    degrees. `literal` takes the text as a name: no kind, area or place to be near to is understood in it. `page`
    starts at 1. With a `cursor` (`*` for the first page, then `SearchResults.next_cursor`) all results are paged
    through on the state that the index had at the first page.
    """

    text: str = ""
    literal: bool = False
    language: str = "th"
    categories: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    prices: tuple[str, ...] = ()
    certifications: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    open_at: datetime | None = None
    near: Point | None = None
    radius_km: float | None = None
    bbox: tuple[float, float, float, float] | None = None
    sort: Sort = "relevance"
    page: int = 1
    size: int = 20
    facets: tuple[str, ...] = FACETS
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. `distance_km` is from the place that the text asks to be near to, else from the query's point.

    `matched` is the name that fits the query best, an alias perhaps, None for a query without words; `marks` are the
    parts of it that were found: (first, beyond last) character.
    """

    id: str
    score: float
    name_th: str | None
    name_en: str | None
    category: str
    lat: float
    lon: float
    province_code: str | None
    district_code: str | None
    sources: tuple[str, ...]
    distance_km: float | None = None
    matched: str | None = None
    marks: tuple[tuple[int, int], ...] = ()

    def name(self, language: str) -> str:
        """The name in `th` or `en`; the other language's where there is none."""
        first, second = (self.name_th, self.name_en) if language == "th" else (self.name_en, self.name_th)
        return first or second or self.id


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many results have a value; counts follow the other filters, not the facet's own."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Understood:
    """What was made of a text: kinds and areas that it names, a place that it asks to be near to, the rest as a name.

    `instead`: the text that was looked for because the one typed finds nothing (another keyboard, another spelling).
    """

    name: str = ""
    categories: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    near: Point | None = None
    near_name: str | None = None
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class SearchResults:
    """One page of results. `total` is exact; `took_ms` the time of the whole search.

    `did_you_mean`: names that may have been meant when nothing or only something else fits. `nothing` tells, when
    there are no hits, whether nothing fits (`no_match`) or no source has any place within the filters on area
    (`no_source`); `nearest` are then the best places without the filters. `next_cursor` is that of the next page, None
    after the last and for a query without a cursor; only the first page of a cursor has facets.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    took_ms: float = 0.0
    understood: Understood | None = None
    did_you_mean: tuple[str, ...] = ()
    nothing: Nothing | None = None
    nearest: tuple[Hit, ...] = ()
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion while typing: a place with where it is, an area or a category.

    `id` is the listing's, or the code of the area or category; `category` is empty for an area.
    """

    id: str
    text: str
    name_th: str | None
    name_en: str | None
    category: str
    province_code: str | None
    group: Group = "place"


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: documents written, the new index's version name, seconds."""

    documents: int
    version: str
    wall_s: float


Document = dict[str, Any]
"""One listing prepared for search by `directory.search.documents.document_of`."""


class Packed(NamedTuple):
    """A document in the form that an engine takes, as its `pack` makes it in whatever process."""

    id: str
    body: str


class SearchEngine(Protocol):
    """Search over listings; safe to share between threads.

    Every method but `build` and `version` raises IndexNotReady before the first build. All raise ServiceUnavailable
    when a server does not answer in time and StorageFailed when files of an index are damaged or the disk is full;
    those that write raise Conflict when another process does not finish writing.
    """

    name: str

    @staticmethod
    def pack(document: Document) -> Packed:
        """What of writing a document can be done beforehand, in whatever process."""

    def search(self, query: SearchQuery) -> SearchResults:
        """One page of results with facets. An empty text finds everything, one of signs only nothing.

        By relevance: an exact name in any language first, then by how much of the query and the name agree, then by
        how well known and, with a point, how near a place is; equal ones by id. The same on every engine.
        """

    def suggest(
        self, text: str, *, language: str = "th", limit: int = 8, near: Point | None = None
    ) -> list[Suggestion]:
        """Places with a name that begins with, or contains a word beginning with, the text, also as it sounds.

        The completion is in the letters that were typed where the place has such a name, else in `language`.
        """

    def similar(self, listing_id: str, *, limit: int = 6) -> list[Hit]:
        """Listings of the same kind nearby, nearest first, filled up with kindred ones; none for an unknown id."""

    def build(self, documents: Iterable[Document | Packed], *, version: str) -> BuildReport:
        """Build a new index beside the present one and swap it in at once; a failed build leaves nothing."""

    def upsert(self, documents: Sequence[Document]) -> None:
        """Add or replace documents; visible to searches when this returns."""

    def delete(self, ids: Sequence[str]) -> None:
        """Remove documents; unknown ids are ignored. Gone from searches when this returns."""

    def count(self) -> int:
        """Number of documents served."""

    def version(self) -> str | None:
        """Version name of the index served, None before the first build."""

    def close(self) -> None:
        """Release files and connections."""


def hit_to_json(hit: Hit) -> dict[str, Any]:
    """A hit as the API and the command line print it."""
    return {
        "id": hit.id,
        "name_th": hit.name_th,
        "name_en": hit.name_en,
        "category": hit.category,
        "lat": hit.lat,
        "lon": hit.lon,
        "province_code": hit.province_code,
        "district_code": hit.district_code,
        "sources": list(hit.sources),
        "distance_km": None if hit.distance_km is None else round(hit.distance_km, 3),
        "score": round(hit.score, 4),
        "matched": hit.matched,
        "marks": [list(mark) for mark in hit.marks],
    }


def results_to_json(results: SearchResults) -> dict[str, Any]:
    """A page of results as the API and the command line print it."""
    return {
        "total": results.total,
        "took_ms": round(results.took_ms, 2),
        "hits": [hit_to_json(hit) for hit in results.hits],
        "facets": {
            name: [{"value": item.value, "count": item.count} for item in counts]
            for name, counts in results.facets.items()
        },
        "understood": None if results.understood is None else _understood_to_json(results.understood),
        "did_you_mean": list(results.did_you_mean),
        "nothing": results.nothing,
        "nearest": [hit_to_json(hit) for hit in results.nearest],
        "next_cursor": results.next_cursor,
    }


def _understood_to_json(understood: Understood) -> dict[str, Any]:
    point = understood.near
    return {**asdict(understood), "near": None if point is None else {"lat": point.lat, "lon": point.lon}}
