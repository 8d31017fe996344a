"""Fixtures of the real engines and of a web server; `tests/conftest.py` gives them to all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engines import elasticsearch_server, postgresql_server
from web_site import WebSite, running_site

__all__ = ["elasticsearch_url", "postgres_server", "web_site"]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """SQLAlchemy address of a PostgreSQL server on which databases may be made and dropped."""
    with postgresql_server() as url:
        yield url


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """Address of a running Elasticsearch node; tests choose their own index prefix."""
    with elasticsearch_server() as url:
        yield url


@pytest.fixture
def web_site() -> Iterator[WebSite]:
    """A web server of this machine whose pages a test sets."""
    with running_site() as site:
        yield site
