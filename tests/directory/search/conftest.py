"""Search engines over real places: one of each kind that tests read, and empty ones that tests write to."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.search.base import Document, SearchEngine
from directory.search.documents import document_of
from directory.search.elastic import ElasticSearch
from directory.search.embedded import EmbeddedSearch
from sample_places import sample_listings

ENGINES = ("embedded", "elasticsearch")


@pytest.fixture(scope="session")
def documents() -> list[Document]:
    """The sample places as documents."""
    return [document_of(listing) for listing in sample_listings()]


@pytest.fixture(scope="session")
def embedded_places(documents: list[Document], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    """The embedded engine with the sample places."""
    engine = EmbeddedSearch(tmp_path_factory.mktemp("embedded"))
    engine.build(documents, version="sample")
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def elastic_places(documents: list[Document], elasticsearch_url: str) -> Iterator[SearchEngine]:
    """Elasticsearch with the sample places."""
    engine = ElasticSearch([elasticsearch_url], prefix=f"test-{secrets.token_hex(4)}")
    engine.build(documents, version="sample")
    yield engine
    engine.close()


@pytest.fixture(params=ENGINES)
def places(request: pytest.FixtureRequest) -> SearchEngine:
    """Each engine with the sample places, to read from."""
    name = "embedded_places" if request.param == "embedded" else "elastic_places"
    engine: SearchEngine = request.getfixturevalue(name)
    return engine


@pytest.fixture(params=ENGINES)
def empty_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchEngine]:
    """Each engine before its first build, to write to."""
    engine: SearchEngine
    if request.param == "embedded":
        engine = EmbeddedSearch(tmp_path / "index", lock_wait_s=5)
    else:
        url = request.getfixturevalue("elasticsearch_url")
        engine = ElasticSearch([url], prefix=f"test-{secrets.token_hex(4)}")
    yield engine
    engine.close()
