"""`tic report`: a dated briefing about an area as a file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from directory.sources import load_sources
from tic.analytics.warehouse import data_version, read_forecasts, scan_observations
from tic.core.database import reading
from tic.core.errors import BadInput, NotFound
from tic.core.files import write_bytes
from tic.core.i18n import BANGKOK, LANGUAGES
from tic.desk.events import events
from tic.jobs.context import Context
from tic.reports.briefing import build_briefing
from tic.reports.html import as_html
from tic.reports.pdf import as_pdf
from tic.reports.subject import Evidence


def write_report(context: Context, area: str, language: str, path: Path) -> None:
    """Write the briefing about an area into a file, HTML or PDF by the ending of its name.

    Raises BadInput for another ending, language or area, NotFound without figures, StorageFailed.
    """
    writers = {".html": lambda told: as_html(told).encode(), ".pdf": as_pdf}
    write = writers.get(path.suffix.lower())
    if write is None:
        raise BadInput("Name the file *.html or *.pdf; {file} is neither.", file=path.name)
    if language not in LANGUAGES:
        raise BadInput("The language is th or en, not {language}.", language=language)
    today = datetime.now(BANGKOK).date()
    write_bytes(path, write(build_briefing(_evidence(context), area, language, today)))


def _evidence(context: Context) -> Evidence:
    folder = context.settings.warehouse
    with reading(context.database) as connection:
        sources, noted = load_sources(connection), events(connection)
    try:
        forecasts = read_forecasts(folder, "forecasts")
    except NotFound:
        # A briefing without a forecast says that there is none.
        forecasts = None
    return Evidence(scan_observations(folder), forecasts, sources, data_version(folder), noted)
