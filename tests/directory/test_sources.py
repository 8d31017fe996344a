"""What people are told about sources is kept in the system of record."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine, select

from directory import tables
from directory.sources import OPERATOR, SourceInfo, load_sources, save_sources
from tic.core.database import reading, writing

TAT = SourceInfo(
    "tat", "places", "สถานที่", "Places", "ททท.", "TAT", "https://tat.or.th", "terms", "TAT", "official", date(2024, 5, 1)
)


def test_sources_come_back_as_they_were_left_with_the_operators_among_them(database: Engine) -> None:
    with reading(database) as connection:
        assert load_sources(connection) == {"operator": OPERATOR}
    with writing(database) as connection:
        save_sources(connection, [TAT])
    with reading(database) as connection:
        found = load_sources(connection)
    assert found == {"tat": TAT, "operator": OPERATOR}
    assert (found["tat"].title("th"), found["tat"].publisher("en")) == ("สถานที่", "TAT")


def test_the_same_sources_again_write_nothing(database: Engine) -> None:
    with writing(database) as connection:
        save_sources(connection, [TAT])
        before = connection.scalar(select(tables.state.c.at))
        save_sources(connection, [TAT])
        assert connection.scalar(select(tables.state.c.at)) == before
