"""Writing files so that a reader sees the old or the new state, never half of one."""

from __future__ import annotations

import errno
import glob
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tic.core.errors import StorageFailed

_ABANDONED_AFTER_S = 24 * 3600
"""A temporary file older than this belongs to a process that was killed."""


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn the operating system's refusal to write below `path` into StorageFailed."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageFailed(
                "The disk is full, {path} could not be written. Free some space and run the command again; "
                "what was there before is unchanged.",
                path=str(path),
            ) from error
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST}:
            raise StorageFailed(
                "{path} cannot be written ({reason}). Correct the permissions or set TIC_DATA_DIR to a folder "
                "that may be written.",
                path=str(path),
                reason=error.strerror or "no permission",
            ) from error
        raise


def make_folder(path: Path) -> Path:
    """Make a folder with its parents. Raises StorageFailed when that is not allowed."""
    with storage_errors(path):
        path.mkdir(parents=True, exist_ok=True)
    return path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield the path of a new empty file beside `path`; when the block ends well it takes the place of `path` at once.

    A block that fails, or a process that is killed, leaves `path` as it was. Raises StorageFailed.
    """
    make_folder(path.parent)
    with storage_errors(path):
        _remove_abandoned(path)
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
        # Not tempfile.mkstemp: its files only their owner may read, and the server may run as somebody else.
        temporary.open("xb").close()
        try:
            yield temporary
            with temporary.open("rb") as written:
                os.fsync(written.fileno())
            temporary.replace(path)
        except BaseException:
            with suppress(FileNotFoundError):
                temporary.unlink()
            raise


def _remove_abandoned(path: Path) -> None:
    for found in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        with suppress(FileNotFoundError):
            if time.time() - found.stat().st_mtime > _ABANDONED_AFTER_S:
                found.unlink()


def write_bytes(path: Path, content: bytes) -> None:
    """Write a whole file at once. Raises StorageFailed."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)
