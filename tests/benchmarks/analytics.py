"""How fast the views of figures are: `tic bench analytics [--rows N]`, which prints one JSON object.

Observations are generated (always the same for the same number) and stored as the product stores them; the views are
those that pages ask for, by Polars as in the product, by DuckDB and by pandas on the same files, each in a process of
its own whose memory is limited to four gigabytes. What an engine cannot do within that is null.
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
from itertools import islice
from pathlib import Path
from typing import Any, Final

import polars as pl

from tic.analytics import summaries
from tic.analytics.warehouse import observation_files, scan_observations, write_observations
from tic.core.areas import districts, provinces
from tic.core.errors import BadInput, TicError
from tic.core.i18n import tell

ROUNDS: Final = 5
MOST_MEMORY_BYTES: Final = 4 * 1024**3
MARKETS: Final = ("all", "thai", "foreign", *summaries.SEPARATE_MARKETS, *(f"country_{n:02d}" for n in range(21)))
MONTHS: Final = [date(2015 + month // 12, month % 12 + 1, 1) for month in range(120)]
INDICATOR, MARKET, PERIOD = "indicator_00", "foreign", date(2024, 9, 1)
ENGINES: Final = ("polars", "duckdb", "pandas")
WANT_OF_MEMORY: Final = re.compile(r"memory|bad_alloc|cannot allocate", re.IGNORECASE)
Views = dict[str, Callable[[], Any]]


def generate(folder: Path, rows: int) -> int:
    """Store about so many observations, a feed for each indicator; returns how many."""
    areas = ["TH", *provinces(), *districts()]
    per_indicator = len(areas) * len(MARKETS) * len(MONTHS)
    if rows < per_indicator:
        areas = list(islice(areas, max(78, rows // (len(MARKETS) * len(MONTHS)))))
        per_indicator = len(areas) * len(MARKETS) * len(MONTHS)
    count = max(1, round(rows / per_indicator))
    keys = (
        pl.DataFrame({"area": areas})
        .join(pl.DataFrame({"market": list(MARKETS)}), how="cross")
        .join(pl.DataFrame({"period": MONTHS}), how="cross")
    )
    for number in range(count):
        values = (pl.int_range(pl.len()) * (2_654_435_761 + number) % 1_000_003).cast(pl.Float64)
        frame = keys.with_columns(
            indicator=pl.lit(f"indicator_{number:02d}"), unit=pl.lit("persons"), frequency=pl.lit("M"), value=values,
            status=pl.lit("final"), source=pl.lit(f"bench_{number:02d}"), as_of=pl.lit(date(2025, 1, 1)),
        )  # fmt: skip
        write_observations(folder, f"bench_{number:02d}", frame)
    return count * per_indicator


def polars_views(folder: Path) -> Views:
    """The product's own summaries."""
    scan = scan_observations(folder)
    chosen = scan.filter(pl.col("indicator") == INDICATOR)
    return {
        "series": lambda: summaries.monthly(scan, INDICATOR, area="TH-83", market=MARKET),
        "provinces": lambda: summaries.provinces(scan, INDICATOR, market=MARKET, frequency="M", period=PERIOD),
        "markets_by_month": lambda: chosen.group_by("market", "period").agg(pl.col("value").sum()).collect(),
        "areas_by_year": lambda: (
            chosen.group_by("area", pl.col("period").dt.year()).agg(pl.col("value").sum()).collect()
        ),
        "everything_by_year": lambda: (
            scan.group_by("indicator", pl.col("period").dt.year())
            .agg(pl.col("value").sum())
            .collect(engine="streaming")
        ),
    }


def duckdb_views(folder: Path) -> Views:
    """The same in SQL."""
    connection = import_module("duckdb").connect()
    connection.execute(f"SET memory_limit = '{MOST_MEMORY_BYTES * 3 // 4 // 1024**2} MiB'")
    table = f"read_parquet({[str(path) for path in observation_files(folder)]})"
    one = f"FROM {table} WHERE indicator = '{INDICATOR}'"
    monthly = f"{one} AND market = '{MARKET}' AND frequency = 'M'"
    last_year = PERIOD.replace(year=PERIOD.year - 1)
    queries = {
        "series": f"SELECT period, value {monthly} AND area = 'TH-83' ORDER BY 1",
        "provinces": f"SELECT area, period, value {monthly} AND area LIKE 'TH-%' "
        f"AND period IN (DATE '{PERIOD}', DATE '{last_year}')",
        "markets_by_month": f"SELECT market, period, sum(value) {one} GROUP BY ALL",
        "areas_by_year": f"SELECT area, year(period), sum(value) {one} GROUP BY ALL",
        "everything_by_year": f"SELECT indicator, year(period), sum(value) FROM {table} GROUP BY ALL",
    }
    return {name: lambda sql=sql: connection.execute(sql).fetchnumpy() for name, sql in queries.items()}  # type: ignore[misc]


def pandas_views(folder: Path) -> Views:
    """The same in pandas, which reads what its filter leaves before it groups."""
    pd: Any = import_module("pandas")
    files = [str(path) for path in observation_files(folder)]
    columns = ["indicator", "area", "market", "period", "value"]

    def read(*filters: tuple[str, str, Any]) -> Any:
        return pd.read_parquet(files, columns=columns, filters=[("indicator", "==", INDICATOR), *filters])

    def years(frame: Any) -> Any:
        return pd.to_datetime(frame["period"]).dt.year

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
        "markets_by_month": markets,
        "areas_by_year": areas,
        "everything_by_year": everything,
    }


def serve(engine: str, folder: Path, view: str) -> dict[str, Any]:
    """Median seconds of a view after one to warm up, and the peak memory of this process."""
    views = {"polars": polars_views, "duckdb": duckdb_views, "pandas": pandas_views}[engine](folder)
    times = []
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        views[view]()
        times.append(time.perf_counter() - started)
    return {
        "seconds": round(statistics.median(times[1:]), 3),
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


def measure(rows: int) -> dict[str, Any]:
    """Every view by every engine: seconds per view, the largest memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        started = time.perf_counter()
        count = generate(folder, rows)
        report: dict[str, Any] = {
            "rows": count,
            "write_s": round(time.perf_counter() - started, 1),
            "bytes": sum(path.stat().st_size for path in observation_files(folder)),
        }
        for engine in ENGINES:
            found = {view: _measured(engine, folder, view) for view in polars_views(folder)}
            report[f"{engine}_s"] = {view: told and told["seconds"] for view, told in found.items()}
            report[f"{engine}_peak_rss_bytes"] = max(
                (told["peak_rss_bytes"] for told in found.values() if told), default=None
            )
    return report


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; a message and its exit code for what cannot be measured."""
    parser = argparse.ArgumentParser(prog="tic bench analytics", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="generated observations")
    parser.add_argument("--json", action="store_true", help="print on one line")
    parser.add_argument("--serve", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    try:
        if asked.serve:
            report = serve(asked.serve[0], Path(asked.serve[1]), asked.serve[2])
        elif asked.rows < 1:
            raise BadInput("{name} must be at least {least}.", name="--rows", least=1)
        else:
            report = measure(asked.rows)
    except TicError as error:
        sys.stderr.write(f"tic: {tell(error, 'en')}\n")
        return error.exit_code
    print(json.dumps(report, indent=None if asked.json or asked.serve else 2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
