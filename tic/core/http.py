"""Fetching from other people's servers: patient, polite and bounded in every direction.

A `Client` waits between requests to one host, tries again what may pass, follows redirects one by one, reads
robots.txt, and keeps away from our own network. Whatever goes wrong is one sentence; addresses in it are without their
query, which may hold a key.
"""

from __future__ import annotations

import json
import logging
import random
import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from tic.core.charset import decode, is_web_page
from tic.core.connections import AddressRefused, Rules, guarded_pools
from tic.core.errors import BadInput, NotAllowed, NotFound, SiteUnavailable, SourceUnreadable, TicError
from tic.core.robots import Robots

_TRY_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_GONE: Final = frozenset({404, 410})
_BLOCK_BYTES: Final = 64 * 1024
_ROBOTS_BYTES: Final = 512 * 1024
_ENCODINGS: Final = {"": None, "identity": None, "gzip": 47, "x-gzip": 47, "deflate": 47}
"""Content-Encoding -> window bits of zlib; 47 reads gzip and zlib alike."""
_FOR_ANYONE: Final = frozenset({"accept", "accept-language", "if-none-match", "if-modified-since"})
"""Headers that may go along to another site; any other may hold a key."""
Headers = Mapping[str, str]


@dataclass(frozen=True)
class Limits:
    """Seconds, bytes, counts. total_s: for one transfer with its head; max_bytes: of the content once unpacked."""

    connect_s: float = 10.0
    read_s: float = 30.0
    total_s: float = 600.0
    max_bytes: int = 256 * 1024 * 1024
    tries: int = 4
    first_wait_s: float = 1.0
    longest_wait_s: float = 120.0
    redirects: int = 5
    pause_s: float = 1.0


@dataclass(frozen=True)
class Answer:
    """What a server gave. address: where it came from in the end, without query; unchanged: a 304, without content."""

    address: str
    unchanged: bool
    content: bytes = field(repr=False)
    content_type: str = ""
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None

    def text(self) -> str:
        """The content as text. Raises SourceUnreadable when it is in no encoding that we know."""
        text = decode(self.content, self.charset)
        if text is None:
            raise SourceUnreadable("{address} sent bytes that are no text in any usual encoding.", address=self.address)
        return text

    def json(self) -> Any:
        """The content as JSON. Raises SourceUnreadable when it is something else, such as an error page."""
        text = self.text()
        if is_web_page(text):
            raise SourceUnreadable(
                "{address} sent a web page where data was expected. Open it in a browser to see what it says.",
                address=self.address,
            )
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise SourceUnreadable(
                "{address} sent no JSON ({kind}: {reason}).",
                address=self.address,
                kind=self.content_type or "no type",
                reason=str(error)[:120],
            ) from error


class _Passing(Exception):
    """A failure that may pass: what to tell when it does not, and how long the server asks us to wait."""

    def __init__(self, told: TicError, wait_s: float | None = None) -> None:
        super().__init__(str(told))
        self.told = told
        self.wait_s = wait_s


class Client:
    """One visitor of the web: polite to each host, whatever the source. Not for use by several threads at once.

    agent: how it names itself, with an address where people can complain. private_hosts: names that may lie in our
    own network; all others must not, not even after a redirect. pace: host -> moment (of the monotonic clock) from
    which it may be asked again; clients that share one wait for each other.
    """

    def __init__(
        self,
        agent: str,
        *,
        private_hosts: frozenset[str] = frozenset(),
        limits: Limits | None = None,
        pace: dict[str, float] | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self._session = requests.Session()
        # No proxy and no .netrc by accident: a proxy would connect where the guard cannot look.
        self._session.trust_env = False
        # At DEBUG it would write down whole addresses, and with them the keys that some publishers want there.
        logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
        self._session.headers.update({"User-Agent": agent, "Accept-Encoding": "gzip, deflate"})
        adapter = HTTPAdapter()
        pools = guarded_pools(Rules(private_hosts, self.limits.total_s))
        adapter.poolmanager.pool_classes_by_scheme = pools
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, adapter)
        self._robots = Robots(agent, self._read_robots)
        self._free_at = {} if pace is None else pace

    def close(self) -> None:
        """Close what is still open."""
        self._session.close()

    def get(
        self,
        url: str,
        *,
        parameters: Mapping[str, str] | None = None,
        headers: Headers | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        robots: bool = True,
        max_bytes: int | None = None,
    ) -> Answer:
        """The content at a URL. With etag or last_modified of an earlier answer it may be `unchanged`.

        robots: ask robots.txt first; not for an API that its publisher offers to programs. max_bytes: 0 only asks
        whether the address answers and reads nothing of its content.
        Raises NotAllowed (401, 403, robots.txt, an address inside our network), NotFound (404, 410), BadInput (no web
        address, other refusals), SourceUnreadable (too large, broken content, redirects without end) and
        SiteUnavailable (no answer, not in time, or still busy after the last try).
        """
        wanted = dict(headers or {})
        if etag:
            wanted["If-None-Match"] = etag
        if last_modified:
            wanted["If-Modified-Since"] = last_modified
        for hop in range(self.limits.redirects + 1):
            _check_address(url)
            pause_s = self.limits.pause_s
            if robots:
                pause_s = max(pause_s, self._polite_pause(url))
            found = self._persist(url, parameters if hop == 0 else None, wanted, pause_s, max_bytes)
            if isinstance(found, Answer):
                return found
            if _site(found) != _site(url):
                # A key is for the site it was given for.
                wanted = {name: value for name, value in wanted.items() if name.lower() in _FOR_ANYONE}
            url = found
        raise SourceUnreadable("{address} leads from one address to the next without end.", address=shown(url))

    def sitemaps(self, url: str) -> list[str]:
        """The sitemaps that the robots.txt of a site names. Raises as `get`."""
        return self._robots.sitemaps(url)

    def _polite_pause(self, url: str) -> float:
        if not self._robots.allows(url):
            raise NotAllowed("The robots.txt of {host} asks machines not to read {address}.", **_place(url))
        return min(self._robots.pause_s(url), self.limits.longest_wait_s)

    def _read_robots(self, url: str) -> str | None:
        try:
            answer = self.get(url, robots=False, max_bytes=_ROBOTS_BYTES)
        except SiteUnavailable:
            raise
        except (BadInput, NotAllowed):
            return None
        return decode(answer.content, answer.charset)

    def _persist(
        self, url: str, parameters: Mapping[str, str] | None, headers: Headers, pause_s: float, max_bytes: int | None
    ) -> Answer | str:
        """The answer or the address of a redirect, trying again what may pass."""
        for number in range(1, self.limits.tries + 1):
            self._wait_for(url, pause_s)
            try:
                most = self.limits.max_bytes if max_bytes is None else max_bytes
                return self._once(url, parameters, headers, most)
            except _Passing as failure:
                wait_s = self._next_wait(number, failure.wait_s)
                if wait_s is None:
                    raise failure.told from failure
                time.sleep(wait_s)
        raise AssertionError("the last try has ended above")

    def _next_wait(self, number: int, asked_s: float | None) -> float | None:
        """Seconds to wait after try `number`; None when there is no use in another.

        Exponential with full jitter, so that many clients do not come back at once, but never less than asked.
        """
        if number == self.limits.tries or (asked_s or 0) > self.limits.longest_wait_s:
            return None
        drawn = random.uniform(0, self.limits.first_wait_s * 2 ** (number - 1))
        return min(max(drawn, asked_s or 0), self.limits.longest_wait_s)

    def _wait_for(self, url: str, pause_s: float) -> None:
        host = urlsplit(url).netloc
        time.sleep(max(0.0, self._free_at.get(host, 0.0) - time.monotonic()))
        self._free_at[host] = time.monotonic() + pause_s

    def _once(self, url: str, parameters: Mapping[str, str] | None, headers: Headers, max_bytes: int) -> Answer | str:
        ends = time.monotonic() + self.limits.total_s
        place = _place(url)
        try:
            response = self._session.get(
                url,
                params=parameters,
                headers=dict(headers),
                stream=True,
                allow_redirects=False,
                timeout=(self.limits.connect_s, self.limits.read_s),
            )
            with response:
                if response.status_code in _REDIRECTS and response.headers.get("Location"):
                    return urljoin(url, response.headers["Location"])
                _check_status(response, place)
                is_empty = response.status_code == HTTPStatus.NOT_MODIFIED or not max_bytes
                content = b"" if is_empty else _body(response, ends, max_bytes)
                return _answer(response, content)
        except AddressRefused as error:
            raise NotAllowed(
                "{host} lies inside our own network and is not read. If it is meant, add it to TIC_PRIVATE_HOSTS.",
                **place,
            ) from error
        except (requests.exceptions.SSLError, urllib3.exceptions.SSLError) as error:
            raise SiteUnavailable("{host} does not show a certificate that can be trusted.", **place) from error
        except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
            raise _Passing(SiteUnavailable("{host} does not answer in time.", **place)) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, zlib.error, EOFError) as error:
            if isinstance(error, (requests.exceptions.InvalidURL, urllib3.exceptions.LocationParseError)):
                raise _no_address(url) from error
            if _was_never_made(error):
                raise _Passing(SiteUnavailable("{host} cannot be reached.", **place)) from error
            told = SiteUnavailable("The connection to {host} broke off before everything had come.", **place)
            raise _Passing(told) from error


def _was_never_made(error: Exception) -> bool:
    """Whether no connection came about: no such host, or nobody listens there."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, urllib3.exceptions.NewConnectionError)


def shown(url: str) -> str:
    """An address as it may be shown and logged: without user, query and fragment, which may hold a key."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _place(url: str) -> dict[str, str]:
    return {"host": urlsplit(url).netloc.rpartition("@")[2], "address": shown(url)}


def _site(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _no_address(url: str) -> BadInput:
    return BadInput("{address} is no address of the web (http:// or https://).", address=url[:80])


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        fits = False
    if not fits:
        raise _no_address(url)


def _check_status(response: requests.Response, place: Mapping[str, str]) -> None:
    status = response.status_code
    if response.ok and (status < HTTPStatus.MULTIPLE_CHOICES or status == HTTPStatus.NOT_MODIFIED):
        return
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise NotAllowed(
            "{address} refuses access ({status}). Check the key of this source and what it may be used for.",
            status=status,
            **place,
        )
    if status in _GONE:
        raise NotFound(
            "There is nothing at {address} any more ({status}). Look up the new address at its publisher.",
            status=status,
            **place,
        )
    if status in _TRY_AGAIN:
        told = SiteUnavailable("{host} is busy or out of order ({status}). Try again later.", status=status, **place)
        raise _Passing(told, _asked_wait(response.headers.get("Retry-After")))
    raise BadInput("{address} refuses the request ({status}).", status=status, **place)


def _asked_wait(value: str | None) -> float | None:
    """Seconds of a Retry-After, which gives seconds or a date; None when it cannot be read."""
    if value is None:
        return None
    try:
        return max(0.0, float(int(value)))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def _body(response: requests.Response, ends: float, max_bytes: int) -> bytes:
    """The unpacked content, read as it comes so that neither a drip nor a bomb goes on for ever."""
    place = _place(response.url)
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in _ENCODINGS:
        raise SourceUnreadable(
            "{address} is packed as {encoding}, which was not asked for.", encoding=encoding, **place
        )
    bits = _ENCODINGS[encoding]
    blocks = _blocks(response, ends, place)
    parts, size = [], 0
    for part in blocks if bits is None else _unpacked(blocks, bits, max_bytes + 1):
        size += len(part)
        if size > max_bytes:
            raise SourceUnreadable(
                "{address} is larger than the {limit} MB that are read.", limit=max(1, max_bytes >> 20), **place
            )
        parts.append(part)
    return b"".join(parts)


def _blocks(response: requests.Response, ends: float, place: Mapping[str, str]) -> Iterator[bytes]:
    while block := response.raw.read1(_BLOCK_BYTES, decode_content=False):
        if time.monotonic() > ends:
            raise SiteUnavailable("{host} sends so slowly that the transfer was given up.", **place)
        yield block


def _unpacked(blocks: Iterator[bytes], bits: int, most: int) -> Iterator[bytes]:
    """Unpack by pieces of bounded size. Raises EOFError for a stream that ends too early, zlib.error for a bad one."""
    inflate, came = zlib.decompressobj(bits), False
    for block in blocks:
        came = True
        rest = block
        while rest:
            if inflate.eof:
                inflate = zlib.decompressobj(bits)
            yield inflate.decompress(rest, min(_BLOCK_BYTES, most))
            rest = inflate.unconsumed_tail or inflate.unused_data
    while tail := inflate.decompress(inflate.unconsumed_tail, _BLOCK_BYTES):
        yield tail
    if came and not inflate.eof:
        raise EOFError("the packed content ends too early")


def _answer(response: requests.Response, content: bytes) -> Answer:
    head = Message()
    head["Content-Type"] = response.headers.get("Content-Type", "")
    charset = head.get_param("charset")
    return Answer(
        shown(response.url),
        response.status_code == HTTPStatus.NOT_MODIFIED,
        content,
        response.headers.get("Content-Type", "").split(";")[0].strip().lower(),
        charset if isinstance(charset, str) else None,
        response.headers.get("ETag"),
        response.headers.get("Last-Modified"),
    )
