"""One job at a time on the same data."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tic.core.errors import JobRunning, StorageFailed
from tic.core.i18n import tell
from tic.core.locks import job_lock


def _try_lock(folder: Path, answers: multiprocessing.Queue[str]) -> None:
    try:
        with job_lock(folder, "directory"):
            answers.put("held")
    except JobRunning as error:
        answers.put(str(error))


def test_a_second_job_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[str] = spawn.Queue()
    with job_lock(tmp_path, "directory"):
        other = spawn.Process(target=_try_lock, args=(tmp_path, answers))
        other.start()
        other.join()
        assert f"process {os.getpid()}" in answers.get(timeout=5)
    with job_lock(tmp_path, "directory"):
        pass


def test_another_job_and_a_job_on_other_data_are_not_in_the_way(tmp_path: Path) -> None:
    with (
        job_lock(tmp_path / "a", "directory"),
        job_lock(tmp_path / "a", "forecast"),
        job_lock(tmp_path / "b", "directory"),
    ):
        assert (tmp_path / "a" / "directory.pid").read_text() == str(os.getpid())
    assert not (tmp_path / "a" / "directory.pid").exists()


def test_a_thread_of_the_same_process_waits_too(tmp_path: Path) -> None:
    told: list[str] = []

    def second() -> None:
        try:
            with job_lock(tmp_path, "directory"):
                told.append("held")
        except JobRunning as error:
            told.append(tell(error, "th"))

    with job_lock(tmp_path, "directory"):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert len(told) == 1
    assert str(os.getpid()) in told[0]


def test_who_waits_gets_the_lock_when_it_is_free(tmp_path: Path) -> None:
    free = threading.Event()

    def hold() -> None:
        with job_lock(tmp_path, "directory"):
            free.set()
            threading.Event().wait(0.2)

    thread = threading.Thread(target=hold)
    thread.start()
    free.wait(5)
    with job_lock(tmp_path, "directory", wait_s=5):
        thread.join()


def test_a_killed_job_does_not_hold_the_lock(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from tic.core.locks import job_lock\n"
        "with job_lock(Path(sys.argv[1]), 'directory'): os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == -9
    with job_lock(tmp_path, "directory"):
        assert (tmp_path / "directory.pid").read_text() == str(os.getpid())


def test_a_job_that_fails_gives_the_lock_back(tmp_path: Path) -> None:
    def fail() -> None:
        with job_lock(tmp_path, "directory"):
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        fail()
    with job_lock(tmp_path, "directory"):
        pass


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("a file")
    with pytest.raises(StorageFailed, match="TIC_DATA_DIR"), job_lock(tmp_path / "locks", "directory"):
        pass
