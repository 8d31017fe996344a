"""Tests in several worker processes at once (pytest-xdist): which keep together, and who must be alone.

A worker takes whole files, or the files below together, so that what is dear to start is started once.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = {
    "tests/browser/": "browser",
    "tests/directory/search/": "search engine",
    "tests/benchmarks/test_engines.py": "search engine",
    "tests/test_production.py": "search engine",
}
"""What the path of a test begins with -> the group that one worker runs in one go."""
LONG = ("browser", "search engine", "tests/test_cli.py")
"""The longest groups and files, begun first: one that is begun last keeps a worker while the others have nothing."""


def is_worker(config: pytest.Config) -> bool:
    """Whether this process is one of several that run tests."""
    return hasattr(config, "workerinput")


def common_folder(config: pytest.Config) -> Path:
    """The folder of temporary files that all workers of this run have in common."""
    return Path(config.option.basetemp).parent


def group_of(test: str) -> str:
    """The group of a test, by default its file."""
    path = test.partition("::")[0]
    return next((group for start, group in TOGETHER.items() if path.startswith(start)), path)


def begin_with_the_longest(items: list[pytest.Item]) -> None:
    """Sort the tests: the groups of LONG, and all others as they were."""
    ranks = {group: rank for rank, group in enumerate(LONG)}
    items.sort(key=lambda item: ranks.get(group_of(item.nodeid), len(ranks)))


class GroupScheduling(LoadScopeScheduling):
    """Gives each worker a group at a time."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


@contextmanager
def turn(folder: Path, *, alone: bool) -> Iterator[None]:
    """Let a test run beside those of other workers, or `alone`, once those that run have ended.

    All come through a gate, so that a test that waits to be alone is not overtaken for ever. The locks are the
    system's: a worker that dies loses them.
    """
    with (folder / "gate").open("w") as gate, (folder / "turn").open("w") as lock:
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(gate, fcntl.LOCK_UN)
        try:
            yield
        finally:
            # A process that was forked meanwhile has the open file, too: closing it is not enough.
            fcntl.flock(lock, fcntl.LOCK_UN)
