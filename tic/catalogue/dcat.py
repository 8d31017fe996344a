"""A dataset's metadata as DCAT 3 in JSON-LD (https://www.w3.org/TR/vocab-dcat-3/)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from tic.catalogue.datasets import KNOWN_LICENCES, MEDIA_TYPES, DatasetFacts

_CONTEXT: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_RIGHTS: Final = "http://publications.europa.eu/resource/authority/access-right/"
_FREQUENCY: Final = "http://publications.europa.eu/resource/authority/frequency/"
_FREQUENCIES: Final = {
    "daily": "DAILY",
    "weekly": "WEEKLY",
    "monthly": "MONTHLY",
    "quarterly": "QUARTERLY",
    "yearly": "ANNUAL",
    "never": "NEVER",
    "release": "IRREG",
}


def to_dcat(facts: DatasetFacts, stated: Mapping[str, str]) -> str:
    """A dcat:Dataset with its distribution, as indented JSON-LD; what is not known is left out."""
    dataset = {
        "@context": _CONTEXT,
        "@type": "dcat:Dataset",
        "dct:identifier": facts.name,
        "dct:title": _both(facts.title_th, facts.title_en),
        "dct:description": stated.get("description"),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": _both(facts.publisher_th, facts.publisher_en)},
        "dcat:contactPoint": _contact(stated),
        "dcat:keyword": [word.strip() for word in stated.get("keywords", "").split(",") if word.strip()],
        "dcat:theme": stated.get("theme"),
        "dct:accrualPeriodicity": {"@id": f"{_FREQUENCY}{_FREQUENCIES[facts.schedule]}"},
        "dct:spatial": facts.coverage,
        "dct:temporal": _period(facts),
        "dct:provenance": facts.attribution,
        "dct:accessRights": _rights(stated.get("governance")),
        "dct:issued": _day(stated.get("issued")),
        "dct:modified": _day(facts.modified.isoformat() if facts.modified else None),
        "dcat:landingPage": {"@id": facts.homepage} if facts.homepage else None,
        "dcat:distribution": [_distribution(facts, stated)],
    }
    return json.dumps(_without_gaps(dataset), ensure_ascii=False, indent=2)


def _distribution(facts: DatasetFacts, stated: Mapping[str, str]) -> dict[str, Any]:
    address, licence = stated.get("download_url"), KNOWN_LICENCES.get(facts.licence)
    return _without_gaps(
        {
            "@type": "dcat:Distribution",
            "dcat:accessURL": {"@id": facts.homepage} if facts.homepage else None,
            "dcat:downloadURL": {"@id": address} if address else None,
            "dct:format": facts.format.upper(),
            "dcat:mediaType": MEDIA_TYPES.get(facts.format),
            "dct:license": {"@id": licence} if licence else facts.licence,
            "dct:rights": facts.attribution,
            "dcat:byteSize": facts.size_bytes,
        }
    )


def _without_gaps(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _both(thai: str, english: str) -> list[dict[str, str]]:
    return [{"@language": "th", "@value": thai}, {"@language": "en", "@value": english}]


def _contact(stated: Mapping[str, str]) -> dict[str, Any]:
    name, email = stated.get("contact_name"), stated.get("contact_email")
    told = _without_gaps({"vcard:fn": name, "vcard:hasEmail": {"@id": f"mailto:{email}"} if email else None})
    return {"@type": "vcard:Kind", **told} if told else {}


def _rights(governance: str | None) -> dict[str, str] | None:
    """Public data are PUBLIC; the three other categories of the framework are not given to everybody."""
    return {"@id": f"{_RIGHTS}{'PUBLIC' if governance == 'public' else 'NON_PUBLIC'}"} if governance else None


def _day(value: str | None) -> dict[str, str] | None:
    return {"@type": "xsd:date", "@value": value} if value else None


def _period(facts: DatasetFacts) -> dict[str, Any]:
    if facts.first is None or facts.last is None:
        return {}
    first, last = _day(facts.first.isoformat()), _day(facts.last.isoformat())
    return {"@type": "dct:PeriodOfTime", "dcat:startDate": first, "dcat:endDate": last}
