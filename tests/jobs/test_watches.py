"""`tic watches run` tells each thing once: in the feed, and through a real mail server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from directory import accounts
from directory.migrate import migrate
from engines import free_port
from tic.analytics.observation import OBSERVATION_SCHEMA
from tic.analytics.warehouse import scan_observations, scan_vintages, write_observations
from tic.core.database import reading, writing
from tic.core.errors import ServiceUnavailable
from tic.core.progress import Silent
from tic.core.settings import Settings
from tic.desk.watches import add_watch, notices
from tic.desk.watching import baseline, series_of
from tic.jobs.context import Context, job_context
from tic.jobs.watches import run_watches

SOURCE = "mots_arrivals_monthly"


class Post:
    """Takes mail, or refuses it."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refuses = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        if self.refuses:
            return "451 come back later"
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"


@pytest.fixture
def post() -> Iterator[tuple[Post, int]]:
    """A mail server on a free port of this machine."""
    taken = Post()
    port = free_port()
    controller = Controller(taken, hostname="127.0.0.1", port=port)
    controller.start()
    yield taken, port
    controller.stop()


def state(context: Context, *figures: float, day: int = 5) -> None:
    """The arrivals from January 2026, stated in the month after the last."""
    as_of = date(2026, len(figures) + 1, day)
    rows = [
        ("arrivals", "persons", "TH", "all", "M", date(2026, 1 + place, 1), figure, "final", SOURCE, as_of)
        for place, figure in enumerate(figures)
    ]
    frame = pl.DataFrame(rows, schema=OBSERVATION_SCHEMA, orient="row")
    write_observations(context.settings.warehouse, SOURCE, frame, today=as_of)


@pytest.fixture
def watching(tmp_path: Path, post: tuple[Post, int]) -> Iterator[tuple[Context, str]]:
    """An analyst who reads English and watches arrivals, of which January and February are known."""
    settings = Settings(
        data_dir=tmp_path, smtp_host="127.0.0.1", smtp_port=post[1], smtp_tls="none", smtp_from="tic@example.org"
    )
    with job_context(settings, Silent()) as context:
        migrate(context.database)
        state(context, 10, 20)
        folder = settings.warehouse
        series = ("arrivals", "TH", "all")
        seen = baseline(series_of(scan_observations(folder), scan_vintages(folder), *series))
        with writing(context.database) as connection:
            accounts.add_account(connection, "analyst@example.org", "analyst")
            (account,) = accounts.list_accounts(connection)
            for kind in ("fresh", "revision"):
                add_watch(connection, account.id, kind, series, threshold=None, seen=seen, now=datetime.now(UTC))
        yield context, account.id


def test_nothing_is_told_of_what_was_known_when_the_watch_began(
    watching: tuple[Context, str], post: tuple[Post, int]
) -> None:
    report = run_watches(watching[0])
    assert (report.watches, report.notices, report.mails) == (2, 0, 0)
    assert post[0].letters == []


def test_a_fresh_month_and_a_revision_go_into_one_mail_and_are_never_told_again(
    watching: tuple[Context, str], post: tuple[Post, int]
) -> None:
    context, account_id = watching
    state(context, 10, 22, 30)
    assert run_watches(context).as_dict() == {"watches": 2, "notices": 2, "mails": 1}
    (letter,) = post[0].letters
    assert (letter["To"], letter["From"]) == ("analyst@example.org", "tic@example.org")
    assert letter["Subject"] == "ตัวเลขการท่องเที่ยว: ข่าวใหม่ 2 รายการ"
    text = letter.get_content()
    assert "มีตัวเลขมีนาคม 2569แล้ว 30" in text
    assert "ปรับปรุงจาก 20 เป็น 22 (+10.0 %)" in text
    assert run_watches(context).as_dict() == {"watches": 2, "notices": 0, "mails": 0}
    assert len(post[0].letters) == 1
    with reading(context.database) as connection:
        assert len(notices(connection, account_id)) == 2


def test_mail_that_a_server_refuses_is_sent_by_the_next_run(
    watching: tuple[Context, str], post: tuple[Post, int]
) -> None:
    context, _account_id = watching
    state(context, 10, 20, 30)
    post[0].refuses = True
    with pytest.raises(ServiceUnavailable, match=r"does not take mail .*come back later"):
        run_watches(context)
    post[0].refuses = False
    assert run_watches(context).as_dict() == {"watches": 2, "notices": 0, "mails": 1}
    assert run_watches(context).mails == 0
    assert len(post[0].letters) == 1


def test_a_server_that_is_not_there_is_named_and_the_feed_has_the_news(watching: tuple[Context, str]) -> None:
    context, account_id = watching
    state(context, 10, 20, 30)
    away = Settings(data_dir=context.settings.data_dir, smtp_host="127.0.0.1", smtp_port=1, smtp_tls="none")
    with (
        job_context(away, Silent()) as other,
        pytest.raises(ServiceUnavailable, match=r"127\.0\.0\.1:1 does not take mail"),
    ):
        run_watches(other)
    with reading(context.database) as connection:
        assert len(notices(connection, account_id)) == 1


def test_without_a_mail_server_the_feed_tells_everything(watching: tuple[Context, str]) -> None:
    context, account_id = watching
    state(context, 10, 20, 30)
    with job_context(Settings(data_dir=context.settings.data_dir), Silent()) as other:
        assert run_watches(other).as_dict() == {"watches": 2, "notices": 1, "mails": 0}
    with reading(context.database) as connection:
        assert [item.facts["value"] for item in notices(connection, account_id)] == [30.0]
