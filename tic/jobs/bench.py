"""`tic bench`: the measurements of the source tree, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import typer

from tic.core.errors import BadInput

_BENCHMARKS: Final = Path(__file__).parents[2] / "tests" / "benchmarks"


def run_benchmark(name: str, arguments: Sequence[str]) -> int:
    """Run one with its arguments; what it prints is passed on. Returns its exit code.

    Raises BadInput where the product is installed without its tests.
    """
    script = _BENCHMARKS / f"{name}.py"
    if not script.is_file():
        raise BadInput("The benchmarks are in the source tree only: clone the repository and run the command there.")
    # This source tree, whatever is installed, and where the tests keep what starts a real Elasticsearch node.
    path = os.pathsep.join(map(str, (_BENCHMARKS.parents[1], _BENCHMARKS.parent / "support")))
    environment = os.environ | {"PYTHONPATH": path}
    return subprocess.run([sys.executable, str(script), *arguments], env=environment, check=False).returncode


bench_app = typer.Typer(no_args_is_help=True, help="Measurements of the product; each prints one JSON object.")

_COMMANDS: Final = {
    "search": "Relevance and speed of search: [--listings N] [--engine embedded|elasticsearch|both] [--queries F] "
    "[--json].",
    "match": "F1 of matching on labelled pairs: [--from FOLDER] or [--train A --valid B --test C]; [--json].",
    "ingest": "Seconds, memory and F1 from generated files to a searchable directory: [--records N] [--json].",
    "analytics": "Speed of the views of figures beside DuckDB and pandas: [--rows N] [--file FOLDER] [--json].",
}
_SCRIPTS: Final = {"match": "matching_command", "ingest": "ingest_command"}
_PASSED_ON: Final = {"allow_extra_args": True, "ignore_unknown_options": True}


def _command(name: str) -> Callable[[typer.Context], None]:
    def command(context: typer.Context) -> None:
        raise typer.Exit(run_benchmark(_SCRIPTS.get(name, name), context.args))

    return command


for _name, _what in _COMMANDS.items():
    bench_app.command(_name, help=_what, add_help_option=False, context_settings=_PASSED_ON)(_command(_name))
