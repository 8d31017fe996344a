"""Fixtures of the real engines, of an installation and of a web server; `tests/conftest.py` gives them to all tests."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from filelock import FileLock

from databases import migrated_database, migrated_file, migrated_template
from engines import elasticsearch_server, postgresql_server
from product import FirstStart, start_first
from side_by_side import common_folder, is_worker
from web_site import WebSite, running_site

__all__ = [
    "elasticsearch_url",
    "first_start",
    "migrated_database",
    "migrated_file",
    "migrated_template",
    "postgres_server",
    "web_site",
]


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


@pytest.fixture(scope="session")
def first_start(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> FirstStart:
    """An installation after its first start, to be copied; made once, also when several workers run tests."""
    common = common_folder(pytestconfig) if is_worker(pytestconfig) else tmp_path_factory.mktemp("first-start")
    folder, kept = common / "first-start", common / "first-start.json"
    with FileLock(common / "first-start.lock"):
        if not kept.exists():
            made = start_first(folder)
            kept.write_text(json.dumps({"output": made.output, "processor_s": made.processor_s}), encoding="utf-8")
    return FirstStart(folder, **json.loads(kept.read_text(encoding="utf-8")))
