"""Scorecards to take away: what the files hold, and that nothing in them is run."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser
from io import BytesIO

import polars as pl
import pytest

from tic.catalogue.assess import FAILING, Result
from tic.catalogue.export import MOST_ROWS, Sheet, to_excel, to_html
from tic.catalogue.markup import bar, spark
from tic.catalogue.scores import scorecard

HOSTILE = '=HYPERLINK("http://x") <img src=x onerror=alert(1)>'


@pytest.fixture
def sheet() -> Sheet:
    card = scorecard([Result("place_contact", 40, 100), Result("id_once", 9, 9)])
    assert card is not None
    failing = pl.DataFrame([("place_contact", "tat:1", HOSTILE, "–")], schema=FAILING, orient="row")
    return Sheet(HOSTILE, "Tourism Authority of Thailand", datetime(2026, 5, 20, 3, tzinfo=UTC), card, failing)


def test_the_workbook_holds_scores_rules_and_failing_rows(sheet: Sheet) -> None:
    book = pl.read_excel(BytesIO(to_excel(sheet, "en")), sheet_id=0)
    assert list(book) == ["Scores", "What to mend first", "Failing rows"]
    scores = dict(book["Scores"].select("Name", "Score").drop_nulls().rows())
    assert scores == {"Overall": 60.0, "Completeness": 40.0, "Uniqueness": 100.0}
    assert book["What to mend first"].row(0, named=True)["Gain in points"] == pytest.approx(40.0)
    assert book["Failing rows"].rows() == [("Has a phone, e-mail or website", "tat:1", HOSTILE, "–")]


def test_what_a_publisher_wrote_stays_text_in_the_workbook(sheet: Sheet) -> None:
    content = to_excel(sheet, "en")
    assert b"<f>" not in b"".join(parts(content))
    assert pl.read_excel(BytesIO(content), sheet_name="Scores")["Value"][0] == HOSTILE


def parts(content: bytes) -> list[bytes]:
    """The files inside a workbook."""
    from zipfile import ZipFile

    with ZipFile(BytesIO(content)) as archive:
        return [archive.read(name) for name in archive.namelist()]


def test_a_workbook_holds_so_many_rows_and_no_more(sheet: Sheet) -> None:
    many = pl.concat([sheet.failing] * (MOST_ROWS + 5))
    big = Sheet(sheet.dataset, sheet.agency, sheet.at, sheet.card, many)
    assert pl.read_excel(BytesIO(to_excel(big, "en")), sheet_name="Failing rows").height == MOST_ROWS


class Tags(HTMLParser):
    """Names of all tags, and addresses that a browser would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.fetched += [value or "" for name, value in attrs if name in {"src", "href"}]


def test_the_html_needs_nothing_else_and_escapes_what_a_publisher_wrote(sheet: Sheet) -> None:
    text = to_html(sheet, "th").decode()
    found = Tags()
    found.feed(text)
    assert found.fetched == []
    assert not {"img", "script", "link"} & set(found.names)
    assert "ความครบถ้วน" in text
    assert "20 พ.ค. 2569, 10:00" in text


def test_a_bar_tells_its_number_and_a_dash_where_nothing_was_looked_at() -> None:
    assert "<b>59.9</b>" in bar(59.9, "en")
    assert "tic-low" in bar(59.9, "en")
    assert "tic-low" not in bar(60.0, "en")
    assert bar(None, "en") == "–"


def test_a_course_tells_how_much_it_changed() -> None:
    assert spark([80.0], "en") == "–"
    assert spark([80.0, 70.0, 85.5], "en").endswith("+5.5")
    assert spark([80.0, 70.0], "en").endswith("−10.0")
    assert spark([80.0] * 40, "en").count("<i ") == 16


def test_a_tenth_of_a_point_does_not_look_like_a_leap() -> None:
    assert "height:22%" in spark([80.0, 80.1], "en")
    assert "height:100%" in spark([80.0, 85.0], "en")
