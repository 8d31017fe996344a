"""A data officer's night: a source of their own in one YAML, fetched, refused rows put right, read again, found."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from product import Product
from web_site import Reply, WebSite

DESCRIPTION = """
kind: places
title_th: ตลาดของหน่วยงาน
title_en: Markets of an agency
publisher_th: หน่วยงาน
publisher_en: An agency
homepage: https://example.org/
licence: CC0 1.0
attribution: An agency
trust: official
coverage: TH-10
schedule: weekly
file: markets.csv
expect: {{least: 1, most: 99}}
mapping:
  columns: {{source_id: รหัส, name_th: ชื่อ, province: จังหวัด}}
  fixed: {{category: local_market}}
  point: {{form: utm, easting: x, northing: y, zone: "47"}}
fetch: {{kind: file, url: "{url}", terms: The agency lets everybody read this file.}}
"""
MARKETS = """รหัส,ชื่อ,จังหวัด,x,y
1,ตลาดริมน้ำทดลอง,กรุงเทพมหานคร,661362,1520190
2,<script>alert(1)</script>,กรุงเทพมหานคร,661400,1520200
3,ตลาดหลงทางทดลอง,กรุงเทพมหานคร,13.75,100.5
"""


@pytest.fixture
def product(tmp_path: Path, web_site: WebSite) -> Product:
    """An installation with the agency's description."""
    own = tmp_path / "own"
    own.mkdir()
    url = web_site.put("/markets.csv", Reply(MARKETS.encode("cp874"), type="text/csv; charset=TIS-620"))
    (own / "agency_markets.yml").write_text(DESCRIPTION.format(url=url), encoding="utf-8")
    return Product(tmp_path / "data", {"TIC_SOURCES_DIR": str(own), "TIC_PRIVATE_HOSTS": "127.0.0.1"})


def test_an_own_source_is_fetched_put_right_and_found(product: Product, web_site: WebSite, tmp_path: Path) -> None:
    done = product.run("ingest", "run", "--source", "agency_markets", "--json")
    (run,) = json.loads(done.stdout)["runs"]
    assert (run["state"], run["accepted"], run["by_reason"]) == ("done", 1, {"markup": 1, "point_off_grid": 1})

    table = tmp_path / "refused.csv"
    assert "2 rows written" in product.run("ingest", "quarantine", "--export", str(table)).stdout
    with table.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    rows[1].update(lat="13.7440", lon="100.5012")
    with table.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    asked = len(web_site.seen)
    fixed = product.run("ingest", "quarantine", "--fix", str(table))
    assert fixed.returncode == 0, fixed.stderr
    assert len(web_site.seen) == asked, "what is kept is read, the publisher is not asked"

    hits = json.loads(product.run("search", "ตลาดหลงทางทดลอง", "--json").stdout)["hits"]
    assert hits[0]["name_th"] == "ตลาดหลงทางทดลอง"


def test_a_publisher_that_is_away_is_one_line_and_an_exit_code(product: Product, web_site: WebSite) -> None:
    web_site.put("/markets.csv", Reply(status=404))
    done = product.run("ingest", "run", "--source", "agency_markets")
    assert done.returncode == 2
    line = next(line for line in done.stderr.splitlines() if line.startswith("tic: "))
    assert line.startswith(f"tic: agency_markets: There is nothing at {web_site.at('/markets.csv')} any more (404).")
    assert "Traceback" not in done.stderr
