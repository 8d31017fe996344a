"""Pure work on the other cores: a few processes that take batches and give results in the order of the batches.

Processes are started anew (never forked: the parent has threads) and end when their parent does, killed or not. So many
batches are under way at once as there are processes, and one more for each, so that memory stays bounded.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Final, Protocol, TypeVar

from tic.core.errors import TicError

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
MOST_PROCESSES: Final = 8
_ENDED: Final = 1


class Mapper(Protocol):
    """How batches are worked on."""

    def __call__(self, work: Callable[[_Item], _Result], items: Iterable[_Item], /) -> Iterator[_Result]:
        """`work` of each item, in their order. `work` is a function of a module, or a partial of one."""


def here(work: Callable[[_Item], _Result], items: Iterable[_Item], /) -> Iterator[_Result]:
    """The same in this process: what is little costs more to hand over than to do."""
    return map(work, items)


@contextmanager
def worker_processes(count: int | None = None) -> Iterator[Mapper]:
    """A Mapper over so many processes (default: one a core, at most MOST_PROCESSES); they are gone when the block ends.

    Raises TicError when one of them is killed, as the system does when memory runs out.
    """
    wanted = count or min(os.cpu_count() or 1, MOST_PROCESSES)
    executor = ProcessPoolExecutor(wanted, multiprocessing.get_context("spawn"), initializer=_begin)

    def mapped(work: Callable[[_Item], _Result], items: Iterable[_Item], /) -> Iterator[_Result]:
        waiting: deque[Future[_Result]] = deque()
        for item in items:
            waiting.append(executor.submit(work, item))
            if len(waiting) >= 2 * wanted:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    try:
        yield mapped
    except BrokenProcessPool as error:
        raise TicError(
            "A worker process was ended from outside, perhaps because memory ran out. Free memory, then run the "
            "command again; it goes on where it stopped."
        ) from error
    finally:
        executor.shutdown(cancel_futures=True)


def _begin() -> None:
    """In a worker: one thread for frames, since the processes share the cores, and an end when the parent says so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if "polars" not in sys.modules:
        os.environ["POLARS_MAX_THREADS"] = "1"
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(_ENDED)
