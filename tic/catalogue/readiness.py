"""Readiness of a dataset from 0 to 5, its 14 core fields, and the metadata quality assessment of data.europa.eu."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as plain_dataclass
from dataclasses import field
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Final

import yaml
from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass

from tic.catalogue.addresses import AddressCheck, AddressRole
from tic.catalogue.datasets import KNOWN_LICENCES, MEDIA_TYPES, NON_PROPRIETARY, DatasetFacts
from tic.catalogue.rules import Text
from tic.catalogue.schedule import overdue_before
from tic.catalogue.scores import Scorecard
from tic.core.areas import area_name
from tic.core.i18n import Language, translator

ANSWERS: Final = ("yes", "partly", "no")
MOST_POINTS: Final = 405
RATINGS: Final = ((351, "Excellent"), (221, "Good"), (121, "Sufficient"), (0, "Bad"))
"""Points from which a rating of data.europa.eu holds."""
TIMELY: Final = 80.0
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=_STRICT)
class MetadataField:
    """A field of the metadata with its DCAT property; `known`: the source's description answers it.

    gdc: its name(s) in the CKAN of the government data catalogue.
    """

    code: str
    dcat: str
    title: Text
    known: bool = False
    gdc: str = ""
    choices: dict[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, config=_STRICT)
class Question:
    """A question to the officer, answered by one of ANSWERS."""

    code: str
    title: Text


@dataclass(frozen=True, config=_STRICT)
class Level:
    """A level of readiness and the evidence it needs beside that of the levels below it."""

    title: Text
    needs: tuple[str, ...]


@dataclass(frozen=True, config=_STRICT)
class Indicator:
    """An indicator of the metadata quality assessment."""

    code: str
    dimension: str
    points: int
    title: Text


@dataclass(frozen=True, config=_STRICT)
class ReadinessBook:
    """All of readiness.yml."""

    core: tuple[MetadataField, ...]
    further: tuple[MetadataField, ...]
    questions: tuple[Question, ...]
    levels: tuple[Level, ...]
    evidence: dict[str, Text]
    mqa: tuple[Indicator, ...]

    @property
    def question_codes(self) -> frozenset[str]:
        """Codes of the questions."""
        return frozenset(item.code for item in self.questions)

    @property
    def asked(self) -> tuple[MetadataField, ...]:
        """The fields that the officer states."""
        return tuple(item for item in (*self.core, *self.further) if not item.known)

    def field(self, code: str) -> MetadataField:
        """The field that an officer states under this code. Raises KeyError."""
        return {item.code: item for item in self.asked}[code]

    def need(self, code: str) -> Text:
        """What a level needs, in words."""
        questions = {item.code: item.title for item in self.questions}
        return self.evidence[code] if code in self.evidence else questions[code]


@lru_cache(maxsize=1)
def readiness_book() -> ReadinessBook:
    """The levels, fields and questions that ship with the product."""
    text = (files("tic.catalogue") / "readiness.yml").read_text(encoding="utf-8")
    return TypeAdapter(ReadinessBook).validate_python(yaml.safe_load(text))


def core_metadata(facts: DatasetFacts, stated: Mapping[str, str], language: Language) -> dict[str, str | None]:
    """The 14 core fields in the reader's language, by code; None where nothing is stated."""
    _ = translator(language)
    thai = language == "th"
    known = {
        "data_type": _("Records") if facts.kind == "places" else _("Statistics"),
        "title": facts.title_th if thai else facts.title_en,
        "organisation": facts.publisher_th if thai else facts.publisher_en,
        "frequency": _(facts.schedule),
        "spatial": area_name(facts.coverage, language),
        "origin": facts.attribution,
        "format": facts.format.upper(),
        "licence": facts.licence,
    }
    told: dict[str, str | None] = {}
    for item in readiness_book().core:
        value = known.get(item.code) if item.known else stated.get(item.code)
        told[item.code] = item.choices[value].told(language) if value in item.choices else value or None
    return told


@plain_dataclass(frozen=True, slots=True)
class Mqa:
    """Indicators with what they earned: True, False, or None where it was not checked, which earns nothing."""

    indicators: tuple[tuple[Indicator, bool | None], ...]

    @property
    def points(self) -> int:
        """Points of 405."""
        return sum(item.points for item, met in self.indicators if met)

    @property
    def rating(self) -> str:
        """Excellent, Good, Sufficient or Bad."""
        return next(name for least, name in RATINGS if self.points >= least)


def mqa(
    facts: DatasetFacts, stated: Mapping[str, str], answers: Mapping[AddressRole, AddressCheck] | None = None
) -> Mqa:
    """The assessment of data.europa.eu over what is known and stated.

    answers: the results of asking its addresses that hold now; an address without one earns nothing.
    """
    asked = answers or {}
    has = {code: bool(value) for code, value in stated.items()}
    described = bool(facts.title_en) and has.get("description", False) and bool(facts.homepage)
    met: dict[str, bool | None] = {
        "keyword": has.get("keywords", False),
        "category": has.get("theme", False),
        "spatial": bool(facts.coverage),
        "temporal": facts.first is not None or facts.modified is not None,
        "access_reachable": asked["access"].answers if "access" in asked else None,
        "download": has.get("download_url", False),
        "download_reachable": asked["download"].answers if "download" in asked else None,
        "format": bool(facts.format),
        "media_type": facts.format in MEDIA_TYPES,
        "format_vocabulary": facts.format in MEDIA_TYPES,
        "non_proprietary": facts.format in NON_PROPRIETARY,
        "machine_readable": facts.format in MEDIA_TYPES,
        "dcat_ap": described,
        "licence": bool(facts.licence),
        "licence_vocabulary": facts.licence in KNOWN_LICENCES,
        "access_rights": has.get("governance", False),
        "access_vocabulary": has.get("governance", False),
        "contact": has.get("contact_name", False) or has.get("contact_email", False),
        "publisher": bool(facts.publisher_en),
        "rights": bool(facts.attribution),
        "byte_size": facts.size_bytes is not None,
        "issued": has.get("issued", False),
        "modified": facts.modified is not None,
    }
    return Mqa(tuple((item, met[item.code]) for item in readiness_book().mqa))


@plain_dataclass(frozen=True, slots=True)
class Readiness:
    """A level from 0 to 5, what each piece of evidence says, and what the next level still lacks."""

    level: int
    evidence: dict[str, bool]
    missing: tuple[str, ...]


def readiness(facts: DatasetFacts, stated: Mapping[str, str], card: Scorecard | None, today: date) -> Readiness:
    """The level that a dataset has reached: the highest whose needs, and those of all below it, are met."""
    book = readiness_book()
    overall = card.overall if card else 0.0
    timely = (card.dimensions.get("timeliness", 0.0) if card else 0.0) >= TIMELY
    evidence = {
        "owner": bool(facts.publisher_en),
        "licence": bool(facts.licence),
        "core_complete": all(core_metadata(facts, stated, "en").values()),
        "machine_readable": facts.format in MEDIA_TYPES,
        "frequency_kept": timely or overdue_before(facts.schedule, today) is None,
        **{f"quality_{least}": overall >= least for least in (70, 85, 95)},
        **{question.code: stated.get(question.code) == "yes" for question in book.questions},
    }
    level = 0
    for item in book.levels:
        missing = tuple(code for code in item.needs if not evidence[code])
        if missing:
            return Readiness(level, evidence, missing)
        level += 1
    return Readiness(level, evidence, ())
