"""Server time of views of a page, as the server runs its scripts: from a changed address to the last element.

Milliseconds of the clock, and of processors (`cpu`), which a busy machine changes less.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, local_script_runner

from pages import _session
from tic.core.memory import keep_what_is_loaded

_APP: Final = Path(__file__).resolve().parents[2] / "pages" / "app.py"


def measure_views(
    views: Iterable[Mapping[str, str]], *, script: str | None = None, warm_up: Iterable[Mapping[str, str]] = ()
) -> dict[str, Any]:
    """Milliseconds of the views, each once. script: the page, None for the first one; a view is an address."""
    # There is no browser here that could send any.
    _session.cookie = {}.get
    # The server compiles a script once; the test of an app would do so for every view.
    compiled = ScriptCache()
    local_script_runner.ScriptCache = lambda: compiled  # type: ignore[assignment,misc]
    page = AppTest.from_file(str(_APP), default_timeout=60).run()
    if script is not None:
        page.switch_page(script).run()
    for view in warm_up:
        _show(page, view)
    # As the server does when it has loaded what it needs.
    keep_what_is_loaded()
    walls_ms, cpus_ms = zip(*(_show(page, view) for view in views), strict=True)
    found: dict[str, Any] = {"page_views": len(walls_ms)}
    for name, times_ms in (("page", walls_ms), ("page_cpu", cpus_ms)):
        quantiles = statistics.quantiles(times_ms, n=20, method="inclusive")
        found |= {f"{name}_p50_ms": round(quantiles[9], 1), f"{name}_p95_ms": round(quantiles[18], 1)}
    return found


def _show(page: AppTest, view: Mapping[str, str]) -> tuple[float, float]:
    page.query_params.clear()
    for name, value in view.items():
        page.query_params[name] = value
    started, began = time.perf_counter(), time.process_time()
    page.run()
    took_ms = (time.perf_counter() - started) * 1000, (time.process_time() - began) * 1000
    if page.exception or page.error:
        raise RuntimeError(f"The page fails for {view}: {page.exception or page.error}")
    return took_ms
