"""The `tic` command: every job of the product, and a search in the terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tic.core.errors import BadInput, TicError
from tic.core.i18n import Language, choose_language, tell
from tic.core.logging import configure_logging
from tic.core.settings import get_settings
from tic.jobs.account_commands import account_app
from tic.jobs.bench import bench_app
from tic.jobs.commands import report, uploads_app, watches_app

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)
ingest_app = typer.Typer(no_args_is_help=True, help="Read sources into the directory and the warehouse.")
forecast_app = typer.Typer(no_args_is_help=True, help="Fit forecasts; pages only read what this job wrote.")
app.add_typer(ingest_app, name="ingest")
app.add_typer(forecast_app, name="forecast")
app.add_typer(account_app, name="account")
app.add_typer(bench_app, name="bench")
app.command()(report)
app.add_typer(watches_app, name="watches")
app.add_typer(uploads_app, name="uploads")
quality_app = typer.Typer(no_args_is_help=True, help="How good each source's data is, and what to mend first.")
app.add_typer(quality_app, name="quality")

_PIPE_WIDTH = 240
_INTERRUPTED = 130
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")]
From = Annotated[Path | None, typer.Option("--from", help="Folder that holds the publishers' files.")]
Sources = Annotated[list[str] | None, typer.Option("--source", help="Only this source; may be repeated.")]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    # The server may run for months after this line: a log must not wait for a full buffer.
    sys.stdout.flush()


def _complain(text: str) -> None:
    sys.stderr.write(f"tic: {text}\n")


def _complain_of(failures: Sequence[str], *, go_on: bool = False) -> None:
    """One line for each failed source, and an exit code that tells unless the command goes on."""
    for failure in failures:
        _complain(failure)
    if failures and not go_on:
        raise typer.Exit(BadInput.exit_code)


def _cell(value: Any) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _table(columns: list[str], rows: list[list[Any]]) -> None:
    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH).print(table)


def _rows(columns: list[str], rows: list[list[Any]], as_json: bool) -> None:
    if as_json:
        _say(json.dumps([dict(zip(columns, row, strict=True)) for row in rows], ensure_ascii=False, default=str))
    else:
        _table(columns, rows)


@app.command()
def up(
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the pages when everything is ready.")] = True,
) -> None:
    """Prepare everything that is missing (database, starter set, index, forecasts), then serve the pages."""
    from tic.jobs.context import job_context
    from tic.jobs.ingest import failures_of
    from tic.jobs.up import prepare
    from tic.server import check_port

    settings = get_settings()
    if serve:
        check_port(settings)
    with job_context(settings) as context:
        report = prepare(context)
    _say(f"Ready in {report.wall_s:.1f} s. Data folder: {settings.data_dir}")
    if report.accounts:
        _say("First accounts (shown only this once; change them with `tic account password`):")
        for account in report.accounts:
            _say(f"  {account.role:<14} {account.email:<28} {account.password}")
    _say(f"Sign in at {settings.address}/account/sign-in")
    # What was there before is still served when a file of the new version cannot be read.
    _complain_of(failures_of(report.places.runs, {"failed"}, _language()), go_on=serve)
    if serve:
        _serve()


@app.command()
def serve() -> None:
    """Serve the pages, the public listing pages and the API."""
    _serve()


def _serve() -> None:
    from tic.server import run

    settings = get_settings()
    _say(f"Open {settings.address} (Ctrl+C stops it)")
    run(settings)


@app.command()
def migrate() -> None:
    """Bring the tables of the database up to date."""
    from directory.migrate import current_revision
    from directory.migrate import migrate as run_migrations
    from tic.jobs.context import job_context

    with job_context() as context:
        run_migrations(context.database)
        _say(f"The database is at revision {current_revision(context.database)}.")


@ingest_app.command("run")
def ingest_run(
    folder: From = None,
    source: Sources = None,
    replay: Annotated[bool, typer.Option("--replay", help="Read what is kept again, without the network.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fetch and read sources, clean, validate, merge into listings and bring the index up to date."""
    from tic.jobs.context import job_context
    from tic.jobs.ingest import ingest_and_publish, run_rows

    with job_context() as context:
        report = ingest_and_publish(context, source, folder, replay=replay)
    if as_json:
        _say(json.dumps(report.as_dict(), ensure_ascii=False, default=str))
    else:
        _table(*run_rows(report))
        _say(report.summary())
    _complain_of(report.failures(_language()))


@ingest_app.command("status")
def ingest_status(as_json: AsJson = False) -> None:
    """Show what the last run of each source brought."""
    from tic.jobs.context import job_context
    from tic.jobs.ingest import status_rows

    with job_context() as context:
        _rows(*status_rows(context), as_json)


@ingest_app.command("quarantine")
def ingest_quarantine(
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Rows shown.")] = 50,
    export: Annotated[Path | None, typer.Option(help="Write the rows to this CSV file, to correct them there.")] = None,
    fix: Annotated[Path | None, typer.Option(help="Take the corrected cells of such a file.")] = None,
    replay: Annotated[
        bool, typer.Option("--replay", help="Read the sources of the rows again from what is kept.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List rejected rows with the reason; or export them, take corrections, and read them again."""
    from tic.jobs.context import job_context
    from tic.jobs.ingest import ingest_and_publish, quarantine_rows, run_rows
    from tic.jobs.quarantine import export_quarantine, read_fixes, sources_in_quarantine

    with job_context() as context:
        if export is not None:
            _say(f"{export_quarantine(context, source, export):,} rows written to {export}")
            return
        fixed = read_fixes(context, fix) if fix is not None else {}
        if not fixed and not replay:
            _rows(*quarantine_rows(context, source, limit), as_json)
            return
        names = [source] if source else list(fixed) or sources_in_quarantine(context)
        report = ingest_and_publish(context, names, None, replay=True) if names else None
    if report is None:
        _say("The quarantine is empty.")
        return
    _rows(*run_rows(report), as_json)
    _complain_of(report.failures(_language()))


@app.command()
def index(rebuild: Annotated[bool, typer.Option(help="Build anew even when it is up to date.")] = False) -> None:
    """Bring the search index up to date with the database."""
    from directory.search import indexer
    from tic.core.locks import job_lock
    from tic.jobs.context import job_context

    with job_context() as context, job_lock(context.settings.lock_dir, "directory"):
        build = indexer.rebuild if rebuild else indexer.ensure_index
        build(context.database, context.search, context.reporter)
        _say(f"{context.search.count():,} listings in the {context.search.name} index.")


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="A place, in Thai or English, by any spelling.")],
    category: Annotated[list[str] | None, typer.Option(help="Category code; may be repeated.")] = None,
    province: Annotated[list[str] | None, typer.Option(help="Province code such as TH-83; may be repeated.")] = None,
    price: Annotated[list[str] | None, typer.Option(help="Price band, e.g. free or under_300; repeatable.")] = None,
    certification: Annotated[
        list[str] | None, typer.Option(help="Certification: sha, sha_plus or sha_extra_plus; may be repeated.")
    ] = None,
    access: Annotated[
        list[str] | None, typer.Option(help="Access: wheelchair or wheelchair_limited; may be repeated.")
    ] = None,
    open_now: Annotated[bool, typer.Option("--open-now", help="Only places that are open at this moment.")] = False,
    near: Annotated[str | None, typer.Option(help="Point `lat,lon` to measure distance from.")] = None,
    radius_km: Annotated[float | None, typer.Option(help="Only places within this distance of the point.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="Results shown.")] = 10,
    language: Annotated[str, typer.Option(help="Language of the table: th or en.")] = "th",
    as_json: AsJson = False,
) -> None:
    """Find places."""
    from tic.jobs.context import job_context
    from tic.jobs.find import find_places, result_rows

    with job_context() as context:
        results = find_places(
            context,
            text,
            category,
            province,
            near,
            radius_km,
            limit,
            language,
            price=price,
            certification=certification,
            access=access,
            open_now=open_now,
        )
    if as_json:
        from directory.search.base import results_to_json

        _say(json.dumps(results_to_json(results), ensure_ascii=False))
        return
    _table(*result_rows(results, language))
    _say(f"{results.total:,} places in {results.took_ms:.1f} ms")


@forecast_app.command("run")
def forecast_run(
    group: Annotated[
        list[str] | None, typer.Option(help="Only arrivals, provinces or others; may be repeated.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Fit again even when the figures have not changed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fit the models on the newest figures and store forecasts, intervals and backtests."""
    from tic.jobs.context import job_context
    from tic.jobs.forecast_panels import chosen_groups
    from tic.jobs.forecasts import refresh_forecasts

    with job_context() as context:
        report = refresh_forecasts(context, groups=chosen_groups(group), force=force)
    _say(json.dumps(report.as_dict(), default=str) if as_json else report.summary())


@forecast_app.command("accuracy")
def forecast_accuracy(
    hierarchies: Annotated[
        bool, typer.Option("--hierarchies", help="What it costs or brings that parts add up to wholes.")
    ] = False,
    leading: Annotated[
        bool, typer.Option("--leading", help="What leading indicators bring, and how good nowcasts are.")
    ] = False,
    past: Annotated[bool, typer.Option("--past", help="Forecasts made before against the truth since then.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show how far off each model was in the rolling-origin backtest, and how often its intervals held."""
    from tic.jobs.context import job_context
    from tic.jobs.forecast_accuracy import accuracy_rows, leading_rows, reconciliation_rows
    from tic.jobs.past_forecasts import archive_line, past_rows

    with job_context() as context:
        summaries = {past_rows: past, reconciliation_rows: hierarchies, leading_rows: leading}
        told = next((rows for rows, wanted in summaries.items() if wanted), accuracy_rows)
        _rows(*told(context), as_json)
        if past and not as_json:
            _say(archive_line(context))


@forecast_app.command("backtest")
def forecast_backtest(
    dataset: Annotated[str | None, typer.Option(help="A public data set: tourism2011.")] = None,
    panel: Annotated[Path | None, typer.Option(help="Parquet or CSV file with unique_id, ds and y.")] = None,
    season: Annotated[int, typer.Option(help="Periods in a year of the panel: 12, 4 or 1.")] = 12,
    horizon: Annotated[int, typer.Option(min=1, help="Last periods of each series of the panel held back.")] = 12,
    as_json: AsJson = False,
) -> None:
    """Hold back the last periods of many series, forecast them, and show errors and how often intervals held."""
    from tic.core.progress import default_reporter
    from tic.jobs.backtest import backtest_account, backtest_rows

    account = backtest_account(default_reporter(), dataset=dataset, panel=panel, season=season, horizon=horizon)
    if as_json:
        _say(json.dumps(account, ensure_ascii=False))
    else:
        _table(*backtest_rows(account["frequencies"]))
        used = f"{account['wall_s']:.0f} s ({account['cpu_s']:.0f} s of processor)"
        _say(f"{used}, at most {account['peak_rss_bytes'] / 2**20:.0f} MiB.")


@quality_app.command("run")
def quality_run(
    force: Annotated[bool, typer.Option(help="Assess again even when nothing has changed.")] = False,
    addresses: Annotated[bool, typer.Option("--check-addresses", help="Ask if web addresses answer.")] = False,
    as_json: AsJson = False,
) -> None:
    """Assess every source by the rules and keep the scores; `tic ingest run` does so at its end."""
    from tic.jobs.context import job_context
    from tic.jobs.quality import run_quality

    with job_context() as context:
        report = run_quality(context, force=force, addresses=addresses)
    _say(json.dumps(report.as_dict()) if as_json else report.summary())


@quality_app.command("show")
def quality_show(
    source: Annotated[str | None, typer.Option(help="One source: its rules, the greatest gain first.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the scores of all sources by dimension, or the rules of one."""
    from tic.jobs.context import job_context
    from tic.jobs.quality import score_rows

    with job_context() as context:
        _rows(*score_rows(context, source), as_json)


@quality_app.command("failing")
def quality_failing(
    source: str,
    rule: str,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="Rows shown.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the rows of a source that fail a rule."""
    from tic.jobs.context import job_context
    from tic.jobs.quality import failing

    with job_context() as context:
        _rows(*failing(context, source, rule, limit), as_json)


def _language() -> Language:
    """Language of the terminal, after the locale's variables; English when they name neither."""
    named = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), None)
    return choose_language(named, "en")


def main() -> None:
    """Entry point: a known failure is one clear line and a non-zero exit code."""
    try:
        configure_logging(get_settings())
        app()
    except TicError as error:
        _complain(tell(error, _language()))
        sys.exit(error.exit_code)
    except SystemExit as ended:
        if ended.code == _INTERRUPTED:
            _complain("stopped. Run the command again to go on where it was.")
        raise


if __name__ == "__main__":
    main()
