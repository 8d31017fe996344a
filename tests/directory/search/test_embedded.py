"""The embedded engine beside other processes, after a kill, on a full disk, with damaged files."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import tantivy

from directory.search.base import Document
from directory.search.embedded import EmbeddedSearch
from directory.search.query import make_query
from engines import wait_until
from tic.core.errors import Conflict, IndexNotReady, StorageFailed

SUPPORT = Path(__file__).resolve().parents[2] / "support"


def start(folder: Path, body: str) -> subprocess.Popen[str]:
    """Python in a process of its own, with `engine` on the folder and `documents` of the sample places."""
    code = f"""
import sys, time
from pathlib import Path
sys.path.insert(0, {str(SUPPORT)!r})
from directory.search.documents import document_of
from directory.search.embedded import EmbeddedSearch
from directory.search.query import make_query
from sample_places import sample_listings
documents = [document_of(listing) for listing in sample_listings()]
engine = EmbeddedSearch(Path({str(folder)!r}))
"""
    command = [sys.executable, "-c", code + textwrap.dedent(body)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def versions(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir()]


@pytest.fixture
def built(tmp_path: Path, documents: list[Document]) -> EmbeddedSearch:
    engine = EmbeddedSearch(tmp_path / "index", lock_wait_s=0.3)
    engine.build(documents[:100], version="v1")
    return engine


def test_a_reader_sees_the_next_commit_and_the_next_version_of_another_process(
    built: EmbeddedSearch, tmp_path: Path
) -> None:
    assert built.count() == 100
    writer = start(
        tmp_path / "index",
        """
        engine.upsert(documents[100:103])
        print("upserted", flush=True)
        input()
        engine.delete([documents[0]["id"]])
        print("deleted", flush=True)
        input()
        engine.build(documents, version="v2")
        print("built", flush=True)
        """,
    )
    assert writer.stdin is not None
    assert writer.stdout is not None
    seen = []
    for line in writer.stdout:
        seen.append((line.strip(), built.count(), built.version()))
        writer.stdin.write("\n")
        writer.stdin.flush()
    assert writer.wait() == 0
    assert seen == [("upserted", 103, "v1"), ("deleted", 102, "v1"), ("built", 290, "v2")]


def test_several_processes_read_while_one_writes(built: EmbeddedSearch, tmp_path: Path) -> None:
    readers = [
        start(
            tmp_path / "index",
            """
            totals = set()
            end = time.monotonic() + 2
            while time.monotonic() < end:
                totals.add(engine.search(make_query("", facets=())).total)
            print(sorted(totals))
            """,
        )
        for _ in range(2)
    ]
    with EngineWriter(built):
        outputs = [reader.communicate()[0] for reader in readers]
    assert [reader.returncode for reader in readers] == [0, 0]
    assert all(set(json.loads(output)) <= {100, 101} for output in outputs)


class EngineWriter:
    """Adds and removes one document again and again in a thread."""

    def __init__(self, engine: EmbeddedSearch) -> None:
        self.engine = engine
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.write)

    def write(self) -> None:
        extra = {"id": "extra", "lat": 13.0, "lon": 100.0, "weight": 1.0, "shown": {}}
        fields = ("words", "keys", "names", "name_keys", "kinds", "area", "heads", "category", "source")
        names, numbers = ("by_name_th", "by_name_en"), ("by_rank", "by_newest")
        orders = dict.fromkeys(names, "x") | dict.fromkeys(numbers, 2**63 - 1)
        document = {**extra, **{name: ["x"] for name in fields}, **orders}
        while not self.stopped.is_set():
            self.engine.upsert([document])
            self.engine.delete(["extra"])

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self.thread.join()


def test_a_killed_build_leaves_the_old_index_and_the_next_build_clears_up(
    built: EmbeddedSearch, tmp_path: Path, documents: list[Document]
) -> None:
    folder = tmp_path / "index"
    process = start(
        folder,
        """
        def slowly():
            for document in documents:
                yield document
                print("one more", flush=True)
                time.sleep(0.05)
        engine.build(slowly(), version="killed")
        """,
    )
    assert process.stdout is not None
    for _ in range(5):
        process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert len(versions(folder)) == 2
    assert (built.count(), built.version()) == (100, "v1")
    built.build(documents, version="v2")
    assert (built.count(), built.version()) == (290, "v2")
    assert [path.name.split(".")[0] for path in versions(folder)] == ["v2"]


def test_a_second_writer_waits_and_then_says_who_is_in_the_way(built: EmbeddedSearch, tmp_path: Path) -> None:
    other = start(
        tmp_path / "index",
        """
        with engine._folder.writing():
            print("writing", flush=True)
            input()
        """,
    )
    assert other.stdout is not None
    other.stdout.readline()
    started = time.monotonic()
    with pytest.raises(Conflict, match=r"0\.3 seconds"):
        built.delete(["x"])
    assert time.monotonic() - started < 3
    assert built.count() == 100
    other.communicate("\n")
    built.delete(["x"])


@pytest.mark.parametrize("damage", ["cut short", "garbage", "gone"])
@pytest.mark.parametrize("suffix", [".term", ".idx", ".fast", ".store", "meta.json"])
def test_a_damaged_index_is_told_in_one_sentence(
    built: EmbeddedSearch, tmp_path: Path, damage: str, suffix: str
) -> None:
    for path in versions(tmp_path / "index")[0].glob(f"*{suffix}"):
        content = path.read_bytes()
        if damage == "gone":
            path.unlink()
        else:
            path.write_bytes(content[: len(content) // 2] if damage == "cut short" else os.urandom(len(content)))
    reader = EmbeddedSearch(tmp_path / "index")
    with pytest.raises(StorageFailed, match="tic index --rebuild") as caught:
        reader.search(make_query("wat"))
    assert len(str(caught.value).splitlines()) == 1


def test_an_index_of_another_version_of_the_program_is_told_and_a_build_replaces_it(
    tmp_path: Path, documents: list[Document]
) -> None:
    engine = EmbeddedSearch(tmp_path)
    engine.build(documents[:3], version="v1")
    folder = versions(tmp_path)[0]
    shutil.rmtree(folder)
    folder.mkdir()
    tantivy.Index(tantivy.SchemaBuilder().add_text_field("id").build(), path=str(folder)).writer().commit()
    other = EmbeddedSearch(tmp_path)
    for call in (lambda: other.search(make_query("wat")), other.count, lambda: other.upsert(documents[:1])):
        with pytest.raises(IndexNotReady, match="another version of the program"):
            call()
    other.build(documents[:3], version="v2")
    assert other.count() == 3


def test_a_damaged_pointer_is_told_and_a_build_repairs_it(
    built: EmbeddedSearch, tmp_path: Path, documents: list[Document]
) -> None:
    (tmp_path / "index" / "current.json").write_text("{")
    with pytest.raises(StorageFailed, match="tic index --rebuild"):
        built.count()
    assert built.version() is None
    built.build(documents[:7], version="v2")
    assert (built.count(), built.version()) == (7, "v2")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a quarter of a megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small file system can only be mounted as root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_leaves_the_old_index(small_disk: Path, documents: list[Document]) -> None:
    engine = EmbeddedSearch(small_disk / "index")
    engine.build(documents[:20], version="v1")
    with pytest.raises(StorageFailed, match="disk is full"):
        engine.build(documents, version="v2")
    assert (engine.count(), engine.version()) == (20, "v1")
    assert len(versions(small_disk / "index")) == 1


def test_an_open_reader_keeps_the_version_it_has_open(
    built: EmbeddedSearch, tmp_path: Path, documents: list[Document]
) -> None:
    """What a search has begun on is there to its end, though the folder is gone."""
    searcher = built._state().searcher
    EmbeddedSearch(tmp_path / "index").build(documents[:5], version="v2")
    wait_until(lambda: len(versions(tmp_path / "index")) == 1, seconds=5, what="the old folder went")
    assert searcher.num_docs == 100
    assert built.count() == 5


def test_an_answer_that_is_kept_is_not_given_after_a_change(built: EmbeddedSearch, documents: list[Document]) -> None:
    query = make_query("", size=5)
    before = built.search(query)
    built.delete([before.hits[0].id])
    after = built.search(query)
    assert after.total == before.total - 1
    assert before.hits[0].id not in {hit.id for hit in after.hits}
    assert sum(count.count for count in after.facets["province"]) < sum(c.count for c in before.facets["province"])
    gone = next(document for document in documents if document["id"] == before.hits[0].id)
    built.upsert([gone])
    assert built.search(query).hits == before.hits
