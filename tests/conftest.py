"""Fixtures that every room's tests may use."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest
from xdist.remote import Producer

from fixtures import *  # noqa: F403  (the engines' session fixtures)
from side_by_side import GroupScheduling, begin_with_the_longest, common_folder, is_worker, turn
from tic.core.settings import Settings, get_settings

ROOT = Path(__file__).resolve().parents[1]


def pytest_configure(config: pytest.Config) -> None:
    """Beside other workers the wall time of an example tells nothing; a file that is run alone is held to 200 ms."""
    if is_worker(config):
        unhurried = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
        hypothesis.settings.register_profile("beside other workers", unhurried)
        hypothesis.settings.load_profile("beside other workers")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> GroupScheduling:
    return GroupScheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if is_worker(config):
        begin_with_the_longest(items)


# Outermost: the time that a test may take begins when its turn has come.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    if not is_worker(item.config):
        return (yield)
    with turn(common_folder(item.config), alone=item.get_closest_marker("alone") is not None):
        return (yield)


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
