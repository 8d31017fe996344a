"""Times that a test may hold against a limit, on a machine that is slower or busier than the one the limits are from.

A limit is in seconds of that machine, idle. What is measured is divided by how much longer a fixed piece of work takes
here and now, and what can be repeated counts as its quickest try: other work makes a try longer, never shorter.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable

Clock = Callable[[], float]
_PIECE_S = 0.0178
"""What the piece of work took on the machine that the limits are from: two cores of a virtual server, idle."""
_PIECES = 5


def slowness(clock: Clock = time.process_time) -> float:
    """How many times longer than there the piece of work takes now, at least 1; the quickest of five.

    clock: of the processor for limits of processor time, of the wall for those of waiting.
    """
    return max(1.0, min(_seconds(_piece_of_work, clock) for _ in range(_PIECES)) / _PIECE_S)


def quickest_s(
    attempt: Callable[[], object], limit_s: float, *, tries: int = 5, clock: Clock = time.monotonic
) -> float:
    """Seconds of the quickest of some tries, as on the machine that the limits are from; the first below the limit ends
    them."""
    best_s = float("inf")
    for _ in range(tries):
        slower = slowness(clock)
        best_s = min(best_s, _seconds(attempt, clock) / slower)
        if best_s <= limit_s:
            break
    return best_s


def _seconds(work: Callable[[], object], clock: Clock) -> float:
    started = clock()
    work()
    return clock() - started


def _piece_of_work() -> None:
    """Text, JSON, hashes and sorting, as the product's own code does them."""
    rows = [{"key": f"tat:{number}", "name": f"Wat {number % 97}", "lat": 13 + number / 1000} for number in range(9000)]
    written = json.dumps(sorted(rows, key=lambda row: (row["name"], row["lat"])))
    hashlib.sha256(written.encode()).hexdigest()
    json.loads(written)
