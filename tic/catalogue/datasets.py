"""What is known of a dataset without asking anybody: its source's description, and what the files and rows show.

A job leaves these facts in the system of record; pages only look them up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Final

from pydantic import TypeAdapter

DATASETS: Final = "catalogue:datasets"
"""Name of the state under which a job leaves the facts of all datasets."""

MEDIA_TYPES: Final = {
    "csv": "text/csv",
    "json": "application/json",
    "geojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
"""File formats that are machine-readable by the vocabulary of the EU's Publications Office -> IANA media type."""

NON_PROPRIETARY: Final = frozenset({"csv", "json", "geojson", "parquet"})
KNOWN_LICENCES: Final = {
    "CC BY 4.0": "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0",
    "CC0 1.0": "http://publications.europa.eu/resource/authority/licence/CC0",
    "ODbL 1.0": "http://publications.europa.eu/resource/authority/licence/ODC_BL",
}
"""Licences with an entry in the vocabulary of the EU's Publications Office."""


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """A dataset as its source describes it, and as measured. `first`, `last`: the period that its rows cover.

    file: name of the file looked for. modified: date of its content. size_bytes: of the newest file read.
    """

    name: str
    kind: str
    title_th: str
    title_en: str
    publisher_th: str
    publisher_en: str
    homepage: str
    licence: str
    attribution: str
    schedule: str
    coverage: str
    file: str
    first: date | None = None
    last: date | None = None
    modified: date | None = None
    size_bytes: int | None = None

    @property
    def format(self) -> str:
        """The file's format by its name, e.g. `csv`."""
        return PurePath(self.file).suffix.removeprefix(".").lower()


_ADAPTER: Final = TypeAdapter(tuple[DatasetFacts, ...])


def facts_to_json(facts: Iterable[DatasetFacts]) -> str:
    """The facts of all datasets as JSON."""
    return _ADAPTER.dump_json(tuple(facts)).decode()


def facts_from_json(text: str | None) -> dict[str, DatasetFacts]:
    """The facts by name of the dataset; none before a job has left any."""
    return {item.name: item for item in (_ADAPTER.validate_json(text) if text else ())}
