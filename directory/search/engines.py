"""The engine that the settings choose: Elasticsearch where its address is set, the embedded one otherwise."""

from __future__ import annotations

from directory.search.base import SearchEngine
from tic.core.settings import Settings


def open_engine(settings: Settings) -> SearchEngine:
    """The search engine; connects and opens files late. Only the engine that is chosen is imported."""
    if settings.elasticsearch_url:
        from directory.search.elastic import ElasticSearch

        return ElasticSearch(
            [address.strip() for address in settings.elasticsearch_url.split(",") if address.strip()],
            prefix=settings.elasticsearch_index_prefix,
            api_key=settings.elasticsearch_api_key,
            timeout_s=settings.elasticsearch_timeout_s,
        )
    from directory.search.embedded import EmbeddedSearch

    return EmbeddedSearch(settings.index_dir)
