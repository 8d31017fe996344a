"""CAP messages as senders write them: the standard, its quirks, and what must not be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cap_messages import EIGHTEEN, SIX, message, refer
from tic.core.errors import SourceUnreadable
from tic.hazards.alert import Alert, Reference, endings
from tic.hazards.cap import read_alert
from tic.hazards.cap_index import read_index


def alert(identifier: str = "A1", **fields: str) -> Alert:
    return read_alert(message(identifier, **fields))


def test_a_message_is_read_with_its_times_in_utc() -> None:
    found = alert()
    assert (found.identifier, found.sender, found.kind, found.severity) == ("A1", "TMD", "Alert", "Severe")
    assert found.sent == datetime(2026, 9, 22, 22, 43, tzinfo=UTC)
    info = found.info("th")
    assert info is not None
    assert (info.starts, info.expires) == (datetime(2026, 9, 22, 23, tzinfo=UTC), datetime(2026, 9, 23, 11, tzinfo=UTC))
    assert info.description == "ระวัง\nน้ำท่วม ฉับพลัน"
    assert info.web is None


def test_an_area_is_read_as_latitude_and_longitude_and_as_provinces() -> None:
    info = alert().infos[0]
    (area,) = info.areas
    assert area.provinces == ("TH-11", "TH-10", "TH-20")
    assert len(area.polygons) == 1
    assert area.polygons[0][0] == (13.6, 100.4)
    assert area.circles[0].radius_km == 25.5
    assert alert().quirks == ("polygon_unreadable",)


def test_a_byte_order_mark_and_blanks_before_the_message_do_no_harm() -> None:
    found = read_alert(b"\xef\xbb\xbf\r\n" + message())
    assert (found.identifier, found.quirks[0]) == ("A1", "byte_order_mark")


def test_a_time_without_a_zone_is_bangkok_s() -> None:
    found = alert(sent="2026-09-23T05:43:00")
    assert found.sent == datetime(2026, 9, 22, 22, 43, tzinfo=UTC)
    assert "time_without_zone" in found.quirks


def test_an_update_that_expires_before_it_takes_effect_holds_from_when_it_was_sent() -> None:
    found = alert(kind="Update", effective=EIGHTEEN, expires=SIX)
    info = found.infos[0]
    assert "expires_before_effect" in found.quirks
    assert (info.starts, info.expires) == (found.sent, datetime(2026, 9, 22, 23, tzinfo=UTC))
    assert found.expires == info.expires


def ended(*alerts: Alert) -> dict[str, datetime]:
    """When each message was ended, by its identifier."""
    return {key.identifier: moment for key, moment in endings(item.link for item in alerts).items()}


def test_an_update_ends_all_it_refers_to_directly_or_through_others() -> None:
    first, second = alert("A1"), alert("A2", kind="Update", references=refer("A1"), sent=SIX)
    third = alert("A3", kind="Update", references=refer("A2"), sent=EIGHTEEN)
    assert ended(first, third, second) == {"A1": second.sent, "A2": third.sent}
    assert ended(third, second) == {"A1": second.sent, "A2": third.sent}


def test_a_cancel_ends_the_whole_chain_and_an_acknowledgement_nothing() -> None:
    chain = [alert("A1"), alert("A2", kind="Ack", references=refer("A1"))]
    assert ended(*chain) == {}
    assert set(ended(*chain, alert("A3", kind="Cancel", references=refer("A2")))) == {"A1", "A2"}


def test_nobody_ends_the_alerts_of_another_sender() -> None:
    foreign = alert("B1", sender="somebody", kind="Cancel", references=refer("A1"))
    assert ended(alert("A1"), foreign) == {}


def test_messages_that_refer_to_each_other_in_a_circle_do_not_hang() -> None:
    one, two = (alert(a, kind="Update", references=refer(b)) for a, b in (("A1", "A2"), ("A2", "A1")))
    assert set(ended(one, two)) == {"A1", "A2"}


def test_a_message_is_as_severe_as_its_worst_part_and_a_test_is_not_meant() -> None:
    assert alert(severity="Minor").severity == "Minor"
    assert alert().is_public
    assert not read_alert(message().replace(b"Actual", b"Exercise")).is_public
    assert not read_alert(message().replace(b"<scope>Public", b"<scope>Restricted")).is_public


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>503</body></html>",
        b"not xml at all",
        message().replace(b"<msgType>Alert", b"<msgType>Hello"),
        message().replace(b"<sender>TMD</sender>", b""),
        message()[:-30],
        b'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;&x;">]><alert>&z;</alert>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><alert/>',
        b"<alert>" + b" " * (17 * 1024 * 1024) + b"</alert>",
    ],
)
def test_what_is_no_message_or_tries_to_do_harm_is_told_in_a_sentence(content: bytes) -> None:
    with pytest.raises(SourceUnreadable, match="no hazard message"):
        read_alert(content)


def test_an_index_names_messages_and_its_clock_may_be_wrong() -> None:
    rss = """<rss version="2.0"><channel><item><title>ฝนตกหนัก</title><link>https://tmd.test/A1.xml</link>
    <guid>A1</guid><pubDate>Tue, 22 Sep 2026 22:43:00 +0700</pubDate></item>
    <item><title>x</title><link>file:///etc/passwd</link><guid>A2</guid></item></channel></rss>""".encode()
    (item,) = read_index(rss, clock_is_utc=True)
    assert (item.identifier, item.address, item.published) == ("A1", "https://tmd.test/A1.xml", alert().sent)
    assert read_index(rss)[0].published == alert().sent - timedelta(hours=7)
    with pytest.raises(SourceUnreadable, match="neither RSS nor Atom"):
        read_index(message())


def test_the_department_s_own_message_and_index_are_read(shared_data: Path) -> None:
    folder = shared_data / "api_samples"
    found = read_alert((folder / "tmd_cap_CAPTMD20260923054903_2.abridged.xml").read_bytes())
    (area,) = found.infos[0].areas
    assert len(area.provinces) == 32
    assert len(area.polygons) == 3
    assert found.quirks == ()
    index = read_index((folder / "tmd_cap_index.abridged.rss.xml").read_bytes(), clock_is_utc=True)
    assert [item.identifier for item in index] == ["TMD20260925162831_2", "TMD20260923054903_2"]
    assert index[1].published == found.sent


def test_messages_of_other_countries_are_read_with_their_signatures_as_they_came(shared_data: Path) -> None:
    folder = shared_data / "api_samples"
    content = (folder / "cap_google_canada_signed.cap.xml").read_bytes()
    signed = read_alert(content)
    assert len(signed.signatures) == 2
    assert all(signature in content and signature.endswith(b"</Signature>") for signature in signed.signatures)
    assert signed.references[0] == Reference("cap-pac@ec.gc.ca", "2.49.0.1.124.726d2331.2013")
    assert {info.language for info in signed.infos} == {"en-CA", "fr-CA"}
    australia = read_alert((folder / "cap_google_australia.cap.xml").read_bytes())
    assert australia.infos[0].areas[0].circles[0].centre == (-35.3888, 147.0598)
    assert "<br" not in str(australia.infos[0].description)
    (item,) = read_index((folder / "cap_google_earthquake_index.atom").read_bytes())
    assert item.address.endswith("/cap/us2010apcd")
    earthquake = read_alert((folder / "cap_google_earthquake.cap.xml").read_bytes())
    assert (earthquake.severity, earthquake.signatures) == ("Unknown", ())
