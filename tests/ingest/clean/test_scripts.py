from __future__ import annotations

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.clean.scripts import script_of, scripts_of


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("วัดโพธิ์", "th"),
        ("บ้านทองกลับ Bar & Bistro", "en"),
        ("Café Zürich", "en"),
        ("臥佛寺 Wat", "zh"),
        ("ワット・ポー", "ja"),
        ("Храм", "ru"),
        ("1234", None),
        (None, None),
    ],
)
def test_a_name_is_in_the_language_of_most_of_its_letters(name: str | None, language: str | None) -> None:
    assert scripts_of(pl.Series("name", [name], dtype=pl.String)).to_list() == [language]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts=st.lists(st.text("aZéก์โ1 -佛ポХ한ע", max_size=8), min_size=1, max_size=20))
def test_one_look_at_a_name_tells_what_a_close_look_does(texts: list[str]) -> None:
    names = pl.Series("name", texts)
    assert scripts_of(names).to_list() == names.to_frame().select(script_of(pl.col("name"))).to_series().to_list()
