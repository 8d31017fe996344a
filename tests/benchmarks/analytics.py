"""How fast the views of figures are: `tic bench analytics [--rows N] [--file FOLDER]`, which prints one JSON object.

Observations are generated (always the same for the same number) and stored as the product stores them; the views are
those that pages ask for, by the product's own summaries and its SQL for analysts, by DuckDB and by pandas on the same
files, each in a process of its own whose memory is limited to four gigabytes. What an engine cannot do within that is
null. `--file` keeps the generated files in a folder for the next run.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from generated_figures import kept_figures

from tic.analytics import summaries
from tic.analytics.releases import newest_issues
from tic.analytics.sql import MOST_ROWS, checked
from tic.analytics.sql_worker import answer
from tic.analytics.warehouse import observation_files, scan_observations
from tic.core.errors import BadInput, TicError
from tic.core.i18n import tell

ROUNDS: Final = 5
LONGEST_S: Final = 30.0
"""A view that takes longer than this in all is not repeated further."""
MOST_MEMORY_BYTES: Final = 4 * 1024**3
INDICATOR, MARKET, PERIOD = "indicator_00", "foreign", date(2024, 9, 1)
ENGINES: Final = ("polars", "duckdb", "pandas")
WANT_OF_MEMORY: Final = re.compile(r"memory|bad_alloc|cannot allocate", re.IGNORECASE)
SQL: Final = {
    "markets_by_month": "SELECT market, period, SUM(value) AS value FROM observations "
    f"WHERE indicator = '{INDICATOR}' GROUP BY market, period",
    "areas_by_year": "SELECT area, EXTRACT(YEAR FROM period) AS year, SUM(value) AS value FROM observations "
    f"WHERE indicator = '{INDICATOR}' GROUP BY area, EXTRACT(YEAR FROM period)",
    "everything_by_year": "WITH months AS (SELECT indicator, period, SUM(value) AS value FROM observations "
    "GROUP BY indicator, period) SELECT indicator, EXTRACT(YEAR FROM period) AS year, SUM(value) AS value FROM months "
    "GROUP BY indicator, EXTRACT(YEAR FROM period)",
}
"""What analysts may ask on the explorer; DuckDB is asked the very same."""
Views = dict[str, Callable[[], Any]]


def polars_views(folder: Path) -> Views:
    """The product's own summaries, and its answers to SQL."""
    scan = scan_observations(folder)
    return {
        "series": lambda: summaries.monthly(scan, INDICATOR, area="TH-83", market=MARKET),
        "provinces": lambda: summaries.provinces(scan, INDICATOR, market=MARKET, frequency="M", period=PERIOD),
        "choices": lambda: summaries.choices(scan),
        "newest_issues": lambda: newest_issues(scan),
        **{name: lambda sql=sql: answer(folder, checked(sql), MOST_ROWS) for name, sql in SQL.items()},  # type: ignore[misc]
    }


def duckdb_views(folder: Path) -> Views:
    """The same in SQL."""
    connection = import_module("duckdb").connect()
    connection.execute(f"SET memory_limit = '{MOST_MEMORY_BYTES * 3 // 4 // 1024**2} MiB'")
    files = [str(path) for path in observation_files(folder)]
    connection.execute(f"CREATE VIEW observations AS SELECT * FROM read_parquet({files})")
    monthly = f"FROM observations WHERE indicator = '{INDICATOR}' AND market = '{MARKET}' AND frequency = 'M'"
    last_year = PERIOD.replace(year=PERIOD.year - 1)
    queries = {
        "series": f"SELECT period, value {monthly} AND area = 'TH-83' ORDER BY 1",
        "provinces": f"SELECT area, period, value {monthly} AND area LIKE 'TH-%' "
        f"AND period IN (DATE '{PERIOD}', DATE '{last_year}')",
        "choices": "SELECT DISTINCT indicator, frequency, area, market FROM observations ORDER BY ALL",
        "newest_issues": "SELECT source, max(period), arg_max(frequency, period), arg_max(as_of, period) "
        "FROM observations GROUP BY source ORDER BY 1",
        **SQL,
    }
    return {name: lambda sql=sql: connection.execute(sql).fetchnumpy() for name, sql in queries.items()}  # type: ignore[misc]


def pandas_views(folder: Path) -> Views:
    """The same in pandas, which reads what its filter leaves before it groups."""
    pd: Any = import_module("pandas")
    files = [str(path) for path in observation_files(folder)]

    def read(*filters: tuple[str, str, Any]) -> Any:
        columns = ["indicator", "area", "market", "period", "value"]
        return pd.read_parquet(files, columns=columns, filters=[("indicator", "==", INDICATOR), *filters])

    def years(frame: Any) -> Any:
        return pd.to_datetime(frame["period"]).dt.year

    def choices() -> Any:
        return pd.read_parquet(files, columns=["indicator", "frequency", "area", "market"]).drop_duplicates()

    def issues() -> Any:
        whole = pd.read_parquet(files, columns=["source", "frequency", "period", "as_of"])
        return whole.sort_values("period").groupby("source").last()

    def everything() -> Any:
        whole = pd.read_parquet(files, columns=["indicator", "period", "value"])
        return whole.groupby(["indicator", years(whole)])["value"].sum()

    def markets() -> Any:
        return read().groupby(["market", "period"])["value"].sum()

    def areas() -> Any:
        frame = read()
        return frame.groupby(["area", years(frame)])["value"].sum()

    return {
        "series": lambda: read(("area", "==", "TH-83"), ("market", "==", MARKET)),
        "provinces": lambda: read(
            ("market", "==", MARKET), ("period", "in", [PERIOD, PERIOD.replace(year=PERIOD.year - 1)])
        ),
        "choices": choices,
        "newest_issues": issues,
        "markets_by_month": markets,
        "areas_by_year": areas,
        "everything_by_year": everything,
    }


def serve(engine: str, folder: Path, view: str) -> dict[str, Any]:
    """Median seconds and processor seconds of a view after one to warm up, and the peak memory of this process."""
    views = {"polars": polars_views, "duckdb": duckdb_views, "pandas": pandas_views}[engine](folder)
    times: list[tuple[float, float]] = []
    while len(times) < 2 or (len(times) <= ROUNDS and sum(wall for wall, _cpu in times) < LONGEST_S):
        started, began = time.perf_counter(), time.process_time()
        views[view]()
        times.append((time.perf_counter() - started, time.process_time() - began))
    walls, cpus = zip(*times[1:], strict=True)
    return {
        "seconds": round(statistics.median(walls), 3),
        "cpu_seconds": round(statistics.median(cpus), 3),
        "peak_rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def _measured(engine: str, folder: Path, view: str) -> dict[str, Any] | None:
    """What a process of its own prints; None when it fails for want of memory."""
    command = [sys.executable, __file__, "--serve", engine, str(folder), view]

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))

    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limit)
    if done.returncode != 0:
        if done.returncode > 0 and not WANT_OF_MEMORY.search(done.stderr):
            raise RuntimeError(f"{engine} fails at {view}: {done.stderr[-500:]}")
        return None
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure(rows: int, kept: Path | None) -> dict[str, Any]:
    """Every view by every engine: seconds and processor seconds per view, the largest memory. kept: see `--file`."""
    with tempfile.TemporaryDirectory() as name:
        started, began = time.perf_counter(), time.process_time()
        folder, count = kept_figures(kept or Path(name), rows)
        report: dict[str, Any] = {
            "rows": count,
            "write_s": round(time.perf_counter() - started, 1),
            "write_cpu_s": round(time.process_time() - began, 1),
            "write_peak_rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            "bytes": sum(path.stat().st_size for path in observation_files(folder)),
        }
        for engine in ENGINES:
            found = {view: _measured(engine, folder, view) for view in polars_views(folder)}
            report[f"{engine}_s"] = {view: told and told["seconds"] for view, told in found.items()}
            report[f"{engine}_cpu_s"] = {view: told and told["cpu_seconds"] for view, told in found.items()}
            report[f"{engine}_peak_rss_bytes"] = max(
                (told["peak_rss_bytes"] for told in found.values() if told), default=None
            )
    return report


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; a message and its exit code for what cannot be measured."""
    parser = argparse.ArgumentParser(prog="tic bench analytics", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="generated observations")
    parser.add_argument("--file", type=Path, help="folder that keeps the generated files for the next run")
    parser.add_argument("--json", action="store_true", help="print on one line")
    parser.add_argument("--serve", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    try:
        if asked.serve:
            report = serve(asked.serve[0], Path(asked.serve[1]), asked.serve[2])
        elif asked.rows < 1:
            raise BadInput("{name} must be at least {least}.", name="--rows", least=1)
        else:
            report = measure(asked.rows, asked.file)
    except TicError as error:
        sys.stderr.write(f"tic: {tell(error, 'en')}\n")
        return error.exit_code
    print(json.dumps(report, indent=None if asked.json or asked.serve else 2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
