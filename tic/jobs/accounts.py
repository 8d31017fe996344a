"""`tic account ...`: accounts made and passwords reset from the command line."""

from __future__ import annotations

from datetime import UTC, datetime

from directory import accounts
from directory.audit import log
from directory.migrate import migrate
from ingest.source import sources
from tic.catalogue.officers import set_agency
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


def speak_for(context: Context, email: str, agency: str) -> None:
    """Let an account speak for an agency (its name in either language), or for none. Raises NotFound, BadInput."""
    migrate(context.database)
    agency = known_agency(agency)
    now = datetime.now(UTC)
    with writing(context.database) as connection:
        account = accounts.find_account(connection, email)
        set_agency(connection, account.id, agency, now)
        log(connection, None, "set agency", f"account:{account.id}", {"agency": agency}, now=now)


def known_agency(name: str) -> str:
    """The English name of the agency that publishes a source under this name, in Thai or English; else the name.

    Case and blanks do not count. A name that two agencies share in one language stays as it was given.
    """
    meant = {
        source.publisher_en
        for source in sources().values()
        if _folded(name) in {_folded(source.publisher_th), _folded(source.publisher_en)}
    }
    return meant.pop() if len(meant) == 1 else name


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()
