"""`/api/v1/alerts`: the warnings in force as GeoJSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request

from directory.feeds import feeds
from directory.services import Services
from tic.core.areas import districts, provinces
from tic.core.database import reading
from tic.core.errors import BadInput
from tic.core.i18n import choose_language
from tic.hazards.geojson import alerts_geojson
from tic.hazards.store import active_alerts


def alerts(services: Services, request: Request) -> dict[str, Any]:
    """The warnings in force now, of all areas or of `area` (a province or a district). Raises BadInput for another."""
    area = request.query_params.get("area") or None
    if area is not None and area not in provinces() and area not in districts():
        raise BadInput(
            "{area} is no area. Give the code of a province (TH-83) or of a district (8301).", area=area[:40]
        )
    with reading(services.database) as connection:
        found = active_alerts(connection, datetime.now(UTC), area=area)
        known = feeds(connection, "alerts")
    told = [
        {
            "name": feed.source.name,
            "publisher": feed.source.publisher_en,
            "licence": feed.source.licence,
            "attribution": feed.source.attribution,
            "read_at": feed.read_at.isoformat() if feed.read_at else None,
        }
        for feed in known
    ]
    return alerts_geojson(found, choose_language(request.query_params.get("lang")), told)
