"""Snapshot: the raw bytes as they were fetched, kept under their hash, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tic.core.errors import SourceUnreadable
from tic.core.files import replacing, write_bytes

_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Snapshot:
    """What a source gave: SHA-256 (of several files: of their names and hashes), size, and where it came from.

    address: on the web, where it was fetched.
    """

    sha256: str
    size_bytes: int
    origins: tuple[Path, ...]
    hashes: tuple[str, ...]
    address: str | None = None

    @property
    def fetched_from(self) -> str:
        """The address or the files, as text for people."""
        return self.address or ", ".join(str(path) for path in self.origins)


def look_at(paths: Sequence[Path], address: str | None = None) -> Snapshot:
    """Hash files without keeping them; `address`: where they were fetched from.

    Raises SourceUnreadable for one that cannot be read.
    """
    hashes = tuple(_hash(path) for path in paths)
    size_bytes = sum(path.stat().st_size for path in paths)
    if len(paths) == 1:
        return Snapshot(hashes[0], size_bytes, tuple(paths), hashes, address)
    lines = "".join(f"{digest}  {path.name}\n" for digest, path in zip(hashes, paths, strict=True))
    return Snapshot(hashlib.sha256(lines.encode()).hexdigest(), size_bytes, tuple(paths), hashes, address)


def keep(snapshot: Snapshot, folder: Path) -> list[Path]:
    """Copy the files of a snapshot below `folder` unless they are there; returns the copies, which parsers read.

    A copy keeps its file's name, below a folder named by its hash. Raises StorageFailed when it cannot be written,
    SourceUnreadable when a file has changed since it was looked at.
    """
    return [
        _keep_file(origin, digest, folder) for origin, digest in zip(snapshot.origins, snapshot.hashes, strict=True)
    ]


def kept_path(folder: Path, digest: str, name: str) -> Path:
    """Where the file `name` with the hash `digest` is kept below `folder`."""
    return folder / digest[:2] / digest / name


def keep_bytes(content: bytes, name: str, folder: Path) -> str:
    """Keep what was fetched below `folder` unless it is there; returns its hash. Raises StorageFailed."""
    digest = hashlib.sha256(content).hexdigest()
    copy = kept_path(folder, digest, name)
    if not (copy.is_file() and copy.stat().st_size == len(content)):
        write_bytes(copy, content)
    return digest


def _keep_file(origin: Path, digest: str, folder: Path) -> Path:
    copy = kept_path(folder, digest, origin.name)
    if copy.is_file() and copy.stat().st_size == origin.stat().st_size:
        return copy
    written = hashlib.sha256()
    with origin.open("rb") as source, replacing(copy) as temporary, temporary.open("wb") as target:
        while block := source.read(_BLOCK_BYTES):
            written.update(block)
            target.write(block)
        if written.hexdigest() != digest:
            raise SourceUnreadable(
                "{file} was changed while it was read. Wait until it is complete, then run the command again.",
                file=origin.name,
            )
    return copy


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        raise SourceUnreadable(
            "{file} cannot be read ({reason}). Check the file and its permissions.",
            file=path.name,
            reason=error.strerror or "unknown reason",
        ) from error
