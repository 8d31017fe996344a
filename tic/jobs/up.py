"""`tic up`: from an empty folder to a running product, and quickly again when nothing has changed."""

from __future__ import annotations

import time
from dataclasses import dataclass

from directory.accounts import FirstAccount, create_first_accounts
from directory.migrate import migrate
from ingest.source import STARTER_SOURCES
from tic.core.database import writing
from tic.core.locks import job_lock
from tic.jobs.context import Context
from tic.jobs.forecasts import ForecastReport, refresh_forecasts
from tic.jobs.places import PlacesReport, refresh_places


@dataclass(frozen=True, slots=True)
class UpReport:
    """What `prepare` did; `accounts` are the first-run accounts with their passwords, empty ever after."""

    accounts: tuple[FirstAccount, ...]
    places: PlacesReport
    forecasts: ForecastReport
    wall_s: float


def prepare(context: Context) -> UpReport:
    """Migrate, make the first accounts, read the starter set, resolve, index and forecast arrivals.

    Provinces are forecast by `tic forecast run`: they take minutes, and nobody should wait for them to open a page.

    Safe to kill and to run again. Raises JobRunning while another `tic up` prepares the same folder.
    """
    started = time.monotonic()
    with job_lock(context.settings.lock_dir, "up"):
        with context.reporter.step("Database"):
            migrate(context.database)
        places = refresh_places(context, STARTER_SOURCES, None)
        forecasts = refresh_forecasts(context, groups=("arrivals",))
        with writing(context.database) as connection:
            accounts = create_first_accounts(connection)
    return UpReport(tuple(accounts), places, forecasts, time.monotonic() - started)
