"""Build time and latency of search over the listings of this installation: python tests/benchmarks/measure_search.py

Prints one JSON object. The engine is the one that the settings choose; an embedded index is built in a folder of its
own, so that the one that is served stays as it is.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from directory import repository
from directory.search.base import SearchEngine
from directory.search.documents import document_of
from directory.search.embedded import EmbeddedSearch
from directory.search.query import make_query
from directory.services import Services
from tic.core.database import reading
from tic.core.geo import Point
from tic.core.settings import get_settings

TEXTS = ("วัดพระแก้ว", "Wat Pra Keaw", "chatuchak makret", "โรงแรม ภูเก็ต", "beach", "temples in Chiang Mai", "zzqx")
TYPED = ("w", "wa", "wat ph", "ตลา", "จตุ", "chatu", "koh s", "grand p")
BANGKOK = Point(13.7563, 100.5018)
ROUNDS = 30


def times_ms(calls: list[Callable[[], Any]]) -> dict[str, float]:
    """Median and 99th percentile of some calls, each made ROUNDS times after one to warm up."""
    for call in calls:
        call()
    found = []
    for _ in range(ROUNDS):
        for call in calls:
            started = time.perf_counter()
            call()
            found.append((time.perf_counter() - started) * 1000)
    return {"p50_ms": round(statistics.median(found), 2), "p99_ms": round(statistics.quantiles(found, n=100)[98], 2)}


@contextmanager
def measured_engine(services: Services) -> Iterator[SearchEngine]:
    """The engine to measure, without an index."""
    settings = services.settings
    if settings.elasticsearch_url:
        measured = replace(services, settings=settings.model_copy(update={"elasticsearch_index_prefix": "measured"}))
        yield measured.search
        return
    with tempfile.TemporaryDirectory() as folder:
        yield EmbeddedSearch(Path(folder))


def main() -> int:
    """Measure and print."""
    services = Services(get_settings())
    with reading(services.database) as connection:
        started = time.perf_counter()
        documents = [document_of(listing) for listing in repository.iter_listings(connection)]
        documents_s = time.perf_counter() - started
    with measured_engine(services) as engine:
        report = engine.build(documents, version="measured")
        queries = {
            "text": [make_query(text) for text in TEXTS],
            "browse": [make_query(), make_query(provinces=["TH-10"]), make_query(categories=["food"], sort="name")],
            "radius": [make_query(near=BANGKOK, radius_km=km) for km in (1, 10, 100)],
            "distance": [make_query(text, near=BANGKOK, sort="distance") for text in ("", "wat", "market")],
        }
        result = {
            "engine": engine.name,
            "listings": len(documents),
            "documents_s": round(documents_s, 2),
            "build_s": round(report.wall_s, 2),
            "suggest": times_ms([lambda text=text: engine.suggest(text) for text in TYPED]),
        }
        for name, group in queries.items():
            result[name] = times_ms([lambda query=query: engine.search(query) for query in group])
    result["peak_rss_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
