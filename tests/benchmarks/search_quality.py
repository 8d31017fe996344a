"""How often the right place is found: recall at 1 and 5 and mean reciprocal rank, by kind of query.

Reciprocal rank is 1 / rank of the first right place among the first ten, 0 when there is none (Voorhees 1999).
"""

from __future__ import annotations

import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean
from typing import Any, Final

from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk
from labelled_queries import Labelled, labelled

from directory.listing import Listing
from directory.search.base import SearchEngine
from directory.search.documents import document_of, names_of
from directory.search.embedded import EmbeddedSearch
from directory.search.query import make_query
from tic.core.areas import districts, provinces
from tic.core.errors import BadInput

DEPTH: Final = 10
_BASELINE: Final = "bench-baseline"
_FIELDS: Final = ("names", "address", "province")


def measure(listings: Sequence[Listing], *, elasticsearch_url: str | None = None) -> dict[str, Any]:
    """Figures of the test half, of the tuning half under `tune`, and of the baseline when there is a server for it."""
    shown, queries = labelled(listings)
    with indexed(shown) as engine:
        found = [(query, _ranks(engine, query)) for query in queries]
    report = {**_figures((one for one in found if one[0].half == "test"), per_kind=True)}
    report["tune"] = _figures((one for one in found if one[0].half == "tune"), per_kind=True)
    report["baseline_recall_at_1"] = report["baseline_recall_at_5"] = report["baseline_mrr"] = None
    if elasticsearch_url:
        ask = _baseline(elasticsearch_url, shown)
        ranks = [(query, _rank(ask(query.text), query.right)) for query in queries if query.half == "test"]
        Elasticsearch(elasticsearch_url).indices.delete(index=_BASELINE)
        report |= {f"baseline_{name}": value for name, value in _figures(ranks, per_kind=False).items()}
    return report


def failures(listings: Sequence[Listing]) -> Iterator[tuple[Labelled, list[str]]]:
    """The queries of the tuning half that do not find the right place first, with the names found instead."""
    shown, queries = labelled(listings)
    by_id = {item.id: item for item in shown}
    with indexed(shown) as engine:
        for query in queries:
            if query.half == "tune" and _ranks(engine, query) != 1:
                hits = engine.search(make_query(query.text, size=3, facets=())).hits
                right = by_id[min(query.right)]
                yield query, [f"{right.name_en} / {right.name_th}", *(f"{hit.name_en} / {hit.name_th}" for hit in hits)]


def evaluate_file(engine: SearchEngine, path: Path) -> dict[str, Any]:
    """Figures for a file of lines `query<TAB>regex on a name of the right place`, over what the engine serves.

    Raises BadInput for a line that cannot be used.
    """
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        text, tab, pattern = line.partition("\t")
        try:
            wanted = re.compile(pattern.strip(), re.IGNORECASE)
        except re.error as error:
            raise BadInput(
                "Line {number}: the pattern cannot be read: {reason}.", number=number, reason=error
            ) from error
        if not tab or not pattern.strip():
            raise BadInput("Line {number} is not a query, a tab and a pattern.", number=number)
        hits = engine.search(make_query(text, size=DEPTH, facets=())).hits
        names = [(hit.name_th or "", hit.name_en or "", hit.matched or "") for hit in hits]
        rank = next((place for place, tried in enumerate(names, 1) if any(map(wanted.search, tried))), None)
        found.append((Labelled(text, "file", "test", frozenset()), rank))
    if not found:
        raise BadInput("There is no query in {path}.", path=path)
    return {**_figures(found, per_kind=False), "missed": [query.text for query, rank in found if rank != 1]}


@contextmanager
def indexed(listings: Iterable[Listing]) -> Iterator[SearchEngine]:
    """An embedded index of the listings in a folder that goes away."""
    with tempfile.TemporaryDirectory() as folder:
        engine = EmbeddedSearch(Path(folder))
        engine.build((document_of(item) for item in listings), version="quality")
        yield engine
        engine.close()


def _ranks(engine: SearchEngine, query: Labelled) -> int | None:
    return _rank([hit.id for hit in engine.search(make_query(query.text, size=DEPTH, facets=())).hits], query.right)


def _rank(ids: Sequence[str], right: frozenset[str]) -> int | None:
    return next((place for place, listing_id in enumerate(ids, 1) if listing_id in right), None)


def _figures(found: Iterable[tuple[Labelled, int | None]], *, per_kind: bool) -> dict[str, Any]:
    rows = list(found)
    kinds: dict[str, list[int | None]] = defaultdict(list)
    for query, rank in rows:
        kinds[query.kind].append(rank)
    figures: dict[str, Any] = {"queries": len(rows), **_means([rank for _, rank in rows])}
    if per_kind:
        figures["per_class"] = {kind: {"queries": len(ranks), **_means(ranks)} for kind, ranks in sorted(kinds.items())}
    return figures


def _means(ranks: Sequence[int | None]) -> dict[str, float]:
    if not ranks:
        return {}
    return {
        "recall_at_1": round(fmean(rank == 1 for rank in ranks), 4),
        "recall_at_5": round(fmean(rank is not None and rank <= 5 for rank in ranks), 4),
        "mrr": round(fmean(1 / rank if rank else 0.0 for rank in ranks), 4),
    }


def _baseline(url: str, listings: Iterable[Listing]) -> Callable[[str], list[str]]:
    """Plain Elasticsearch: names, address and province under the standard analyser, multi_match with fuzziness AUTO."""
    client = Elasticsearch(url, request_timeout=60)
    client.indices.delete(index=_BASELINE, ignore_unavailable=True)
    text = {"type": "text"}
    client.indices.create(index=_BASELINE, mappings={"properties": dict.fromkeys(_FIELDS, text)})
    bulk(client, ({"_index": _BASELINE, "_id": item.id, **_plain(item)} for item in listings), refresh=True)

    def ask(query: str) -> list[str]:
        asked = {"multi_match": {"query": query, "fields": list(_FIELDS), "fuzziness": "AUTO"}}
        answer = client.search(index=_BASELINE, query=asked, size=DEPTH, source=False)
        return [hit["_id"] for hit in answer["hits"]["hits"]]

    return ask


def _plain(item: Listing) -> dict[str, Any]:
    areas = [
        known[code]
        for known, code in ((provinces(), item.province_code), (districts(), item.district_code))
        if code in known
    ]
    return {
        "names": names_of(item),
        "address": [text for text in (item.address_th, item.address_en) if text],
        "province": [name for area in areas for name in (area.name_th, area.name_en)],
    }
