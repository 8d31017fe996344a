"""Progress: a line or a bar for each step, with counts and rates."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from tic.core.progress import Bars, Lines, Reporter, Silent, default_reporter


def run_steps(reporter: Reporter) -> None:
    with reporter.step("Database"):
        pass
    with reporter.step("Records", total=1500, unit="records") as step:
        for _ in range(3):
            step.advance(500)
        step.note("2 of them [new]")


def test_each_finished_step_is_one_line_with_count_rate_and_time() -> None:
    stream = io.StringIO()
    run_steps(Lines(stream))
    first, second = stream.getvalue().splitlines()
    assert re.fullmatch(r"Database: \d+\.\d s", first)
    assert re.fullmatch(r"Records: 1,500 records, [\d,]+/s, \d+\.\d s, 2 of them \[new\]", second)


def test_a_step_that_fails_says_nothing() -> None:
    stream = io.StringIO()

    def fail() -> None:
        with Lines(stream).step("Records"):
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        fail()
    assert stream.getvalue() == ""


def test_bars_leave_a_line_for_each_finished_step_as_it_was_written() -> None:
    stream = io.StringIO()
    run_steps(Bars(Console(file=stream, force_terminal=True, width=100, color_system=None)))
    text = stream.getvalue()
    assert "✓ Database: " in text
    assert re.search(r"✓ Records: 1,500 records, [\d,]+/s, \d+\.\d s, 2 of them \[new\]", text)


def test_a_bar_shows_the_count_and_the_rate_while_it_goes_on() -> None:
    stream = io.StringIO()
    reporter = Bars(Console(file=stream, force_terminal=True, width=100, color_system=None))
    with reporter.step("Records", total=10, unit="records") as step:
        step.advance(4)
        shown = stream.getvalue()
        del shown
    assert re.search(r"4/10 +records [\d,]+/s", stream.getvalue())


def test_outside_a_terminal_lines_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    run_steps(default_reporter())
    assert stream.getvalue().startswith("Database: ")


def test_the_silent_one_counts_but_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    run_steps(Silent())
    assert capsys.readouterr() == ("", "")
