from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import pytest

from ingest.parsers import load_parser
from ingest.source import STARTER_SOURCES, get_source, parse_source, sources
from tic.core.areas import COUNTRY, provinces
from tic.core.errors import BadInput, NotFound

FOLDER = Path(__file__).resolve().parents[2] / "ingest" / "sources"
GOOD = """
kind: places
title_th: ร้าน
title_en: Shops
publisher_th: หน่วยงาน
publisher_en: Agency
homepage: https://example.org/
licence: CC0 1.0
attribution: Agency
trust: official
coverage: TH
schedule: yearly
as_of: 2024-05-30
file: shops.csv
expect: {least: 1, most: 9}
"""


def test_the_starter_set_comes_first_then_places_statistics_and_alerts() -> None:
    assert list(sources()) == [
        "starter_places",
        "starter_statistics",
        "airbnb_bangkok",
        "foursquare_thailand",
        "osm_bangkok",
        "osm_extract",
        "osm_thailand",
        "overture_thailand",
        "tat_api_en",
        "tat_api_th",
        "tat_attractions_en",
        "tat_attractions_th",
        "tat_hotels",
        "tat_restaurants",
        "tat_shops",
        "wikidata",
        "bot_tourism_indicators",
        "mots_arrivals_by_nationality",
        "mots_arrivals_by_region",
        "mots_arrivals_monthly",
        "mots_market_spend",
        "mots_province_annual",
        "mots_province_monthly",
        "mots_province_workbook_2565",
        "phuket_airport",
        "phuket_hotels",
        "phuket_occupancy",
        "phuket_spend",
        "phuket_stay",
        "phuket_visitors",
        "tmd_seven_days",
        "tmd_today",
        "tmd_cap",
    ]
    assert [name for name, source in sources().items() if source.ships_with_product] == list(STARTER_SOURCES)


@pytest.mark.parametrize("name", list(sources()))
def test_a_source_says_who_publishes_it_on_what_terms_and_has_a_parser(name: str) -> None:
    source = get_source(name)
    assert "" not in {source.title_th, source.title_en, source.publisher_th, source.publisher_en, source.attribution}
    assert source.homepage.startswith("https://")
    assert source.coverage in {COUNTRY, *provinces()}
    assert source.expect.least < source.expect.most
    assert callable(load_parser(source))


def test_every_folder_of_a_parser_is_used() -> None:
    used = {source.parser for source in sources().values() if not (source.mapping or source.figures)}
    # Each operator's own site is a source of the installation's own.
    assert {path.parent.name for path in FOLDER.glob("*/parser.py")} == used | {"schema_org"}


def test_trust_follows_who_states_it() -> None:
    trust = {name: source.trust for name, source in sources().items()}
    assert trust["starter_places"] == trust["osm_bangkok"] == "open"
    assert trust["airbnb_bangkok"] == "private"
    assert {trust[name] for name in trust if name.startswith(("tat_", "mots_", "bot_"))} == {"official"}


def test_an_unknown_source_is_told_with_the_known_ones() -> None:
    with pytest.raises(NotFound, match=r"no source atlantis\. The known ones are: starter_places, "):
        get_source("atlantis")


def test_a_source_is_its_folder_and_its_yaml() -> None:
    source = parse_source("agency_shops", GOOD)
    assert (source.name, source.parser, source.as_of) == ("agency_shops", "agency_shops", date(2024, 5, 30))


def test_a_source_survives_a_cache_that_pickles_it() -> None:
    source = get_source("airbnb_bangkok")
    assert pickle.loads(pickle.dumps(source)) == source


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (GOOD.replace("kind: places", "kind: maps"), "kind"),
        (GOOD.replace("licence: CC0 1.0\n", ""), "licence"),
        (GOOD + "colour: red\n", "colour"),
        (GOOD.replace("{least: 1, most: 9}", "{least: 0, most: 9}"), "expect.least"),
        (GOOD + 'corrections: [{where: {lat: "0"}, reason: a known mistake of theirs}]\n', "either changes fields"),
        ("- a\n- list\n", "not a list of fields"),
        ("kind: [places\n", "source.yml of agency_shops"),
    ],
)
def test_a_wrong_yaml_is_told_by_its_field(wrong: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        parse_source("agency_shops", wrong)
