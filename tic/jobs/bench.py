"""`tic bench`: the measurements of the source tree, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tic.core.errors import BadInput

_BENCHMARKS: Final = Path(__file__).parents[2] / "tests" / "benchmarks"


def run_benchmark(name: str, arguments: Sequence[str]) -> int:
    """Run one with its arguments; what it prints is passed on. Returns its exit code.

    Raises BadInput where the product is installed without its tests.
    """
    script = _BENCHMARKS / f"{name}.py"
    if not script.is_file():
        raise BadInput("The benchmarks are in the source tree only: clone the repository and run the command there.")
    # Where the tests keep what starts a real Elasticsearch node.
    environment = os.environ | {"PYTHONPATH": str(_BENCHMARKS.parent / "support")}
    return subprocess.run([sys.executable, str(script), *arguments], env=environment, check=False).returncode
