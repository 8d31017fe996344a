"""Work in other processes: in order, bounded, with errors that a person can read, and gone with the parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial

import pytest

from tic.core.errors import BadInput, TicError
from tic.core.workers import here, worker_processes


def halved(number: int, *, pause_s: float = 0.0) -> tuple[int, int]:
    """Half of an even number, and the process that found it; the first takes longest."""
    time.sleep(pause_s / (number + 1))
    if number % 2:
        raise BadInput("{number} is odd.", number=number)
    return number // 2, os.getpid()


def killed(_number: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_results_come_in_the_order_of_the_items_from_other_processes() -> None:
    with worker_processes(2) as mapper:
        found = list(mapper(partial(halved, pause_s=0.5), range(0, 12, 2)))
    assert [half for half, _ in found] == [0, 1, 2, 3, 4, 5]
    assert os.getpid() not in {process for _, process in found}
    assert list(here(halved, [4, 8])) == [(2, os.getpid()), (4, os.getpid())]


def test_no_more_items_are_taken_than_the_processes_can_hold() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(0, 100, 2):
            taken.append(number)
            yield number

    with worker_processes(2) as mapper:
        results = mapper(halved, items())
        next(results)
        assert len(taken) == 4
        next(results)
        assert len(taken) == 5


def test_an_error_keeps_its_words_on_its_way_back() -> None:
    with worker_processes(2) as mapper, pytest.raises(BadInput) as raised:
        list(mapper(halved, [2, 3, 4]))
    assert str(raised.value) == "3 is odd."


def test_a_worker_that_is_killed_is_told_in_one_sentence() -> None:
    with pytest.raises(TicError, match="worker process was ended from outside"), worker_processes(1) as mapper:
        list(mapper(killed, [1]))


def test_workers_end_when_their_parent_is_killed() -> None:
    code = (
        "import os, time\nfrom tic.core.workers import worker_processes\n"
        "if __name__ == '__main__':\n"
        "    with worker_processes(1) as mapper:\n"
        "        print(os.getpid(), next(mapper(abs, [1, 2])), flush=True)\n"
        "        list(mapper(time.sleep, [60]))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    parent.stdout.readline()
    workers = children(parent.pid)
    assert workers
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 20
    while any(map(is_there, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [worker for worker in workers if is_there(worker)] == []


def children(process: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False)
    return [int(number) for number in found.stdout.split()]


def is_there(process: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent to notice does not."""
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip()) and not found.stdout.startswith("Z")
