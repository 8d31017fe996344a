"""Both engines on the labelled queries of the starter set: the same places in the same order."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from labelled_queries import Labelled, labelled

from directory import repository
from directory.listing import Listing
from directory.search.base import SearchEngine
from directory.search.documents import document_of
from directory.search.elastic import ElasticSearch
from directory.search.embedded import EmbeddedSearch
from directory.search.query import make_query
from directory.services import Services
from product import FirstStart
from tic.core.database import reading
from tic.core.settings import Settings

FIRST = 10


@pytest.fixture(scope="module")
def asked(first_start: FirstStart, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Listing], list[Labelled]]:
    """The listings of the starter set and the queries made from them."""
    product = first_start.copy(tmp_path_factory.mktemp("starter") / "data")
    with reading(Services(Settings(data_dir=product.folder)).database) as connection:
        return labelled(list(repository.iter_listings(connection)))


@pytest.fixture(scope="module")
def engines(
    asked: tuple[list[Listing], list[Labelled]], elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[SearchEngine, SearchEngine]]:
    """The embedded engine and Elasticsearch with these listings."""
    embedded: SearchEngine = EmbeddedSearch(Path(tmp_path_factory.mktemp("index")))
    elastic: SearchEngine = ElasticSearch([elasticsearch_url], prefix=f"test-{secrets.token_hex(4)}")
    for engine in (embedded, elastic):
        engine.build([document_of(listing) for listing in asked[0]], version="starter")
    yield embedded, elastic
    embedded.close()
    elastic.close()


def answer(engine: SearchEngine, text: str) -> tuple[int, list[str]]:
    results = engine.search(make_query(text, size=FIRST, facets=()))
    return results.total, [hit.id for hit in results.hits]


@pytest.mark.slow
def test_both_engines_give_the_same_places_in_the_same_order_on_every_labelled_query(
    asked: tuple[list[Listing], list[Labelled]], engines: tuple[SearchEngine, SearchEngine]
) -> None:
    embedded, elastic = engines
    queries = asked[1]
    assert len(queries) > 600
    assert [query.text for query in queries if answer(embedded, query.text) != answer(elastic, query.text)] == []
