"""Snapshot: the raw bytes as they were fetched, kept under their hash, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tic.core.errors import SourceUnreadable
from tic.core.files import replacing

_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Snapshot:
    """What a source gave: SHA-256 (of several files: of their names and hashes), size, and where it came from."""

    sha256: str
    size_bytes: int
    origins: tuple[Path, ...]
    hashes: tuple[str, ...]

    @property
    def fetched_from(self) -> str:
        """The files, as text for people."""
        return ", ".join(str(path) for path in self.origins)


def look_at(paths: Sequence[Path]) -> Snapshot:
    """Hash files without keeping them. Raises SourceUnreadable for one that cannot be read."""
    hashes = tuple(_hash(path) for path in paths)
    size_bytes = sum(path.stat().st_size for path in paths)
    if len(paths) == 1:
        return Snapshot(hashes[0], size_bytes, tuple(paths), hashes)
    lines = "".join(f"{digest}  {path.name}\n" for digest, path in zip(hashes, paths, strict=True))
    return Snapshot(hashlib.sha256(lines.encode()).hexdigest(), size_bytes, tuple(paths), hashes)


def keep(snapshot: Snapshot, folder: Path) -> list[Path]:
    """Copy the files of a snapshot below `folder` unless they are there; returns the copies, which parsers read.

    A copy keeps its file's name, below a folder named by its hash. Raises StorageFailed when it cannot be written,
    SourceUnreadable when a file has changed since it was looked at.
    """
    return [
        _keep_file(origin, digest, folder) for origin, digest in zip(snapshot.origins, snapshot.hashes, strict=True)
    ]


def _keep_file(origin: Path, digest: str, folder: Path) -> Path:
    copy = folder / digest[:2] / digest / origin.name
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
