"""A briefing as PDF, set by Typst, which shapes and breaks Thai; the font ships with the product."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from tic.core.i18n import format_date, translator
from tic.reports.document import Briefing, Section
from tic.reports.pictures import FONT, FONT_FOLDER, in_two_characters, svg

_TEMPLATE: Final = Path(str(files("tic.reports") / "templates" / "briefing.typ"))


def as_pdf(briefing: Briefing) -> bytes:
    """The briefing on A4 pages. Texts reach the template as data, so that none of them can be markup."""
    import typst

    content = json.dumps(_content(briefing), ensure_ascii=False)
    made = typst.compile(
        _TEMPLATE,
        font_paths=[FONT_FOLDER],
        ignore_system_fonts=True,
        sys_inputs={"briefing": content},
    )
    return bytes(made)


def _content(briefing: Briefing) -> dict[str, Any]:
    _ = translator(briefing.language)
    made_on = format_date(briefing.made_on, briefing.language)
    version = _("Version of the data: {version}", version=briefing.data_version)
    columns = [_("Source"), _("Publisher"), _("Licence"), _("As of")]
    sources = [[item.title, item.publisher, item.licence, item.as_of] for item in briefing.sources]
    return {
        "title": briefing.title,
        "language": briefing.language,
        "font": FONT,
        "subtitle": f"{_('Made on {date}', date=made_on)} · {version}",
        "made_on": briefing.made_on.isoformat(),
        "sections": [_section(section) for section in briefing.sections],
        "notes_title": _("Notes"),
        "notes": list(briefing.notes),
        "sources_title": _("Sources and licences"),
        "sources": [columns, *sources],
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "figures": [asdict(figure) for figure in section.figures],
        "sentences": list(section.sentences),
        "chart": None if section.chart is None else in_two_characters(svg(section.chart.chart)),
        "chart_text": "" if section.chart is None else section.chart.text,
        "table": None if section.table is None else asdict(section.table),
        "note": section.note,
    }
