"""A real HTTP server on this machine that answers as told, and misbehaves in every way that servers do."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import struct
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Misbehaviour = Callable[["Handler"], None]


@dataclass(frozen=True)
class Reply:
    """What a page answers with; a str or bytes body goes out as it is, anything else as JSON."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    type: str = ""

    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body, ensure_ascii=False)).encode()


@dataclass(frozen=True)
class Seen:
    """A request as it came in."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    at: float


class WebSite:
    """The pages of a server: path -> replies, given one after the other, the last one for ever."""

    def __init__(self) -> None:
        self.pages: dict[str, list[Reply | Misbehaviour | Callable[[Seen], Reply]]] = {}
        self.seen: list[Seen] = []
        self.port = 0
        self.scheme = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def at(self, path: str) -> str:
        """The address of a page."""
        return self.url + path

    def put(self, path: str, *replies: Any) -> str:
        """Set the replies of a page: Reply, a function of the request that gives one, or `behaves(...)`."""
        self.pages[path] = [reply if isinstance(reply, Reply) or callable(reply) else Reply(reply) for reply in replies]
        return self.at(path)

    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [seen.path for seen in self.seen]


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server: Any

    def do_GET(self) -> None:
        site: WebSite = self.server.site
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(parts.path, dict(parse_qsl(parts.query)), headers, time.monotonic())
        site.seen.append(seen)
        replies = site.pages.get(parts.path)
        if replies is None:
            self.send(Reply("nothing here", 404, type="text/plain"))
            return
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if getattr(reply, "misbehaves", False):
            reply(self)
        else:
            self.send(reply if isinstance(reply, Reply) else reply(seen))

    def send(self, reply: Reply) -> None:
        content = reply.content()
        self.send_response(reply.status)
        kind = reply.type or ("application/octet-stream" if isinstance(reply.body, bytes) else "application/json")
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        return


def behaves(function: Misbehaviour) -> Misbehaviour:
    """Mark a function that writes to the connection itself."""
    function.misbehaves = True  # type: ignore[attr-defined]
    return function


@behaves
def resets_in_the_middle(handler: Handler) -> None:
    """Half of what was promised, then a reset."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"x" * 500)
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


@behaves
def drips_its_content(handler: Handler) -> None:
    """A byte now and then, each within the time limit of a read."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    _drip(handler, b"x" * 1000)


@behaves
def drips_its_head(handler: Handler) -> None:
    """The same with the head of the answer."""
    _drip(handler, b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1000)


def _drip(handler: Handler, content: bytes) -> None:
    handler.close_connection = True
    try:
        for byte in content:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        return


def gzipped(content: bytes, *, keep: int | None = None) -> Reply:
    """Packed content, all of it or the first `keep` bytes with a length that fits them."""
    packed = gzip.compress(content)
    return Reply(packed[:keep], headers={"Content-Encoding": "gzip"})


class _Server(ThreadingHTTPServer):
    """Says nothing of visitors who hang up."""

    daemon_threads = True
    site: WebSite

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], (ConnectionError, ssl.SSLError)):
            super().handle_error(request, client_address)


@contextmanager
def running_site(certificate: Path | None = None) -> Iterator[WebSite]:
    """A server on a free port of this machine until the block ends; with a certificate (and its key) over TLS."""
    site = WebSite()
    server = _Server(("127.0.0.1", 0), Handler)
    server.site = site
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        site.scheme = "https"
    site.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
