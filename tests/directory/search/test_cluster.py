"""A cluster of three Elasticsearch nodes of which one is killed: users' queries go on, and no document is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from directory.search.base import Document
from directory.search.documents import document_of
from directory.search.elastic import ElasticSearch
from directory.search.query import make_query
from elastic_node import ClusterNode
from engines import elasticsearch_cluster
from sample_places import sample_listings

TEXTS = ("Wat Phra Kaew", "Chatujak", "beach", "วัดพระแก้ว", "")
LONGEST_QUERY_S = 10.0
COPIES = 10


@pytest.fixture
def cluster() -> Iterator[list[ClusterNode]]:
    """A cluster for one test."""
    with elasticsearch_cluster() as nodes:
        yield nodes


@pytest.fixture
def engine(cluster: list[ClusterNode]) -> Iterator[ElasticSearch]:
    """The product's engine with the addresses of all nodes."""
    engine = ElasticSearch([node.address for node in cluster], timeout_s=10)
    yield engine
    engine.close()


def answers(engine: ElasticSearch) -> list[list[str]]:
    return [[hit.id for hit in engine.search(make_query(text, size=50)).hits] for text in TEXTS]


def many(documents: list[Document]) -> Iterator[Document]:
    for copy in range(COPIES):
        for document in documents:
            name = f"{document['id']}-{copy}"
            yield {**document, "id": name, "shown": {**document["shown"], "id": name}}


def holder(engine: ElasticSearch, cluster: list[ClusterNode]) -> ClusterNode:
    """The node with the primary copy of the newest index: the one whose loss hurts most."""
    shards = engine._client.cat.shards(format="json", s="index")
    primary = next(row["node"] for row in shards if row["prirep"] == "p" and row["state"] == "STARTED")
    return next(node for node in cluster if node.name == primary)


def kill(node: ClusterNode) -> None:
    node.process.kill()
    node.process.wait()


def test_queries_go_on_and_acknowledged_changes_stay_when_a_node_is_killed(
    engine: ElasticSearch, cluster: list[ClusterNode]
) -> None:
    documents = [document_of(listing) for listing in sample_listings()]
    engine.build(documents[:-1], version="v1")
    engine.upsert(documents[-1:])
    before = answers(engine)
    rounds: list[list[list[str]]] = []
    slowest_s = 0.0
    killer = threading.Timer(1.0, kill, [holder(engine, cluster)])
    killer.start()
    ends = time.monotonic() + 6
    while time.monotonic() < ends:
        started = time.monotonic()
        rounds.append(answers(engine))
        slowest_s = max(slowest_s, time.monotonic() - started)
    killer.join()
    assert len(rounds) > 5
    assert all(seen == before for seen in rounds)
    assert slowest_s <= LONGEST_QUERY_S
    assert engine.count() == len(documents)
    assert engine.similar(documents[-1]["id"])


def test_a_build_completes_with_every_document_when_a_node_is_killed(
    engine: ElasticSearch, cluster: list[ClusterNode]
) -> None:
    documents = [document_of(listing) for listing in sample_listings()]
    everything = list(many(documents))
    killed: list[str] = []

    def sent() -> Iterator[Document]:
        for number, document in enumerate(everything):
            if number == len(everything) // 2:
                lost = holder(engine, cluster)
                kill(lost)
                killed.append(lost.name)
            yield document

    assert engine.build(sent(), version="v1").documents == len(everything)
    assert len(killed) == 1
    assert (engine.count(), engine.version()) == (len(everything), "v1")
    expected = {document["id"] for document in everything}
    seen: set[str] = set()
    for page in range(1, len(everything) // 500 + 2):
        seen |= {hit.id for hit in engine.search(make_query("", size=500, page=page)).hits}
    assert seen == expected
