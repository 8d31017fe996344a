"""The index follows the system of record: built, kept up to date, killed at any point, changed while it is built."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from directory import repository
from directory.listing import Listing
from directory.migrate import migrate
from directory.search import indexer
from directory.search.base import BuildReport, Document, SearchEngine
from directory.search.embedded import EmbeddedSearch
from directory.search.query import make_query
from directory.sources import OPERATOR, save_sources
from sample_places import sample_listings
from tic.core.database import open_database, reading, writing
from tic.core.progress import Silent

NOW = datetime(2026, 5, 1, tzinfo=UTC)
SUPPORT = Path(__file__).resolve().parents[2] / "support"


@pytest.fixture
def search(empty_engine: SearchEngine) -> SearchEngine:
    return empty_engine


@pytest.fixture
def embedded(tmp_path: Path) -> SearchEngine:
    """One engine where what is tried has nothing to do with which."""
    return EmbeddedSearch(tmp_path / "index")


@pytest.fixture
def listings_database(tmp_path: Path) -> Engine:
    """A system of record with the first forty sample places."""
    database = open_database(f"sqlite:///{tmp_path / 'directory.sqlite'}")
    migrate(database)
    save(database, sample_listings()[:40])
    return database


def save(database: Engine, listings: Iterable[Listing], *, scope: Iterable[str] | None = None) -> None:
    """Store listings; those of `scope` that are not among them are removed."""
    given = list(listings)
    with writing(database) as connection:
        wanted = {listing.id for listing in given} | set(scope or ())
        repository.save_listings(connection, given, {}, (), now=NOW, scope=wanted)


def renamed(number: int, name: str) -> Listing:
    return sample_listings()[number].model_copy(update={"name_en": name})


def first(search: SearchEngine, text: str) -> str | None:
    hits = search.search(make_query(text, size=1)).hits
    return hits[0].id if hits else None


def test_the_first_time_an_index_is_built_and_the_second_time_nothing_is_done(
    listings_database: Engine, search: SearchEngine
) -> None:
    report = indexer.ensure_index(listings_database, search, Silent())
    assert report is not None
    assert report.documents == search.count() == 40
    version = search.version()
    assert indexer.ensure_index(listings_database, search, Silent()) is None
    assert search.version() == version
    assert indexer.apply_changes(listings_database, search) == 0


def test_changes_are_followed(listings_database: Engine, search: SearchEngine) -> None:
    indexer.ensure_index(listings_database, search, Silent())
    gone = sample_listings()[1].id
    save(listings_database, [renamed(0, "Zanzibar Gate"), sample_listings()[50]], scope=[gone])
    assert indexer.apply_changes(listings_database, search) == 3
    assert first(search, "Zanzibar Gate") == sample_listings()[0].id
    assert search.count() == 40
    assert gone not in {hit.id for hit in search.search(make_query(size=100)).hits}
    assert indexer.apply_changes(listings_database, search) == 0
    save(listings_database, [renamed(0, "Timbuktu Gate")])
    assert indexer.ensure_index(listings_database, search, Silent()) is None
    assert first(search, "Timbuktu Gate") == sample_listings()[0].id


def test_without_an_index_there_is_nothing_to_follow(listings_database: Engine, search: SearchEngine) -> None:
    assert indexer.apply_changes(listings_database, search) == 0
    assert search.version() is None


def test_a_change_while_an_index_is_built_is_not_lost(listings_database: Engine, search: SearchEngine) -> None:
    """A listing that has been read already changes, another one goes, a third one comes, before the swap."""
    gone = sample_listings()[2].id
    original = search.build

    def build(documents: Iterable[Document], *, version: str) -> BuildReport:
        def meanwhile() -> Iterable[Document]:
            for number, document in enumerate(documents):
                yield document
                if number == 20:
                    save(listings_database, [renamed(0, "Zanzibar Gate"), sample_listings()[60]], scope=[gone])

        return original(meanwhile(), version=version)

    search.build = build  # type: ignore[method-assign]
    indexer.rebuild(listings_database, search, Silent())
    assert first(search, "Zanzibar Gate") == sample_listings()[0].id
    assert first(search, str(sample_listings()[60].name_en)) == sample_listings()[60].id
    assert gone not in {hit.id for hit in search.search(make_query(size=100)).hits}
    assert search.count() == 40


def test_an_index_built_with_worker_processes_is_the_same(
    listings_database: Engine, search: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = [make_query(text, size=40) for text in ("", "wat", "วัด", "market")]
    indexer.rebuild(listings_database, search, Silent())
    before = [search.search(query) for query in queries]
    monkeypatch.setattr(indexer, "_MANY", 10)
    monkeypatch.setattr(indexer, "_LISTINGS_AT_ONCE", 7)
    assert indexer.rebuild(listings_database, search, Silent()).documents == 40
    after = [search.search(query) for query in queries]
    assert [(found.total, found.hits, found.facets) for found in after] == [
        (found.total, found.hits, found.facets) for found in before
    ]
    assert before[0].total == 40


def test_other_words_mean_a_new_index(
    listings_database: Engine, embedded: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexer.ensure_index(listings_database, embedded, Silent())
    monkeypatch.setattr(indexer, "ANALYSIS_VERSION", "z9")
    report = indexer.ensure_index(listings_database, embedded, Silent())
    assert report is not None
    assert str(embedded.version()).startswith("z9-")
    assert indexer.ensure_index(listings_database, embedded, Silent()) is None


def test_an_index_of_another_database_or_of_a_later_state_is_built_anew(
    listings_database: Engine, embedded: SearchEngine, tmp_path: Path
) -> None:
    indexer.ensure_index(listings_database, embedded, Silent())
    other = open_database(f"sqlite:///{tmp_path / 'other.sqlite'}")
    migrate(other)
    save(other, sample_listings()[100:103])
    assert indexer.ensure_index(other, embedded, Silent()) is not None
    assert embedded.count() == 3
    with writing(other) as connection:
        text = repository.get_state(connection, f"search.{embedded.name}")
        repository.set_state(connection, f"search.{embedded.name}", str(text).replace(": 3", ": 300"))
    assert indexer.ensure_index(other, embedded, Silent()) is not None
    other.dispose()


def test_many_changes_are_quicker_built_than_followed(
    listings_database: Engine, embedded: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexer.ensure_index(listings_database, embedded, Silent())
    monkeypatch.setattr(indexer, "_FEW_CHANGES", 10)
    save(listings_database, [renamed(number, f"Gate {number}") for number in range(20)])
    assert indexer.ensure_index(listings_database, embedded, Silent()) is None
    save(listings_database, [renamed(number, f"Door {number}") for number in range(25)])
    assert indexer.ensure_index(listings_database, embedded, Silent()) is not None


def test_changes_are_applied_in_steps(
    listings_database: Engine, embedded: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexer.ensure_index(listings_database, embedded, Silent())
    monkeypatch.setattr(indexer, "_CHANGES_PER_STEP", 4)
    save(listings_database, [renamed(number, f"Gate {number}") for number in range(10)])
    assert indexer.apply_changes(listings_database, embedded) == 10
    assert first(embedded, "Gate 9") == sample_listings()[9].id


def killed_at(step: str) -> str:
    """A job that is killed with signal 9 when it reaches `step` of bringing the index up to date."""
    return f"""
import os, signal, sys
sys.path.insert(0, {str(SUPPORT)!r})
from directory.search import indexer
from directory.search.embedded import EmbeddedSearch
from directory.search.index_folder import IndexFolder
from pathlib import Path
from tic.core.database import open_database
from tic.core.progress import Silent

def die(*_args, **_options):
    os.kill(os.getpid(), signal.SIGKILL)

def after(function, count=1):
    calls = []
    def call(*args, **options):
        result = function(*args, **options)
        calls.append(1)
        if len(calls) == count:
            die()
        return result
    return call

database = open_database(sys.argv[1])
search = EmbeddedSearch(Path(sys.argv[2]))
{step}
indexer.ensure_index(database, search, Silent())
print("not killed")
"""


STEPS: dict[str, str] = {
    "before the position is noted": "indexer._remember = die",
    "after the position is noted": "indexer._remember = after(indexer._remember)",
    "in the middle of the documents": "indexer.document_of = after(indexer.document_of, 20)",
    "before the swap": "import directory.search.index_folder as f; f.write_bytes = die",
    "after the swap": "import directory.search.index_folder as f; f.write_bytes = after(f.write_bytes)",
    "before the changes": "indexer.apply_changes = die",
    "after an upsert": "EmbeddedSearch.upsert = after(EmbeddedSearch.upsert)",
    "after a delete": "EmbeddedSearch.delete = after(EmbeddedSearch.delete)",
}


def run_killed(step: str, database: Engine, folder: Path) -> None:
    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", killed_at(STEPS[step]), url, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in {-signal.SIGKILL, 0}, done.stderr


@pytest.mark.parametrize("step", STEPS)
def test_a_job_that_is_killed_is_completed_by_the_next_one(
    listings_database: Engine, tmp_path: Path, step: str
) -> None:
    """Killed in the first build, and again while it follows changes: the next run ends in the state of the database."""
    folder = tmp_path / "index"
    search = EmbeddedSearch(folder)
    run_killed(step, listings_database, folder)
    indexer.ensure_index(listings_database, search, Silent())
    assert search.count() == 40
    save(listings_database, [renamed(0, "Zanzibar Gate")], scope=[sample_listings()[1].id])
    run_killed(step, listings_database, folder)
    indexer.ensure_index(listings_database, search, Silent())
    assert search.count() == 39
    assert first(search, "Zanzibar Gate") == sample_listings()[0].id
    assert len([path for path in folder.iterdir() if path.is_dir()]) == 1


def test_a_trusted_source_makes_a_place_better_known(listings_database: Engine, embedded: SearchEngine) -> None:
    same = {"name_en": "Twin Gate", "name_th": None, "aliases": ()}
    twins = [
        sample_listings()[0].model_copy(update={**same, "id": "a", "sources": ("paper",)}),
        sample_listings()[0].model_copy(update={**same, "id": "b", "sources": ("ministry",)}),
    ]
    save(listings_database, twins)
    with writing(listings_database) as connection:
        save_sources(connection, [replace(OPERATOR, name="ministry", trust="official")])
    indexer.ensure_index(listings_database, embedded, Silent())
    assert [hit.id for hit in embedded.search(make_query("Twin Gate", size=2)).hits] == ["b", "a"]


def test_only_positions_of_versions_in_use_are_kept(listings_database: Engine, embedded: SearchEngine) -> None:
    for _ in range(3):
        indexer.rebuild(listings_database, embedded, Silent())
    with reading(listings_database) as connection:
        kept = json.loads(str(repository.get_state(connection, f"search.{embedded.name}")))
    assert str(embedded.version()) in kept
    assert len(kept) <= 2
