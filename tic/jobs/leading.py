"""Leading indicators of an installation: which series may lead which, and what is known of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final

import polars as pl
import yaml
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from models.availability import published
from models.leading import Leader
from tic.analytics.warehouse import scan_vintages
from tic.core.errors import BadInput, NotFound

_NAME: Final = r"^[^/]+/[^/]+/[^/]+$"
_Series = Annotated[str, Field(pattern=_NAME)]


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class Indicator:
    """A series `indicator/area/market` of one source that may lead those whose names match a pattern of `leads`.

    available_after_days: days from the end of a month to its publication, where the day is not known otherwise.
    """

    series: _Series
    source: str
    available_after_days: Annotated[int, Field(ge=0, le=1000)]
    leads: Annotated[tuple[_Series, ...], Field(min_length=1)]


_ADAPTER: Final = TypeAdapter(tuple[Indicator, ...])


def leading_indicators(own: Path | None = None) -> tuple[Indicator, ...]:
    """Those that ship with the product, and an installation's own, which take the place of shipped ones of the same
    series and source. Raises NotFound without that file, BadInput when it cannot be read."""
    shipped = _ADAPTER.validate_python(
        yaml.safe_load((files("tic.jobs") / "leading_indicators.yml").read_text(encoding="utf-8"))
    )
    if own is None:
        return shipped
    found = {(item.series, item.source): item for item in (*shipped, *_read(own))}
    return tuple(found.values())


def _read(path: Path) -> tuple[Indicator, ...]:
    try:
        return _ADAPTER.validate_python(yaml.safe_load(path.read_text(encoding="utf-8")) or ())
    except FileNotFoundError as error:
        raise NotFound("There is no file {file}.", file=str(path)) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise BadInput(
            "{file} is no list of leading indicators: {reason}. "
            "Each needs series, source, available_after_days and leads.",
            file=str(path),
            reason=_reason(error),
        ) from error


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return " ".join(str(error).split())


def known_leaders(folder: Path, indicators: Iterable[Indicator], series: Sequence[str]) -> tuple[Leader, ...]:
    """The leaders of those series, one for each pattern that names any, with every value they have had and the day on
    which it was published; their names are `series@source`. What is a publisher's own forecast is no figure.

    Raises StorageFailed."""
    leaders: list[Leader] = []
    for item in indicators:
        groups = {pattern: _named(series, pattern) - {item.series} for pattern in item.leads}
        if not any(groups.values()):
            continue
        figures = _figures(folder, item)
        if figures.height:
            name = f"{item.series}@{item.source}"
            leaders += [Leader(name, pattern, names, figures) for pattern, names in groups.items() if names]
    return tuple(leaders)


def led_name(leader: str) -> str:
    """The series of a leader's name, without its source."""
    return leader.partition("@")[0]


def _named(series: Sequence[str], pattern: str) -> frozenset[str]:
    return frozenset(name for name in series if fnmatchcase(name, pattern))


def _figures(folder: Path, item: Indicator) -> pl.DataFrame:
    indicator, area, market = item.series.split("/")
    stated = scan_vintages(folder).filter(
        (pl.col("indicator") == indicator)
        & (pl.col("area") == area)
        & (pl.col("market") == market)
        & (pl.col("source") == item.source)
        & (pl.col("frequency") == "M")
        & (pl.col("status") != "forecast")
        & (pl.col("value") >= 0)
        & pl.col("value").is_finite()
    )
    told = stated.select(ds="period", y="value", known_on="known_on").collect()
    return published(told, available_after_days=item.available_after_days)
