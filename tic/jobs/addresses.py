"""`tic quality run --check-addresses`: ask each address of each dataset once whether it answers."""

from __future__ import annotations

import logging
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final

from directory import repository
from tic.catalogue.addresses import ADDRESSES, AddressCheck, addresses_of, checks_to_json
from tic.catalogue.datasets import DATASETS, facts_from_json
from tic.catalogue.statements import all_stated
from tic.core.database import reading, writing
from tic.core.errors import TicError
from tic.core.http import Client, Limits
from tic.jobs.context import Context

_LIMITS: Final = Limits(connect_s=10, read_s=20, total_s=30, tries=2, longest_wait_s=20, pause_s=1)
_log: Final = logging.getLogger(__name__)


def check_addresses(context: Context, *, limits: Limits | None = None) -> tuple[AddressCheck, ...]:
    """Ask every address that the metadata of a dataset hold, and keep what came with its moment.

    Only whether it answers counts: nothing of its content is read. An address inside our own network is refused, as
    anybody may have stated it. Safe to kill and to run again: the results change at once at the end.
    """
    with reading(context.database) as connection:
        known = facts_from_json(repository.get_state(connection, DATASETS))
        stated = all_stated(connection)
    wanted = [
        (facts.name, role, address)
        for facts in known.values()
        for role, address in addresses_of(
            facts, {field: item.value for field, item in stated.get(facts.name, {}).items()}
        ).items()
    ]
    settings = context.settings
    agent = f"tic/{version('tourism-intelligence-center')} (+{settings.address})"
    found: dict[str, str] = {}
    client = Client(agent, private_hosts=settings.private_host_names, limits=limits or _LIMITS)
    with closing(client), context.reporter.step("Addresses", unit="addresses") as step:
        for address in dict.fromkeys(address for _name, _role, address in wanted):
            found[address] = _complaint(client, address)
            step.advance(1)
    now = datetime.now(UTC)
    checks = tuple(
        AddressCheck(name, role, address, not found[address], now, found[address]) for name, role, address in wanted
    )
    with writing(context.database) as connection:
        repository.set_state(connection, ADDRESSES, checks_to_json(checks), now=now)
    return checks


def _complaint(client: Client, address: str) -> str:
    """Why an address does not answer; empty when it does.

    robots.txt is not asked: it is one request for a page that its own agency names for people, as link checkers make.
    """
    try:
        client.get(address, robots=False, max_bytes=0)
    except TicError as error:
        _log.info("%s: %s", address, error)
        return str(error)
    return ""
