"""What is kept of every source: its bytes as Snapshots by hash, and which of them are its newest.

So everything can be read again without the network, and a source that was fetched stays fetched when the run that
should have read it was killed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Engine

from directory import repository
from ingest.fetch import look_around
from ingest.snapshot import kept_path
from ingest.source import Source
from tic.core.database import reading
from tic.core.errors import NotFound, SourceUnreadable

_STATE: Final = "kept:"


class Supply(Protocol):
    """Where a run gets the files of a source."""

    def files_of(self, source: Source) -> list[Path]:
        """The files, in order. Raises NotFound when there are none, SourceUnreadable when they cannot be used."""

    def address_of(self, source: Source) -> str | None:
        """Where they were fetched from; None for files of this machine."""


@dataclass(frozen=True)
class Manifest:
    """The newest bytes of a source: (file name, SHA-256) each, and what is needed to ask whether they changed."""

    files: tuple[tuple[str, str], ...]
    address: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    at: str = ""


def load_manifest(connection: Connection, source: str) -> Manifest | None:
    """What is kept of a source; None when nothing is."""
    text = repository.get_state(connection, _STATE + source)
    if text is None:
        return None
    values: dict[str, Any] = json.loads(text)
    return Manifest(**{**values, "files": tuple((name, digest) for name, digest in values["files"])})


def save_manifest(connection: Connection, source: str, manifest: Manifest) -> None:
    """Note what is kept of a source from now on."""
    repository.set_state(connection, _STATE + source, json.dumps(asdict(manifest), ensure_ascii=False))


def manifest_of(files: Sequence[Path], hashes: Sequence[str]) -> Manifest:
    """The manifest of files that were read from this machine."""
    names = tuple((path.name, digest) for path, digest in zip(files, hashes, strict=True))
    return Manifest(names, at=datetime.now(UTC).isoformat())


@dataclass(frozen=True)
class Kept:
    """The newest Snapshots of each source; the starter set from the installed package.

    replay: also of sources that are not fetched but were read from a folder.
    """

    engine: Engine
    folder: Path
    replay: bool = False

    def files_of(self, source: Source) -> list[Path]:
        if source.ships_with_product or not (self.replay or source.fetch):
            return look_around(None).files_of(source)
        manifest = self._manifest(source)
        if manifest is None:
            raise NotFound(
                "Nothing of {source} is kept yet. Fetch it, or name the folder that holds its file with --from.",
                source=source.name,
            )
        paths = [kept_path(self.folder, digest, name) for name, digest in manifest.files]
        missing = next((path for path in paths if not path.is_file()), None)
        if missing is not None:
            raise SourceUnreadable(
                "The kept copy {path} of {source} is missing. Fetch the source again.",
                path=str(missing),
                source=source.name,
            )
        return paths

    def address_of(self, source: Source) -> str | None:
        manifest = None if source.ships_with_product else self._manifest(source)
        return manifest.address if manifest else None

    def has(self, source: Source) -> bool:
        """Whether anything of a source is kept."""
        return self._manifest(source) is not None

    def _manifest(self, source: Source) -> Manifest | None:
        with reading(self.engine) as connection:
            return load_manifest(connection, source.name)
