"""Commands of the Intelligence Center beside forecasts: briefings."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def report(
    area: Annotated[str, typer.Option(help="TH, a province such as TH-83, or a region of the world such as europe.")],
    out: Annotated[Path, typer.Option(help="File to write, *.html or *.pdf.")],
    lang: Annotated[str, typer.Option(help="Language of the briefing: th or en.")] = "th",
) -> None:
    """Write a dated briefing about an area, with charts, notes and sources."""
    from tic.jobs.briefings import write_report
    from tic.jobs.context import job_context

    with job_context() as context:
        write_report(context, area, lang, out)
    sys.stdout.write(f"Written: {out}\n")
