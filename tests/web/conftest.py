"""The plain HTML pages of a small directory, asked as a browser asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from small_directory import SmallDirectory, build
from tic.web.headers import web_middleware
from tic.web.routes import web_routes


@pytest.fixture(scope="session")
def web_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDirectory]:
    small = build(tmp_path_factory.mktemp("web") / "data")
    yield small
    small.services.close()


@pytest.fixture
def browser(web_directory: SmallDirectory) -> Iterator[TestClient]:
    """A browser without cookies that asks for English and follows no redirect."""
    small = web_directory
    app = Starlette(routes=web_routes(small.services), middleware=web_middleware(small.settings))
    with TestClient(app, follow_redirects=False, headers={"Accept-Language": "en"}) as client:
        yield client
