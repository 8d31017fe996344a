"""How the workers of `make test` share the tests: `tests/support/side_by_side.py`."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from engines import wait_until
from side_by_side import TOGETHER, group_of, turn

ROOT = Path(__file__).resolve().parents[1]


def run(folder: Path, name: str, told: list[str], *, alone: bool) -> tuple[threading.Thread, threading.Event]:
    """Begin a test in a thread as a worker would; it ends when the event is set."""
    may_end = threading.Event()

    def work() -> None:
        with turn(folder, alone=alone):
            told.append(f"{name} begins")
            may_end.wait(20)
            told.append(f"{name} ends")

    thread = threading.Thread(target=work)
    thread.start()
    return thread, may_end


def test_a_test_that_is_alone_begins_when_the_others_have_ended_and_is_not_overtaken(tmp_path: Path) -> None:
    told: list[str] = []
    first, first_may_end = run(tmp_path, "first", told, alone=False)
    second, second_may_end = run(tmp_path, "second", told, alone=False)
    wait_until(lambda: len(told) == 2, seconds=10, what="two tests side by side")
    alone, alone_may_end = run(tmp_path, "alone", told, alone=True)
    alone.join(0.2)
    later, later_may_end = run(tmp_path, "later", told, alone=False)
    first_may_end.set()
    first.join(10)
    later.join(0.2)
    assert told[2:] == ["first ends"]
    second_may_end.set()
    wait_until(lambda: "alone begins" in told, seconds=10, what="the test that is alone")
    later.join(0.2)
    alone_may_end.set()
    later_may_end.set()
    for thread in (second, alone, later):
        thread.join(10)
    assert told[3:] == ["second ends", "alone begins", "alone ends", "later begins", "later ends"]


@pytest.mark.parametrize("start", list(TOGETHER))
def test_what_is_kept_together_is_there(start: str) -> None:
    assert (ROOT / start).exists()


def test_a_test_goes_with_its_file_or_with_the_group_of_its_folder() -> None:
    assert group_of("tests/core/test_files.py::test_one[a/b::c]") == "tests/core/test_files.py"
    assert group_of("tests/browser/test_trip.py::test_two") == "browser"
