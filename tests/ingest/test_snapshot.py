from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.snapshot import keep, look_at
from tic.core.errors import SourceUnreadable, StorageFailed


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "feed.csv"
    path.write_bytes(b"id\n1\n")
    return path


def test_the_bytes_are_kept_under_their_hash_with_their_name(feed: Path, tmp_path: Path) -> None:
    seen = look_at([feed])
    digest = hashlib.sha256(b"id\n1\n").hexdigest()
    assert (seen.sha256, seen.size_bytes, seen.fetched_from) == (digest, 5, str(feed))
    (copy,) = keep(seen, tmp_path / "snapshots")
    assert copy == tmp_path / "snapshots" / digest[:2] / digest / "feed.csv"
    assert copy.read_bytes() == b"id\n1\n"


def test_a_snapshot_that_is_there_is_not_written_again(feed: Path, tmp_path: Path) -> None:
    (first,) = keep(look_at([feed]), tmp_path / "snapshots")
    before = first.stat().st_mtime_ns
    (again,) = keep(look_at([feed]), tmp_path / "snapshots")
    assert (again, again.stat().st_mtime_ns) == (first, before)


def test_a_half_written_snapshot_is_replaced(feed: Path, tmp_path: Path) -> None:
    (copy,) = keep(look_at([feed]), tmp_path / "snapshots")
    copy.write_bytes(b"id")
    keep(look_at([feed]), tmp_path / "snapshots")
    assert copy.read_bytes() == b"id\n1\n"


def test_several_files_have_one_hash_that_depends_on_each(feed: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_bytes(b"id\n2\n")
    both = look_at([feed, other])
    assert len(keep(both, tmp_path / "snapshots")) == 2
    other.write_bytes(b"id\n3\n")
    assert look_at([feed, other]).sha256 != both.sha256


def test_a_file_that_changes_while_it_is_read_is_told(feed: Path, tmp_path: Path) -> None:
    seen = replace(look_at([feed]), hashes=("0" * 64,))
    with pytest.raises(SourceUnreadable, match=r"feed\.csv was changed while it was read"):
        keep(seen, tmp_path / "snapshots")
    assert not list((tmp_path / "snapshots").rglob("*.*"))


def test_a_folder_in_the_way_of_a_file_is_told(feed: Path, tmp_path: Path) -> None:
    (tmp_path / "snapshots").write_text("in the way")
    with pytest.raises(StorageFailed, match="cannot be written"):
        keep(look_at([feed]), tmp_path / "snapshots")


def test_a_folder_instead_of_a_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match=r"cannot be read \(Is a directory\)"):
        look_at([tmp_path])
