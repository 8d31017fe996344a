"""What only Elasticsearch can do wrong: refusals, partial failures, left-over indices, slow and wrong servers."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from elasticsearch import Elasticsearch

from directory.search.base import Document
from directory.search.elastic import ElasticSearch
from directory.search.elastic_body import search_body
from directory.search.plan import Circle, Plan, plan_of
from directory.search.query import make_query
from tic.core.errors import IndexNotReady, ServiceUnavailable
from tic.core.geo import Point


@pytest.fixture
def prefix() -> str:
    return f"test-{secrets.token_hex(4)}"


@pytest.fixture
def engine(elasticsearch_url: str, prefix: str) -> Iterator[ElasticSearch]:
    engine = ElasticSearch([elasticsearch_url], prefix=prefix)
    yield engine
    engine.close()


@pytest.fixture
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_url) as client:
        yield client


def test_a_document_that_is_refused_fails_the_build_and_says_how_many_and_why(
    engine: ElasticSearch, client: Elasticsearch, prefix: str, documents: list[Document]
) -> None:
    engine.build(documents[:10], version="good")
    wrong = [{**document, "lat": 999.0} for document in documents[10:12]]
    with pytest.raises(ServiceUnavailable, match=r"did not take 2 of 30 documents \(first reason: .*latitude"):
        engine.build([*documents[:28], *wrong], version="bad")
    assert (engine.version(), engine.count()) == ("good", 10)
    assert len(client.indices.get(index=f"{prefix}-*")) == 1
    with pytest.raises(ServiceUnavailable, match="did not take 1 of 2"):
        engine.upsert([documents[20], wrong[0]])
    assert engine.count() == 11


def test_indices_left_by_killed_builds_go_with_the_next_build(
    engine: ElasticSearch, client: Elasticsearch, prefix: str, documents: list[Document]
) -> None:
    client.indices.create(index=f"{prefix}-listings-killed-1234")
    engine.build(documents[:3], version="v1")
    engine.build(documents[:5], version="v2")
    indices = list(client.indices.get(index=f"{prefix}-*"))
    assert len(indices) == 1
    assert indices[0].startswith(f"{prefix}-listings-v2-")
    assert list(client.indices.get_alias(name=f"{prefix}-listings")) == indices


def test_prefixes_keep_installations_apart(
    engine: ElasticSearch, elasticsearch_url: str, documents: list[Document]
) -> None:
    other = ElasticSearch([elasticsearch_url], prefix=f"test-{secrets.token_hex(4)}")
    engine.build(documents[:3], version="v1")
    other.build(documents[:4], version="v1")
    assert (engine.count(), other.count()) == (3, 4)
    other.close()


def test_writing_before_the_first_build_makes_no_index(
    engine: ElasticSearch, client: Elasticsearch, prefix: str, documents: list[Document]
) -> None:
    with pytest.raises(IndexNotReady):
        engine.upsert(documents[:1])
    assert list(client.indices.get(index=f"{prefix}*")) == []


class Answering(BaseHTTPRequestHandler):
    """A server that gives every request the same answer."""

    status = 200
    body = b"{}"
    headers_sent: tuple[tuple[str, str], ...] = ()

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self.send_response(self.status)
        for name, value in (("content-type", "application/json"), *self.headers_sent):
            self.send_header(name, value)
        self.send_header("content-length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def __getattr__(self, name: str) -> object:
        """do_GET, do_POST and the like."""
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


@pytest.mark.parametrize(
    ("status", "headers", "sentence"),
    [
        (200, (), "does not answer"),
        (401, (("X-Elastic-Product", "Elasticsearch"),), "refuses the sign-in"),
        (403, (("X-Elastic-Product", "Elasticsearch"),), "refuses the sign-in"),
        (429, (("X-Elastic-Product", "Elasticsearch"),), "cannot do this now"),
        (503, (("X-Elastic-Product", "Elasticsearch"),), "cannot do this now"),
    ],
)
def test_what_a_server_refuses_is_told_in_our_words(
    status: int, headers: tuple[tuple[str, str], ...], sentence: str
) -> None:
    handler = type("Handler", (Answering,), {"status": status, "headers_sent": headers})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    engine = ElasticSearch([f"http://127.0.0.1:{server.server_port}"], timeout_s=2)
    with pytest.raises(ServiceUnavailable, match=sentence):
        engine.search(make_query("wat"))
    with pytest.raises(ServiceUnavailable):
        engine.version()
    server.shutdown()
    server.server_close()


def test_filters_on_counted_facets_come_after_the_counting_and_others_before() -> None:
    body = search_body(plan_of(make_query(provinces=["TH-10"], districts=["1001"], categories=["beach"])))
    assert body["query"] == {"bool": {"must": [{"match_all": {}}], "filter": [{"terms": {"district": ["1001"]}}]}}
    assert body["post_filter"]["bool"]["filter"] == [
        {"terms": {"category": ["beach"]}},
        {"terms": {"province": ["TH-10"]}},
    ]
    assert body["aggs"]["province"]["filter"] == {"bool": {"filter": [{"terms": {"category": ["beach"]}}]}}
    assert body["aggs"]["source"]["aggs"]["values"]["terms"]["field"] == "source"


def test_a_circle_and_an_order_by_distance_are_the_server_s_own() -> None:
    here = Point(13.75, 100.5)
    body = search_body(Plan(circle=Circle(here, 2.5), order="distance", near=here))
    assert body["query"]["bool"]["filter"] == [
        {"geo_distance": {"distance": "2.5km", "location": {"lat": 13.75, "lon": 100.5}}}
    ]
    assert [next(iter(item)) for item in body["sort"]] == ["_geo_distance", "id"]
    assert "script" not in str(body)
