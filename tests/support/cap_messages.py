"""Small hazard messages of the form of CAP 1.2, as the Thai Meteorological Department sends them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

HEAVY_RAIN = """<?xml version="1.0" encoding="utf-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>{identifier}</identifier><sender>{sender}</sender><sent>{sent}</sent>
  <status>Actual</status><msgType>{kind}</msgType><scope>Public</scope><references>{references}</references>
  <info>
    <language>th-TH</language><category>Met</category><event>Heavy Rain</event>
    <urgency>Immediate</urgency><severity>{severity}</severity><certainty>Likely</certainty>
    <effective>{effective}</effective><expires>{expires}</expires>
    <headline>ฝนตกหนัก</headline><description>ระวัง&lt;br /&gt;น้ำท่วม &lt;b&gt;ฉับพลัน&lt;/b&gt;</description>
    <web>javascript:alert(1)</web>
    <area>
      <areaDesc>กรุงเทพมหานคร ชลบุรี</areaDesc>
      <polygon>13.6,100.4 13.9,100.4 13.9,100.8 13.6,100.4</polygon>
      <polygon>13.6,100.4 13.9</polygon>
      <circle>13.0,100.9 25.5</circle>
      <geocode><valueName>ISO3166-2</valueName><value>TH-11</value></geocode>
    </area>
  </info>
</alert>"""
SIX = "2026-09-23T06:00:00+07:00"
EIGHTEEN = "2026-09-23T18:00:00+07:00"
NOON = datetime(2026, 9, 23, 5, tzinfo=UTC)


def message(identifier: str = "A1", *, sender: str = "TMD", kind: str = "Alert", **fields: str) -> bytes:
    usual = {"sent": "2026-09-23T05:43:00+07:00", "references": "", "severity": "Severe"}
    times = {"effective": SIX, "expires": EIGHTEEN}
    return HEAVY_RAIN.format(identifier=identifier, sender=sender, kind=kind, **{**usual, **times, **fields}).encode()


def refer(*identifiers: str, sender: str = "TMD") -> str:
    return " ".join(f"{sender},{identifier},2026-09-23T05:43:00+07:00" for identifier in identifiers)


def index(*addresses: str) -> bytes:
    """The RSS index that names messages."""
    items = "".join(f"<item><title>x</title><link>{address}</link></item>" for address in addresses)
    return f'<rss version="2.0"><channel><title>CAP</title>{items}</channel></rss>'.encode()


def now_on(identifier: str = "A1", *, hours: float = 6, **fields: str) -> bytes:
    """A message that was sent an hour ago and holds for some hours from now."""
    now = datetime.now(UTC).replace(microsecond=0)
    begun = (now - timedelta(hours=1)).isoformat()
    times = {"sent": begun, "effective": begun, "expires": (now + timedelta(hours=hours)).isoformat()}
    return message(identifier, **{**times, **fields})
