"""Run the installed `tic` command as a person does: in a process of its own, with its own data folder."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

TIC = Path(sys.executable).parent / "tic"


@dataclass(frozen=True)
class Product:
    """An installation: its data folder and settings beside it."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The environment without settings of the machine's own, English, with this installation's."""
        plain = {key: value for key, value in os.environ.items() if not key.startswith(("TIC_", "LC_", "STREAMLIT_"))}
        return {**plain, "LANG": "C.UTF-8", "TIC_DATA_DIR": str(self.folder), **self.settings}

    def run(self, *arguments: str, timeout_s: float = 240, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run `tic` with these arguments to its end."""
        return subprocess.run(
            [str(TIC), *arguments],
            env={**self.environment, **settings},
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def start(self, *arguments: str, **settings: str) -> subprocess.Popen[str]:
        """Start `tic` and leave it running."""
        return subprocess.Popen(
            [str(TIC), *arguments],
            env={**self.environment, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @contextmanager
    def serving(self, port: int) -> Iterator[str]:
        """`tic serve` on a port; yields its address when it answers."""
        address = f"http://127.0.0.1:{port}"
        log = (self.folder.parent / f"server-{port}.log").open("w")
        process = subprocess.Popen(
            [str(TIC), "serve"], env={**self.environment, "TIC_PORT": str(port)}, stdout=log, stderr=log
        )
        try:
            wait_for_answer(f"{address}/healthz", process, log.name)
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            log.close()


@dataclass(frozen=True)
class FirstStart:
    """What `tic up` made in an empty folder, what it printed and what processor time it took. Tests work on a copy."""

    folder: Path
    output: str
    processor_s: float

    def copy(self, folder: Path, settings: Mapping[str, str] | None = None) -> Product:
        """An installation in a folder that is not there yet, with the same starter set, forecasts and accounts."""
        shutil.copytree(self.folder, folder)
        return Product(folder, settings or {})


def start_first(folder: Path) -> FirstStart:
    """Run `tic up` in an empty folder. Raises RuntimeError with what it printed when it fails."""
    before = commands_processor_s()
    done = Product(folder).run("up", "--no-serve")
    if done.returncode:
        raise RuntimeError(done.stderr)
    return FirstStart(folder, done.stdout + done.stderr, commands_processor_s() - before)


def commands_processor_s() -> float:
    """Seconds of processor time of all commands that were run to their end so far, with the processes they started.

    What a command has to do, whatever else the machine does meanwhile.
    """
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def wait_for_answer(address: str, process: subprocess.Popen[bytes], log: str, *, seconds: float = 60) -> None:
    """Wait until an address answers. Raises RuntimeError with the log when the process ends or takes too long."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(Path(log).read_text()) from error
            time.sleep(0.1)


def passwords(output: str) -> dict[str, str]:
    """Role -> password of the first accounts, as `tic up` prints them."""
    return dict(re.findall(r"^  (\w+) +\w+@localhost +(\S+)$", output, re.MULTILINE))
