"""How well and how fast search is: `tic bench search`, which prints one JSON object.

Relevance is measured on queries made from the listings of this installation (`labelled_queries`), beside plain
Elasticsearch on the same queries; speed on generated listings. With `--queries` a file of somebody else's queries is
evaluated over the index of this installation instead.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NoReturn

import search_quality
import search_speed

from directory import repository
from directory.services import Services
from elastic_node import running_node
from tic.core.database import reading
from tic.core.errors import BadInput, TicError
from tic.core.i18n import tell
from tic.core.settings import get_settings

_PORTS: Final = (9281, 9381)
_FIRST: Final = (
    *("engine", "listings", "queries", "recall_at_1", "recall_at_5", "mrr", "baseline_recall_at_1"),
    *("baseline_recall_at_5", "baseline_mrr", "search_p50_ms", "search_p99_ms", "suggest_p99_ms", "adapter_ratio"),
    *("build_s", "index_bytes", "peak_rss_bytes"),
)
"""What is printed first, None where the engine that was asked for does not tell."""


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; a message and its exit code for what cannot be measured."""
    parser = argparse.ArgumentParser(prog="tic bench search", description=__doc__)
    parser.add_argument("--listings", type=int, default=100_000, help="generated listings that speed is measured on")
    parser.add_argument("--engine", choices=("embedded", "elasticsearch", "both"), default="both")
    parser.add_argument("--queries", type=Path, help="file of lines: query, tab, regex on a name of the right place")
    parser.add_argument("--json", action="store_true", help="print on one line")
    asked = parser.parse_args(arguments)
    try:
        report = _report(asked)
    except TicError as error:
        sys.stderr.write(f"tic: {tell(error, 'en')}\n")
        return error.exit_code
    print(json.dumps(report, ensure_ascii=False, indent=None if asked.json else 2))
    return 0


def _report(asked: argparse.Namespace) -> dict[str, Any]:
    services = Services(get_settings())
    if asked.queries is not None:
        if not asked.queries.is_file():
            raise BadInput("There is no file {path}.", path=asked.queries)
        return search_quality.evaluate_file(services.search, asked.queries)
    if asked.listings < 1:
        raise BadInput("{name} must be at least {least}.", name="--listings", least=1)
    with reading(services.database) as connection:
        listings = list(repository.iter_listings(connection))
    if not listings:
        raise BadInput("There are no places to ask for. Read some in first: tic ingest run")
    with _elasticsearch(asked.engine) as url:
        report = search_quality.measure(listings, elasticsearch_url=url)
        report |= search_speed.measure(asked.listings, elasticsearch_url=url)
    report |= {"engine": asked.engine, "directory_listings": len(listings)}
    return {name: report.get(name) for name in _FIRST} | report


@contextmanager
def _elasticsearch(engine: str) -> Iterator[str | None]:
    """The server of the settings, or one of the benchmark's own."""
    if engine == "embedded":
        yield None
    elif url := os.environ.get("TIC_BENCH_ELASTICSEARCH_URL"):
        yield url
    else:
        with tempfile.TemporaryDirectory() as folder:
            port, transport_port = _PORTS
            with running_node(
                Path(folder), port=port, transport_port=transport_port, missing=_missing, heap="2g"
            ) as url:
                yield url


def _missing(what: str, remedy: str) -> NoReturn:
    raise BadInput("{what} is missing. {remedy}", what=what, remedy=remedy)


if __name__ == "__main__":
    sys.exit(main())
