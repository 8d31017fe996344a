"""Readiness on the page: what everybody reads, and what an officer states."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import polars as pl
import pytest
from sqlalchemy import delete
from streamlit.testing.v1 import AppTest

from directory.audit import entries
from directory.repository import set_state
from pages import _resources
from reading_pages import Open, texts
from small_directory import NOW, SmallDirectory
from tic.catalogue.addresses import ADDRESSES, AddressCheck, checks_to_json
from tic.catalogue.assess import FAILING, Assessment, Result
from tic.catalogue.datasets import DATASETS, DatasetFacts, facts_to_json
from tic.catalogue.statements import stated
from tic.catalogue.store import keep
from tic.catalogue.tables import dataset_statement, quality_result, quality_run
from tic.core.database import reading, writing

FACTS = DatasetFacts(
    "tat",
    "places",
    "สถานที่ท่องเที่ยว ททท.",
    "TAT attractions",
    "การท่องเที่ยวแห่งประเทศไทย",
    "Tourism Authority of Thailand",
    "https://www.tat.or.th",
    "CC BY 4.0",
    "TAT Data API",
    "weekly",
    "TH",
    "tat.csv",
)


@pytest.fixture
def assessed(small: SmallDirectory) -> Iterator[SmallDirectory]:
    """One assessment of TAT's places, and what is known of the dataset."""
    with writing(small.services.database) as connection:
        results = (Result("place_contact", 90, 100),)
        keep(connection, Assessment("tat", results, pl.DataFrame(schema=FAILING)), None, NOW)
        set_state(connection, DATASETS, facts_to_json([FACTS]))
    for cached in (_resources.assessments, _resources.assessment_history, _resources.dataset_facts):
        cached.clear()
    _resources.stated_of_all.clear()
    yield small
    with writing(small.services.database) as connection:
        for table in (quality_result, quality_run, dataset_statement):
            connection.execute(delete(table))
        set_state(connection, DATASETS, facts_to_json([]))
    _resources.dataset_facts.clear()
    _resources.stated_of_all.clear()


def save(page: AppTest) -> AppTest:
    (button,) = [button for button in page.button if button.label == "Save"]
    return button.click().run()


def test_everybody_reads_the_level_and_what_the_next_one_lacks(open_page: Open, assessed: SmallDirectory) -> None:
    page = open_page("data_quality.py", source="tat")
    shown = texts(page)
    assert "Readiness: level 1 of 5 – Registered" in shown
    assert "Missing for level 2 (Described): All 14 core fields are filled in." in shown.replace("\\", "")
    assert [item.label for item in page.expander][1:3] == [
        "Metadata: 8 of 14 core fields",
        "European metadata assessment: 145 of 405, Sufficient",
    ]
    assert "1 / 5" in texts(open_page("data_quality.py"))


@pytest.mark.parametrize("role", ["operator", "reviewer"])
def test_other_roles_are_not_offered_the_form(open_page: Open, assessed: SmallDirectory, role: str) -> None:
    _account, token = assessed.sign_in(role)
    page = open_page("data_quality.py", source="tat", token=token)
    assert not page.text_input
    assert "Officers with the role of an analyst" in texts(page)


def test_an_officer_states_metadata_and_it_is_kept_with_who_and_when(open_page: Open, assessed: SmallDirectory) -> None:
    account, token = assessed.sign_in("analyst")
    page = open_page("data_quality.py", source="tat", token=token)
    page.text_input(key="state-tat-keywords").input("temples, beaches")
    page.selectbox(key="state-tat-steward").select("yes")
    page = save(page)
    assert page.success[0].value == "Saved."
    assert "Metadata: 9 of 14 core fields" in [item.label for item in page.expander]
    with reading(assessed.services.database) as connection:
        kept = stated(connection, "tat")
        acts = entries(connection, account_id=account.id, action="dataset.state")
    assert {field: (item.value, item.account_id) for field, item in kept.items()} == {
        "keywords": ("temples, beaches", account.id),
        "steward": ("yes", account.id),
    }
    assert [(act.subject, act.detail) for act in acts] == [("dataset:tat", {"fields": ["keywords", "steward"]})]


def test_a_wrong_address_is_said_and_what_was_typed_stays(open_page: Open, assessed: SmallDirectory) -> None:
    _account, token = assessed.sign_in("analyst")
    page = open_page("data_quality.py", source="tat", token=token)
    page.text_input(key="state-tat-contact_email").input("nobody")
    page = save(page)
    assert "nobody is no e-mail address" in page.error[0].value.replace("\\", "")
    assert page.text_input(key="state-tat-contact_email").value == "nobody"
    with reading(assessed.services.database) as connection:
        assert stated(connection, "tat") == {}


def test_addresses_that_answered_earn_their_points_with_the_moment(open_page: Open, assessed: SmallDirectory) -> None:
    shown = texts(open_page("data_quality.py", source="tat"))
    assert "has not been asked lately" in shown
    check = AddressCheck("tat", "access", "https://www.tat.or.th", True, datetime.now(UTC))
    with writing(assessed.services.database) as connection:
        set_state(connection, ADDRESSES, checks_to_json([check]))
    page = open_page("data_quality.py", source="tat")
    assert "www.tat.or.th answered, " in texts(page).replace("\\", "")
    assert "European metadata assessment: 195 of 405, Sufficient" in [item.label for item in page.expander]
