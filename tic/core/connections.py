"""Connections to other machines that keep away from our own network.

A URL out of a publisher's data may name any host, and its name server may answer with an address inside our network.
So the address is looked up once, judged, and that very address is connected to: nothing can change in between.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses that stand for the IPv4 address in their last 32 bits (RFC 6052)."""


class AddressRefused(Exception):
    """The host lies inside our own network (private, loopback, link-local, ...); `host` as it was named."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


@dataclass(frozen=True)
class Rules:
    """private_hosts: names that may lie in our own network. headers_s: longest wait for the head of an answer."""

    private_hosts: frozenset[str]
    headers_s: float


def is_public(address: str) -> bool:
    """Whether an IP address lies in the public internet; an IPv4 address written as IPv6 counts as itself."""
    found = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if found in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    return found.is_global and not found.is_multicast


def permitted_addresses(host: str, port: int, rules: Rules) -> list[str]:
    """The IP addresses of a host, in the resolver's order. Raises AddressRefused when any of them is inside."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(item[4][0]) for item in found))
    if host.lower() not in rules.private_hosts and not all(map(is_public, addresses)):
        raise AddressRefused(host)
    return addresses


class _Guarded(HTTPConnection):
    rules: ClassVar[Rules]

    def _new_conn(self) -> socket.socket:
        try:
            addresses = permitted_addresses(self._dns_host, self.port, self.rules)
        except (socket.gaierror, UnicodeError) as error:
            # UnicodeError: a label of the name is too long or empty.
            raise NameResolutionError(self.host, self, socket.gaierror(str(error))) from error
        for number, address in enumerate(addresses, start=1):
            try:
                return create_connection((address, self.port), self.timeout, socket_options=self.socket_options)
            except TimeoutError as error:
                if number == len(addresses):
                    raise ConnectTimeoutError(self, f"Connection to {self.host} timed out.") from error
            except OSError as error:
                if number == len(addresses):
                    raise NewConnectionError(self, f"Failed to establish a new connection: {error}") from error
        raise NewConnectionError(self, f"{self.host} has no address")

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 itself does
        with _cut_off(self.sock, self.rules.headers_s):
            return super().getresponse()


@contextmanager
def _cut_off(sock: socket.socket | None, seconds: float) -> Iterator[None]:
    """Shut a socket down when the block takes too long: a head that drips in never trips the time limit of a read.

    Raises TimeoutError then, whatever the block made of the half that had come.
    """
    late = threading.Event()

    def shut() -> None:
        late.set()
        # It may have been closed in the same moment.
        with suppress(OSError):
            if sock is not None:
                sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, shut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if late.is_set():
            raise TimeoutError("the head of the answer did not come in time")


def guarded_pools(rules: Rules) -> dict[str, type[Any]]:
    """Connection pools for urllib3's PoolManager, by scheme, whose connections obey `rules`."""
    plain = type("PlainConnection", (_Guarded,), {"rules": rules})
    secure = type("SecureConnection", (_Guarded, HTTPSConnection), {"rules": rules})
    return {
        "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
    }
