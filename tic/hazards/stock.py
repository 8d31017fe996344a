"""Relief goods in depots, as agencies state them: what is where, how much, and as of when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, delete, insert, select

from tic.core.geo import Point, distance_km
from tic.hazards.tables import relief_stock

MOST_ROWS: Final = 50_000


@dataclass(frozen=True, slots=True)
class Stock:
    """Some of an item in a depot. is_exact: False where only the province is known and the point is its middle.

    as_of: the day of the count. row_key: names the row within its source.
    """

    source: str
    row_key: str
    depot: str
    item: str
    quantity: float
    unit: str
    as_of: date
    lat: float
    lon: float
    province_code: str
    is_exact: bool
    phone: str | None = None

    @property
    def point(self) -> Point:
        """Where the depot is."""
        return Point(self.lat, self.lon)


class Changes(NamedTuple):
    """Rows that came, differ or are no longer stated."""

    new: int
    changed: int
    gone: int


class Depot(NamedTuple):
    """A depot with what it holds, and how far it is in kilometres."""

    stocks: tuple[Stock, ...]
    distance_km: float


def replace_stocks(connection: Connection, source: str, rows: Iterable[Mapping[str, Any]]) -> Changes:
    """Put the rows of a file (fields of Stock) in the place of what the source stated before."""
    before = {item.row_key: item for item in stocks(connection, source)}
    after = {row["row_key"]: Stock(**{**row, "source": source}) for row in rows}
    connection.execute(delete(relief_stock).where(relief_stock.c.source == source))
    if after:
        connection.execute(insert(relief_stock), [asdict(item) for item in after.values()])
    shared = before.keys() & after.keys()
    return Changes(
        len(after.keys() - before.keys()),
        sum(before[key] != after[key] for key in shared),
        len(before.keys() - after.keys()),
    )


def stocks(connection: Connection, source: str | None = None) -> list[Stock]:
    """What is in the depots, of one source or of all; at most MOST_ROWS rows."""
    columns = [relief_stock.c[field.name] for field in fields(Stock)]
    chosen = select(*columns).order_by(relief_stock.c.source, relief_stock.c.row_key).limit(MOST_ROWS)
    if source is not None:
        chosen = chosen.where(relief_stock.c.source == source)
    return [Stock(**row._mapping) for row in connection.execute(chosen)]


def nearest_depots(found: Sequence[Stock], points: Sequence[Point], most: int) -> list[Depot]:
    """The depots with anything in stock that are nearest to any of the points, the nearest first."""
    by_depot: dict[tuple[str, str, Point], list[Stock]] = {}
    for item in found:
        if item.quantity > 0:
            by_depot.setdefault((item.source, item.depot, item.point), []).append(item)
    depots = [
        Depot(tuple(items), min(distance_km(point, key[2]) for point in points))
        for key, items in by_depot.items()
        if points
    ]
    return sorted(depots, key=lambda depot: (depot.distance_km, depot.stocks[0].depot))[:most]
