"""What the page on data quality shows: pure builders from assessments to tables, a chart and files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

import altair as alt
import polars as pl

from directory.sources import SourceInfo
from tic.catalogue.export import Sheet
from tic.catalogue.markup import bar, dimension_name, spark, table
from tic.catalogue.rules import rule_book
from tic.catalogue.scores import Scorecard, scorecard
from tic.catalogue.store import KeptAssessment
from tic.core.i18n import BANGKOK, Language, format_moment, translator

SPARK_DAYS = 90
MOST_POINTS = 120
"""Points of a line: more could not be told apart, and a chart takes 5,000 rows at most."""
HEIGHT_PX = 380
_OVERALL = "#0b6e6e"
_SERIES = ["#16302f", "#b5541c", "#3b5b92", "#7a4a8c", "#8a7a12", "#5c6b73", "#0b6e6e"]


def address(**params: str) -> str:
    """The address of a view of the page."""
    return f"/quality?{urlencode(params)}" if params else "/quality"


def cards(kept: Mapping[str, KeptAssessment], known: Mapping[str, SourceInfo]) -> dict[str, Scorecard]:
    """The scorecards of the known sources that were assessed, by name."""
    return {name: card for name, item in kept.items() if name in known and (card := scorecard(item.results))}


def overview_html(
    found: Mapping[str, Scorecard],
    courses: Mapping[str, list[float]],
    levels: Mapping[str, int],
    known: Mapping[str, SourceInfo],
    language: Language,
) -> str:
    """One table per agency, the best first: its mean score, and each dataset by dimension with its course."""
    _ = translator(language)
    dimensions = (item.title.told(language) for item in rule_book().dimensions.values())
    header = [_("Dataset"), _("Readiness"), _("Overall"), *dimensions, _("Last 90 days")]
    parts = []
    for agency, names in by_agency(found, known, language):
        rows = [
            _dataset_row(name, found[name], courses.get(name, []), levels.get(name), known[name], language)
            for name in names
        ]
        caption = _("{agency}: {score} of 100", agency=agency, score=f"{agency_score(found, names):.1f}")
        parts.append(table(caption, header, rows))
    return "".join(parts)


def _dataset_row(
    name: str, card: Scorecard, course: list[float], level: int | None, info: SourceInfo, language: Language
) -> list[str]:
    link = f'<a href="{escape(address(source=name), quote=True)}">{escape(info.title(language))}</a>'
    scores = [card.overall, *(card.dimensions.get(code) for code in rule_book().dimensions)]
    ready = "–" if level is None else f"{level} / 5"
    return [link, ready, *(bar(score, language) for score in scores), spark(course, language)]


def by_agency(
    found: Mapping[str, Scorecard], known: Mapping[str, SourceInfo], language: Language
) -> list[tuple[str, list[str]]]:
    """The agencies, the best first, each with its datasets, the best first."""
    groups: dict[str, list[str]] = {}
    for name in sorted(found, key=lambda name: -found[name].overall):
        groups.setdefault(known[name].publisher(language), []).append(name)
    return sorted(groups.items(), key=lambda item: -agency_score(found, item[1]))


def agency_score(found: Mapping[str, Scorecard], names: Iterable[str]) -> float:
    """The mean of the overall scores of an agency's datasets."""
    scores = [found[name].overall for name in names]
    return sum(scores) / len(scores)


def thinned(history: Iterable[KeptAssessment], most: int = MOST_POINTS) -> list[KeptAssessment]:
    """The last assessment of each day (Asia/Bangkok) of one source, evenly thinned to `most`, the newest among them."""
    by_day = list({item.at.astimezone(BANGKOK).date(): item for item in history}.values())
    step = -(-len(by_day) // most) or 1
    return by_day[::-1][::step][::-1]


def courses_of(history: Iterable[KeptAssessment]) -> dict[str, list[float]]:
    """The overall scores of each source, one for each day, oldest first."""
    by_source: dict[str, list[KeptAssessment]] = {}
    for item in history:
        by_source.setdefault(item.source, []).append(item)
    return {
        source: [card.overall for item in thinned(items) if (card := scorecard(item.results))]
        for source, items in by_source.items()
    }


def overview_frame(found: Mapping[str, Scorecard], known: Mapping[str, SourceInfo], language: Language) -> pl.DataFrame:
    """The overview to take away: agency, dataset, and a column per score."""
    dimensions = list(rule_book().dimensions)
    rows = [
        (
            known[name].publisher(language),
            known[name].title(language),
            card.overall,
            *map(card.dimensions.get, dimensions),
        )
        for name, card in found.items()
    ]
    frame = pl.DataFrame(rows, schema=["agency", "dataset", "overall", *dimensions], orient="row")
    return frame.with_columns(pl.col(pl.Float64).round(2))


def trend_frame(history: Iterable[KeptAssessment], language: Language) -> pl.DataFrame:
    """Scores over time, oldest first: series (overall and each dimension), value, and the moment in words."""
    _ = translator(language)
    rows = []
    for item in history:
        card = scorecard(item.results)
        if card is not None:
            scores = {_("Overall"): card.overall}
            scores |= {dimension_name(code, language): value for code, value in card.dimensions.items()}
            moment = format_moment(item.at, language)
            rows += [(name, value, moment) for name, value in scores.items()]
    schema: dict[str, Any] = {"series": pl.String, "value": pl.Float64, "moment": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def trend_chart(frame: pl.DataFrame, language: Language) -> alt.Chart:
    """One line per series of `trend_frame`; the moment of an assessment is told in words."""
    _ = translator(language)
    names = frame["series"].unique(maintain_order=True).to_list()
    colour = alt.Color(
        "series:N",
        title=None,
        sort=names,
        scale=alt.Scale(domain=names, range=[_OVERALL, *_SERIES]),
        legend=alt.Legend(orient="bottom", columns=2, labelLimit=240),
    )
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_line(point=True)
        .encode(
            x=alt.X("moment:N", sort=None, title=None, axis=alt.Axis(labelOverlap=True, labelAngle=0)),
            y=alt.Y("value:Q", title=_("Score"), scale=alt.Scale(domain=[0, 100])),
            color=colour,
            tooltip=[
                alt.Tooltip("series:N", title=" "),
                alt.Tooltip("moment:N", title=" "),
                alt.Tooltip("value:Q", title=_("Score"), format=".1f"),
            ],
        )
        .properties(height=HEIGHT_PX)
    )
    return chart


def sheet_of(
    item: KeptAssessment, card: Scorecard, info: SourceInfo, failing: pl.DataFrame, language: Language
) -> Sheet:
    """What the files to take away are made of."""
    return Sheet(info.title(language), info.publisher(language), item.at, card, failing)
