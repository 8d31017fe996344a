"""Files that are replaced at once, and what a person is told when that cannot be done."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tic.core.errors import StorageFailed
from tic.core.files import make_folder, replacing, write_bytes


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "figures"
    write_bytes(target, b"old")

    def fail_half_way() -> None:
        with replacing(target) as temporary:
            temporary.write_bytes(b"half")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        fail_half_way()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_process_that_is_killed_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "figures"
    write_bytes(target, b"old")
    code = (
        "import os, signal, sys; from pathlib import Path; from tic.core.files import replacing\n"
        "with replacing(Path(sys.argv[1])) as temporary:\n"
        "    temporary.write_bytes(b'half'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(target)], check=False).returncode == -9
    assert target.read_bytes() == b"old"
    (left,) = set(tmp_path.iterdir()) - {target}
    # What it left is young and may be somebody's work; a day later the next writer removes it.
    write_bytes(target, b"new")
    assert left.exists()
    os.utime(left, (0, 0))
    write_bytes(target, b"newer")
    assert list(tmp_path.iterdir()) == [target]
    assert target.read_bytes() == b"newer"


def test_a_file_may_be_read_by_whom_the_system_lets(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_bytes(tmp_path / "figures", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "figures").stat().st_mode) == 0o644


def test_a_full_disk_is_told_in_one_sentence(tmp_path: Path) -> None:
    def fill() -> None:
        with replacing(tmp_path / "figures") as temporary:
            temporary.unlink()
            temporary.symlink_to("/dev/full")
            temporary.write_bytes(b"x" * 8192)

    with pytest.raises(StorageFailed, match=r"The disk is full, .*figures could not be written"):
        fill()
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StorageFailed, match="TIC_DATA_DIR"):
        make_folder(tmp_path / "data" / "index")
    with pytest.raises(StorageFailed, match="TIC_DATA_DIR"):
        write_bytes(tmp_path / "data" / "figures", b"x")
