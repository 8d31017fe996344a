"""Server time of views of a page, as the server runs its scripts: from a changed address to the last element."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from streamlit.testing.v1 import AppTest

from pages import _session
from tic.core.memory import keep_what_is_loaded

_APP: Final = Path(__file__).resolve().parents[2] / "pages" / "app.py"


def measure_views(
    views: Iterable[Mapping[str, str]], *, script: str | None = None, warm_up: Iterable[Mapping[str, str]] = ()
) -> dict[str, Any]:
    """Milliseconds of the views, each once. script: the page, None for the first one; a view is an address."""
    # There is no browser here that could send any.
    _session.cookie = {}.get
    page = AppTest.from_file(str(_APP), default_timeout=60).run()
    if script is not None:
        page.switch_page(script).run()
    for view in warm_up:
        _show(page, view)
    # As the server does when it has loaded what it needs.
    keep_what_is_loaded()
    times_ms = [_show(page, view) for view in views]
    quantiles = statistics.quantiles(times_ms, n=20, method="inclusive")
    return {"page_views": len(times_ms), "page_p50_ms": round(quantiles[9], 1), "page_p95_ms": round(quantiles[18], 1)}


def _show(page: AppTest, view: Mapping[str, str]) -> float:
    page.query_params.clear()
    for name, value in view.items():
        page.query_params[name] = value
    started = time.perf_counter()
    page.run()
    took_ms = (time.perf_counter() - started) * 1000
    if page.exception or page.error:
        raise RuntimeError(f"The page fails for {view}: {page.exception or page.error}")
    return took_ms
