from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.assertions import check_count
from ingest.source import Expectation, get_source
from tic.core.errors import SourceUnreadable

SOURCE = replace(get_source("tat_shops"), expect=Expectation(10, 20))


def test_a_count_within_the_expectation_is_fine() -> None:
    assert check_count(10, SOURCE) is None
    assert check_count(20, SOURCE) is None


def test_too_few_rows_stop_the_run() -> None:
    with pytest.raises(SourceUnreadable, match="tat_shops brought 9 good rows; at least 10 were expected"):
        check_count(9, SOURCE)


def test_too_many_rows_are_told() -> None:
    assert check_count(21, SOURCE) == "More rows than expected (21, at most 20): check the file."
