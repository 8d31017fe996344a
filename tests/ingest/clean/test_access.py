"""Wheelchair access from the words of a source."""

from __future__ import annotations

import pytest

from ingest.clean.access import to_wheelchair


@pytest.mark.parametrize(
    ("text", "value"),
    [("yes", "yes"), ("Limited", "limited"), ("no", "no"), ("designated", "yes"), ("toilet", None)],
)
def test_access_is_said_in_three_words(text: str, value: str | None) -> None:
    assert to_wheelchair(text) == value
