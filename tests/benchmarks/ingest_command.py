"""How fast a directory is made of files, and how well: `tic bench ingest`, which prints one JSON object.

Generated feeds of five publishers (`generated_feeds`) are read by `tic ingest run` as a person runs it, in a data
folder of its own with the embedded engine and SQLite: read, clean, store, match, merge, index, assess. Then one record
in a hundred is corrected by its publisher, and the command runs again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import polars as pl
from feed_files import FEEDS, write_descriptions
from generated_feeds import write_feeds
from process_tree import Measured, run_measured
from sqlalchemy import select

from directory import repository, tables
from directory.services import Services
from tic.core.database import reading
from tic.core.errors import BadInput, TicError
from tic.core.i18n import tell
from tic.core.settings import Settings

_ONE_IN: Final = 100


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; a message and its exit code for what cannot be measured."""
    parser = argparse.ArgumentParser(prog="tic bench ingest", description=__doc__)
    parser.add_argument("--records", type=int, default=100_000, help="records of all feeds together")
    parser.add_argument("--json", action="store_true", help="print on one line")
    asked = parser.parse_args(arguments)
    try:
        if asked.records < 100:
            raise BadInput("{name} must be at least {least}.", name="--records", least=100)
        with tempfile.TemporaryDirectory(prefix="tic-bench-") as folder:
            report = measure(asked.records, Path(folder))
    except TicError as error:
        sys.stderr.write(f"tic: {tell(error, 'en')}\n")
        return error.exit_code
    print(json.dumps(report, ensure_ascii=False, indent=None if asked.json else 2))
    return 0


def measure(records: int, folder: Path) -> dict[str, Any]:
    """Both runs on so many records below an empty folder."""
    feeds, data = folder / "feeds", folder / "data"
    write_descriptions(folder / "sources")
    truth = pl.read_parquet(write_feeds(feeds, records))
    environment = _environment(folder / "sources", data)
    first = _ingest(feeds, environment)
    services = Services(Settings(data_dir=data))
    try:
        found = _found(services, truth)
        index_bytes = sum(path.stat().st_size for path in (data / "index").rglob("*") if path.is_file())
        write_feeds(feeds, records, changed=_ONE_IN)
        again = _ingest(feeds, environment)
        told = json.loads(again.output)
        later = _found(services, truth)
    finally:
        services.close()
    return {
        "records": records,
        "listings": found["listings"],
        "places": truth["place"].n_unique(),
        "wall_s": {**first.steps, "all": round(first.wall_s, 1)},
        "cpu_s": {**first.cpu_steps, "all": round(first.cpu_s, 1)},
        "peak_rss_bytes": first.peak_rss_bytes,
        "peak_rss_of": "highest sum over all processes",
        "f1": found["f1"],
        "precision": found["precision"],
        "recall": found["recall"],
        "searchable": found["searchable"],
        "index_bytes": index_bytes,
        "rerun_s": round(again.wall_s, 1),
        "rerun_wall_s": again.steps,
        "rerun_cpu_s": {**again.cpu_steps, "all": round(again.cpu_s, 1)},
        "rerun_peak_rss_bytes": again.peak_rss_bytes,
        "changed": sum(run["new"] + run["changed"] for run in told["runs"]),
        "changed_listings": {name: told["resolved"][name] for name in ("records", "new", "changed", "removed")},
        "f1_after_rerun": later["f1"],
        "load_average": [round(value, 2) for value in os.getloadavg()],
    }


def _environment(sources: Path, data: Path) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("TIC_")}
    return {**plain, "TIC_SOURCES_DIR": str(sources), "TIC_DATA_DIR": str(data), "LANG": "C.UTF-8"}


def _ingest(feeds: Path, environment: dict[str, str]) -> Measured:
    names = [part for feed in FEEDS.values() for part in ("--source", feed.source)]
    command = [sys.executable, "-m", "tic.cli", "ingest", "run", "--from", str(feeds), *names, "--json"]
    done = run_measured(command, environment)
    if done.code:
        raise TicError("The run failed: {reason}", reason=done.errors[-2000:])
    return done


def _found(services: Services, truth: pl.DataFrame) -> dict[str, Any]:
    """How many listings there are and are found, and how well the pairs of records agree with the truth."""
    record = tables.record.c
    with reading(services.database) as connection:
        rows = connection.execute(select(record.key, record.listing_id)).all()
        listings = repository.count_listings(connection)
    schema = {"key": pl.String, "listing_id": pl.String}
    frame = truth.join(pl.DataFrame([tuple(row) for row in rows], schema, orient="row"), on="key", how="left")
    claimed = _pairs(frame.drop_nulls("listing_id"), ["listing_id"])
    right = _pairs(frame.drop_nulls("listing_id"), ["listing_id", "place"])
    real = _pairs(frame, ["place"])
    return {
        "listings": listings,
        "searchable": services.search.count(),
        "f1": round(2 * right / max(claimed + real, 1), 4),
        "precision": round(right / max(claimed, 1), 4),
        "recall": round(right / max(real, 1), 4),
    }


def _pairs(frame: pl.DataFrame, columns: list[str]) -> int:
    """Pairs of rows that agree in the columns."""
    sizes = frame.group_by(columns).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())


if __name__ == "__main__":
    sys.exit(main())
