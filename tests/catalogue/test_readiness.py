"""Readiness from 0 to 5, the 14 core fields, the European assessment of 405 points, and DCAT."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from tic.catalogue.assess import Result
from tic.catalogue.datasets import DatasetFacts, facts_from_json, facts_to_json
from tic.catalogue.dcat import to_dcat
from tic.catalogue.readiness import MOST_POINTS, core_metadata, mqa, readiness, readiness_book
from tic.catalogue.scores import Scorecard, scorecard

TODAY = date(2026, 5, 20)
FACTS = DatasetFacts(
    name="mots_arrivals_monthly",
    kind="statistics",
    title_th="นักท่องเที่ยวรายเดือน",
    title_en="Monthly arrivals",
    publisher_th="กระทรวงการท่องเที่ยวและกีฬา",
    publisher_en="Ministry of Tourism and Sports",
    homepage="https://www.mots.go.th/",
    licence="CC BY 4.0",
    attribution="Ministry of Tourism and Sports",
    schedule="monthly",
    coverage="TH",
    file="mots_arrivals_monthly.csv",
    first=date(2013, 1, 1),
    last=date(2026, 5, 1),
    modified=date(2026, 6, 1),
    size_bytes=21_000,
)
CORE = {
    "contact_name": "Statistics desk",
    "contact_email": "statistics@example.go.th",
    "keywords": "arrivals, tourism",
    "description": "Arrivals by month.",
    "objective": "To plan for visitors.",
    "governance": "public",
}
FURTHER = {"theme": "tourism", "download_url": "https://example.go.th/a.csv", "issued": "2013-02-01"}
ALL_YES = {question.code: "yes" for question in readiness_book().questions}


def card(passed: int) -> Scorecard:
    """A scorecard of this percent overall and in timeliness."""
    found = scorecard([Result("figure_on_time", passed, 100), Result("figure_no_gap", passed, 100)])
    assert found is not None
    return found


def test_the_book_has_14_core_fields_and_405_points() -> None:
    book = readiness_book()
    points = {item.dimension: 0 for item in book.mqa}
    for item in book.mqa:
        points[item.dimension] += item.points
    assert len(book.core) == 14
    assert points == {
        "findability": 100,
        "accessibility": 100,
        "interoperability": 110,
        "reusability": 75,
        "contextuality": 20,
    }
    assert sum(points.values()) == MOST_POINTS


def test_everything_that_a_level_needs_is_measured_or_asked() -> None:
    found = readiness(FACTS, {}, card(100), TODAY)
    assert {code for level in readiness_book().levels for code in level.needs} == set(found.evidence)
    assert all(readiness_book().need(code).th for code in found.evidence)


@pytest.mark.parametrize(
    ("stated", "quality", "level", "missing"),
    [
        ({}, 100, 1, ("core_complete",)),
        (CORE, 69, 2, ("quality_70", "steward", "personal_data")),
        (CORE | {"steward": "yes", "personal_data": "partly"}, 100, 2, ("personal_data",)),
        (
            CORE | {"steward": "yes", "personal_data": "yes"},
            79,
            3,
            ("frequency_kept", "quality_85", "corrections", "dictionary"),
        ),
        (CORE | ALL_YES, 90, 4, ("quality_95",)),
        (CORE | ALL_YES, 95, 5, ()),
    ],
)
def test_a_level_needs_all_of_the_levels_below(
    stated: dict[str, str], quality: int, level: int, missing: tuple[str, ...]
) -> None:
    found = readiness(FACTS, stated, card(quality), TODAY)
    assert (found.level, found.missing) == (level, missing)


def test_answers_do_not_help_a_dataset_without_a_licence() -> None:
    found = readiness(replace(FACTS, licence=""), CORE | ALL_YES, card(100), TODAY)
    assert (found.level, found.missing) == (0, ("licence",))


def test_what_is_never_renewed_keeps_its_frequency() -> None:
    assert readiness(replace(FACTS, schedule="never"), {}, card(0), TODAY).evidence["frequency_kept"]
    assert not readiness(FACTS, {}, card(0), TODAY).evidence["frequency_kept"]


def test_the_core_fields_are_told_in_the_reader_s_language() -> None:
    english, thai = (core_metadata(FACTS, CORE, language) for language in ("en", "th"))
    assert (english["spatial"], english["frequency"], english["governance"]) == ("Thailand", "monthly", "Public")
    assert (thai["spatial"], thai["frequency"], thai["governance"]) == ("ประเทศไทย", "รายเดือน", "ข้อมูลสาธารณะ")
    assert all(english.values())
    assert core_metadata(FACTS, {}, "en")["keywords"] is None


def test_what_is_stated_earns_points_and_what_was_not_checked_earns_none() -> None:
    bare, full = mqa(FACTS, {}), mqa(FACTS, CORE | FURTHER)
    # All but the addresses that nobody has called yet: 50 and 30 points.
    assert full.points == 405 - 50 - 30
    assert full.rating == "Good"
    unchecked = [item.code for item, met in full.indicators if met is None]
    assert unchecked == ["access_reachable", "download_reachable"]
    assert bare.points == full.points - (30 + 30 + 20 + 30 + 10 + 5 + 20 + 5)
    assert bare.rating == "Sufficient"


def test_a_file_of_an_unknown_format_and_terms_of_its_own_earn_less() -> None:
    found = mqa(replace(FACTS, file="table.psv", licence="Terms of use"), CORE | FURTHER)
    lost = {item.code for item, met in found.indicators if met is False}
    assert lost == {"media_type", "format_vocabulary", "non_proprietary", "machine_readable", "licence_vocabulary"}


def test_dcat_holds_what_is_known_and_leaves_out_what_is_not() -> None:
    full = json.loads(to_dcat(FACTS, CORE | FURTHER))
    assert full["dcat:keyword"] == ["arrivals", "tourism"]
    assert full["dct:temporal"]["dcat:endDate"]["@value"] == "2026-05-01"
    assert full["dcat:contactPoint"]["vcard:hasEmail"] == {"@id": "mailto:statistics@example.go.th"}
    assert full["dct:accessRights"]["@id"].endswith("access-right/PUBLIC")
    assert full["dcat:distribution"][0]["dcat:byteSize"] == 21_000
    bare = json.loads(to_dcat(FACTS, {}))
    assert not {"dcat:contactPoint", "dcat:keyword", "dct:description", "dct:accessRights"} & set(bare)


def test_facts_are_kept_as_they_are() -> None:
    assert facts_from_json(facts_to_json([FACTS])) == {FACTS.name: FACTS}
    assert facts_from_json(None) == {}
