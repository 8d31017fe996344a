"""The warnings in force as GeoJSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from shapely.geometry import Point, shape
from sqlalchemy import delete
from starlette.testclient import TestClient

from cap_messages import now_on
from small_directory import SmallDirectory
from tic.core.database import writing
from tic.hazards import tables
from tic.hazards.cap import read_alert
from tic.hazards.store import save_alerts


@pytest.fixture
def warned(api_directory: SmallDirectory) -> Iterator[None]:
    contents = (now_on("A1"), now_on("A2", hours=-0.1), now_on("A3", severity="Minor"))
    with writing(api_directory.services.database) as connection:
        save_alerts(connection, "tmd_cap", [(read_alert(item), "hash") for item in contents], datetime.now(UTC))
    yield
    with writing(api_directory.services.database) as connection:
        connection.execute(delete(tables.alert_area))
        connection.execute(delete(tables.alert))


def test_without_warnings_there_is_an_empty_collection(api: TestClient) -> None:
    assert api.get("/alerts").json() == {"type": "FeatureCollection", "features": [], "sources": []}


@pytest.mark.usefixtures("warned")
def test_the_warnings_in_force_come_with_shape_areas_and_moments(api: TestClient) -> None:
    features = api.get("/alerts", params={"lang": "en"}).json()["features"]
    assert [item["properties"]["identifier"] for item in features] == ["A1", "A3"]
    first = features[0]
    assert shape(first["geometry"]).contains(Point(100.45, 13.85))
    told = first["properties"]
    assert (told["title"], told["severity"], told["language"]) == ("Heavy Rain", "Severe", "en")
    assert {"TH-10", "TH-11", "TH-20"} <= set(told["provinces"])
    assert datetime.fromisoformat(told["expires"]) > datetime.now(UTC)
    thai = api.get("/alerts", params={"lang": "th"}).json()["features"][0]["properties"]
    assert (thai["title"], thai["language"]) == ("ฝนตกหนัก", "th")


@pytest.mark.usefixtures("warned")
def test_an_area_narrows_them_and_another_word_is_refused(api: TestClient) -> None:
    assert len(api.get("/alerts?area=TH-20").json()["features"]) == 2
    assert api.get("/alerts?area=TH-50").json()["features"] == []
    refused = api.get("/alerts?area=atlantis")
    assert refused.status_code == 400
    assert refused.json()["error"].startswith("atlantis is no area.")
