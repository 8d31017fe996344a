"""What a reviewer compares of two records: their fields side by side, where they lie, what speaks for and against."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

from directory.categories import categories
from directory.evidence import EvidenceLine, Side
from directory.labels import field_name
from directory.listing import FIELDS
from directory.sources import SourceInfo
from tic.core.areas import area_name
from tic.core.i18n import Language, translator

_POINT: Final = {"lat", "lon"}
_LETTERS: Final = ("A", "B")
Record = Mapping[str, Any]


def source_line(record: Record, sources: Mapping[str, SourceInfo], language: Language) -> str:
    """The source of a record and its number there."""
    source = sources.get(record["source"])
    title = source.title(language) if source else str(record["source"])
    return f"{title} · {record['source_id']}"


def name_of(record: Record, language: Language) -> str:
    """The name of a record, in the reader's language where it has one."""
    first, second = ("name_th", "name_en") if language == "th" else ("name_en", "name_th")
    return str(record[first] or record[second] or record["key"])


def comparison_html(pair: Sequence[Record], sources: Mapping[str, SourceInfo], language: Language) -> str:
    """The fields that either record states as a table; fields that both state and that differ are marked in words."""
    _ = translator(language)
    columns = "".join(
        f'<th scope="col">{letter} · {escape(source_line(record, sources, language))}</th>'
        for letter, record in zip(_LETTERS, pair, strict=True)
    )
    rows = "".join(_row(field, pair, language) for field in (*FIELDS, "coordinates") if field not in _POINT)
    return (
        f'<table class="tic-table tic-pair"><caption>{escape(_("What the two records state"))}</caption>'
        f'<thead><tr><th scope="col">{escape(_("Field"))}</th>{columns}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _row(field: str, pair: Sequence[Record], language: Language) -> str:
    _ = translator(language)
    texts = [_text(field, record, language) for record in pair]
    if not any(texts):
        return ""
    differs = all(texts) and _folded(texts[0]) != _folded(texts[1])
    mark = f' <strong class="tic-differs">≠ {escape(_("differs"))}</strong>' if differs else ""
    cells = "".join(f"<td>{escape(text) or '–'}</td>" for text in texts)
    kind = ' class="tic-differing"' if differs else ""
    return f'<tr{kind}><th scope="row">{escape(field_name(field, language))}{mark}</th>{cells}</tr>'


def _folded(text: str) -> str:
    return "".join(text.lower().split())


def _text(field: str, record: Record, language: Language) -> str:
    if field == "coordinates":
        return "" if record["lat"] is None or record["lon"] is None else f"{record['lat']:.5f}, {record['lon']:.5f}"
    value = record.get(field)
    if value is None:
        return ""
    if field == "category" and value in categories():
        return categories()[value].name(language)
    if field in {"province_code", "district_code"}:
        return area_name(value, language)
    if field == "names":
        return ", ".join(json.loads(value).values())
    return ", ".join(value) if isinstance(value, list) else str(value)


def evidence_html(lines: Iterable[EvidenceLine], language: Language) -> str:
    """The evidence in three lists: for one place, against it, and what tells neither."""
    _ = translator(language)
    headings: dict[Side, str] = {
        "for": _("Speaks for one place"),
        "against": _("Speaks against it"),
        "neither": _("Tells neither"),
    }
    told = list(lines)
    parts = []
    for side, heading in headings.items():
        items = "".join(f"<li>{escape(line.text)}</li>" for line in told if line.side == side)
        if items:
            parts.append(f'<section class="tic-{side}"><h4>{escape(heading)}</h4><ul>{items}</ul></section>')
    return f'<div class="tic-evidence">{"".join(parts)}</div>'


def marker(record: Record, letter: str, language: Language) -> dict[str, Any] | None:
    """A record as a row for a map; None without a point."""
    if record["lat"] is None or record["lon"] is None:
        return None
    return {
        "id": record["key"],
        "name": f"{letter} · {name_of(record, language)}",
        "kind": "",
        "label": letter,
        "lat": record["lat"],
        "lon": record["lon"],
    }
