"""The pages of a small directory, each opened as a browser would: address, language, session cookie."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib.resources import files

import pytest
from streamlit.testing.v1 import AppTest

from pages import _resources
from small_directory import SmallDirectory, build
from tic.core.settings import get_settings

Open = Callable[..., AppTest]


@pytest.fixture(scope="session")
def directory_of_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDirectory]:
    small = build(tmp_path_factory.mktemp("pages") / "data")
    _resources.services.clear()
    yield small
    small.services.close()


@pytest.fixture
def small(directory_of_pages: SmallDirectory, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallDirectory]:
    """The small directory, which the settings name, too, so that the pages open it."""
    for name in [name for name in os.environ if name.startswith("TIC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TIC_DATA_DIR", str(directory_of_pages.settings.data_dir))
    get_settings.cache_clear()
    yield directory_of_pages
    get_settings.cache_clear()


@pytest.fixture
def open_page(small: SmallDirectory, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a page: `open_page("edit_place.py", token=..., draft="s1", lang="th")`; further names are parameters."""

    def opened(script: str = "find_places.py", *, token: str | None = None, **params: str) -> AppTest:
        jar = {"tic_session": token, "tic_lang": params.pop("lang", "en")}
        monkeypatch.setattr("pages._session.cookie", jar.get)
        page = AppTest.from_file(str(files("pages") / "app.py"), default_timeout=20)
        if script != "find_places.py":
            page.run()
            page.switch_page(script)
        for name, value in params.items():
            page.query_params[name] = value
        return page.run()

    return opened
