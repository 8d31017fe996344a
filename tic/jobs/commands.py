"""Commands of the Intelligence Center beside forecasts: briefings, watches, tables handed in."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

uploads_app = typer.Typer(no_args_is_help=True, help="Tables that analysts hand in.")
watches_app = typer.Typer(no_args_is_help=True, help="What analysts watch.")


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


@watches_app.command("run")
def watches_run(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
) -> None:
    """Tell analysts what has happened to the series they watch: in their feeds, and by mail where a server is set."""
    from tic.jobs.context import job_context
    from tic.jobs.watches import run_watches

    with job_context() as context:
        done = run_watches(context)
    sys.stdout.write((json.dumps(done.as_dict()) if as_json else done.summary()) + "\n")


@watches_app.callback()
def _watches() -> None:
    """Keeps `run` a command of its own while it is the only one."""


@uploads_app.command("run")
def uploads_run(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
) -> None:
    """Look at the tables that analysts have handed in, and join those they want to the warehouse."""
    from tic.jobs.context import job_context
    from tic.jobs.uploads import run_uploads

    with job_context() as context:
        done = run_uploads(context)
    sys.stdout.write((json.dumps(done.as_dict()) if as_json else done.summary()) + "\n")


@uploads_app.callback()
def _uploads() -> None:
    """Keeps `run` a command of its own while it is the only one."""
