"""What a briefing is made of, whatever file it becomes: texts are in the reader's language and hold no markup."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import altair as alt

from tic.core.i18n import Language

AnyChart = alt.Chart | alt.LayerChart


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure in large type: what it is, its value, what it is compared with, and where it comes from."""

    label: str
    value: str
    changes: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Chart:
    """A chart with the sentence that stands for it where it cannot be seen."""

    chart: AnyChart
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the cells of the first column are names, those of the others figures, or with `texts` words, too."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: bool = False


@dataclass(frozen=True)
class Section:
    """A part of a briefing. Its figures, sentences, chart and table are shown in this order; note: where from."""

    title: str
    figures: tuple[Figure, ...] = ()
    sentences: tuple[str, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source that figures of the briefing come from. as_of: the newest statement that was used."""

    title: str
    publisher: str
    licence: str
    homepage: str
    as_of: str


@dataclass(frozen=True)
class Briefing:
    """A dated briefing about one area. made_on: in Asia/Bangkok. data_version: of the figures that were used."""

    title: str
    area: str
    language: Language
    made_on: date
    data_version: str
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    sources: tuple[SourceLine, ...] = field(default=())
