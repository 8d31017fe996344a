"""An account as the rest of the product sees it, and what its role permits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Row

from tic.core.errors import NotAllowed

Role = Literal["operator", "reviewer", "analyst", "administrator"]
ROLES: Final[tuple[Role, ...]] = ("operator", "reviewer", "analyst", "administrator")
_INCLUDES: Final[dict[Role, frozenset[Role]]] = {
    "operator": frozenset({"operator"}),
    "reviewer": frozenset({"operator", "reviewer"}),
    "analyst": frozenset({"operator", "analyst"}),
    "administrator": frozenset(ROLES),
}


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account, without its secrets. Times in UTC."""

    id: str
    email: str
    display_name: str
    role: Role
    language: str
    created_at: datetime
    consent_at: datetime | None
    disabled: bool

    def may(self, role: Role) -> bool:
        """Whether the account's role includes `role` (a reviewer may do what an operator may)."""
        return not self.disabled and role in _INCLUDES[self.role]


def account_from_row(row: Row[Any]) -> Account:
    """The account in a row of the table `account`."""
    return Account(
        row.id,
        row.email,
        row.display_name,
        row.role,
        row.language,
        row.created_at,
        row.consent_at,
        row.disabled,
    )


def require(account: Account | None, *roles: Role) -> Account:
    """The account, when it is signed in and its role includes one of `roles` (none named: any role).

    Raises NotAllowed.
    """
    if account is None:
        raise NotAllowed("Sign in first.")
    if account.disabled or (roles and not any(account.may(role) for role in roles)):
        raise NotAllowed("Your account does not permit this. Ask an administrator for the right role.")
    return account
