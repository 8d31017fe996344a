"""`tic watches run`: tell analysts what has happened to the series they watch, each thing once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Final

from directory.accounts import get_account
from tic.analytics.warehouse import scan_observations, scan_vintages
from tic.core.database import reading, writing
from tic.core.errors import ServiceUnavailable
from tic.core.i18n import Language, translator
from tic.core.locks import job_lock
from tic.core.mail import Mailer, mail_server
from tic.desk.watches import Notice, add_notices, set_mailed, unmailed, watches
from tic.desk.watching import Series, occasions, series_of
from tic.desk.words import notice_line, series_link
from tic.jobs.context import Context

NEWS: Final = timedelta(days=7)
"""What is older is no news: a server that is set for the first time does not send the past."""


@dataclass(frozen=True, slots=True)
class WatchReport:
    """What a run did: watches looked at, new notices, mails sent (one for each account with news)."""

    watches: int
    notices: int
    mails: int

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    def summary(self) -> str:
        """For people."""
        return f"{self.watches:,} watches looked at, {self.notices:,} new notices, {self.mails:,} mails sent."


def run_watches(context: Context) -> WatchReport:
    """Look at all watches, keep what is new, and mail it where a server is set.

    A run that is killed leaves nothing to be told twice: a notice is kept once, and marked as mailed before it is sent.
    Raises JobRunning, StorageFailed, ServiceUnavailable when the mail server takes nothing; the feeds have it then.
    """
    with job_lock(context.settings.lock_dir, "watches"):
        looked_at, made = _look(context)
        mails = _mail_all(context) if context.settings.smtp_host else 0
    return WatchReport(looked_at, made, mails)


def _look(context: Context) -> tuple[int, int]:
    folder = context.settings.warehouse
    with reading(context.database) as connection:
        known = watches(connection)
    observations, kept = scan_observations(folder), scan_vintages(folder)
    found: dict[tuple[str, str, str], Series] = {}
    made = 0
    for item in known:
        key = (item.indicator, item.area, item.market)
        if key not in found:
            found[key] = series_of(observations, kept, *key)
        happened = occasions(item.kind, item.threshold, item.seen, found[key])
        with writing(context.database) as connection:
            made += add_notices(connection, item, happened, datetime.now(UTC))
    return len(known), made


def _mail_all(context: Context) -> int:
    with reading(context.database) as connection:
        waiting = unmailed(connection, datetime.now(UTC) - NEWS)
    if not waiting:
        return 0
    sent = 0
    with mail_server(context.settings) as mailer:
        for account_id, group in groupby(waiting, key=lambda item: item.account_id):
            _mail(context, mailer, account_id, list(group))
            sent += 1
    return sent


def _mail(context: Context, mailer: Mailer, account_id: str, found: list[Notice]) -> None:
    """One mail for an account, marked as sent before it is: a mail that is lost still stands in the feed."""
    with writing(context.database) as connection:
        account = get_account(connection, account_id)
        set_mailed(connection, found, datetime.now(UTC))
    language: Language = "en" if account.language == "en" else "th"
    _ = translator(language)
    address = context.settings.address
    lines = [f"{notice_line(item.facts, language)}\n{series_link(item.facts, address, language)}" for item in found]
    end = _("You get this because you watch these series: {address}", address=f"{address}/watches")
    try:
        mailer.send(account.email, _("Tourism figures: {count} news", count=len(found)), "\n\n".join([*lines, end]))
    except ServiceUnavailable:
        with writing(context.database) as connection:
            set_mailed(connection, found, None)
        raise
