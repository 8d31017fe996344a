"""A small directory with figures and forecasts in a data folder of its own, for tests of pages, plain HTML and API."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
from sqlalchemy import update

from directory import accounts, tables
from directory.accounts import Account
from directory.listing import RECORD_SCHEMA, Listing, Redirect
from directory.migrate import migrate
from directory.repository import save_listings, upsert_records
from directory.search.indexer import rebuild
from directory.services import Services
from directory.sources import SourceInfo, save_sources
from quick_hashes import quick_hashes
from tic.analytics.observation import OBSERVATION_SCHEMA
from tic.analytics.warehouse import write_forecasts, write_observations
from tic.core.areas import province_at
from tic.core.database import writing
from tic.core.geo import Point
from tic.core.progress import Silent
from tic.core.settings import Settings

NOW = datetime(2026, 5, 1, 3, 30, tzinfo=UTC)
PASSWORD = "wooden elephant by the river"
HOSTILE = "</script><img src=x onerror=alert(1)> **[click](javascript:alert(1))** :red[x]"
"""A name as somebody would write it to run something in the reader's browser."""

_PLACES = (
    ("grand-palace", "พระบรมมหาราชวัง", "The Grand Palace", "palace", 13.75, 100.4913, "tat"),
    ("wat-pho", "วัดพระเชตุพนวิมลมังคลาราม", "Wat Pho", "temple", 13.7465, 100.493, "tat"),
    ("wat-arun", "วัดอรุณราชวราราม", "Wat Arun", "temple", 13.7437, 100.4889, "osm"),
    ("railay", "หาดไร่เลย์", "Railay Beach", "beach", 8.0117, 98.8377, "tat"),
    ("doi-inthanon", "ดอยอินทนนท์", "Doi Inthanon", "mountain", 18.5883, 98.4867, "osm"),
)


@dataclass(frozen=True)
class SmallDirectory:
    """Settings and services of the folder; listings have the ids of `_PLACES`, and `hostile`."""

    settings: Settings
    services: Services

    def sign_in(self, role: str = "operator") -> tuple[Account, str]:
        """A new account of this role with the password PASSWORD, and the token of a session."""
        email = f"{role}-{secrets.token_hex(4)}@example.org"
        with quick_hashes(), writing(self.services.database) as connection:
            account = accounts.register(connection, email=email, password=PASSWORD, display_name=role.title())
            chosen = tables.account.c.id == account.id
            connection.execute(update(tables.account).where(chosen).values(role=role))
            token = accounts.sign_in(connection, email=email, password=PASSWORD, days=1)
            return accounts.get_account(connection, account.id), token


def build(folder: Path) -> SmallDirectory:
    """Fill an empty folder: listings, a merged and a closed id, sources, figures, forecasts, the embedded index."""
    settings = Settings(data_dir=folder, public_url="https://directory.test")
    services = Services(settings)
    migrate(services.database)
    listings = [listing(*place) for place in _PLACES]
    listings.append(listing("hostile", None, HOSTILE, "cafe", 13.76, 100.51, "osm"))
    with writing(services.database) as connection:
        for source in ("tat", "osm"):
            upsert_records(connection, records(listings, source), source=source, now=NOW)
        redirects = [
            Redirect(old_id="wat-po", new_id="wat-pho", reason="merged", at=NOW),
            Redirect(old_id="old-cafe", new_id=None, reason="closed", at=NOW),
        ]
        keys = {key: item.id for item in listings for key in item.record_keys}
        save_listings(connection, listings, keys, redirects, now=NOW, scope=None)
        save_sources(connection, SOURCES)
    rebuild(services.database, services.search, Silent())
    write_observations(settings.warehouse, "mots_arrivals_monthly", monthly_arrivals())
    write_observations(settings.warehouse, "mots_province_monthly", province_visitors())
    write_forecasts(settings.warehouse, "20260501T000000000000Z", forecast_tables())
    return SmallDirectory(settings, services)


def listing(
    listing_id: str, name_th: str | None, name_en: str, category: str, lat: float, lon: float, source: str
) -> Listing:
    """A listing made of one record of a source."""
    key = f"{source}:{listing_id}"
    palace = listing_id == "grand-palace"
    values = {
        "name_th": name_th,
        "name_en": name_en,
        "category": category,
        "province_code": province_at(Point(lat, lon), tolerance_rings=3),
        "phone": "+6626235500" if palace else None,
        "website": "https://www.royalgrandpalace.th" if palace else None,
        "opening_hours": "Mo-Su 08:30-15:30" if palace else None,
    }
    provenance = {name: key for name, value in {**values, "lat": lat, "lon": lon}.items() if value is not None}
    return Listing(
        id=listing_id,
        lat=lat,
        lon=lon,
        record_keys=(key,),
        sources=(source,),
        provenance=provenance,
        updated_at=NOW,
        **values,  # type: ignore[arg-type]  # each value is of its field's type
    )


def records(listings: list[Listing], source: str) -> pl.DataFrame:
    """The records of a source that the listings are made of."""
    rows = [
        {
            **item.model_dump(include=set(RECORD_SCHEMA)),
            "names": None,
            "aliases": None,
            "key": item.record_keys[0],
            "source": source,
            "source_id": item.id,
        }
        for item in listings
        if item.sources == (source,)
    ]
    return pl.DataFrame(rows, schema=RECORD_SCHEMA)


SOURCES = (
    SourceInfo(
        "tat",
        "places",
        "สถานที่ท่องเที่ยว ททท.",
        "TAT attractions",
        "การท่องเที่ยวแห่งประเทศไทย",
        "Tourism Authority of Thailand",
        "https://www.tat.or.th",
        "TAT API terms",
        "TAT Data API",
        "official",
    ),
    SourceInfo(
        "osm",
        "places",
        "โอเพนสตรีตแมป",
        "OpenStreetMap",
        "ผู้ร่วมสร้างโอเพนสตรีตแมป",
        "OpenStreetMap contributors",
        "https://www.openstreetmap.org",
        "ODbL",
        "© OpenStreetMap",
        "open",
    ),
    SourceInfo(
        "mots_arrivals_monthly",
        "statistics",
        "นักท่องเที่ยวรายเดือน",
        "Monthly arrivals",
        "กระทรวงการท่องเที่ยวและกีฬา",
        "Ministry of Tourism and Sports",
        "https://www.mots.go.th",
        "Open Government Data",
        "MOTS",
        "official",
        date(2026, 6, 5),
    ),
    SourceInfo(
        "mots_province_monthly",
        "statistics",
        "ผู้เยี่ยมเยือนรายจังหวัด",
        "Visitors by province",
        "กระทรวงการท่องเที่ยวและกีฬา",
        "Ministry of Tourism and Sports",
        "https://www.mots.go.th",
        "Open Government Data",
        "MOTS",
        "official",
    ),
)


def monthly_arrivals() -> pl.DataFrame:
    """National arrivals of 2019, 2025 and January to May 2026, 10 % above the year before; May is preliminary."""
    level = {2019: 1_000_000.0, 2025: 1_000_000.0, 2026: 1_100_000.0}
    rows = [
        (
            "arrivals",
            "persons",
            "TH",
            "all",
            "M",
            date(year, month, 1),
            value,
            "preliminary" if (year, month) == (2026, 5) else "final",
            "mots_arrivals_monthly",
            date(2026, 6, 5),
        )
        for year, value in level.items()
        for month in range(1, 13)
        if year < 2026 or month <= 5
    ]
    return pl.DataFrame(rows, schema=OBSERVATION_SCHEMA, orient="row")


def province_visitors() -> pl.DataFrame:
    """Visitors of three provinces in two Septembers."""
    values = {"TH-10": (2_000_000.0, 1_600_000.0), "TH-83": (900_000.0, 1_000_000.0), "TH-50": (800_000.0, 800_000.0)}
    rows = [
        (
            "visitors",
            "persons",
            area,
            "all",
            "M",
            date(year, 9, 1),
            value,
            "final",
            "mots_province_monthly",
            date(2024, 11, 1),
        )
        for area, pair in values.items()
        for year, value in zip((2024, 2023), pair, strict=True)
    ]
    return pl.DataFrame(rows, schema=OBSERVATION_SCHEMA, orient="row")


def forecast_tables() -> dict[str, pl.DataFrame]:
    """Two models' forecasts of three months, and their errors in the backtest."""
    stamp = {"data_version": pl.lit("abc-2"), "fitted_at": pl.lit(NOW)}
    months = [date(2026, month, 1) for month in (6, 7, 8)]
    ahead = [
        {
            "unique_id": "arrivals/TH/all",
            "ds": month,
            "model": model,
            "horizon": step,
            "cutoff": date(2026, 5, 1),
            "yhat": 1_200_000.0,
            "base": 1_200_000.0,
            "scale": 100_000.0,
            "lo_50": 1_150_000.0,
            "hi_50": 1_250_000.0,
            "lo_80": 1_100_000.0,
            "hi_80": 1_300_000.0,
            "lo_95": 1_000_000.0,
            "hi_95": 1_400_000.0,
        }
        for model in ("ensemble", "seasonal_naive")
        for step, month in enumerate(months, 1)
    ]
    errors = [
        {
            "unique_id": "arrivals/TH/all",
            "model": model,
            "horizon_from": 1,
            "horizon_to": 24,
            "mase": mase,
            "smape": 5.0,
            "mape": 5.0,
            "rmsse": mase,
            "n_windows": 12,
            "coverage_80": 0.81,
            "coverage_95": 0.94,
        }
        for model, mase in (("ensemble", 0.6), ("seasonal_naive", 0.8))
    ]
    forecasts = pl.DataFrame(ahead)
    history = monthly_arrivals().select(unique_id=pl.lit("arrivals/TH/all"), ds="period", y="value")
    tables = {
        "series": pl.DataFrame(
            {"unique_id": ["arrivals/TH/all"], "source": "mots_arrivals_monthly", "as_of": date(2026, 6, 5)}
        ),
        "history": history,
        "forecasts": forecasts,
        "totals": pl.DataFrame(
            {
                "unique_id": "arrivals/TH/all",
                "ds": [date(2026, 4, 1)],
                "frequency": "Q",
                "months_known": 2,
                **dict.fromkeys(("yhat", "lo_50", "hi_50", "lo_80", "hi_80", "lo_95", "hi_95"), 3400000.0),
            }
        ),
        "accuracy": pl.DataFrame(errors),
        "backtest": told_before(forecasts),
        "past": told_before(forecasts).with_columns(made_at=pl.lit(NOW)),
        "findings": pl.DataFrame(
            {
                "unique_id": "arrivals/TH/all",
                "kind": ["unexpected"],
                "ds": date(2026, 5, 1),
                "y": 900_000.0,
                "expected": 1_200_000.0,
                "low": 1_000_000.0,
                "high": 1_400_000.0,
                "score": 1.5,
                "explained": [[{"part": "arrivals/TH/europe", "share": 0.75}]],
            }
        ),
    }
    return {name: frame.with_columns(**stamp) for name, frame in tables.items()}


def told_before(forecasts: pl.DataFrame) -> pl.DataFrame:
    """The same three forecasts from three months before, when 1,000,000, 1,100,000 and 1,500,000 came."""
    truth = pl.DataFrame({"horizon": [1, 2, 3], "y": [1_000_000.0, 1_100_000.0, 1_500_000.0]})
    return forecasts.join(truth, on="horizon", maintain_order="left").with_columns(
        pl.col("ds", "cutoff").dt.offset_by("-3mo")
    )
