"""Accounts from the command line: which agency is meant."""

from __future__ import annotations

import pytest

from directory import accounts
from directory.migrate import migrate
from ingest.source import get_source
from tic.catalogue.officers import agency_of
from tic.core.database import reading, writing
from tic.core.progress import Silent
from tic.core.settings import Settings
from tic.jobs.accounts import add_account, known_agency, speak_for
from tic.jobs.context import Context

TAT = get_source("tat_shops")


@pytest.mark.parametrize(
    "name", [TAT.publisher_en, TAT.publisher_th, TAT.publisher_en.upper(), f" {TAT.publisher_en.replace(' ', '  ')} "]
)
def test_an_agency_is_known_by_its_name_in_either_language(name: str) -> None:
    assert known_agency(name) == TAT.publisher_en


def test_an_agency_that_publishes_nothing_here_keeps_its_name() -> None:
    assert known_agency("Provincial Office") == "Provincial Office"
    assert known_agency("") == ""


def test_an_officer_who_was_named_by_the_thai_name_speaks_for_the_owner_of_its_data(settings: Settings) -> None:
    context = Context(settings, Silent())
    migrate(context.database)
    add_account(context, "nok@example.go.th", "analyst")
    speak_for(context, "nok@example.go.th", TAT.publisher_th)
    with reading(context.database) as connection:
        account = accounts.find_account(connection, "nok@example.go.th")
        assert agency_of(connection, account.id) == TAT.publisher_en
    speak_for(context, "nok@example.go.th", "")
    with writing(context.database) as connection:
        assert agency_of(connection, account.id) is None
    context.close()
