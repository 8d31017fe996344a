"""Parsers: what they give, where they are found, and the version of all code and data that a run depends on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, Protocol

import polars as pl

from ingest.source import Source, own_description, source_folder
from tic.core.errors import BadInput

_SHARED: Final = (
    (
        "ingest",
        (
            "assertions.py",
            "corrections.py",
            "fixes.py",
            "parsers.py",
            "pipeline.py",
            "places.py",
            "quarantine.py",
            "reading.py",
        ),
    ),
    ("ingest", ("cells.py", "statistics.py", "tabular.py", "unchanged.py", "clean")),
    (
        "ingest",
        (
            "mapped.py",
            "mapping.py",
            "dates.py",
            "grids.py",
            "workbooks.py",
            "json_paths.py",
            "json_rows.py",
            "parquet.py",
            "markets.py",
            "markets.csv",
        ),
    ),
    ("directory", ("categories.csv", "listing.py")),
    ("tic.core", ("areas.py", "charset.py", "geo.py", "data")),
    ("tic.analytics", ("observation.py",)),
)
"""Package -> files and folders of it whose change may change what a run brings."""
_OF_HAZARDS: Final = (
    ("ingest", ("hazards.py", "stock.py")),
    ("tic.hazards", ("alert.py", "cap.py", "extent.py", "stock.py", "store.py")),
)
"""The same for sources of alerts and of stock."""
_LIBRARIES: Final = ("opening-hours-py", "phonenumbers", "pyproj")
"""Libraries whose rules decide what a valid value is."""
_COUNTED: Final = (".py", ".csv", ".yml", ".parquet", ".geojson")


@dataclass(frozen=True)
class Parsed:
    """What a parser makes of a file: a frame of stated places (ingest.places) or of figures (ingest.statistics).

    leftover: parts of the file that the parser knows nothing about.
    """

    frame: pl.DataFrame
    leftover: tuple[str, ...] = ()


class Parser(Protocol):
    """`parse` of a parser.py. It only reads: cleaning and judging are done for all sources alike."""

    def __call__(self, path: Path, source: Source, /) -> Parsed:
        """The content of the file. Raises SourceUnreadable when it is not what the source says."""


def load_parser(source: Source) -> Parser:
    """The parser that a source names; one with a mapping needs none of its own. Raises BadInput for an unknown one."""
    if source.mapping or source.figures or source.stock:
        mapped: Parser = import_module("ingest.stock" if source.stock else "ingest.mapped").parse
        return mapped
    if source.parser not in known_parsers():
        raise BadInput(
            "source.yml of {source} names the parser {parser}, which there is not. The known ones are: {known}.",
            source=source.name,
            parser=source.parser,
            known=", ".join(known_parsers()),
        )
    parser: Parser = import_module(f"ingest.sources.{source.parser}.parser").parse
    return parser


@lru_cache(maxsize=1)
def known_parsers() -> tuple[str, ...]:
    """The folders below sources/ that hold a parser."""
    return tuple(sorted(folder.name for folder in source_folder("").iterdir() if (folder / "parser.py").is_file()))


def parser_version(source: Source) -> str:
    """A short hash of everything but the file that decides what a run of this source brings.

    Taken from the code itself: a version raised by hand is forgotten sooner or later, and a run takes seconds.
    """
    digest = hashlib.sha256(_shared_digest())
    further = _below(_OF_HAZARDS) if source.kind in {"alerts", "stock"} else []
    for file in [*further, *own_files(source)]:
        _add(digest, file)
    return digest.hexdigest()[:16]


def own_files(source: Source) -> list[Traversable]:
    """The files that make up a source: its description and its parser."""
    folders = dict.fromkeys((source.name, source.parser))
    own = own_description(source.name)
    return [*([own] if own else []), *(file for name in folders for file in _files_below(source_folder(name)))]


def shared_files() -> list[Traversable]:
    """The files of code and data that all sources have in common."""
    return _below(_SHARED)


@lru_cache(maxsize=1)
def _shared_digest() -> bytes:
    digest = hashlib.sha256("".join(f"{library}={version(library)}\n" for library in _LIBRARIES).encode())
    for file in shared_files():
        _add(digest, file)
    return digest.digest()


def _add(digest: hashlib._Hash, file: Traversable) -> None:
    digest.update(f"{file.name}\n".encode())
    digest.update(file.read_bytes())


def _below(packages: Iterable[tuple[str, tuple[str, ...]]]) -> list[Traversable]:
    return [file for package, names in packages for name in names for file in _files_below(files(package) / name)]


def _files_below(item: Traversable) -> Iterator[Traversable]:
    if item.is_dir():
        for child in sorted(item.iterdir(), key=lambda child: child.name):
            yield from _files_below(child)
    elif item.name.endswith(_COUNTED):
        yield item
