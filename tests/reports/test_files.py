"""A briefing as HTML and as PDF, and charts as pictures."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from tic.reports.briefing import build_briefing
from tic.reports.charts import monthly_lines
from tic.reports.document import Section
from tic.reports.html import as_html
from tic.reports.pdf import as_pdf
from tic.reports.pictures import in_two_characters, png, svg
from tic.reports.subject import Evidence

TODAY = date(2026, 11, 25)
HOSTILE = '<script>alert(1)</script> #panic("x") $x$ @a'


def test_the_html_file_needs_nothing_else(evidence: Evidence) -> None:
    html = as_html(build_briefing(evidence, "TH", "th", TODAY))
    assert "<script" not in html
    assert not re.search(r'(src|href)="(?!https://www\.mots\.go\.th)', html)
    assert html.count("<svg") == 4
    assert '<html lang="th">' in html
    assert "จัดทำเมื่อ 25 พ.ย. 2569" in html


def test_each_chart_has_a_sentence_for_who_cannot_see_it(evidence: Evidence) -> None:
    html = as_html(build_briefing(evidence, "TH", "en", TODAY))
    assert html.count('<figure role="img" aria-label="') == 4
    assert 'aria-label="For June 2026: 1,200,000, between 1,100,000 and 1,300,000 with 80 % probability."' in html


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_pdf_embeds_the_thai_font(evidence: Evidence, language: str) -> None:
    made = as_pdf(build_briefing(evidence, "TH-83", language, TODAY))  # type: ignore[arg-type]
    assert made.startswith(b"%PDF-")
    assert b"+Sarabun-Regular" in made
    assert b"+Sarabun-Bold" in made


def test_no_text_becomes_markup(evidence: Evidence) -> None:
    briefing = build_briefing(evidence, "TH", "en", TODAY)
    hostile = replace(briefing, title=HOSTILE, sections=(Section(HOSTILE, sentences=(HOSTILE,), note=HOSTILE),))
    assert "<script" not in as_html(hostile)
    assert as_pdf(hostile).startswith(b"%PDF-")


def test_a_chart_becomes_a_picture_of_either_kind() -> None:
    frame = pl.DataFrame({"period": [date(2025, 1, 1), date(2025, 2, 1)], "value": [1.0, 2.0], "series": ["น้ำ"] * 2})
    chart = monthly_lines(frame, y_title="กำลัง", language="th")
    assert png(chart).startswith(b"\x89PNG")
    assert "กำลัง" in svg(chart)


def test_sara_am_is_drawn_of_two_characters_with_the_tone_mark_between() -> None:
    assert in_two_characters("น้ำ กำลัง") == "น\u0e4d้\u0e32 ก\u0e4d\u0e32ลัง"
