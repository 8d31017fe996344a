"""Whether the web addresses of a dataset answer: its page (access) and its file (download), each with its moment.

A job asks and leaves the answers in the system of record; nothing here goes to the network.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from pydantic import TypeAdapter

from tic.catalogue.datasets import DatasetFacts

ADDRESSES: Final = "catalogue:addresses"
"""Name of the state under which a job leaves what it found."""
HOLDS_DAYS: Final = 90
"""Days after which a result says nothing any more."""

AddressRole = Literal["access", "download"]


@dataclass(frozen=True, slots=True)
class AddressCheck:
    """What came of asking an address. at: UTC; told: why it does not answer, in English."""

    dataset: str
    role: AddressRole
    address: str
    answers: bool
    at: datetime
    told: str = ""


_ADAPTER: Final = TypeAdapter(tuple[AddressCheck, ...])


def checks_to_json(checks: Iterable[AddressCheck]) -> str:
    """All results as JSON."""
    return _ADAPTER.dump_json(tuple(checks)).decode()


def checks_from_json(text: str | None) -> tuple[AddressCheck, ...]:
    """The results that a job has left; none before the first."""
    return _ADAPTER.validate_json(text) if text else ()


def addresses_of(facts: DatasetFacts, stated: Mapping[str, str]) -> dict[AddressRole, str]:
    """The addresses that a dataset's metadata hold."""
    known: dict[AddressRole, str] = {"access": facts.homepage, "download": stated.get("download_url", "")}
    return {role: address for role, address in known.items() if address}


def answering(
    checks: Iterable[AddressCheck], facts: DatasetFacts, stated: Mapping[str, str], now: datetime
) -> dict[AddressRole, AddressCheck]:
    """The results that hold for a dataset now: of the very address it has, and not older than HOLDS_DAYS."""
    present = addresses_of(facts, stated)
    return {
        check.role: check
        for check in checks
        if check.dataset == facts.name
        and present.get(check.role) == check.address
        and now - check.at <= timedelta(days=HOLDS_DAYS)
    }
