"""Where the files of a source are: in the installed package, or anywhere below a folder that a person names."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path

from ingest.source import Source
from tic.core.errors import NotFound, SourceUnreadable, StorageFailed


@dataclass(frozen=True)
class Shelf:
    """The files at hand, by name: looked up once for all sources of a run."""

    folder: Path | None
    by_name: dict[str, tuple[Path, ...]]

    def files_of(self, source: Source) -> list[Path]:
        """The file of a source, or its files where the name has a `*`, in order of name.

        Raises NotFound when there is none, SourceUnreadable when several have the one name it should have,
        StorageFailed when a file of the product itself is missing.
        """
        if source.ships_with_product:
            return _shipped(source)
        found = self._matches(source)
        if not found:
            raise self._missing(source)
        if "*" not in source.file and len(found) > 1:
            raise SourceUnreadable(
                "There are {count} files named {file} below {folder}: {places}. Leave only the one that is meant.",
                count=len(found),
                file=source.file,
                folder=str(self.folder),
                places=", ".join(str(path) for path in found[:3]),
            )
        return found

    def address_of(self, source: Source) -> str | None:
        """None: the files are on this machine."""
        return None

    def has(self, source: Source) -> bool:
        """Whether there is a file for a source that does not ship with the product."""
        return bool(self._matches(source))

    def _matches(self, source: Source) -> list[Path]:
        return sorted(path for name, paths in self.by_name.items() if fnmatchcase(name, source.file) for path in paths)

    def _missing(self, source: Source) -> NotFound:
        if self.folder is None:
            return NotFound(
                "{source} does not ship with the product. Name the folder that holds its file {file} with --from.",
                source=source.name,
                file=source.file,
            )
        return NotFound(
            "There is no file {file} below {folder}. Get it from {homepage}, or name another folder.",
            file=source.file,
            folder=str(self.folder),
            homepage=source.homepage,
        )


def _shipped(source: Source) -> list[Path]:
    found = sorted(Path(str(files("ingest") / "starter")).glob(source.file))
    if not found:
        raise StorageFailed(
            "The file {file} that ships with the product is missing. Install the product again.", file=source.file
        )
    return found


def look_around(folder: Path | None) -> Shelf:
    """The files below a folder; with None only what ships with the product. Hidden folders are left out."""
    found: dict[str, list[Path]] = defaultdict(list)
    if folder is not None:
        for parent, folders, names in os.walk(folder):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in names:
                found[name].append(Path(parent, name))
    return Shelf(folder, {name: tuple(paths) for name, paths in found.items()})
