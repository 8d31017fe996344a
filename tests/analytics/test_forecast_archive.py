"""Past forecasts stay as they were made, and whoever changes one is found out."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from tic.analytics.forecast_archive import check, keep, kept_forecasts, stood_on

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
NOON = datetime(2026, 6, 5, 12, tzinfo=UTC)


def rows(cutoff: date, yhat: float) -> pl.DataFrame:
    ahead = [date(cutoff.year, cutoff.month + step, 1) for step in (1, 2)]
    return pl.DataFrame(
        {"unique_id": "a", "ds": ahead, "model": "ensemble", "horizon": [1, 2], "cutoff": cutoff, "yhat": yhat}
    )


def put(folder: Path, frame: pl.DataFrame, *, day: int = 5, version: str = "v1") -> int:
    return keep(folder, frame, group="arrivals", data_version=version, at=NOON.replace(day=day))


def test_a_run_with_the_same_forecasts_adds_nothing(tmp_path: Path) -> None:
    both = pl.concat([rows(MAY, 5), rows(JUNE, 6)])
    assert put(tmp_path, both) == 2
    before = check(tmp_path)
    assert put(tmp_path, both.sample(fraction=1, shuffle=True, seed=3), day=9, version="v2") == 0
    assert check(tmp_path) == before
    assert [(entry.cutoff, entry.at) for entry in before.entries] == [
        ("2026-05-01", "2026-06-05T12:00:00+00:00"),
        ("2026-06-01", "2026-06-05T12:00:00+00:00"),
    ]


def test_what_the_same_figures_and_models_told_is_not_kept_twice(tmp_path: Path) -> None:
    put(tmp_path, rows(MAY, 5))
    assert put(tmp_path, rows(MAY, 5.000001)) == 0
    assert len(check(tmp_path).entries) == 1


def test_a_later_run_rewrites_nothing_and_of_two_forecasts_the_first_counts(tmp_path: Path) -> None:
    put(tmp_path, rows(MAY, 5))
    first = {path: path.read_bytes() for path in (tmp_path / "forecast_archive/rows").iterdir()}
    assert put(tmp_path, rows(MAY, 50), day=9, version="v2") == 1
    assert all(path.read_bytes() == content for path, content in first.items())
    told = kept_forecasts(tmp_path, check(tmp_path))
    assert told["yhat"].to_list() == [5, 5]
    assert set(told["data_version"]) == {"v1"}
    assert set(told["made_at"]) == {NOON}


def test_a_changed_file_is_named_and_does_not_count(tmp_path: Path) -> None:
    put(tmp_path, rows(MAY, 5))
    put(tmp_path, rows(JUNE, 6))
    victim = check(tmp_path).entries[0].sha256
    rows(MAY, 7).write_parquet(tmp_path / f"forecast_archive/rows/{victim}.parquet")
    found = check(tmp_path)
    assert found.broken == (victim,)
    assert kept_forecasts(tmp_path, found)["yhat"].to_list() == [6, 6]


def test_a_lost_file_is_named_and_one_cut_in_half_too(tmp_path: Path) -> None:
    put(tmp_path, rows(MAY, 5))
    put(tmp_path, rows(JUNE, 6))
    first, second = sorted((tmp_path / "forecast_archive/rows").iterdir())
    first.unlink()
    second.write_bytes(second.read_bytes()[:100])
    assert sorted(check(tmp_path).broken) == [first.stem, second.stem]


def test_a_line_of_the_ledger_cannot_be_changed_or_taken_out(tmp_path: Path) -> None:
    for value, cutoff in ((5, MAY), (6, JUNE), (7, date(2026, 7, 1))):
        put(tmp_path, rows(cutoff, value))
    ledger = tmp_path / "forecast_archive/ledger.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    seal = check(tmp_path).seal
    ledger.write_bytes(lines[0] + lines[2])
    assert check(tmp_path).broken == ("ledger",)
    earlier = json.loads(lines[0]) | {"at": "2020-01-01T00:00:00+00:00"}
    ledger.write_bytes(json.dumps(earlier, sort_keys=True).encode() + b"\n" + lines[1] + lines[2])
    assert check(tmp_path).broken == ("ledger",)
    # The last line can go without a gap in the chain: the seal that somebody noted tells.
    ledger.write_bytes(lines[0] + lines[1])
    assert check(tmp_path).broken == ()
    assert check(tmp_path).seal != seal


def test_an_archive_that_a_kill_left_half_written_is_completed_by_the_next_run(tmp_path: Path) -> None:
    put(tmp_path, rows(MAY, 5))
    ledger = tmp_path / "forecast_archive/ledger.jsonl"
    before = ledger.read_bytes()
    put(tmp_path, rows(JUNE, 6))
    ledger.write_bytes(before)
    assert put(tmp_path, rows(JUNE, 6)) == 1
    assert check(tmp_path).broken == ()


def test_nothing_is_kept_before_the_first_run(tmp_path: Path) -> None:
    found = check(tmp_path)
    assert (found.entries, found.broken, found.seal) == ((), (), None)
    assert kept_forecasts(tmp_path, found).is_empty()


def test_the_forecast_that_stood_on_a_day_is_the_last_kept_by_its_end_in_bangkok(tmp_path: Path) -> None:
    put(tmp_path, rows(MAY, 5), day=5)
    # 18:00 in London is the next day in Bangkok.
    keep(tmp_path, rows(JUNE, 6), group="arrivals", data_version="v2", at=datetime(2026, 6, 8, 18, tzinfo=UTC))
    kept = check(tmp_path)
    told = {day: stood_on(tmp_path, kept, "a", date(2026, 6, day)) for day in (4, 5, 8, 9)}
    assert {day: found["yhat"].to_list() if found.height else [] for day, found in told.items()} == {
        4: [],
        5: [5, 5],
        8: [5, 5],
        9: [6, 6],
    }
    assert told[9].select("data_version", "fitted_at").row(0) == ("v2", datetime(2026, 6, 8, 18, tzinfo=UTC))
    assert stood_on(tmp_path, kept, "another", date(2026, 6, 9)).is_empty()
