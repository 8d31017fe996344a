"""Progress of jobs: bars with counts and rates on a terminal, one line per finished step elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)


class Step(Protocol):
    """One step of a job that is under way."""

    def advance(self, count: int = 1) -> None:
        """Say that `count` more units are done."""

    def note(self, text: str) -> None:
        """Say what came of it, shown when the step has ended."""


class Reporter(Protocol):
    """Where jobs say how far they are."""

    @contextmanager
    def step(self, title: str, *, total: int | None = None, unit: str = "") -> Iterator[Step]:
        """A step with a title; `total` units when known."""
        yield ...  # type: ignore[misc]  # a protocol needs a generator body


class _Counter:
    def __init__(self) -> None:
        self.done = 0
        self.text = ""

    def advance(self, count: int = 1) -> None:
        self.done += count

    def note(self, text: str) -> None:
        self.text = text


class Silent:
    """Says nothing (tests, library use)."""

    @contextmanager
    def step(self, title: str, *, total: int | None = None, unit: str = "") -> Iterator[Step]:
        yield _Counter()


class Lines:
    """One line a finished step: for logs and pipes."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr

    @contextmanager
    def step(self, title: str, *, total: int | None = None, unit: str = "") -> Iterator[Step]:
        counter, started = _Counter(), time.monotonic()
        yield counter
        seconds = time.monotonic() - started
        self.stream.write(f"{title}: {_summary(counter, seconds, unit)}\n")
        self.stream.flush()


class _Bar(_Counter):
    def __init__(self, progress: Progress, title: str, total: int | None) -> None:
        super().__init__()
        self.progress = progress
        self.task = progress.add_task(title, total=total, rate="")
        self.started = time.monotonic()

    def advance(self, count: int = 1) -> None:
        super().advance(count)
        seconds = max(time.monotonic() - self.started, 1e-6)
        self.progress.update(self.task, advance=count, rate=f"{self.done / seconds:,.0f}/s")


class Bars:
    """Bars on a terminal; each finished step stays as a line."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True)

    @contextmanager
    def step(self, title: str, *, total: int | None = None, unit: str = "") -> Iterator[Step]:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TextColumn(unit),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
        )
        started = time.monotonic()
        with Progress(*columns, console=self.console, transient=True) as progress:
            bar = _Bar(progress, title, total)
            yield bar
        seconds = time.monotonic() - started
        told = escape(f"{title}: {_summary(bar, seconds, unit)}")
        self.console.print(f"[green]✓[/] {told}", highlight=False)


def _summary(counter: _Counter, seconds: float, unit: str) -> str:
    parts = []
    if counter.done:
        parts.append(f"{counter.done:,} {unit}".strip())
        parts.append(f"{counter.done / max(seconds, 1e-6):,.0f}/s")
    parts.append(f"{seconds:.1f} s")
    if counter.text:
        parts.append(counter.text)
    return ", ".join(parts)


def default_reporter() -> Reporter:
    """Bars on a terminal, lines elsewhere."""
    return Bars() if sys.stderr.isatty() else Lines()
