"""Start the real engines that tests talk to. A set `TIC_TEST_..._URL` uses a running one instead."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from elastic_node import SHORT_LIVED, ClusterNode, running_cluster, running_node


def missing(what: str, remedy: str) -> NoReturn:
    """In CI an engine that is not there is a failure; elsewhere a skip that says what to install."""
    message = f"{what} is not there. {remedy}"
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def free_port() -> int:
    """A port on the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _scratch(name: str) -> Iterator[Path]:
    """A folder of its own: another test run takes away the rights to the folders that pytest makes."""
    with tempfile.TemporaryDirectory(prefix=f"tic-test-{name}-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def elasticsearch_server() -> Iterator[str]:
    """A single Elasticsearch node with its data in a folder of its own; yields its address."""
    given = os.environ.get("TIC_TEST_ELASTICSEARCH_URL")
    if given:
        yield given
        return
    with (
        _scratch("elasticsearch") as folder,
        running_node(
            folder, port=free_port(), transport_port=free_port(), missing=missing, java_options=SHORT_LIVED
        ) as url,
    ):
        yield url


@contextmanager
def elasticsearch_cluster() -> Iterator[list[ClusterNode]]:
    """Three Elasticsearch nodes that form one cluster, with their data in a folder of their own."""
    ports = [(free_port(), free_port()) for _ in range(3)]
    with _scratch("cluster") as folder, running_cluster(folder, ports=ports, missing=missing) as nodes:
        yield nodes


@contextmanager
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server with its data in a folder of its own; yields its SQLAlchemy address."""
    given = os.environ.get("TIC_TEST_DATABASE_URL")
    if given:
        yield given
        return
    binaries = _postgresql_binaries()
    if binaries is None:
        missing("PostgreSQL", "Install the package postgresql, or name a running server in TIC_TEST_DATABASE_URL.")
    with _scratch("postgresql") as folder, _running_postgresql(binaries, folder) as url:
        yield url


@contextmanager
def _running_postgresql(binaries: Path, folder: Path) -> Iterator[str]:
    port = free_port()
    # The server refuses to run as root; Debian's package brings this account.
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if prefix:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    _run([*prefix, str(binaries / "initdb"), "-D", str(data), "-U", "tic", "-A", "trust", "-E", "UTF8", "--no-sync"])
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    control = [*prefix, str(binaries / "pg_ctl"), "-D", str(data)]
    _run([*control, "-l", str(folder / "server.log"), "-o", options, "-w", "start"])
    try:
        yield f"postgresql+psycopg://tic@127.0.0.1:{port}/postgres"
    finally:
        _run([*control, "-m", "immediate", "stop"])


def _postgresql_binaries() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}")


def wait_until(condition: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Call `condition` until it is true. Raises TimeoutError naming `what` otherwise."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {seconds} s")
        time.sleep(0.05)
