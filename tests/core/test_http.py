"""Fetching from a server that misbehaves: what is waited for, what is tried again, what is refused, what is told."""

from __future__ import annotations

import itertools
import logging
import shutil
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tic.core.errors import BadInput, NotAllowed, NotFound, SiteUnavailable, SourceUnreadable
from tic.core.http import Client, Limits, shown
from tic.core.i18n import tell
from web_site import (
    Reply,
    WebSite,
    drips_its_content,
    drips_its_head,
    gzipped,
    resets_in_the_middle,
    running_site,
)

QUICK = Limits(connect_s=1, read_s=0.3, total_s=0.6, first_wait_s=0.01, longest_wait_s=2, pause_s=0, max_bytes=100_000)
MakeClient = Callable[..., Client]


@pytest.fixture
def visitor() -> Client:
    """A client that may visit this machine, does not wait long, and is spared robots.txt only where a test says so."""
    return Client("tic-test", private_hosts=frozenset({"127.0.0.1"}), limits=QUICK)


def visit(client: Client, url: str, *, robots: bool = True) -> tuple[float, float]:
    """Get a page; when that began and when it had ended."""
    began = time.monotonic()
    client.get(url, robots=robots)
    return began, time.monotonic()


def pauses(visits: list[tuple[float, float]]) -> list[float]:
    """From the beginning of each visit to the end of the next one: at least the pause, however late the server sees it.

    Without a pause a few thousandths of a second.
    """
    return [ended - began for (began, _), (_, ended) in itertools.pairwise(visits)]


def test_content_comes_with_what_is_needed_to_ask_again(visitor: Client, web_site: WebSite) -> None:
    url = web_site.put(
        "/data", Reply('{"a": 1}', headers={"ETag": '"v1"', "Last-Modified": "Wed, 01 Jan 2025 00:00:00 GMT"})
    )
    answer = visitor.get(url, parameters={"key": "secret"})
    assert answer.json() == {"a": 1}
    assert (answer.etag, answer.last_modified) == ('"v1"', "Wed, 01 Jan 2025 00:00:00 GMT")
    assert (answer.address, web_site.seen[-1].query) == (url, {"key": "secret"})


def test_a_key_in_an_address_is_not_logged(
    visitor: Client, web_site: WebSite, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    visitor.get(web_site.put("/data", Reply("[1]")), parameters={"key": "secret"})
    assert "secret" not in caplog.text


def test_what_has_not_changed_is_not_sent_again(visitor: Client, web_site: WebSite) -> None:
    url = web_site.put("/data", lambda seen: Reply(status=304 if seen.headers.get("if-none-match") == '"v1"' else 200))
    answer = visitor.get(url, etag='"v1"', last_modified="Wed, 01 Jan 2025 00:00:00 GMT")
    assert answer.unchanged
    assert web_site.seen[-1].headers["if-modified-since"] == "Wed, 01 Jan 2025 00:00:00 GMT"
    assert not visitor.get(url, etag='"v0"').unchanged


@pytest.mark.parametrize(
    ("status", "kind", "told"),
    [
        (401, NotAllowed, "refuses access (401)"),
        (403, NotAllowed, "refuses access (403)"),
        (404, NotFound, "nothing at"),
        (410, NotFound, "any more (410)"),
        (418, BadInput, "refuses the request (418)"),
    ],
)
def test_a_refusal_is_told_at_once_and_not_tried_again(
    status: int, kind: type[Exception], told: str, visitor: Client, web_site: WebSite
) -> None:
    with pytest.raises(kind) as failure:
        visitor.get(web_site.put("/data", Reply(status=status)), parameters={"key": "secret"})
    assert told in str(failure.value)
    assert "secret" not in str(failure.value)
    assert web_site.paths().count("/data") == 1
    assert tell(failure.value, "th") != str(failure.value)


def test_a_server_that_was_out_of_order_is_asked_again(visitor: Client, web_site: WebSite) -> None:
    url = web_site.put("/data", Reply(status=500), Reply(status=503), Reply("[1]"))
    assert visitor.get(url).json() == [1]
    assert web_site.paths().count("/data") == 3


def test_a_server_that_stays_out_of_order_is_given_up(visitor: Client, web_site: WebSite) -> None:
    with pytest.raises(SiteUnavailable, match=r"busy or out of order \(500\)"):
        visitor.get(web_site.put("/data", Reply(status=500)))
    assert web_site.paths().count("/data") == QUICK.tries


def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(visitor: Client, web_site: WebSite) -> None:
    url = web_site.put("/data", Reply(status=429, headers={"Retry-After": "1"}), Reply("[1]"))
    assert visitor.get(url).json() == [1]
    first, second = (seen.at for seen in web_site.seen if seen.path == "/data")
    assert second - first >= 1


def test_a_date_to_come_back_at_is_understood(visitor: Client, web_site: WebSite) -> None:
    later = (datetime.now(UTC) + timedelta(seconds=2)).replace(microsecond=0)
    reply = Reply(status=503, headers={"Retry-After": format_datetime(later, usegmt=True)})
    # When the request comes again, not how long after: a busy machine may spend a part of the wait otherwise.
    moments: list[datetime] = []

    def answer(_seen: object) -> Reply:
        moments.append(datetime.now(UTC))
        return Reply("[1]")

    visitor.get(web_site.put("/data", reply, answer))
    assert len(moments) == 1
    assert moments[0] >= later - timedelta(milliseconds=10)


def test_a_server_that_asks_for_too_long_a_wait_is_given_up_at_once(visitor: Client, web_site: WebSite) -> None:
    with pytest.raises(SiteUnavailable, match="429"):
        visitor.get(web_site.put("/data", Reply(status=429, headers={"Retry-After": "3600"})))
    assert web_site.paths().count("/data") == 1


def test_a_connection_that_breaks_off_is_made_again(visitor: Client, web_site: WebSite) -> None:
    assert visitor.get(web_site.put("/data", resets_in_the_middle, Reply("[1]"))).json() == [1]
    with pytest.raises(SiteUnavailable, match="broke off before everything had come"):
        visitor.get(web_site.put("/data", resets_in_the_middle))


@pytest.mark.parametrize(("drip", "told"), [(drips_its_content, "so slowly"), (drips_its_head, "in time")])
def test_a_drip_does_not_last_for_ever(drip: object, told: str, web_site: WebSite) -> None:
    visitor = Client(
        "tic-test", private_hosts=frozenset({"127.0.0.1"}), limits=Limits(read_s=0.3, total_s=0.6, tries=1, pause_s=0)
    )
    started = time.monotonic()
    with pytest.raises(SiteUnavailable, match=told):
        visitor.get(web_site.put("/data", drip), robots=False)
    assert time.monotonic() - started < 2


def test_a_server_that_says_nothing_is_given_up(web_site: WebSite) -> None:
    visitor = Client("tic-test", private_hosts=frozenset({"127.0.0.1"}), limits=Limits(read_s=0.2, tries=1))

    def sleeps(seen: object) -> Reply:
        time.sleep(1)
        return Reply("[]")

    with pytest.raises(SiteUnavailable, match="does not answer in time"):
        visitor.get(web_site.put("/data", sleeps), robots=False)


def test_a_server_that_is_not_there_is_told(visitor: Client) -> None:
    with pytest.raises(SiteUnavailable, match=r"127\.0\.0\.1:1 cannot be reached"):
        visitor.get("http://127.0.0.1:1/data", robots=False)
    with pytest.raises(SiteUnavailable, match="cannot be reached"):
        visitor.get(f"http://{'a' * 64}.test/", robots=False)


def test_packed_content_is_unpacked(visitor: Client, web_site: WebSite) -> None:
    assert visitor.get(web_site.put("/data", gzipped(b"[1, 2]"))).json() == [1, 2]


def test_packed_content_that_is_cut_short_is_no_content(visitor: Client, web_site: WebSite) -> None:
    whole = gzipped(b'{"a": [' + b"1," * 2000 + b"1]}")
    url = web_site.put("/data", gzipped(b'{"a": [' + b"1," * 2000 + b"1]}", keep=30), whole)
    assert len(visitor.get(url).json()["a"]) == 2001
    with pytest.raises(SiteUnavailable, match="broke off"):
        visitor.get(web_site.put("/data", gzipped(b"[1]" * 100, keep=25)))


def test_a_bomb_is_not_unpacked(visitor: Client, web_site: WebSite) -> None:
    bomb = gzipped(b"0" * 50_000_000)
    assert len(bomb.content()) < 100_000
    with pytest.raises(SourceUnreadable, match="larger than the 1 MB"):
        visitor.get(web_site.put("/data", bomb))


def test_too_large_an_answer_is_not_read(visitor: Client, web_site: WebSite) -> None:
    with pytest.raises(SourceUnreadable, match="larger than"):
        visitor.get(web_site.put("/data", b"x" * 100_001))
    assert len(visitor.get(web_site.put("/data", b"x" * 100_000)).content) == 100_000


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply("<!DOCTYPE html><html>Sign in</html>", type="text/html"), "a web page where data was expected"),
        (Reply(b"\x89PNG\r\n\x1a\n\x00\x00\x01\xff", type="image/png"), "no text in any usual encoding"),
        (Reply('{"a": 1', type="text/plain"), "sent no JSON (text/plain:"),
    ],
)
def test_what_is_not_json_is_told(reply: Reply, told: str, visitor: Client, web_site: WebSite) -> None:
    with pytest.raises(SourceUnreadable) as failure:
        visitor.get(web_site.put("/data", reply)).json()
    assert told in str(failure.value)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("วัดโพธิ์".encode("cp874"), "text/csv; charset=TIS-620"),
        ("วัดโพธิ์".encode("cp874"), "text/csv"),
        ("วัดโพธิ์".encode("cp874"), "text/csv; charset=utf-8"),
        ("วัดโพธิ์".encode("cp874"), "text/csv; charset=ISO-8859-1"),
        ("วัดโพธิ์".encode(), "text/csv; charset=windows-1252"),
        ("วัดโพธิ์".encode("utf-8-sig"), "text/csv; charset=TIS-620"),
        ("วัดโพธิ์".encode("utf-16"), "text/csv"),
        ("วัดโพธิ์".encode(), ""),
    ],
)
def test_thai_is_read_in_whatever_encoding_it_comes(
    content: bytes, kind: str, visitor: Client, web_site: WebSite
) -> None:
    assert visitor.get(web_site.put("/data", Reply(content, type=kind))).text() == "วัดโพธิ์"


def test_western_text_stays_western(visitor: Client, web_site: WebSite) -> None:
    url = web_site.put("/data", Reply("Café Crème".encode("cp1252"), type="text/csv; charset=windows-1252"))
    assert visitor.get(url).text() == "Café Crème"


def test_redirects_are_followed_and_a_key_does_not_go_to_another_site(visitor: Client, web_site: WebSite) -> None:
    here = web_site.put("/here", Reply(status=302, headers={"Location": "/there"}))
    web_site.put("/there", Reply(status=301, headers={"Location": f"http://localhost:{web_site.port}/far"}))
    web_site.put("/far", Reply("[1]"))
    visitor = Client("tic-test", private_hosts=frozenset({"127.0.0.1", "localhost"}), limits=QUICK)
    assert visitor.get(here, headers={"api-key": "secret", "Accept-Language": "th"}).json() == [1]
    by_path = {seen.path: seen.headers for seen in web_site.seen}
    assert by_path["/there"]["api-key"] == "secret"
    assert "api-key" not in by_path["/far"]
    assert by_path["/far"]["accept-language"] == "th"


def test_a_circle_of_redirects_is_told(visitor: Client, web_site: WebSite) -> None:
    with pytest.raises(SourceUnreadable, match="without end"):
        visitor.get(web_site.put("/data", Reply(status=302, headers={"Location": "/data"})))
    assert web_site.paths().count("/data") == QUICK.redirects + 1


@pytest.mark.parametrize("target", ["http://localhost:{port}/inside", "http://[::1]:{port}/", "http://10.1.2.3/"])
def test_a_redirect_into_our_own_network_is_not_followed(target: str, visitor: Client, web_site: WebSite) -> None:
    inside = target.format(port=web_site.port)
    with pytest.raises(NotAllowed, match="inside our own network"):
        visitor.get(web_site.put("/data", Reply(status=302, headers={"Location": inside})), robots=False)
    assert "/inside" not in web_site.paths()


def test_our_own_network_is_closed_unless_a_setting_opens_it(web_site: WebSite) -> None:
    stranger = Client("tic-test", limits=QUICK)
    for host in ("127.0.0.1", "localhost", "0.0.0.0", "169.254.169.254", "[::ffff:127.0.0.1]", "2130706433"):
        with pytest.raises(NotAllowed, match="TIC_PRIVATE_HOSTS"):
            stranger.get(f"http://{host}:{web_site.port}/data", robots=False)
    assert web_site.seen == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody has signed, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed (apt-get install openssl)")
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(file), "-out", str(file.with_suffix(".crt"))]
    subprocess.run(command, check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + file.with_suffix(".crt").read_bytes())
    return file


def test_a_certificate_that_nobody_vouches_for_is_told(visitor: Client, certificate: Path) -> None:
    with running_site(certificate) as site:
        with pytest.raises(SiteUnavailable, match="certificate that can be trusted"):
            visitor.get(site.put("/data", Reply("[1]")), robots=False)
        assert site.seen == []


def test_a_certificate_that_the_machine_trusts_is_taken_and_the_network_is_closed_all_the_same(
    visitor: Client, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_site(certificate) as site:
        url = site.put("/data", Reply("[1]"))
        monkeypatch.setattr(visitor._session, "verify", str(certificate.with_suffix(".crt")))
        assert visitor.get(url, robots=False).json() == [1]
        with pytest.raises(NotAllowed, match="inside our own network"):
            Client("tic-test", limits=QUICK).get(url, robots=False)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/a", "data.csv", "http://", "http://[::1/"])
def test_only_addresses_of_the_web_are_read(url: str, visitor: Client) -> None:
    with pytest.raises(BadInput, match="no address of the web"):
        visitor.get(url)
    with pytest.raises(BadInput, match="no address of the web"):
        visitor.get("http://127.0.0.1:99999/", robots=False)


def test_robots_are_asked_once_and_obeyed(visitor: Client, web_site: WebSite) -> None:
    web_site.put("/robots.txt", Reply("User-agent: *\nDisallow: /private\nCrawl-delay: 0.3", type="text/plain"))
    web_site.put("/open", Reply("[1]"))
    with pytest.raises(NotAllowed, match="asks machines not to read"):
        visitor.get(web_site.put("/private/data", Reply("[1]")))
    visits = [visit(visitor, web_site.at("/open")) for _ in range(2)]
    assert web_site.paths() == ["/robots.txt", "/open", "/open"]
    assert min(pauses(visits)) >= 0.29
    assert visitor.get(web_site.at("/private/data"), robots=False).json() == [1]


def test_a_site_without_robots_may_be_read_and_one_whose_robots_are_out_of_order_may_not(
    visitor: Client, web_site: WebSite
) -> None:
    url = web_site.put("/data", Reply("[1]"))
    assert visitor.get(url).json() == [1]
    web_site.put("/robots.txt", Reply(status=503))
    again = Client("tic-test", private_hosts=frozenset({"127.0.0.1"}), limits=QUICK)
    with pytest.raises(SiteUnavailable):
        again.get(url)


def test_a_host_is_not_asked_more_often_than_agreed(web_site: WebSite) -> None:
    patient = Client("tic-test", private_hosts=frozenset({"127.0.0.1"}), limits=Limits(pause_s=0.25))
    url = web_site.put("/data", Reply("[1]"))
    visits = [visit(patient, url, robots=False) for _ in range(3)]
    assert len(web_site.seen) == 3
    assert min(pauses(visits)) >= 0.25


def test_an_address_is_shown_without_what_may_be_secret() -> None:
    assert shown("https://user:word@example.org/a?key=1#b") == "https://example.org/a"
