"""`tic account ...`: accounts made and passwords reset from the command line."""

from __future__ import annotations

from directory import accounts
from directory.migrate import migrate
from tic.core.database import writing
from tic.jobs.context import Context


def add_account(context: Context, email: str, role: str, display_name: str = "") -> str:
    """Make an account of any role; returns its random password, which is kept nowhere else.

    Raises BadInput for an unknown role or a bad address, Conflict when the address is taken.
    """
    migrate(context.database)
    with writing(context.database) as connection:
        return accounts.add_account(connection, email, role, display_name)


def reset_password(context: Context, email: str) -> str:
    """Set a new random password, unlock the account and end its sessions; returns the password. Raises NotFound."""
    with writing(context.database) as connection:
        return accounts.reset_password(connection, email)
