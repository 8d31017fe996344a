"""A command run and measured: wall and CPU seconds, memory of it and all its children, what it told of each step."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SAMPLE_S: Final = 0.1
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_PROCESSES: Final = Path("/proc")
_STEP: Final = re.compile(r"^(?P<title>[^:]+): (?:.*, )?(?P<seconds>\d+\.\d) s(?:,|$)")


@dataclass(frozen=True)
class Measured:
    """code: of exit. peak_rss_bytes: highest sum of the resident memory of all processes, pages that they share
    counted for each. steps, cpu_steps: wall and CPU seconds by title, as the command told the end of each.
    output, errors: what it wrote.
    """

    code: int
    wall_s: float
    cpu_s: float
    peak_rss_bytes: int
    steps: dict[str, float]
    cpu_steps: dict[str, float]
    output: str
    errors: str


def run_measured(command: Sequence[str], environment: Mapping[str, str]) -> Measured:
    """Run a command to its end. Needs /proc."""
    started, before = time.monotonic(), os.times()
    process = subprocess.Popen(
        command, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    peak = [0]
    watch = threading.Thread(target=_watch, args=(process, peak), daemon=True)
    watch.start()
    output: list[str] = []
    reader = threading.Thread(target=lambda: output.append(process.stdout.read()), daemon=True)  # type: ignore[union-attr]
    reader.start()
    errors: list[str] = []
    steps: dict[str, float] = {}
    cpu_steps: dict[str, float] = {}
    spent = 0.0
    for line in process.stderr or ():
        errors.append(line)
        if found := _STEP.match(line):
            now = sum(_cpu_s(number) for number in _family(process.pid))
            steps[found["title"]] = float(found["seconds"])
            cpu_steps[found["title"]], spent = round(now - spent, 1), now
    code = process.wait()
    wall_s, after = time.monotonic() - started, os.times()
    watch.join()
    reader.join()
    cpu_s = after.children_user + after.children_system - before.children_user - before.children_system
    return Measured(code, wall_s, cpu_s, peak[0], steps, cpu_steps, "".join(output), "".join(errors))


def _watch(process: subprocess.Popen[str], peak: list[int]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(_resident(number) for number in _family(process.pid)))
        time.sleep(_SAMPLE_S)


def _family(root: int) -> list[int]:
    """A process, its children and theirs, as far as they are still there."""
    found = [root]
    for number in found:
        try:
            texts = [path.read_text() for path in (_PROCESSES / str(number) / "task").glob("*/children")]
        except OSError:
            continue
        found += [int(child) for text in texts for child in text.split()]
    return found


def _resident(number: int) -> int:
    try:
        return int((_PROCESSES / str(number) / "statm").read_text().split()[1]) * _PAGE_BYTES
    except (OSError, IndexError):
        return 0


def _cpu_s(number: int) -> float:
    """CPU seconds of a process and of its children that have ended."""
    try:
        fields = (_PROCESSES / str(number) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS_PER_S
