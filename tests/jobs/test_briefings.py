"""`tic report` writes a briefing into a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from small_directory import build
from tic.core.errors import BadInput
from tic.core.progress import Silent
from tic.jobs.briefings import write_report
from tic.jobs.context import Context, job_context


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Context:
    small = build(tmp_path_factory.mktemp("briefings") / "data")
    small.services.close()
    with job_context(small.settings, Silent()) as opened:
        yield opened


def test_the_ending_of_the_name_chooses_the_kind_of_file(context: Context, tmp_path: Path) -> None:
    write_report(context, "TH", "th", tmp_path / "th.html")
    write_report(context, "TH-83", "en", tmp_path / "phuket.PDF")
    assert "รายงานสรุปการท่องเที่ยว" in (tmp_path / "th.html").read_text(encoding="utf-8")
    assert (tmp_path / "phuket.PDF").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("area", "language", "name", "said"),
    [
        ("TH", "th", "th.docx", "is neither"),
        ("TH", "fr", "th.pdf", "The language is th or en, not fr"),
        ("TH-999", "th", "th.pdf", "There is no briefing for TH-999"),
    ],
)
def test_what_cannot_be_written_is_told_and_leaves_no_file(
    context: Context, tmp_path: Path, area: str, language: str, name: str, said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        write_report(context, area, language, tmp_path / name)
    assert list(tmp_path.iterdir()) == []
