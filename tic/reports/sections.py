"""The parts of a briefing, each from the figures of a subject; None where there are no figures for it."""

from __future__ import annotations

from datetime import date

import polars as pl

from tic.analytics import summaries
from tic.analytics.growth import Growth, newest_growth
from tic.analytics.names import market_names, unit_name
from tic.analytics.observation import INDICATORS, Indicator
from tic.analytics.profile import province_year
from tic.analytics.seasonality import COVID_YEARS, seasonal_indices, seasonality_by_year
from tic.analytics.summaries import Headline
from tic.core.areas import area_name
from tic.core.i18n import BUDDHIST_ERA_OFFSET, format_date, format_month, format_number
from tic.desk.events import concerning
from tic.reports import charts
from tic.reports.document import Chart, Figure, Section, Table
from tic.reports.subject import BY_REGION, Subject

_MONTHS_SHOWN = 120
_AHEAD_MONTHS = 12
_PROVINCES_SHOWN = 10
_NOTED_YEARS = 3
_MODEL = "ensemble"


def signed(value: float | None, decimals: int = 1) -> str:
    """A change with its sign, a dash where there is none."""
    return "–" if value is None else f"{value:+.{decimals}f}"


def headlines(subject: Subject) -> Section | None:
    """The newest month, and for additive figures the year so far, against last year and 2019."""
    _ = subject.tell
    figures: list[Figure] = []
    names = ("visitors", "receipts_thb", "occupancy_pct") if subject.kind == "province" else (subject.indicator.code,)
    for name in names:
        series, indicator = subject.series(name, subject.market), INDICATORS[name]
        latest = summaries.latest_month(series)
        if latest is None:
            continue
        month = format_month(latest.period, subject.language)
        figures.append(_figure(subject, f"{indicator.name(subject.language)}, {month}", latest, series, indicator))
        so_far = summaries.year_to_date(series) if indicator.additive else None
        if so_far is not None and latest.period.month > 1:
            label = _("{indicator}, the year up to {month}", indicator=indicator.name(subject.language), month=month)
            figures.append(_figure(subject, label, so_far, series, indicator))
    return Section(_("The newest figures"), figures=tuple(figures)) if figures else None


def _figure(subject: Subject, label: str, told: Headline, series: pl.DataFrame, indicator: Indicator) -> Figure:
    _ = subject.tell
    changes = []
    if told.last_year_pct is not None:
        changes.append(_("{change:+.1f} % on last year", change=told.last_year_pct))
    if told.reference_pct is not None:
        changes.append(_("{change:+.1f} % against 2019", change=told.reference_pct))
    decimals = 0 if indicator.additive else 1
    value = format_number(told.value, subject.language, decimals=decimals)
    newest = series.filter(pl.col("period") == told.period)
    return Figure(label, value, tuple(changes), subject.note(newest, indicator))


def course(subject: Subject) -> Section | None:
    """The last ten years by month."""
    _ = subject.tell
    series = subject.main_series().tail(_MONTHS_SHOWN)
    if series.height < 2:
        return None
    lines = series.select("period", "value", series=pl.lit(subject.name))
    unit = unit_name(subject.indicator.unit, subject.language)
    first, last = (format_month(series["period"][index], subject.language) for index in (0, -1))
    top = series.sort("value", descending=True).row(0, named=True)
    sentence = _(
        "The busiest month from {first} to {last} was {month} with {value}.",
        first=first,
        last=last,
        month=format_month(top["period"], subject.language),
        value=format_number(top["value"], subject.language),
    )
    return Section(
        _("Month by month"),
        sentences=(sentence,),
        chart=Chart(charts.monthly_lines(lines, y_title=unit, language=subject.language), sentence),
        note=subject.note(series, subject.indicator),
    )


def movers(subject: Subject) -> Section | None:
    """Which part moved the total of twelve months: markets, in a province Thai and foreign visitors."""
    _ = subject.tell
    if subject.kind == "province":
        parts = [subject.series("visitors", name).with_columns(part=pl.lit(name)) for name in ("thai", "foreign")]
        months, names = pl.concat(parts), {"thai": _("Thai"), "foreign": _("Foreign")}
    else:
        months = summaries.by_market(subject.evidence.observations, source=BY_REGION).rename({"market": "part"})
        names = market_names(subject.language)
    grown = newest_growth(months)
    if grown is None:
        return None
    growth, end = grown
    told = growth.parts.with_columns(name=pl.col("part").replace_strict(names))
    sentences = [_moved(subject, growth, told, end)]
    own = told.filter(pl.col("part") == subject.market)
    if subject.kind == "market" and own.height:
        sentences.append(_("Its share of all arrivals was {share:.1f} %.", share=own["share_pct"][0]))
    return Section(
        _("What moved, and by how much"),
        sentences=tuple(sentences),
        chart=Chart(charts.contribution_bars(told, x_title=_("Percentage points of the growth")), sentences[0]),
        table=_growth_table(subject, told),
        note=subject.note(months.filter(pl.col("period") == end), subject.indicator),
    )


def _moved(subject: Subject, growth: Growth, told: pl.DataFrame, end: date) -> str:
    _ = subject.tell
    strongest = told.row(0, named=True)
    return _(
        "In the twelve months to {month} the total was {total}, {change} % on the year before; {part} added {points} "
        "percentage points of it.",
        month=format_month(end, subject.language),
        total=format_number(growth.now, subject.language),
        change=signed(growth.growth_pct),
        part=strongest["name"],
        points=signed(strongest["points"]),
    )


def _growth_table(subject: Subject, told: pl.DataFrame) -> Table:
    _ = subject.tell
    rows = [
        (
            row["name"],
            format_number(row["now"], subject.language),
            format_number(row["share_pct"], subject.language, decimals=1),
            signed(row["change_pct"]),
            signed(row["points"]),
        )
        for row in told.sort("now", descending=True).iter_rows(named=True)
    ]
    columns = (_("Market"), _("Twelve months"), _("Share, %"), _("Change, %"), _("Points"))
    return Table(_("Contributions to the growth"), columns, tuple(rows))


def season(subject: Subject) -> Section | None:
    """The months of a usual year, and how uneven the last complete one was."""
    _ = subject.tell
    series = subject.main_series()
    usual, years = seasonal_indices(series), seasonality_by_year(series)
    if usual.is_empty():
        return None
    peak, low = (usual.sort("index", descending=order).row(0, named=True) for order in (True, False))
    months = [format_date(date(2024, row["month"], 1), subject.language, style="LLLL") for row in (peak, low)]
    sentences = [
        _(
            "In a usual year {peak} is the busiest month, {peak_index:.0f} % of the average month, and {low} the "
            "quietest with {low_index:.0f} %.",
            peak=months[0],
            peak_index=peak["index"],
            low=months[1],
            low_index=low["index"],
        )
    ]
    if years.height:
        last = years.row(-1, named=True)
        year = last["year"] + (BUDDHIST_ERA_OFFSET if subject.language == "th" else 0)
        sentences.append(_("Gini coefficient of the months of {year}: {gini:.3f}.", year=year, gini=last["gini"]))
    bars = charts.month_bars(
        usual.select("month", value="index"), y_title=_("Average month = 100"), language=subject.language
    )
    return Section(_("Season"), sentences=tuple(sentences), chart=Chart(bars, sentences[0]), note=_left_out(subject))


def _left_out(subject: Subject) -> str:
    _ = subject.tell
    offset = BUDDHIST_ERA_OFFSET if subject.language == "th" else 0
    years = ", ".join(str(year + offset) for year in sorted(COVID_YEARS))
    return _("Only complete years count; {years} are left out, when borders were closed.", years=years)


def forecast(subject: Subject) -> Section | None:
    """The stored forecast of the combination with its 80 and 95 % intervals, the next twelve months."""
    _ = subject.tell
    stored = subject.evidence.forecasts
    if stored is None:
        return None
    ahead = stored.filter((pl.col("unique_id") == subject.unique_id) & (pl.col("model") == _MODEL)).sort("ds")
    ahead = ahead.head(_AHEAD_MONTHS).with_columns(pl.col("ds").cast(pl.Date))
    if ahead.is_empty():
        return None
    first = ahead.row(0, named=True)
    sentence = _(
        "For {month}: {value}, between {low} and {high} with 80 % probability.",
        month=format_month(first["ds"], subject.language),
        **{
            name: format_number(first[column], subject.language)
            for name, column in (("value", "yhat"), ("low", "lo_80"), ("high", "hi_80"))
        },
    )
    history = subject.main_series().tail(60).select("period", "value")
    unit = unit_name(subject.indicator.unit, subject.language)
    chart = charts.fan(history, ahead, y_title=unit, language=subject.language)
    cells = ("yhat", "lo_80", "hi_80", "lo_95", "hi_95")
    rows = tuple(
        (
            format_month(row["ds"], subject.language),
            *("–" if row[cell] is None else format_number(row[cell], subject.language) for cell in cells),
        )
        for row in ahead.iter_rows(named=True)
    )
    columns = (_("Month"), _("Forecast"), "80 % ↓", "80 % ↑", "95 % ↓", "95 % ↑")
    note = _(
        "Combination of models; figures up to {month} were used; version {version}.",
        month=format_month(first["cutoff"], subject.language),
        version=first["data_version"],
    )
    return Section(
        _("Forecast"),
        sentences=(sentence,),
        chart=Chart(chart, sentence),
        table=Table(_("Forecast by month"), columns, rows),
        note=note,
    )


def provinces(subject: Subject) -> Section | None:
    """The provinces with most visitors in the newest month, for the country."""
    _ = subject.tell
    observations, indicator = subject.evidence.observations, INDICATORS["visitors"]
    found = summaries.periods(observations, "visitors", market="all", frequency="M")
    if subject.kind != "country" or not found:
        return None
    ranked = summaries.provinces(observations, "visitors", market="all", frequency="M", period=found[0])
    rows = tuple(
        (
            area_name(row["area"], subject.language),
            format_number(row["value"], subject.language),
            signed(row["change_pct"]),
        )
        for row in ranked.head(_PROVINCES_SHOWN).iter_rows(named=True)
    )
    month = format_month(found[0], subject.language)
    return Section(
        _("Provinces with most visitors, {month}", month=month),
        table=Table(_("Visitors by province"), (_("Province"), _("Visitors"), _("Change, %")), rows),
        note=subject.note(ranked, indicator),
    )


def year_of_province(subject: Subject) -> Section | None:
    """What the newest twelve months of a province mean."""
    _ = subject.tell
    if subject.kind != "province":
        return None
    year = province_year(subject.area, subject.series)
    figures = (
        (_("Spend per visitor, baht"), year.spend_per_visitor_thb, 0),
        (_("Foreign visitors, %"), year.foreign_share_pct, 1),
        (_("Visitors a day per km²"), year.visitors_per_km2_day, 1),
        (_("Newest month, % of the busiest of 2019"), year.pressure_pct, 0),
    )
    known = [(label, value, decimals) for label, value, decimals in figures if value is not None]
    rows = tuple((label, format_number(value, subject.language, decimals=places)) for label, value, places in known)
    if not rows:
        return None
    told = _("Trips, not distinct persons; area of the outlines of 2019; spend is receipts over visitors.")
    return Section(
        _("The newest twelve months"),
        table=Table(_("Ratios of twelve months"), (_("Ratio"), _("Value")), rows),
        note=told,
    )


def noted(subject: Subject) -> Section | None:
    """The events of the newest three years of figures, those of the country and of the area itself."""
    _ = subject.tell
    series = subject.main_series()
    if series.is_empty():
        return None
    last = series["period"][-1]
    first = last.replace(year=last.year - _NOTED_YEARS)
    found = [item for item in concerning(subject.evidence.events, subject.area) if first <= item.first <= last]
    if not found:
        return None
    rows = tuple(
        (format_date(item.first, subject.language), item.title(subject.language), item.source.partition(", ")[0])
        for item in found
    )
    columns = (_("Date"), _("Event"), _("Source"))
    return Section(_("Events"), table=Table(_("Events of the newest three years"), columns, rows, texts=True))
