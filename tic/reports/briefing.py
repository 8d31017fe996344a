"""A dated briefing about an area: its newest figures, what moved them, season, forecast, notes and sources."""

from __future__ import annotations

from datetime import date

import polars as pl

from tic.core.errors import NotFound
from tic.core.i18n import Language, format_date
from tic.reports import sections
from tic.reports.document import Briefing, Section, SourceLine
from tic.reports.subject import BY_REGION, Evidence, Subject, subject_of

_PARTS = (
    sections.headlines,
    sections.course,
    sections.movers,
    sections.noted,
    sections.year_of_province,
    sections.season,
    sections.forecast,
    sections.provinces,
)


def build_briefing(evidence: Evidence, area: str, language: Language, today: date) -> Briefing:
    """The briefing about an area (see `subject_of`), made on a day in Asia/Bangkok.

    Raises BadInput for an unknown area, NotFound when there are no figures of it.
    """
    subject = subject_of(evidence, area, language)
    _ = subject.tell
    found = tuple(section for section in (part(subject) for part in _PARTS) if section is not None)
    if not found:
        raise NotFound("There are no figures of {area} to write a briefing from. Run `tic ingest run`.", area=area)
    return Briefing(
        title=_("Tourism briefing: {area}", area=subject.name),
        area=area,
        language=language,
        made_on=today,
        data_version=evidence.data_version,
        sections=found,
        notes=_notes(subject, found),
        sources=_sources(subject),
    )


def _notes(subject: Subject, found: tuple[Section, ...]) -> tuple[str, ...]:
    _ = subject.tell
    notes = [f"{subject.indicator.name(subject.language)}: {_(subject.indicator.definition)}"]
    if "preliminary" in subject.main_series()["status"]:
        notes.append(_("Preliminary figures may be revised by their publisher."))
    if any(section.title == _("Forecast") for section in found):
        notes.append(_("Intervals are made so that the stated share of past forecasts would have held the truth."))
    else:
        notes.append(_("There is no forecast for this area yet."))
    return tuple(notes)


def _sources(subject: Subject) -> tuple[SourceLine, ...]:
    """Every source that states a figure of the subject which the briefing may show, with its newest statement."""
    wanted = (pl.col("area") == subject.area) & (pl.col("frequency") == "M")
    if subject.kind == "province":
        wanted &= pl.col("indicator").is_in(["visitors", "receipts_thb", "occupancy_pct"])
    else:
        wanted &= pl.col("source").is_in(["mots_arrivals_monthly", BY_REGION])
    if subject.kind == "country":
        wanted |= (pl.col("indicator") == "visitors") & (pl.col("frequency") == "M")
    stated = subject.evidence.observations.filter(wanted).group_by("source").agg(pl.col("as_of").max()).sort("source")
    return tuple(_source(subject, *row) for row in stated.collect().iter_rows())


def _source(subject: Subject, name: str, as_of: date | None) -> SourceLine:
    source, language = subject.evidence.sources.get(name), subject.language
    stated = format_date(as_of, language) if as_of else ""
    if source is None:
        return SourceLine(name, "", "", "", stated)
    return SourceLine(source.title(language), source.publisher(language), source.licence, source.homepage, stated)
