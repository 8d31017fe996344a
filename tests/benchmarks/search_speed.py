"""Build time, latency and memory of search over generated listings.

The index is built in one process and served in another, so that the memory of building is not that of serving:
`python tests/benchmarks/search_speed.py FOLDER` opens the index in the folder, measures and prints one JSON object.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any, Final

from elasticsearch import Elasticsearch
from generated_listings import BLOCK, SEED, block

from directory.search.base import Document, SearchEngine, SearchQuery
from directory.search.documents import document_of
from directory.search.elastic import ElasticSearch
from directory.search.elastic_body import search_body
from directory.search.embedded import EmbeddedSearch
from directory.search.plan import Found, Plan
from directory.search.query import make_query
from product import Product
from tic.core.geo import Point
from tic.core.settings import Settings

WORKERS: Final = 2
ROUNDS: Final = 15
BANGKOK: Final = Point(13.7563, 100.5018)
CHIANG_MAI: Final = Point(18.7883, 98.9853)
QUERIES: Final[dict[str, tuple[SearchQuery, ...]]] = {
    "exact": tuple(map(make_query, ("Wat Pho", "Patong Beach", "วัดพระแก้ว", "ตลาดน้ำอัมพวา"))),
    "romanised": tuple(map(make_query, ("Wat Pra Keaw", "Hat Patong", "Jatujak", "Talat Nam Ampawa"))),
    "misspelt": tuple(map(make_query, ("chatuchak makret", "Suwanaphum", "วัดพระเเกว", "Erawn Museum"))),
    "common_words": tuple(map(make_query, ("wat", "hotel", "วัด", "cafe"))),
    "one_or_two_letters": tuple(map(make_query, ("w", "ko", "ก", "ph"))),
    "eight_words": tuple(
        map(make_query, ("the small old night market near the river", "good coffee and cake by the sea wall"))
    ),
    "kind_and_area": tuple(map(make_query, ("temples in Chiang Mai", "ร้านอาหารภูเก็ต", "beach near Phuket airport"))),
    "filters": (
        make_query("wat", provinces=["TH-50"], categories=["temple"]),
        make_query("hotel", provinces=["TH-83"], prices=["300_1000"]),
        make_query("", categories=["food"], provinces=["TH-10"], sort="name"),
    ),
    "radius": tuple(make_query(near=BANGKOK, radius_km=km) for km in (1, 10, 100)),
    "distance": tuple(make_query(text, near=CHIANG_MAI, sort="distance") for text in ("", "wat", "market")),
    "browse": (make_query(), make_query(provinces=["TH-10"]), make_query(categories=["nature"], sort="newest")),
    "nothing": (make_query("xyzzyqwv"),),
}
"""What people ask for, each with all facets. The figure of search is over all of them, each as often as any other."""
TYPED: Final = ("w", "wa", "wat ph", "ตลา", "จตุ", "chatu", "koh s", "grand p", "chiang m", "วัดพระ", "hot", "phu")


def measure(count: int, *, elasticsearch_url: str | None = None, seed: int = SEED) -> dict[str, Any]:
    """Figures of the embedded engine, and with a server those of Elasticsearch beside it on the same listings."""
    with tempfile.TemporaryDirectory() as name:
        # A directory with the starter set, whose index is replaced; search needs no forecasts.
        product = Product(Path(name))
        product.run("ingest", "run").check_returncode()
        folder = Settings(data_dir=Path(name)).index_dir
        engine = EmbeddedSearch(folder)
        started = time.perf_counter()
        with ProcessPoolExecutor(WORKERS) as pool:
            documents = _Waited(_documents(pool, count, seed))
            engine.build(documents, version="bench")
        build_s = time.perf_counter() - started
        report: dict[str, Any] = {"listings": count, "seed": seed, "build_s": round(build_s, 1)}
        # The engine's own share; the other is that of the workers who make listings up and take their names apart.
        report["index_s"] = round(build_s - documents.waited_s, 1)
        report["index_bytes"] = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        report |= _measured(product, Path(__file__), str(folder))
        report |= _measured(product, Path(__file__).with_name("search_page.py"))
        report["upsert_visible_s"] = _upsert_s(engine)
        if elasticsearch_url:
            report |= _elasticsearch(elasticsearch_url, count, seed, engine)
        engine.close()
    return report


def _measured(product: Product, script: Path, *arguments: str) -> dict[str, Any]:
    """What a script prints last, in a process of its own."""
    environment = {**product.environment, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, str(script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


class _Waited:
    """Documents, and how long the engine waited for them."""

    def __init__(self, documents: Iterator[Document]) -> None:
        self._documents = documents
        self.waited_s = 0.0

    def __iter__(self) -> Iterator[Document]:
        while True:
            started = time.perf_counter()
            document = next(self._documents, None)
            self.waited_s += time.perf_counter() - started
            if document is None:
                return
            yield document


def _documents(pool: Executor, count: int, seed: int) -> Iterator[Document]:
    """Prepared by the workers, at most a few blocks ahead of the index."""
    waiting: list[Future[list[Document]]] = []
    for first in range(0, count, BLOCK):
        waiting.append(pool.submit(_block, first, min(BLOCK, count - first), seed))
        if len(waiting) > 2 * WORKERS:
            yield from waiting.pop(0).result()
    for future in waiting:
        yield from future.result()


def _block(first: int, count: int, seed: int) -> list[Document]:
    return [document_of(listing) for listing in block(first, count, seed=seed)]


def serve(folder: Path) -> dict[str, Any]:
    """Latencies of an index that is there, and the memory of the process that serves it.

    Every answer is worked out anew, but for those under `repeated`, where the engine keeps answers as it does in use.
    """
    engine = EmbeddedSearch(folder, kept_answers=0)
    searched = {kind: _times_ms([_search(engine, query) for query in queries]) for kind, queries in QUERIES.items()}
    suggested = _times_ms([lambda text=text: engine.suggest(text) for text in TYPED])  # type: ignore[misc]
    keeping = EmbeddedSearch(folder)
    repeated = _times_ms([_search(keeping, query) for queries in QUERIES.values() for query in queries])
    everything = [value for values in searched.values() for value in values]
    return {
        "search_p50_ms": _quantile(everything, 0.5),
        "search_p99_ms": _quantile(everything, 0.99),
        "suggest_p50_ms": _quantile(suggested, 0.5),
        "suggest_p99_ms": _quantile(suggested, 0.99),
        "repeated_p50_ms": _quantile(repeated, 0.5),
        "repeated_p99_ms": _quantile(repeated, 0.99),
        "search_ms_per_class": {
            kind: {"p50": _quantile(values, 0.5), "p99": _quantile(values, 0.99)} for kind, values in searched.items()
        },
        "peak_rss_bytes": _peak_rss_bytes(),
    }


def _peak_rss_bytes() -> int:
    """Of this process alone: what `getrusage` tells on Linux is never less than the process had that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _search(engine: SearchEngine, query: SearchQuery) -> Callable[[], Any]:
    return lambda: engine.search(query)


def _times_ms(calls: Sequence[Callable[[], Any]]) -> list[float]:
    """Every call ROUNDS times after one to warm up."""
    for call in calls:
        call()
    found = []
    for _ in range(ROUNDS):
        for call in calls:
            started = time.perf_counter()
            call()
            found.append((time.perf_counter() - started) * 1000)
    return found


def _quantile(values: Sequence[float], share: float) -> float:
    return round(statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1], 2)


def _upsert_s(engine: SearchEngine) -> float:
    """From the call that changes a listing to the first search that finds it."""
    changed = next(block(0, 1, seed=SEED)).model_copy(update={"name_en": "Xanadu Pavilion Zyx"})
    started = time.perf_counter()
    engine.upsert([document_of(changed)])
    while engine.search(make_query("Xanadu Pavilion Zyx")).total == 0:
        time.sleep(0.01)
    return round(time.perf_counter() - started, 3)


class _Recording(ElasticSearch):
    """Keeps the plans that it is asked for, to send their bodies raw."""

    def __init__(self, url: str) -> None:
        super().__init__([url], prefix="bench", timeout_s=60)
        self.plans: list[Plan] = []

    def _run(self, plan: Plan) -> Found:
        self.plans.append(plan)
        return super()._run(plan)


def _elasticsearch(url: str, count: int, seed: int, embedded: SearchEngine) -> dict[str, Any]:
    engine = _Recording(url)
    started = time.perf_counter()
    with ProcessPoolExecutor(WORKERS) as pool:
        engine.build(_documents(pool, count, seed), version="bench")
    build_s = time.perf_counter() - started
    queries = [query for queries in QUERIES.values() for query in queries]
    raw = Elasticsearch(url, request_timeout=60)
    ours, theirs, adapter, bare = [], [], [], []
    for query in queries * 3:
        ours.append(_timed(lambda query=query: embedded.search(query)))  # type: ignore[misc]
        engine.plans.clear()
        theirs.append(_timed(lambda query=query: engine.search(query)))  # type: ignore[misc]
        for plan in list(engine.plans):
            body = search_body(plan)
            adapter.append(_timed(lambda plan=plan: ElasticSearch._run(engine, plan)))  # type: ignore[misc]
            bare.append(_timed(lambda body=body: raw.search(index="bench-listings", body=body)))  # type: ignore[misc]
    figures = {
        "elasticsearch_build_s": round(build_s, 1),
        "elasticsearch_p50_ms": _quantile(theirs, 0.5),
        "elasticsearch_p99_ms": _quantile(theirs, 0.99),
        "adapter_ratio": round(statistics.median(adapter) / statistics.median(bare), 3),
        "embedded_vs_elasticsearch": round(statistics.median(ours) / statistics.median(theirs), 3),
        "elasticsearch_upsert_visible_s": _upsert_s(engine),
    }
    # The server may be somebody's own: nothing of this stays on it.
    raw.indices.delete(index=",".join(raw.indices.get(index="bench-listings-*")))
    return figures


def _timed(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    print(json.dumps(serve(Path(sys.argv[1]))))
