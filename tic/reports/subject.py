"""What a briefing is about: Thailand, one of its provinces, or visitors from one region of the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from directory.sources import SourceInfo
from tic.analytics import summaries
from tic.analytics.names import market_names, unit_name
from tic.analytics.observation import INDICATORS, Indicator
from tic.core.areas import COUNTRY, area_name, provinces
from tic.core.errors import BadInput
from tic.core.i18n import Language, Translate, format_date, translator
from tic.desk.events import Event

NATIONAL, BY_REGION = "mots_arrivals_monthly", "mots_arrivals_by_region"


@dataclass(frozen=True)
class Evidence:
    """What briefings are written from. forecasts: the job's table, None before its first run; sources: by name;
    events: all in force."""

    observations: pl.LazyFrame
    forecasts: pl.DataFrame | None
    sources: Mapping[str, SourceInfo]
    data_version: str
    events: tuple[Event, ...] = ()


@dataclass(frozen=True)
class Subject:
    """An area of a briefing with the series that stands for it.

    kind: `market` is a region of residence, told by arrivals in Thailand from there.
    """

    evidence: Evidence
    language: Language
    kind: Literal["country", "province", "market"]
    code: str
    indicator: Indicator
    area: str
    market: str

    @property
    def tell(self) -> Translate:
        """The function that answers in the reader's language."""
        return translator(self.language)

    @property
    def name(self) -> str:
        """The area in the reader's language."""
        if self.kind == "market":
            return market_names(self.language)[self.code]
        return area_name(self.code, self.language)

    @property
    def unique_id(self) -> str:
        """The name of the series among the forecasts."""
        return f"{self.indicator.code}/{self.area}/{self.market}"

    def series(self, indicator: str, market: str) -> pl.DataFrame:
        """Monthly figures of the area: period, value, status, source, as_of, in order of period."""
        observations = self.evidence.observations
        if self.kind == "province":
            return summaries.newest_statement(observations, indicator, area=self.area, market=market)
        source = NATIONAL if market == "all" else BY_REGION
        return summaries.monthly(observations, indicator, area=self.area, market=market, source=source)

    def main_series(self) -> pl.DataFrame:
        """The series that stands for the area."""
        return self.series(self.indicator.code, self.market)

    def note(self, frame: pl.DataFrame, indicator: Indicator) -> str:
        """Where the figures of a frame (source, as_of, status) are from, in which unit, as of when."""
        _ = self.tell
        titles = "; ".join(sorted({self._publisher(name) for name in frame["source"].unique()}))
        unit = unit_name(indicator.unit, self.language)
        parts = [_("Source: {sources}", sources=titles), _("Unit: {unit}", unit=unit)]
        dates = frame["as_of"].drop_nulls()
        if len(dates):
            parts.append(_("As of {date}", date=format_date(max(dates.to_list()), self.language)))
        if "status" in frame.columns and "preliminary" in frame["status"]:
            parts.append(_("preliminary figures"))
        return " · ".join(parts)

    def _publisher(self, name: str) -> str:
        source = self.evidence.sources.get(name)
        return f"{source.publisher(self.language)} ({source.title(self.language)})" if source else name


def subject_of(evidence: Evidence, area: str, language: Language) -> Subject:
    """The subject that a code names: `TH`, a province such as `TH-83`, or a region of residence such as `europe`.

    Raises BadInput for any other code.
    """
    arrivals, visitors = INDICATORS["arrivals"], INDICATORS["visitors"]
    if area == COUNTRY:
        return Subject(evidence, language, "country", area, arrivals, COUNTRY, "all")
    if area in provinces():
        return Subject(evidence, language, "province", area, visitors, area, "all")
    if area in summaries.SEPARATE_MARKETS:
        return Subject(evidence, language, "market", area, arrivals, COUNTRY, area)
    raise BadInput(
        "There is no briefing for {area}. Name TH, a province such as TH-83, or a region of the world: {regions}.",
        area=area,
        regions=", ".join(summaries.SEPARATE_MARKETS),
    )
