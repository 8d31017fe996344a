"""Cells of a delimited text: the quick way gives what the standard library's reader gives."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ingest.cells import cells_of_rows, cells_of_text

PIECES = st.sampled_from(["a", "วัด", " ", ",", ";", '"', '""', "\n", "\r\n", "\r", "\t", "|", "1.5", "\u00a0", "'"])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.lists(PIECES, min_size=1, max_size=30).map("".join))
@example(text='id,name\n7,"a, b"\n\n8\n9,b,c\n')
@example(text='id,name\n7,x"\n8,"y\n')
@example(text='id,name\n7,"two\nlines"\n')
def test_every_text_has_the_cells_that_the_standard_reader_finds(delimiter: str, text: str) -> None:
    quick = cells_of_text(text, delimiter)
    if quick is None:
        return
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)) or [[]]
    careful = cells_of_rows(rows)
    assert (quick.header, quick.height, quick.last) == (careful.header, careful.height, careful.last)
    assert_frame_equal(quick.frame, careful.frame)


def test_a_quoted_field_is_read_beside_plain_lines() -> None:
    cells = cells_of_text('id,name\r\n1,Wat\r\n2,"Tom, ""Co"""\r\n,\r\n4\r\n', ",")
    assert cells is not None
    assert cells.frame.rows() == [(2, 2, "1", "Wat"), (3, 2, "2", 'Tom, "Co"'), (5, 1, "4", None)]
    assert (cells.height, cells.last) == (5, 1)


@pytest.mark.parametrize("text", ['id,name\n1,"two\nlines"\n', "id,name\r1,a\r", 'id,name\n1,"open\n'])
def test_what_goes_beyond_a_line_is_left_to_the_standard_reader(text: str) -> None:
    assert cells_of_text(text, ",") is None
