"""What a job works with: the services of the directory, and where it reports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from directory.services import Services
from tic.core.files import make_folder
from tic.core.progress import Reporter, default_reporter
from tic.core.settings import Settings, get_settings


@dataclass(frozen=True)
class Context(Services):
    """Services and a reporter of progress."""

    reporter: Reporter


@contextmanager
def job_context(settings: Settings | None = None, reporter: Reporter | None = None) -> Iterator[Context]:
    """A context for one job; connections are closed when it ends. Raises StorageFailed without a data folder."""
    chosen = settings or get_settings()
    make_folder(chosen.data_dir)
    context = Context(chosen, reporter or default_reporter())
    try:
        yield context
    finally:
        context.close()
