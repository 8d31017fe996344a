"""What is written for a spreadsheet never runs in it."""

from __future__ import annotations

import polars as pl
import pytest

from tic.core.spreadsheets import guarded, guarded_frame, unguarded


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x","y")', "+66 2", "-1+1", "@SUM(1)", "\t=1", "\r=1", "＝1+1"])
def test_a_text_that_would_run_gets_an_apostrophe_and_loses_it_again(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["", "วัดโพธิ์", "1+1", "'quoted'", "a=b"])
def test_other_texts_stay(text: str) -> None:
    assert guarded(text) == text
    assert unguarded(text) == text


def test_a_frame_is_guarded_with_its_headings_and_its_numbers_stay() -> None:
    frame = pl.DataFrame({"=name": ["=1+1", None, "x"], "value": [-1.5, 2.0, None]})
    assert guarded_frame(frame).to_dict(as_series=False) == {
        "'=name": ["'=1+1", None, "x"],
        "value": [-1.5, 2.0, None],
    }
