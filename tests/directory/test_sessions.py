"""Signing in and out: tokens, locks after failures, tokens of forms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select, update

from directory import tables
from directory.accounts import Account, register
from directory.sessions import (
    FAILURES_BEFORE_LOCK,
    LOCK_MINUTES,
    account_of,
    check_csrf,
    csrf_token,
    end_sessions,
    sign_in,
    sign_out,
)
from tic.core.database import reading, writing
from tic.core.errors import NotAllowed

pytestmark = pytest.mark.usefixtures("quick_hashes")
GOOD = "mango river lantern"
EMAIL = "nok@example.com"


@pytest.fixture
def nok(database: Engine, now: datetime) -> Account:
    with writing(database) as connection:
        return register(connection, email=EMAIL, password=GOOD, display_name="Nok", now=now)


def enter(database: Engine, now: datetime, *, email: str = EMAIL, password: str = GOOD) -> str:
    with writing(database) as connection:
        return sign_in(connection, email=email, password=password, days=14, now=now)


def refusal(database: Engine, now: datetime, *, email: str = EMAIL, password: str = "wrong") -> str:
    with pytest.raises(NotAllowed) as refused:
        enter(database, now, email=email, password=password)
    return str(refused.value)


def holder(database: Engine, token: str, now: datetime) -> Account | None:
    with reading(database) as connection:
        return account_of(connection, token, now=now)


def test_a_session_is_known_by_its_token_until_it_ends(database: Engine, nok: Account, now: datetime) -> None:
    token = enter(database, now, email=" NOK@example.com ")
    assert holder(database, token, now) == nok
    assert holder(database, token, now + timedelta(days=13, hours=23)) == nok
    assert holder(database, token, now + timedelta(days=14)) is None
    with writing(database) as connection:
        sign_out(connection, token)
        sign_out(connection, "unknown")
    assert holder(database, token, now) is None


def test_no_token_or_a_wrong_one_is_nobody(database: Engine, nok: Account, now: datetime) -> None:
    with reading(database) as connection:
        assert account_of(connection, None) is None
        assert account_of(connection, "") is None
        assert account_of(connection, "guessed") is None


def test_the_token_itself_is_not_stored(database: Engine, nok: Account, now: datetime) -> None:
    token = enter(database, now)
    assert len(token) >= 43
    with reading(database) as connection:
        rows = connection.execute(select(tables.session)).all()
    assert token not in str([dict(row._mapping) for row in rows])


def test_expired_sessions_are_swept_at_the_next_sign_in(database: Engine, nok: Account, now: datetime) -> None:
    enter(database, now)
    kept = enter(database, now + timedelta(days=20))
    with reading(database) as connection:
        assert len(connection.execute(select(tables.session)).all()) == 1
    assert holder(database, kept, now + timedelta(days=20)) == nok


def test_five_failures_in_a_row_lock_the_account_for_a_quarter_of_an_hour(
    database: Engine, nok: Account, now: datetime
) -> None:
    for _ in range(FAILURES_BEFORE_LOCK):
        refusal(database, now)
    assert "too many attempts" in refusal(database, now, password=GOOD)
    refusal(database, now + timedelta(minutes=LOCK_MINUTES - 1), password=GOOD)
    assert enter(database, now + timedelta(minutes=LOCK_MINUTES))


def test_a_success_forgets_the_failures_before_it(database: Engine, nok: Account, now: datetime) -> None:
    for _ in range(2):
        for _ in range(FAILURES_BEFORE_LOCK - 1):
            refusal(database, now)
        assert enter(database, now)


def test_attempts_during_a_lock_do_not_prolong_it(database: Engine, nok: Account, now: datetime) -> None:
    for minute in [0] * FAILURES_BEFORE_LOCK + [1, 5, 14]:
        refusal(database, now + timedelta(minutes=minute))
    assert enter(database, now + timedelta(minutes=LOCK_MINUTES))


def test_failures_at_once_are_all_counted(
    database: Engine, nok: Account, now: datetime, at_once: Callable[..., list[object]]
) -> None:
    told = at_once(*[lambda: enter(database, now, password="wrong")] * FAILURES_BEFORE_LOCK)
    assert [type(item).__name__ for item in told] == ["NotAllowed"] * FAILURES_BEFORE_LOCK
    refusal(database, now, password=GOOD)


def test_a_failure_is_kept_although_the_caller_rolls_back(database: Engine, nok: Account, now: datetime) -> None:
    refusal(database, now)
    with reading(database) as connection:
        assert connection.scalar(select(tables.account.c.failed_sign_ins)) == 1


def test_the_answer_does_not_tell_what_was_wrong(database: Engine, nok: Account, now: datetime) -> None:
    wrong, unknown = refusal(database, now), refusal(database, now, email="who@example.com")
    with_nul = refusal(database, now, email="no\x00body@example.com", password="wr\x00ong")
    for _ in range(FAILURES_BEFORE_LOCK):
        refusal(database, now)
    locked = refusal(database, now, password=GOOD)
    with writing(database) as connection:
        connection.execute(update(tables.account).values(disabled=True, locked_until=None))
    assert {wrong, unknown, with_nul, locked} == {refusal(database, now, password=GOOD)}


def test_a_hash_of_yesterdays_strength_is_renewed(database: Engine, nok: Account, now: datetime) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    with writing(database) as connection:
        connection.execute(update(tables.account).values(password_hash=weak))
    enter(database, now)
    with reading(database) as connection:
        renewed = connection.scalar(select(tables.account.c.password_hash))
    assert renewed != weak
    assert enter(database, now)


def test_a_form_is_taken_only_with_the_token_of_its_session(database: Engine, nok: Account, now: datetime) -> None:
    mine, other = enter(database, now), enter(database, now)
    with reading(database) as connection:
        token = csrf_token(connection, mine, now=now)
        assert token is not None
        check_csrf(connection, mine, token, now=now)
        for session, given in [(other, token), (mine, ""), (mine, token + "x"), (mine, "ก"), ("unknown", token)]:
            with pytest.raises(NotAllowed, match="This form has expired"):
                check_csrf(connection, session, given, now=now)
        with pytest.raises(NotAllowed, match="This form has expired"):
            check_csrf(connection, mine, token, now=now + timedelta(days=15))


def test_all_sessions_of_an_account_end_but_the_one_that_is_kept(database: Engine, nok: Account, now: datetime) -> None:
    tokens = [enter(database, now) for _ in range(3)]
    with writing(database) as connection:
        assert end_sessions(connection, nok.id, keep=tokens[1]) == 2
    assert [holder(database, token, now) for token in tokens] == [None, nok, None]
