"""One job at a time on the same data."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from tic.core.errors import JobRunning
from tic.core.files import make_folder, storage_errors


@contextmanager
def job_lock(folder: Path, name: str, *, wait_s: float = 0) -> Iterator[None]:
    """Hold the lock `name` while the block runs.

    The operating system releases it when the process dies, so a killed job never blocks the next one.
    Raises JobRunning when another process holds it, StorageFailed when the folder cannot be written.
    """
    make_folder(folder)
    path = folder / f"{name}.lock"
    owner = folder / f"{name}.pid"
    lock = FileLock(path)
    try:
        with storage_errors(path):
            lock.acquire(timeout=wait_s)
    except Timeout as error:
        raise JobRunning(
            "Another {name} job{owner} is working on the same data. Wait for it to finish, then run the command again.",
            name=name,
            owner=_owner(owner),
        ) from error
    try:
        with storage_errors(owner):
            owner.write_text(str(os.getpid()))
        yield
    finally:
        with suppress(FileNotFoundError):
            owner.unlink()
        lock.release()


def _owner(path: Path) -> str:
    try:
        return f" (process {path.read_text().strip()})"
    except OSError:
        return ""
