"""The same product on PostgreSQL and Elasticsearch: switched over by two settings, with the same answers."""

from __future__ import annotations

import json
import time
import urllib.parse
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from databases import recreate
from directory import accounts, submissions
from engines import free_port
from product import FirstStart, Product, commands_processor_s, passwords
from tic.core.database import open_database, writing
from tic.core.progress import Silent
from tic.core.settings import Settings
from tic.jobs.context import job_context
from tic.jobs.find import find_places

SEARCHABLE_WITHIN_S = 2.0
FORM = {
    "name_th": "ร้านทดสอบริมน้ำ",
    "name_en": "Riverside Test Kitchen",
    "category": "restaurant",
    "coordinates": "13.7563, 100.5018",
}


@pytest.fixture(scope="module")
def production(postgres_server: str, elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Product:
    """An installation on real servers after its first start."""
    database = recreate(postgres_server, "production_test")
    product = Product(
        tmp_path_factory.mktemp("production") / "data",
        {
            "TIC_DATABASE_URL": database,
            "TIC_ELASTICSEARCH_URL": elasticsearch_url,
            "TIC_ELASTICSEARCH_INDEX_PREFIX": "production-test",
        },
    )
    done = product.run("up", "--no-serve")
    assert done.returncode == 0, done.stderr
    assert set(passwords(done.stdout)) == {"operator", "reviewer", "analyst", "administrator"}
    return product


def settings_of(product: Product) -> Settings:
    """What the command reads from the environment of this installation."""
    named = {name.removeprefix("TIC_").lower(): value for name, value in product.settings.items()}
    return Settings(data_dir=product.folder, **named)


def hits(product: Product, *arguments: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(product.run("search", *arguments, "--json").stdout)["hits"]
    return found


def test_nothing_of_the_directory_is_kept_in_the_data_folder(production: Product) -> None:
    assert not (production.folder / "directory.sqlite").exists()
    assert not (production.folder / "index").exists()


def test_a_second_start_redoes_nothing(production: Product) -> None:
    before = commands_processor_s()
    assert production.run("up", "--no-serve").returncode == 0
    assert commands_processor_s() - before <= 10


def test_the_answers_are_those_of_the_embedded_engines(
    production: Product, first_start: FirstStart, tmp_path: Path
) -> None:
    embedded = first_start.copy(tmp_path / "data")
    ours, theirs = ([hit["id"] for hit in hits(product, "วัดพระแก้ว")] for product in (production, embedded))
    assert ours == theirs != []
    # The others as the command asks, without starting it each time.
    with job_context(settings_of(production), Silent()) as here, job_context(settings_of(embedded), Silent()) as there:
        for text, category, limit in (("Wat Pra Keaw", None, 10), ("Chatujak", None, 10), ("", ["beach"], 50)):
            ours, theirs = (
                [hit.id for hit in find_places(context, text, category, None, None, None, limit, "th").hits]
                for context in (here, there)
            )
            assert ours == theirs != []


@pytest.mark.alone
def test_an_approved_place_is_searchable_within_two_seconds(production: Product) -> None:
    engine = open_database(production.settings["TIC_DATABASE_URL"])
    with production.serving(free_port()) as address:
        with writing(engine) as connection:
            by_role = {account.role: account for account in accounts.list_accounts(connection)}
            draft = submissions.save_draft(connection, by_role["operator"], listing_id=None, body=FORM)
            submissions.submit(connection, by_role["operator"], draft.id)
        assert found(address) == []
        with writing(engine) as connection:
            submissions.approve(connection, by_role["reviewer"], draft.id, now=datetime.now(UTC))
        started = time.monotonic()
        while not found(address):
            assert time.monotonic() - started <= SEARCHABLE_WITHIN_S
            time.sleep(0.02)
    engine.dispose()


def found(address: str) -> list[dict[str, object]]:
    query = urllib.parse.urlencode({"q": FORM["name_th"], "size": 5})
    with urllib.request.urlopen(f"{address}/api/v1/search?{query}") as answer:
        return [hit for hit in json.load(answer)["hits"] if hit["name_en"] == FORM["name_en"]]


def test_a_search_engine_that_is_away_is_told_in_one_line(production: Product) -> None:
    done = production.run("search", "x", TIC_ELASTICSEARCH_URL=f"http://127.0.0.1:{free_port()}")
    assert done.returncode == 4
    assert done.stderr.startswith("tic: ")
    assert "Traceback" not in done.stderr


def test_a_database_that_is_away_is_told_in_one_line(production: Product) -> None:
    away = make_url(production.settings["TIC_DATABASE_URL"]).set(port=free_port())
    done = production.run("ingest", "status", TIC_DATABASE_URL=away.render_as_string(hide_password=False))
    assert done.returncode == 4
    assert "TIC_DATABASE_URL" in done.stderr
