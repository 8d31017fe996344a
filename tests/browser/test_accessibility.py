"""The pages by axe-core, and the whole walk of a tourist on the keyboard; Thai, English, a laptop, a phone."""

from __future__ import annotations

import re

import httpx2
import pytest
from playwright.sync_api import Page, expect

from axe_findings import findings

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def paths(served) -> dict[str, str]:
    found = {}
    for name in ("Wat Arun", "Wat Pho", "Patong Beach"):
        answer = httpx2.get(f"{served.address}/api/v1/search", params={"q": name, "size": 1}).json()
        found[name] = answer["hits"][0]["id"]
    arun, pho, patong = found.values()
    return {
        "search": "/",
        "results": "/?q=Wat+Bangkok&category=temple",
        "nothing": "/?q=zzqxv&province=TH-83",
        "listing": f"/listing?id={arun}",
        "trip": f"/trip?days={arun},{pho}~{patong}&from=2026-12-05",
        "empty trip": "/trip",
    }


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize("phone", [False, True], ids=["1280px", "390px"])
def test_no_page_of_tourists_has_a_serious_finding(visit, paths, language: str, phone: bool) -> None:
    tourist = visit(language, phone=phone)
    for name, path in paths.items():
        page = tourist.open(path, any_heading=True)
        assert findings(page) == [], name
        assert page.evaluate("document.documentElement.lang") == language
        assert page.evaluate("document.documentElement.scrollWidth") <= (390 if phone else 1280), name


FOR_ANALYSTS = (
    *("/overview", "/forecast", "/forecast-accuracy", "/scenarios", "/provinces", "/province?area=TH-83", "/markets"),
    *(
        "/seasonality",
        "/explorer",
        "/events",
        "/releases",
        "/watches",
        "/upload",
        "/quality",
        "/sources",
        "/review-pairs",
    ),
)


@pytest.mark.parametrize(("language", "phone"), [("th", True), ("en", False)], ids=["th-390px", "en-1280px"])
def test_no_page_of_analysts_and_reviewers_has_a_serious_finding(visit, served, language: str, phone: bool) -> None:
    person = visit(language, phone=phone)
    person.sign_in("administrator@localhost", served.passwords["administrator"])
    for path in FOR_ANALYSTS:
        page = person.open(path, any_heading=True)
        assert findings(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= (390 if phone else 1280), path


def test_what_opens_on_a_press_has_no_serious_finding_either(visit, paths) -> None:
    tourist = visit("en")
    page = tourist.open(paths["results"], "Find a place in Thailand")
    page.get_by_role("button", name="Save: Wat Arun", exact=True).click()
    page.get_by_role("button", name="Trip: Wat Arun", exact=True).click()
    page.get_by_text("Saved places (1)").click()
    assert findings(page) == []
    page.get_by_role("button", name=re.compile("^Category")).click()
    page.get_by_role("button", name=re.compile(r"^– Temple \(")).wait_for()
    assert findings(page) == []
    page.keyboard.press("Escape")
    box = page.get_by_role("combobox", name="Name of a place")
    box.fill("")
    box.press_sequentially("chiang", delay=30)
    page.get_by_role("option").first.wait_for()
    assert findings(page) == []
    page = tourist.open(paths["trip"], "My trip")
    page.get_by_role("button", name="Remove: Wat Pho").click()
    expect(page.get_by_text("A stop was removed.")).to_be_visible()
    tourist.settle()
    assert findings(page) == []


def focused(page: Page) -> str:
    """Name of the element that has the focus, also within a component."""
    return str(
        page.evaluate(
            """() => {
                let at = document.activeElement;
                while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
                return at?.getAttribute('aria-label') || at?.textContent?.trim() || '';
            }"""
        )
    )


def tab_to(page: Page, name: str, *, most: int = 80) -> None:
    """Press Tab until the element with this name has the focus, and see that the focus is visible."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if re.search(name, focused(page)):
            return
    raise AssertionError(f"{name} is not reached with Tab; the focus is on {focused(page)}")


def test_a_place_is_searched_opened_saved_and_planned_without_a_mouse(visit) -> None:
    tourist = visit("en")
    page = tourist.open("/", "Find a place in Thailand")
    tab_to(page, "^Name of a place$")
    page.keyboard.type("Wat Pho")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q=Wat"))
    tourist.settle()
    tab_to(page, "^Trip: Wat Pho$")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Trip: Wat Pho", exact=True)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("combobox", name="Name of a place").focus()
    tab_to(page, r"^1\. Wat Pho")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Wat Pho", exact=True)).to_be_visible()
    tourist.settle()
    tab_to(page, "^Save: Wat Pho$")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Save: Wat Pho", exact=True)).to_have_attribute("aria-pressed", "true")
    tourist.open("/?q=Wat+Arun", "Find a place in Thailand")
    tab_to(page, "^Trip: Wat Arun$")
    page.keyboard.press("Enter")
    page.goto(f"{tourist.address}/trip")
    expect(page.locator(".board li a")).to_have_text(["Wat Pho", "Wat Arun"])
    tourist.settle()
    tab_to(page, "^Later in the day: Wat Pho$")
    page.keyboard.press("Enter")
    expect(page.locator(".board li a")).to_have_text(["Wat Arun", "Wat Pho"])
    assert focused(page) == "Earlier in the day: Wat Pho"
    tab_to(page, "^Remove: Wat Pho$")
    page.keyboard.press("Enter")
    expect(page.locator(".board li a")).to_have_text(["Wat Arun"])
    assert focused(page) == "Undo"
    page.keyboard.press("Enter")
    expect(page.locator(".board li a")).to_have_text(["Wat Arun", "Wat Pho"])
