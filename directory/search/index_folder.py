"""The folder of the embedded index: one folder per version, a pointer to the one that is served, a lock for writers.

current.json            names the version that is served; replaced at once
<version>.<random>/     an index; one that the pointer does not name is left over from a killed build
write.lock              held by the one process that writes, released by the system when it dies
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from tic.core.errors import Conflict, IndexNotReady, StorageFailed
from tic.core.files import make_folder, storage_errors, write_bytes

_POINTER: Final = "current.json"
_LOCK: Final = "write.lock"
Stamp = tuple[int, int, int]
"""Tells one state of a file from another: inode, time of change, size."""


@dataclass(frozen=True, slots=True)
class Served:
    """The index that is served: where it is and its version."""

    folder: Path
    version: str


def stamp_of(path: Path) -> Stamp | None:
    """The stamp of a file, None when it is not there."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


@dataclass(frozen=True, slots=True)
class IndexFolder:
    """All access to the folder that is not the index library's own."""

    path: Path
    lock_wait_s: float

    def pointer_stamp(self) -> Stamp | None:
        """Changes whenever another version is swapped in; None before the first build."""
        return stamp_of(self.path / _POINTER)

    def served(self) -> Served | None:
        """The version that is served, None before the first build. Raises StorageFailed for a broken pointer."""
        try:
            text = (self.path / _POINTER).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        try:
            pointer = json.loads(text)
            return Served(self.path / str(pointer["folder"]), str(pointer["version"]))
        except (ValueError, KeyError, TypeError) as error:
            raise broken_index(self.path) from error

    def require_served(self) -> Served:
        """The version that is served. Raises IndexNotReady before the first build."""
        served = self.served()
        if served is None:
            raise IndexNotReady("There is no search index yet. Build it: tic index")
        return served

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one process that writes. Raises Conflict when another does not finish in time."""
        make_folder(self.path)
        lock = FileLock(self.path / _LOCK, thread_local=False)
        try:
            with storage_errors(self.path / _LOCK):
                lock.acquire(timeout=self.lock_wait_s)
        except Timeout as error:
            raise Conflict(
                "Another process has been writing the search index for more than {seconds} seconds. "
                "Wait for it to finish, then try again.",
                seconds=f"{self.lock_wait_s:g}",
            ) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def new_version(self, version: str) -> Iterator[Path]:
        """A new folder to build in; when the block ends well it is served, otherwise it is gone. While writing only.

        Folders of older versions are removed; readers that have one open keep what they have open.
        """
        with storage_errors(self.path):
            folder = Path(tempfile.mkdtemp(prefix=f"{version}.", dir=self.path))
        try:
            yield folder
            pointer = {"folder": folder.name, "version": version}
            write_bytes(self.path / _POINTER, json.dumps(pointer).encode())
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._remove_others(folder)

    def _remove_others(self, kept: Path) -> None:
        for path in self.path.iterdir():
            if path.is_dir() and path != kept:
                shutil.rmtree(path, ignore_errors=True)


def broken_index(path: Path) -> StorageFailed:
    """The error for an index that cannot be read."""
    return StorageFailed(
        "The search index in {path} is damaged or lacks files. Build it anew: tic index --rebuild", path=str(path)
    )
