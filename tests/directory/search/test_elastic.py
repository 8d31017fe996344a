"""What only Elasticsearch can do wrong: refusals, partial failures, left-over indices, slow and wrong servers."""

from __future__ import annotations

import secrets
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from elasticsearch import Elasticsearch

from directory.search.base import FACETS, Document
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


class Busy(BaseHTTPRequestHandler):
    """A server before the node that refuses so many bulk requests as too many and then passes everything on."""

    node = ""
    refusals: ClassVar[list[int]] = [0]
    lock = threading.Lock()

    def answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("content-length") or 0))
        with self.lock:
            refused = self.path.startswith("/_bulk") and self.refusals[0] > 0
            self.refusals[0] -= refused
        if refused:
            self.reply(
                429, b'{"error": {"type": "es_rejected_execution_exception"}, "status": 429}', "application/json"
            )
            return
        headers = {name: self.headers[name] for name in ("content-type", "accept") if self.headers[name]}
        request = urllib.request.Request(self.node + self.path, sent or None, headers, method=self.command)
        try:
            with urllib.request.urlopen(request) as given:
                self.reply(given.status, given.read(), given.headers["content-type"])
        except urllib.error.HTTPError as given:
            self.reply(given.code, given.read(), given.headers["content-type"])

    def reply(self, status: int, body: bytes, kind: str | None) -> None:
        self.send_response(status)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("content-type", kind or "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def __getattr__(self, name: str) -> object:
        """do_GET, do_POST and the like."""
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


@pytest.mark.parametrize("refusals", [2, 5])
def test_a_build_waits_for_a_cluster_that_is_busy_and_loses_nothing(
    elasticsearch_url: str, prefix: str, documents: list[Document], refusals: int
) -> None:
    left = [refusals]
    handler = type("Handler", (Busy,), {"node": elasticsearch_url.rstrip("/"), "refusals": left})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    engine = ElasticSearch([f"http://127.0.0.1:{server.server_port}"], prefix=prefix)
    assert engine.build(documents, version="v1").documents == len(documents)
    assert (left, engine.count()) == ([0], len(documents))
    engine.close()
    server.shutdown()
    server.server_close()


def test_a_server_that_takes_the_request_and_never_answers_is_given_up_in_bounded_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = ElasticSearch([f"http://127.0.0.1:{silent.getsockname()[1]}"], timeout_s=0.5)
        started = time.monotonic()
        with pytest.raises(ServiceUnavailable, match="does not answer"):
            engine.search(make_query("wat"))
        assert time.monotonic() - started <= 5
        engine.close()


def test_an_index_without_a_node_for_its_shard_is_told_and_answers_nothing_by_halves(
    elasticsearch_url: str, client: Elasticsearch, prefix: str
) -> None:
    engine = ElasticSearch([elasticsearch_url], prefix=prefix, timeout_s=2)
    nowhere = {"number_of_replicas": 0, "routing.allocation.include._name": "nowhere"}
    client.indices.create(
        index=f"{prefix}-listings-red",
        settings=nowhere,
        aliases={f"{prefix}-listings": {}},
        wait_for_active_shards="0",
    )
    for call in (lambda: engine.search(make_query("wat")), lambda: engine.suggest("wat"), engine.count):
        with pytest.raises(ServiceUnavailable, match="cannot do this now"):
            call()
    engine.close()
    client.indices.delete(index=f"{prefix}-listings-red")


def test_new_facets_are_counted_each_without_its_own_filter_and_opening_hours_up_to_all_of_them() -> None:
    body = search_body(Plan(filters=(("price", ("x",)), ("access", ("y",))), facets=(*FACETS, "hours")))
    assert set(body["aggs"]) == {*FACETS, "hours"}
    assert body["aggs"]["price"]["filter"] == {"bool": {"filter": [{"terms": {"access": ["y"]}}]}}
    assert body["aggs"]["hours"]["aggs"]["values"]["terms"] == {"field": "hours", "size": 50_000}
    assert body["aggs"]["district"]["filter"]["bool"]["filter"] == [
        {"terms": {"price": ["x"]}},
        {"terms": {"access": ["y"]}},
    ]


def test_filters_on_counted_facets_come_after_the_counting_and_others_before() -> None:
    counted = ("category", "province", "source")
    query = make_query(provinces=["TH-10"], districts=["1001"], categories=["beach"], facets=counted)
    body = search_body(plan_of(query))
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
