"""What `tic ingest` prints of its runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from directory.resolve.job import ResolveReport
from ingest.pipeline import RunReport
from tic.core.errors import BadInput, NotFound, SourceUnreadable
from tic.core.i18n import tell
from tic.core.progress import Silent
from tic.core.settings import Settings
from tic.jobs.context import Context
from tic.jobs.ingest import IngestReport, ingest_and_publish, quarantine_rows, run_rows, status_rows

NOTHING = ResolveReport(records=0, clusters=0, new=0, changed=0, removed=0, wall_s=0.0)
EMPTY = SourceUnreadable("{file} is empty. Fetch it again from its publisher.", file="tat_hotels_th.csv")
NO_FILE = NotFound("There is no place with the id {id}. Search for it by name instead.", id="osm")
RUNS = (
    RunReport("tat_shops", "done", 3, 2, 1, 2, 0, 0, 0.25, {"point_missing": 1}, "More rows than expected."),
    RunReport("tat_hotels", "failed", message=str(EMPTY), problem=EMPTY),
    RunReport("osm_bangkok", "skipped", message=str(NO_FILE), problem=NO_FILE),
)


@pytest.fixture
def context(settings: Settings) -> Iterator[Context]:
    found = Context(settings, Silent())
    yield found
    found.close()


def test_a_source_that_failed_is_one_line_in_the_reader_s_language() -> None:
    report = IngestReport(RUNS, NOTHING, None)
    assert report.failures() == ("tat_hotels: tat_hotels_th.csv is empty. Fetch it again from its publisher.",)
    assert report.failures("th") == (f"tat_hotels: {tell(EMPTY, 'th')}",)
    assert tell(EMPTY, "th") != str(EMPTY)


def test_a_source_that_was_asked_for_and_has_no_file_is_one_line_too() -> None:
    report = IngestReport(RUNS, NOTHING, None, named=True)
    assert report.failures()[1] == f"osm_bangkok: {NO_FILE}"
    problem = SourceUnreadable("tat_shops brought 1 good rows.")
    said = RunReport("tat_shops", "failed", message=str(problem), problem=problem)
    assert IngestReport((said,), NOTHING, None).failures() == ("tat_shops brought 1 good rows.",)


def test_the_report_fits_json_with_its_failures() -> None:
    told = json.loads(json.dumps(IngestReport(RUNS, NOTHING, None).as_dict()))
    assert told["failures"] == list(IngestReport(RUNS, NOTHING, None).failures())
    assert told["runs"][1]["message"] == str(EMPTY)


def test_the_table_shows_counts_reasons_and_messages() -> None:
    columns, rows = run_rows(IngestReport(RUNS, NOTHING, None))
    first = dict(zip(columns, rows[0], strict=True))
    assert first == {
        "source": "tat_shops",
        "result": "done",
        "fetched": 3,
        "accepted": 2,
        "quarantined": 1,
        "new": 2,
        "changed": 0,
        "gone": 0,
        "seconds": "0.2",
        "reasons": "point_missing 1",
        "message": "More rows than expected.",
    }


def test_a_run_without_news_says_so_and_one_with_news_counts_them() -> None:
    assert IngestReport(RUNS[1:], NOTHING, None).summary() == "Nothing has changed since the last run."
    resolved = ResolveReport(records=2, clusters=2, new=2, changed=0, removed=0, wall_s=0.1)
    assert IngestReport(RUNS, resolved, None).summary() == (
        "2 records and figures changed; 2 records were looked at: 2 places new, 0 changed, 0 removed."
    )


def test_feeds_are_read_from_a_folder_and_shown_with_their_rejected_rows(
    context: Context, write_tat: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.reading.check_count", lambda accepted, source: None)
    folder = write_tat(("P1", "ร้านหนึ่ง", "16.44", "102.83"), ("P2", "ร้านสอง", "16.45", "N/A"))
    report = ingest_and_publish(context, None, folder)
    assert {run.source: run.state for run in report.runs if run.state != "skipped"} == {"tat_shops": "done"}
    assert report.failures() == ()
    columns, rows = status_rows(context)
    by_source = {row[0]: dict(zip(columns, row, strict=True)) for row in rows}
    assert by_source["tat_shops"]["state"] == "done"
    assert by_source["tat_shops"]["accepted"] == 1
    assert by_source["tat_hotels"]["state"] == "never run"
    assert by_source["tat_hotels"]["fetching"] is None
    _, rejected = quarantine_rows(context, "tat_shops", 10)
    assert rejected == [["tat_shops", "P2", "point_missing", "ร้านสอง", "16.45", None, None]]


def test_a_folder_without_any_publishers_file_is_told(context: Context, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"holds none of the publishers' files \(such as airbnb_bangkok\.csv\)"):
        ingest_and_publish(context, None, tmp_path)


def test_a_folder_that_is_not_there_and_an_unknown_source_are_told(context: Context, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is not a folder"):
        ingest_and_publish(context, None, tmp_path / "nowhere")
    with pytest.raises(NotFound, match="no source atlantis"):
        ingest_and_publish(context, ["atlantis"], None)
    with pytest.raises(NotFound, match="no source atlantis"):
        quarantine_rows(context, "atlantis", 10)
