"""The page of data requests: an agency asks, another decides, and what is handed over is what was granted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime

import polars as pl
import pytest
from sqlalchemy import delete

from directory.accounts import Account
from pages._linkage import log_frame
from pages._linkage_delivery import delivered, granted_rows
from pages._resources import known_sources
from reading_pages import Open, texts
from small_directory import SmallDirectory
from tic.catalogue import linkage, officers
from tic.catalogue.linkage import LinkageRequest, Wish
from tic.catalogue.officers import Officer
from tic.catalogue.tables import linkage_request, linkage_step
from tic.core.database import reading, writing
from tic.core.errors import Conflict

PAGE = "linkage_requests.py"
NOW = datetime.now(UTC)
MOTS = "Ministry of Tourism and Sports"
WISH = Wish("To plan buses for the season.", "public_task", "PDPA 24", ("period", "value", "status"), "=HYPERLINK(1)")
People = dict[str, tuple[Account, str, Officer]]


@pytest.fixture
def people(small: SmallDirectory) -> Iterator[People]:
    """An officer of the ministry, one of a provincial office, and one without an agency; requests go afterwards."""
    known_sources.clear()
    found: People = {}
    for name, agency in (("lek", MOTS), ("nok", "Provincial Office"), ("dam", "")):
        account, token = small.sign_in("analyst")
        with writing(small.services.database) as connection:
            officers.set_agency(connection, account.id, agency, NOW)
        found[name] = (account, token, Officer(account.id, agency or None))
    yield found
    with writing(small.services.database) as connection:
        connection.execute(delete(linkage_step))
        connection.execute(delete(linkage_request))


def ask(small: SmallDirectory, officer: Officer, dataset: str = "mots_arrivals_monthly", **more: object) -> str:
    wish = Wish(**{**{name: getattr(WISH, name) for name in WISH.__slots__}, **more})  # type: ignore[arg-type]
    with writing(small.services.database) as connection:
        drawn = linkage.draw_up(connection, officer, dataset=dataset, owner=MOTS, wish=wish, now=NOW)
        return linkage.send(connection, officer, drawn, NOW).id


def grant(small: SmallDirectory, people: People, request_id: str) -> LinkageRequest:
    with writing(small.services.database) as connection:
        request = linkage.get_request(connection, people["lek"][2], request_id)
        until = date(NOW.year + 1, 12, 31)
        return linkage.grant(connection, people["lek"][2], request, conditions="No copies.", expires_on=until, now=NOW)


def test_a_person_without_the_role_or_an_agency_is_told(small: SmallDirectory, people: People, open_page: Open) -> None:
    assert "Sign in to go on." in texts(open_page(PAGE))
    _account, operator = small.sign_in("operator")
    assert "This page is for other roles than yours" in texts(open_page(PAGE, token=operator))
    assert "Your account speaks for no agency" in texts(open_page(PAGE, token=people["dam"][1]))


def test_a_dataset_is_asked_for_and_what_is_missing_is_said_beside_the_kept_draft(
    people: People, open_page: Open
) -> None:
    page = open_page(PAGE, token=people["nok"][1], new="mots_arrivals_monthly")
    assert "You speak for Provincial Office." in texts(page)
    key = "new-mots_arrivals_monthly"
    page.text_area(key=f"{key}-purpose").set_value("To plan buses for the season.")
    page.multiselect(key=f"{key}-fields").set_value(["period", "value"])
    page = next(button for button in page.button if button.label == "Send to the agency").click().run()
    assert "Choose the legal basis of the request" in texts(page)
    request_id = page.query_params["request"]
    if isinstance(request_id, list):
        (request_id,) = request_id
    page.selectbox(key=f"{request_id}-legal_basis").set_value("public_task")
    page.text_input(key=f"{request_id}-contact").set_value("Desk")
    page = next(button for button in page.button if button.label == "Send to the agency").click().run()
    shown = texts(page)
    assert "Sent to the agency." in shown
    assert "Task in the public interest" in shown


def test_the_owning_agency_grants_and_the_asking_one_sees_it(
    small: SmallDirectory, people: People, open_page: Open
) -> None:
    request_id = ask(small, people["nok"][2])
    shown = texts(open_page(PAGE, token=people["lek"][1]))
    assert "Requests to us" in shown
    page = open_page(PAGE, token=people["lek"][1], request=request_id)
    page.text_area(key="linkage-conditions").set_value("No copies.")
    page = next(button for button in page.button if button.label == "Grant").click().run()
    assert "Granted." in texts(page)
    asking = texts(open_page(PAGE, token=people["nok"][1], request=request_id, lang="th"))
    assert "No copies." in asking
    assert "อนุญาตแล้ว" in asking


def test_others_do_not_see_a_request(small: SmallDirectory, people: People, open_page: Open) -> None:
    request_id = ask(small, people["nok"][2])
    assert "There is no such request" in texts(open_page(PAGE, token=people["dam"][1], request=request_id))


def test_figures_are_handed_over_with_the_granted_fields_and_period_only_and_recorded(
    small: SmallDirectory, people: People
) -> None:
    period = {"first": date(2026, 1, 1), "last": date(2026, 3, 31)}
    request = grant(small, people, ask(small, people["nok"][2], **period))
    source = known_sources()["mots_arrivals_monthly"]
    content = delivered(people["nok"][2], request, source)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["period"] for row in rows] == ["2026-01-01", "2026-02-01", "2026-03-01"]
    assert set(rows[0]) == {"period", "value", "status", "source", "licence", "request", "conditions"}
    with reading(small.services.database) as connection:
        last = linkage.steps_of(connection, [request])[-1]
    assert (last.step, last.account_id, last.detail["rows"]) == ("delivered", people["nok"][0].id, 3)


def test_places_are_handed_over_by_their_records(small: SmallDirectory, people: People) -> None:
    request = grant(small, people, ask(small, people["nok"][2], "osm", fields=("name_en", "aliases", "lat")))
    rows = granted_rows(request, known_sources()["osm"])
    assert rows.columns == ["name_en", "aliases", "lat"]
    assert set(rows["name_en"]) >= {"Wat Arun", "Doi Inthanon"}
    assert rows.schema["aliases"] == pl.String


def test_nothing_is_handed_over_once_a_grant_is_given_up(small: SmallDirectory, people: People) -> None:
    request = grant(small, people, ask(small, people["nok"][2]))
    with writing(small.services.database) as connection:
        linkage.withdraw(connection, people["nok"][2], request, NOW)
    with pytest.raises(Conflict, match="is withdrawn"):
        delivered(people["nok"][2], request, known_sources()["mots_arrivals_monthly"])


def test_the_log_tells_every_step_with_who_and_when(small: SmallDirectory, people: People) -> None:
    request = grant(small, people, ask(small, people["nok"][2]))
    with reading(small.services.database) as connection:
        steps = linkage.steps_of(connection, [request])
    frame = log_frame([request], steps, {people["nok"][0].id: "Nok"})
    assert frame.height == 3
    told = dict(zip(frame["step"], frame["who"], strict=True))
    assert told == {"draft": "Nok", "sent": "Nok", "granted": "ผู้ที่ลบบัญชีแล้ว"}
    assert frame.filter(step="granted")["detail"][0] == f"conditions: No copies.; expires_on: {NOW.year + 1}-12-31"
