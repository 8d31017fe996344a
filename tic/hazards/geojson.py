"""Active alerts as GeoJSON (RFC 7946): a feature each, with the shape its sender drew, generalised to some 100 m."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import shapely
from shapely.geometry import mapping

from tic.core.areas import provinces
from tic.core.i18n import Language
from tic.hazards.store import ActiveAlert
from tic.hazards.words import told

_DECIMALS_DEGREES: Final = 1e-5
"""About one metre."""


def alerts_geojson(
    active: Iterable[ActiveAlert], language: Language, feeds: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """A FeatureCollection; `feeds` tells of each source when it was read last."""
    return {
        "type": "FeatureCollection",
        "features": [alert_feature(item, language) for item in active],
        "sources": list(feeds),
    }


def alert_feature(item: ActiveAlert, language: Language) -> dict[str, Any]:
    """An alert; geometry null where its sender names provinces only. Moments are ISO 8601 in UTC."""
    alert, words = item.alert, told(item, language)
    info = alert.info(language)
    shape = item.extent.shape
    return {
        "type": "Feature",
        "geometry": None if shape is None else mapping(shapely.set_precision(shape, _DECIMALS_DEGREES)),
        "properties": {
            "identifier": alert.identifier,
            "sender": alert.sender,
            "source": item.source,
            "kind": alert.kind,
            "title": words.title,
            "language": words.text_language,
            "event": info.event if info else "",
            "severity": alert.severity,
            "urgency": info.urgency if info else "Unknown",
            "certainty": info.certainty if info else "Unknown",
            "sent": _moment(alert.sent),
            "onset": _moment(info.starts if info else None),
            "expires": _moment(alert.expires),
            "description": words.description,
            "instruction": words.instruction,
            "web": words.web,
            "provinces": [code for code in item.areas if code in provinces()],
            "districts": [code for code in item.areas if code not in provinces()],
        },
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
