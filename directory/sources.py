"""What people are told about the sources of the directory and of the figures: who publishes them, on what terms.

A job leaves these facts in the system of record when it reads the sources; pages and API only look them up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from pydantic import TypeAdapter
from sqlalchemy import Connection

from directory.runs import get_state, set_state

Trust = Literal["operator", "official", "open", "private"]
TRUSTS: Final[tuple[Trust, ...]] = ("official", "operator", "open", "private")
"""Types of source, in the order they are shown."""

_STATE: Final = "sources"


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A source as it is shown. kind: `places` or `statistics`; as_of: date of its content where it has one for all."""

    name: str
    kind: str
    title_th: str
    title_en: str
    publisher_th: str
    publisher_en: str
    homepage: str
    licence: str
    attribution: str
    trust: Trust
    as_of: date | None = None

    def title(self, language: str) -> str:
        """The title in `th` or `en`."""
        return self.title_th if language == "th" else self.title_en

    def publisher(self, language: str) -> str:
        """The publisher in `th` or `en`."""
        return self.publisher_th if language == "th" else self.publisher_en


OPERATOR: Final = SourceInfo(
    name="operator",
    kind="places",
    title_th="ข้อมูลจากผู้ประกอบการ",
    title_en="Entered by its operator",
    publisher_th="ผู้ประกอบการของสถานที่",
    publisher_en="The operator of the place",
    homepage="",
    licence="Facts given for publication in the directory",
    attribution="Operators of the places",
    trust="operator",
)
"""The submissions of operators are one more source of records."""

_ADAPTER: Final = TypeAdapter(tuple[SourceInfo, ...])


def save_sources(connection: Connection, sources: Iterable[SourceInfo]) -> None:
    """Leave the facts about all sources for pages and API; writes nothing when they are there already."""
    text = _ADAPTER.dump_json(tuple(sources)).decode()
    if get_state(connection, _STATE) != text:
        set_state(connection, _STATE, text)


def load_sources(connection: Connection) -> dict[str, SourceInfo]:
    """The sources by name, that of the operators among them; only this one before a job has read any."""
    text = get_state(connection, _STATE)
    found = _ADAPTER.validate_json(text) if text else ()
    return {source.name: source for source in (*found, OPERATOR)}
