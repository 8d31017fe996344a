"""The `tic` command as a person runs it: first start, second start, searches, wrong input, killed and locked runs."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.roles import ROLES
from engines import free_port
from product import FirstStart, Product, commands_processor_s, passwords


@pytest.fixture(scope="module")
def installed(first_start: FirstStart, tmp_path_factory: pytest.TempPathFactory) -> Product:
    """An installation after its first start."""
    return first_start.copy(tmp_path_factory.mktemp("cli") / "data")


def test_a_first_start_takes_less_than_a_minute_of_one_core_and_says_how_to_sign_in(first_start: FirstStart) -> None:
    assert first_start.processor_s <= 60
    assert set(passwords(first_start.output)) == set(ROLES)
    assert "Sign in at http://127.0.0.1:8501/account/sign-in" in first_start.output


def test_a_second_start_redoes_nothing_and_keeps_the_passwords_secret(installed: Product) -> None:
    before = commands_processor_s()
    again = installed.run("up", "--no-serve")
    assert commands_processor_s() - before <= 10
    assert again.returncode == 0
    assert passwords(again.stdout) == {}


def test_every_sentence_about_progress_carries_counts(first_start: FirstStart) -> None:
    lines = [line for line in first_start.output.splitlines() if "/s" in line]
    assert any("record" in line or "place" in line for line in lines)


def test_a_search_prints_the_place_first(installed: Product) -> None:
    found = installed.run("search", "วัดพระแก้ว", "--json", "--limit", "3")
    hits = json.loads(found.stdout)["hits"]
    assert hits[0]["name_en"] == "Wat Phra Kaew"
    table = installed.run("search", "Wat Pra Keaw", "--language", "en", "--limit", "3")
    assert "Wat Phra Kaew" in table.stdout.splitlines()[1]


def test_a_search_with_a_filter_and_a_distance(installed: Product) -> None:
    found = installed.run(
        "search", "", "--category", "beach", "--near", "7.8965,98.2965", "--radius-km", "15", "--json"
    )
    hits = json.loads(found.stdout)["hits"]
    assert hits
    assert {hit["category"] for hit in hits} == {"beach"}
    assert max(hit["distance_km"] for hit in hits) <= 15


def test_the_status_tells_what_each_source_brought(installed: Product) -> None:
    rows = json.loads(installed.run("ingest", "status", "--json").stdout)
    by_name = {row["source"]: row for row in rows}
    assert by_name["starter_places"]["state"] in {"done", "unchanged"}
    assert by_name["starter_places"]["accepted"] > 1000
    assert by_name["tat_hotels"]["state"] == "never run"


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("ingest", "run", "--source", "atlantis"), 2, "atlantis"),
        (("ingest", "run", "--from", "/nowhere"), 2, "/nowhere is not a folder"),
        (("search", "x", "--category", "castle"), 2, "castle"),
        (("search", "x", "--near", "here"), 2, "here"),
        (("account", "add", "nobody", "operator"), 2, "not an e-mail address"),
        (("account", "add", "a@example.org", "king"), 2, "king is no role"),
        (("account", "password", "no@example.org"), 2, "no account with the e-mail address no@example.org"),
    ],
)
def test_wrong_input_is_one_clear_line_and_a_non_zero_exit(
    installed: Product, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    done = installed.run(*arguments)
    assert done.returncode == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert len([line for line in done.stderr.splitlines() if line.startswith("tic: ")]) == 1


def test_an_error_is_told_in_thai_on_a_thai_terminal(installed: Product) -> None:
    done = installed.run("ingest", "run", "--from", "/nowhere", LANG="th_TH.UTF-8")
    assert "/nowhere ไม่ใช่โฟลเดอร์" in done.stderr


def test_a_half_written_feed_is_told_in_the_reader_s_language_and_costs_nothing(
    installed: Product, tmp_path: Path
) -> None:
    (tmp_path / "tat_hotels_th.csv").write_text('place_id,place_name\nP1,"โรงแรม', encoding="utf-8")
    done = installed.run("ingest", "run", "--from", str(tmp_path), LANG="th_TH.UTF-8")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("tic: tat_hotels: ")
    assert "tat_hotels_th.csv" in done.stderr.splitlines()[-1]
    assert "Fetch it again" not in done.stderr.splitlines()[-1]
    found = json.loads(installed.run("search", "", "--limit", "1", "--json").stdout)
    assert found["total"] > 1000


def test_a_wrong_setting_is_named(installed: Product) -> None:
    done = installed.run("ingest", "status", TIC_PORT="ninety")
    assert done.returncode == 2
    assert "TIC_PORT" in done.stderr


def test_a_taken_port_is_told_before_any_work(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = Product(tmp_path / "data").run("up", TIC_PORT=port)
    assert done.returncode == 2
    assert f"Port {port} on 127.0.0.1 cannot be used" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = Product(tmp_path / "file" / "data").run("up", "--no-serve")
    assert done.returncode == 5
    assert "TIC_DATA_DIR" in done.stderr


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of four megabytes."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small file system can only be mounted as root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_told_in_one_line(tiny_disk: Path) -> None:
    done = Product(tiny_disk / "data").run("up", "--no-serve")
    assert done.returncode == 5, done.stderr
    assert "disk" in done.stderr.lower()
    assert "Traceback" not in done.stderr


def test_a_second_job_on_the_same_data_is_told_to_wait(installed: Product) -> None:
    from tic.core.locks import job_lock

    with job_lock(installed.folder / "locks", "directory"):
        done = installed.run("ingest", "run")
    assert done.returncode == 3
    assert f"process {os.getpid()}" in done.stderr


@pytest.mark.slow
def test_a_first_start_that_is_killed_again_and_again_completes_and_serves_nothing_half(tmp_path: Path) -> None:
    product = Product(tmp_path / "data")
    for seconds in (1.5, 3, 5, 7):
        process = product.start("up", "--no-serve")
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    done = product.run("up", "--no-serve")
    assert done.returncode == 0, done.stderr
    found = json.loads(product.run("search", "", "--limit", "1", "--json").stdout)
    with sqlite3.connect(product.folder / "directory.sqlite") as database:
        listings = database.execute("SELECT count(*) FROM listing").fetchone()[0]
        records = database.execute("SELECT count(*) FROM record").fetchone()[0]
        accounts = database.execute("SELECT count(*) FROM account").fetchone()[0]
    assert found["total"] == listings > 1000
    assert records >= listings
    assert accounts == len(ROLES)


def test_the_server_answers_and_stops_at_once_when_it_is_told_to(installed: Product) -> None:
    import urllib.request

    with installed.serving(free_port()) as address:
        with urllib.request.urlopen(f"{address}/healthz") as answer:
            assert json.load(answer) == {"status": "ok"}
        with urllib.request.urlopen(f"{address}/api/v1/search?q=Grand+Palace&size=1") as answer:
            assert json.load(answer)["hits"][0]["name_en"] == "The Grand Palace"
        started = time.monotonic()
    assert time.monotonic() - started < 10
