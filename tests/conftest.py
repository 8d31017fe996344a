"""Fixtures that every room's tests may use."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures import *  # noqa: F403  (the engines' session fixtures)
from tic.core.settings import Settings, get_settings

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of publishers' files beside the checkout; tests that need it skip where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the folder ../shared/data with the publishers' files is not there")
    return folder


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Embedded defaults in an empty data folder; also what `get_settings` gives."""
    for name in ("TIC_DATABASE_URL", "TIC_ELASTICSEARCH_URL", "TIC_WAREHOUSE_URL", "TIC_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TIC_DATA_DIR", str(tmp_path / "data"))
    get_settings.cache_clear()
    yield get_settings()
    get_settings.cache_clear()
