"""Making accounts, their passwords and roles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import Engine, select, update

from directory import audit, tables
from directory.accounts import (
    ROLES,
    Account,
    add_account,
    change_password,
    create_first_accounts,
    get_account,
    list_accounts,
    register,
    require,
    reset_password,
    set_disabled,
    set_role,
)
from directory.sessions import account_of, sign_in
from tic.core.database import reading, writing
from tic.core.errors import BadInput, Conflict, NotAllowed, NotFound

pytestmark = pytest.mark.usefixtures("quick_hashes")
GOOD = "mango river lantern"
AtOnce = Callable[..., list[object]]
People = dict[str, Account]


def registered(database: Engine, email: str = "nok@example.com", **options: str) -> Account:
    with writing(database) as connection:
        return register(connection, **{"email": email, "password": GOOD, "display_name": "Nok", **options})


def test_a_person_registers_as_an_operator_who_has_agreed(database: Engine, now: datetime) -> None:
    with writing(database) as connection:
        account = register(
            connection,
            email=" Nok@Example.com ",
            password=GOOD,
            display_name="  Nok's\n Bakery ",
            language="en",
            now=now,
        )
        trail = audit.entries(connection, subject=f"account:{account.id}")
    assert (account.email, account.display_name, account.role) == ("nok@example.com", "Nok's Bakery", "operator")
    assert (account.language, account.consent_at, account.disabled) == ("en", now, False)
    assert [(entry.action, entry.account_id) for entry in trail] == [("register", account.id)]


def test_what_cannot_be_registered_is_named(database: Engine) -> None:
    for options, complaint in (
        ({"email": "nok"}, "This is not an e-mail address"),
        ({"email": "nok@a..b"}, "This is not an e-mail address"),
        ({"email": "<nok@example.com>"}, "This is not an e-mail address"),
        ({"email": "nok\x07@example.com"}, "This is not an e-mail address"),
        ({"email": "n" * 251 + "@a.b"}, "This is not an e-mail address"),
        ({"display_name": " \x00 "}, "Enter your name"),
        ({"display_name": "n" * 121}, "at most 120 characters"),
        ({"password": "short"}, "at least 10 characters"),
    ):
        with pytest.raises(BadInput, match=complaint):
            registered(database, **options)
    with reading(database) as connection:
        assert list_accounts(connection) == []


def test_an_address_is_registered_once_whatever_its_case(database: Engine) -> None:
    first = registered(database)
    with writing(database) as connection:
        with pytest.raises(Conflict, match="cannot be registered"):
            register(connection, email="NOK@example.com", password=GOOD, display_name="Other")
        # The transaction of the caller goes on.
        assert get_account(connection, first.id).display_name == "Nok"


def test_of_two_who_register_one_address_at_once_one_is_refused(database: Engine, at_once: AtOnce) -> None:
    told = at_once(lambda: registered(database), lambda: registered(database))
    assert sorted(type(item).__name__ for item in told) == ["Account", "Conflict"]


def test_an_account_made_for_somebody_gets_a_password_that_works(database: Engine) -> None:
    with writing(database) as connection:
        password = add_account(connection, "Rin@example.com", "reviewer")
        account = account_of(connection, sign_in(connection, email="rin@example.com", password=password, days=1))
    assert account is not None
    assert (account.role, account.display_name, account.consent_at) == ("reviewer", "rin", None)


def test_an_unknown_role_is_refused(database: Engine, people: People) -> None:
    with writing(database) as connection:
        with pytest.raises(BadInput, match="king is no role"):
            add_account(connection, "rin@example.com", "king")
        with pytest.raises(BadInput, match="king is no role"):
            set_role(connection, people["administrator"], people["analyst"].id, "king")


def test_the_first_accounts_are_one_of_each_role_and_made_once(database: Engine) -> None:
    with writing(database) as connection:
        first = create_first_accounts(connection)
        assert create_first_accounts(connection) == []
    assert [(account.role, account.email) for account in first] == [(role, f"{role}@localhost") for role in ROLES]
    assert len({account.password for account in first}) == 4
    with writing(database) as connection:
        assert sign_in(connection, email="analyst@localhost", password=first[2].password, days=1)


def test_two_that_set_up_one_database_at_once_make_the_first_accounts_once(database: Engine, at_once: AtOnce) -> None:
    def set_up() -> object:
        with writing(database) as connection:
            return len(create_first_accounts(connection))

    assert sorted(at_once(set_up, set_up), key=str) == [0, 4]


def test_a_new_password_ends_the_other_sessions(database: Engine) -> None:
    account = registered(database)
    with writing(database) as connection:
        here, elsewhere = (sign_in(connection, email=account.email, password=GOOD, days=1) for _ in range(2))
        change_password(connection, account, current=GOOD, new="violet harbour stone", keep_token=here)
        assert account_of(connection, here) == account
        assert account_of(connection, elsewhere) is None
        assert sign_in(connection, email=account.email, password="violet harbour stone", days=1)


@pytest.mark.parametrize(
    ("current", "new", "kind", "complaint"),
    [
        ("wrong", "violet harbour stone", NotAllowed, "The present password is wrong"),
        (GOOD, "nok@example.com", BadInput, "too easy to guess"),
    ],
)
def test_a_password_is_changed_only_by_who_knows_it_and_into_a_good_one(
    database: Engine, current: str, new: str, kind: type[Exception], complaint: str
) -> None:
    account = registered(database)
    with pytest.raises(kind, match=complaint), writing(database) as connection:
        change_password(connection, account, current=current, new=new)
    with writing(database) as connection:
        assert sign_in(connection, email=account.email, password=GOOD, days=1)


def test_a_reset_unlocks_the_account_and_ends_its_sessions(database: Engine, now: datetime) -> None:
    account = registered(database)
    with writing(database) as connection:
        token = sign_in(connection, email=account.email, password=GOOD, days=1)
        locked = update(tables.account).values(locked_until=now.replace(year=2100), failed_sign_ins=3)
        connection.execute(locked)
        password = reset_password(connection, " NOK@example.com")
        assert account_of(connection, token) is None
        assert sign_in(connection, email=account.email, password=password, days=1)
        with pytest.raises(NotFound, match="no account with the e-mail address who@"):
            reset_password(connection, "who@example.com")


def test_an_administrator_changes_roles_and_the_change_is_traced(database: Engine, people: People) -> None:
    with writing(database) as connection:
        set_role(connection, people["administrator"], people["operator"].id, "reviewer")
        (entry,) = audit.entries(connection, subject=f"account:{people['operator'].id}")
        assert get_account(connection, people["operator"].id).role == "reviewer"
    assert (entry.account_id, entry.action) == (people["administrator"].id, "set role")
    assert entry.detail == {"before": "operator", "after": "reviewer"}


def test_nobody_but_an_administrator_changes_roles_and_nobody_their_own(database: Engine, people: People) -> None:
    for name in ("operator", "reviewer", "analyst"):
        with writing(database) as connection, pytest.raises(NotAllowed, match="does not permit"):
            set_role(connection, people[name], people["second operator"].id, "reviewer")
    with writing(database) as connection:
        with pytest.raises(NotAllowed, match="Another administrator must change your own"):
            set_role(connection, people["administrator"], people["administrator"].id, "operator")
        with pytest.raises(NotFound, match="no such account"):
            set_disabled(connection, people["administrator"], "a-nobody", disabled=True)


def test_who_was_an_administrator_when_the_page_opened_but_is_no_more_is_refused(
    database: Engine, people: People
) -> None:
    first, second = people["administrator"], people["second administrator"]
    with writing(database) as connection:
        set_disabled(connection, first, second.id, disabled=True)
    with writing(database) as connection, pytest.raises(NotAllowed):
        set_role(connection, second, first.id, "operator")


def test_of_two_administrators_who_remove_each_other_at_once_one_remains(
    database: Engine, people: People, at_once: AtOnce
) -> None:
    def remove(by: str, other: str) -> object:
        with writing(database) as connection:
            return set_role(connection, people[by], people[other].id, "operator")

    told = at_once(
        lambda: remove("administrator", "second administrator"),
        lambda: remove("second administrator", "administrator"),
    )
    assert sorted(type(item).__name__ for item in told) == ["NoneType", "NotAllowed"]
    with reading(database) as connection:
        assert [account.role for account in list_accounts(connection)].count("administrator") == 1


def test_a_disabled_account_is_shut_out_until_it_is_enabled(database: Engine, people: People) -> None:
    account = registered(database)
    with writing(database) as connection:
        token = sign_in(connection, email=account.email, password=GOOD, days=1)
        set_disabled(connection, people["administrator"], account.id, disabled=True)
        assert account_of(connection, token) is None
        assert not get_account(connection, account.id).may("operator")
        set_disabled(connection, people["administrator"], account.id, disabled=False)
        assert sign_in(connection, email=account.email, password=GOOD, days=1)


def test_a_role_includes_what_it_should(people: People) -> None:
    may = {name: [role for role in ROLES if people[name].may(role)] for name in ROLES}
    assert may == {
        "operator": ["operator"],
        "reviewer": ["operator", "reviewer"],
        "analyst": ["operator", "analyst"],
        "administrator": list(ROLES),
    }
    assert require(people["reviewer"], "analyst", "reviewer") is people["reviewer"]
    with pytest.raises(NotAllowed, match="Sign in first"):
        require(None)
    with pytest.raises(NotAllowed, match="does not permit"):
        require(people["operator"], "reviewer")


def test_only_a_hash_of_a_password_is_stored(database: Engine) -> None:
    account = registered(database)
    with reading(database) as connection:
        row = connection.execute(select(tables.account).where(tables.account.c.id == account.id)).one()
    assert GOOD not in str(dict(row._mapping))
