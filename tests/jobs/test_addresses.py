"""Asking the addresses of datasets: what answers earns its points, what does not is told, our network is safe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from directory import repository
from directory.migrate import migrate
from tic.catalogue import statements
from tic.catalogue.addresses import ADDRESSES, HOLDS_DAYS, answering, checks_from_json
from tic.catalogue.datasets import DATASETS, DatasetFacts, facts_to_json
from tic.catalogue.readiness import mqa
from tic.core.database import reading, writing
from tic.core.http import Limits
from tic.core.progress import Silent
from tic.core.settings import Settings
from tic.jobs.addresses import check_addresses
from tic.jobs.context import Context
from web_site import Reply, WebSite

QUICK = Limits(connect_s=1, read_s=1, total_s=3, tries=1, first_wait_s=0.01, longest_wait_s=0.1, pause_s=0)
FACTS = DatasetFacts(
    name="mots",
    kind="statistics",
    title_th="สถิติ",
    title_en="Statistics",
    publisher_th="กระทรวง",
    publisher_en="Ministry",
    homepage="",
    licence="CC BY 4.0",
    attribution="Ministry",
    schedule="monthly",
    coverage="TH",
    file="table.csv",
)
NOW = datetime.now(UTC)


@pytest.fixture
def context(settings: Settings) -> Iterator[Context]:
    found = Context(settings.model_copy(update={"private_hosts": "127.0.0.1"}), Silent())
    migrate(found.database)
    yield found
    found.close()


def know(context: Context, *facts: DatasetFacts, download: str = "") -> None:
    with writing(context.database) as connection:
        repository.set_state(connection, DATASETS, facts_to_json(facts))
        if download:
            statements.state(connection, "mots", {"download_url": download}, account_id="a", now=NOW)


def test_what_answers_earns_its_points_and_nothing_of_it_is_read(context: Context, web_site: WebSite) -> None:
    page, file = web_site.put("/page", Reply("<html>")), web_site.put("/table.csv", Reply(b"x" * 50_000_000))
    facts, stated = replace(FACTS, homepage=page), {"download_url": file}
    know(context, facts, download=file)
    checks = check_addresses(context, limits=QUICK)
    assert [(check.role, check.answers, check.told) for check in checks] == [
        ("access", True, ""),
        ("download", True, ""),
    ]
    assert web_site.paths() == ["/page", "/table.csv"]
    assert mqa(facts, stated, answering(checks, facts, stated, NOW)).points == mqa(facts, stated).points + 50 + 30


def test_what_does_not_answer_is_kept_with_why_and_earns_nothing(context: Context, web_site: WebSite) -> None:
    facts = replace(FACTS, homepage=web_site.at("/gone"))
    know(context, facts)
    (check,) = check_addresses(context, limits=QUICK)
    assert not check.answers
    assert check.told.startswith(f"There is nothing at {web_site.at('/gone')} any more (404).")
    with reading(context.database) as connection:
        assert checks_from_json(repository.get_state(connection, ADDRESSES)) == (check,)
    found = mqa(facts, {}, answering([check], facts, {}, NOW))
    assert {item.code: met for item, met in found.indicators}["access_reachable"] is False


def test_an_address_inside_our_own_network_is_not_asked(context: Context, web_site: WebSite) -> None:
    know(context, replace(FACTS, homepage=web_site.at("/page").replace("127.0.0.1", "localhost")))
    (check,) = check_addresses(context, limits=QUICK)
    assert "inside our own network" in check.told
    assert web_site.seen == []


def test_two_datasets_of_one_page_are_one_request(context: Context, web_site: WebSite) -> None:
    page = web_site.put("/page", Reply("<html>"))
    know(context, replace(FACTS, homepage=page), replace(FACTS, name="bot", homepage=page))
    assert len(check_addresses(context, limits=QUICK)) == 2
    assert web_site.paths() == ["/page"]


def test_a_result_counts_for_the_very_address_and_not_for_ever(context: Context, web_site: WebSite) -> None:
    facts = replace(FACTS, homepage=web_site.put("/page", Reply("<html>")))
    know(context, facts)
    checks = check_addresses(context, limits=QUICK)
    assert set(answering(checks, facts, {}, NOW)) == {"access"}
    assert answering(checks, replace(facts, homepage="https://other.example"), {}, NOW) == {}
    assert answering(checks, facts, {}, NOW + timedelta(days=HOLDS_DAYS + 1)) == {}
    assert answering(checks, replace(facts, name="other"), {}, NOW) == {}
