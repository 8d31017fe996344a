"""The open API of a small directory, asked as a program asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from small_directory import SmallDirectory, build
from tic.api.routes import api_routes
from tic.web.headers import web_middleware


@pytest.fixture(scope="session")
def api_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDirectory]:
    small = build(tmp_path_factory.mktemp("api") / "data")
    yield small
    small.services.close()


@pytest.fixture
def api(api_directory: SmallDirectory) -> Iterator[TestClient]:
    app = Starlette(routes=api_routes(api_directory.services), middleware=web_middleware(api_directory.settings))
    with TestClient(app, follow_redirects=False, base_url="http://api.test/api/v1") as client:
        yield client
