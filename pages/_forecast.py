"""What the forecast page shows of one series: words, tables and charts, built from small frames."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

import polars as pl
import streamlit as st

from models.calendar_effects import month_effects
from pages._charts import month_labels, residual_points
from pages._forecast_data import COMBINATION, NOWCAST, area_rank, by_band, residuals, split_name
from pages._markets import market_names
from pages._session import language, translate
from pages._widgets import choose, data_table, download_csv, month_name, unit_name
from tic.analytics.observation import INDICATORS
from tic.core.areas import area_name
from tic.core.i18n import BUDDHIST_ERA_OFFSET, format_date, format_number

ERRORS: Final = {"mase": "MASE", "smape": "sMAPE", "mape": "MAPE", "rmsse": "RMSSE"}
LEVELS: Final = (50, 80, 95)
MOST_FINDINGS: Final = 15


def model_names() -> dict[str, str]:
    """Name of each model in the reader's language, the combination first."""
    _ = translate()
    return {
        COMBINATION: _("Combination"),
        "seasonal_naive": _("Seasonal naive"),
        "drift": _("Drift"),
        "auto_ets": "AutoETS",
        "auto_arima": "AutoARIMA",
        "theta": "Theta",
        "ces": "CES",
        "extra_trees": _("Extra trees"),
        "gradient_boosting": _("Gradient boosting"),
        "linear": _("Ridge regression"),
        NOWCAST: _("Nowcast"),
    }


def market_label(code: str) -> str:
    """A market of any kind in the reader's language."""
    _ = translate()
    named = market_names(language()) | {
        "regions": _("All regions of residence"),
        "thai": _("Thai"),
        "foreign": _("Foreign"),
    }
    return named.get(code, code)


def area_label(code: str) -> str:
    """An area, or a region as the Bank of Thailand draws it."""
    _ = translate()
    if code.startswith("BOT:"):
        region = code.removeprefix("BOT:")
        return _("{area} (Bank of Thailand)", area=area_name(region, language()))
    return area_name(code, language())


def series_label(unique_id: str) -> str:
    """Area and market of a series; the market only where it is a part."""
    _indicator, area, market = split_name(unique_id)
    name = area_label(area)
    return name if market == "all" else f"{name}, {market_label(market)}"


def figure_words(row: dict[str, Any], indicator: str) -> dict[str, str]:
    """A forecast in words for a sentence: month, value, unit, and low and high of 80 % where they are known."""
    _ = translate()
    unit = INDICATORS[indicator].unit
    decimals = 1 if unit == "percent" else 0
    figures = {"value": "yhat", "low": "lo_80", "high": "hi_80"}
    return {
        "month": month_name(row["ds"]),
        "unit": _("arrivals") if indicator == "arrivals" else unit_name(unit),
        **{
            name: format_number(row[column], language(), decimals=decimals)
            for name, column in figures.items()
            if row[column] is not None
        },
    }


def next_figure(row: dict[str, Any], indicator: str) -> str:
    """The first month that is forecast, as a sentence."""
    _ = translate()
    told = figure_words(row, indicator)
    if row["lo_80"] is None:
        return _("For **{month}**: {value} {unit}.", **told)
    return _("For **{month}**: {value} {unit}, between {low} and {high} with 80 % probability.", **told)


def bound_columns(rows: pl.DataFrame) -> dict[str, Any]:
    """Columns of the bounds that a table has."""
    _ = translate()
    columns: dict[str, Any] = {}
    for level in LEVELS:
        for side, name in (("lo", _("{level} % lower", level=level)), ("hi", _("{level} % upper", level=level))):
            if f"{side}_{level}" in rows.columns:
                columns[f"{side}_{level}"] = st.column_config.NumberColumn(name, format="localized")
    return columns


def show_months(rows: pl.DataFrame, unit: str) -> None:
    """Every month with its intervals."""
    _ = translate()
    value = st.column_config.NumberColumn(unit_name(unit), format="localized")
    columns: dict[str, Any] = {"month": _("Month")}
    if "nowcast" in rows.columns:
        columns["nowcast"] = st.column_config.CheckboxColumn(_("Nowcast"))
    columns |= {"yhat": value, **bound_columns(rows)}
    shown = rows.with_columns(
        month_labels(rows["ds"], language()), pl.col(pl.Float64).round(1 if unit == "percent" else 0)
    )
    data_table(shown, columns, alt=_("Forecast by month with intervals"))


def show_totals(totals: pl.DataFrame, unit: str) -> None:
    """Quarters and years, which agree with the months."""
    _ = translate()
    if totals.is_empty():
        return
    offset = BUDDHIST_ERA_OFFSET if language() == "th" else 0
    year = (pl.col("ds").dt.year() + offset).cast(pl.String)
    quarter = pl.lit("Q") + pl.col("ds").dt.quarter().cast(pl.String) + " " + year
    told = totals.with_columns(
        pl.col(pl.Float64).round(1 if unit == "percent" else 0),
        period=pl.when(pl.col("frequency") == "Q").then(quarter).otherwise(year),
    )
    columns: dict[str, Any] = {
        "period": _("Period"),
        "yhat": st.column_config.NumberColumn(unit_name(unit), format="localized"),
        **bound_columns(told),
        "months_known": _("Months known"),
    }
    data_table(told, columns, alt=_("Quarters and years"))
    st.caption(_("Quarters and years are the sums of their months (means of rates); known months count as published."))


def show_parts(names: list[str], year: pl.DataFrame, unit: str) -> None:
    """The series that this one consists of, with their next twelve months and a link to each."""
    _ = translate()
    wanted = pl.DataFrame({"unique_id": names}, schema={"unique_id": pl.String})
    told = wanted.join(year, on="unique_id", maintain_order="left").with_columns(
        name=pl.Series([series_label(name) for name in names], dtype=pl.String),
        link=pl.Series([forecast_address(name) for name in names], dtype=pl.String),
        value=pl.col("value").round(1 if unit == "percent" else 0),
    )
    columns: dict[str, Any] = {
        "name": _("Series"),
        "value": st.column_config.NumberColumn(unit_name(unit), format="localized"),
        "link": st.column_config.LinkColumn(_("Forecast"), display_text=_("View")),
    }
    data_table(told, columns, alt=_("Parts of this series"))


def forecast_address(unique_id: str) -> str:
    """The address of a series on the forecast page."""
    indicator, area, market = split_name(unique_id)
    return "/forecast?" + urlencode({"indicator": indicator, "area": area, "market": market})


def show_origin(first: dict[str, Any]) -> None:
    """By which model, from which figures and when a forecast was made; first: one of its rows."""
    _ = translate()
    st.caption(
        _(
            "Model: {model}. Figures up to {cutoff} were used; fitted {fitted}; version {version}.",
            model=model_names()[first["model"]],
            cutoff=month_name(first["cutoff"]),
            fitted=format_date(first["fitted_at"], language()),
            version=first["data_version"],
        )
    )


def choose_model(told: pl.DataFrame) -> str:
    """One of the models that forecast the series; it stands in the address."""
    _, names = translate(), model_names()
    found = sorted(set(told["model"]) - {NOWCAST}, key=list(names).index)
    return choose(_("Model"), "model", {name: names[name] for name in found}, found[0])


def show_backtest(accuracy: pl.DataFrame, name: str) -> None:
    """Every model's errors in the backtest, best first."""
    _ = translate()
    st.markdown(
        _(
            "Each model forecast past months from the months before them (rolling origin). "
            "MASE below 1 beats the average seasonal naive error inside the training months."
        )
    )
    best, naive = (
        accuracy.filter(pl.col("model") == model)["mase"].to_list() for model in (COMBINATION, "seasonal_naive")
    )
    if best and naive and naive[0]:
        gain = (1 - best[0] / naive[0]) * 100
        told = _("The combination's error is {gain:.0f} % smaller than that of the seasonal naive model.", gain=gain)
        st.markdown(told if gain > 0 else _("The combination does not beat the seasonal naive model here."))
    columns: dict[str, Any] = {"model": _("Model")}
    columns |= {code: st.column_config.NumberColumn(label, format="%.2f") for code, label in ERRORS.items()}
    columns |= {
        f"coverage_{level}": st.column_config.NumberColumn(_("Covered by {level} %", level=level), format="percent")
        for level in (80, 95)
    }
    columns["n_windows"] = _("Origins")
    named = accuracy.with_columns(model=pl.col("model").replace(model_names())).sort("mase")
    data_table(named, columns, alt=_("Backtest errors by model"))
    st.caption(
        _(
            "sMAPE and MAPE in percent; MASE and RMSSE are ratios. Up to {months} months ahead.",
            months=accuracy["horizon_to"][0],
        )
    )
    download_csv(accuracy, f"forecast-accuracy-{name}")


def show_residuals(backtest: pl.DataFrame, model: str) -> None:
    """A model's past errors, and whether it tells too much or too little on the whole."""
    _ = translate()
    errors = residuals(backtest, model)
    if errors.is_empty():
        st.info(_("No past month can be compared."))
        return
    chart = residual_points(errors, y_title=_("Error, %"), legend=_("Months ahead"), language=language())
    st.altair_chart(chart, alt=_("Errors of past forecasts by month; the text below tells their middle"))
    middle = float(errors.select(pl.col("value").median()).item())
    told = _("Half of the past errors were above {middle:+.1f} %, half below.", middle=middle)
    st.caption(told + " " + _("Above zero the forecast was too low."))


def show_past(past: pl.DataFrame, model: str) -> None:
    """What earlier runs forecast, against the truth since then."""
    _ = translate()
    mine = past.filter(pl.col("model") == model)
    if mine.is_empty():
        st.info(_("No forecast of an earlier run has met its truth yet. Each is kept and counted as soon as it does."))
        return
    show_bands(by_band(mine, ("cutoff",)))


def show_bands(bands: pl.DataFrame) -> None:
    """Errors by cutoff and months ahead."""
    _ = translate()
    told = bands.with_columns(month=month_labels(bands["cutoff"], language()))
    columns: dict[str, Any] = {
        "month": _("Figures up to"),
        **({"model": _("Model")} if "model" in bands.columns else {}),
        "band": _("Months ahead"),
        "months": _("Figures compared"),
        "mase": st.column_config.NumberColumn("MASE", format="%.2f"),
        "mape": st.column_config.NumberColumn("MAPE", format="%.1f"),
        "covered_80": st.column_config.NumberColumn(_("Covered by {level} %", level=80), format="percent"),
        "covered_95": st.column_config.NumberColumn(_("Covered by {level} %", level=95), format="percent"),
    }
    data_table(told, columns, alt=_("Forecasts against truth"))


def show_findings(findings: pl.DataFrame, judged: int) -> None:
    """The most unusual of the newest figures, wholes before their parts, and who brought them about."""
    _ = translate()
    if findings.is_empty():
        st.info(_("None of the newest figures lies outside its 95 % interval, and no growth has changed its pace."))
        return
    ranked = sorted(findings.iter_rows(named=True), key=lambda row: (area_rank(row["unique_id"]), -row["score"]))
    told = pl.DataFrame([_finding(row) for row in ranked[:MOST_FINDINGS]])
    columns: dict[str, Any] = {
        "series": _("Series"),
        "month": _("Month"),
        "what": _("What was found"),
        "parts": _("Brought about by"),
        "link": st.column_config.LinkColumn(_("Forecast"), display_text=_("View")),
    }
    data_table(told, columns, alt=_("Unusual figures"))
    outside = findings.filter(pl.col("kind") == "unexpected").height
    st.caption(
        _(
            "{outside} of {judged} newest figures lie outside their 95 % intervals; chance alone would put about "
            "{chance} there.",
            outside=outside,
            judged=judged,
            chance=round(judged / 20),
        )
    )


def _finding(row: dict[str, Any]) -> dict[str, str]:
    """One finding in words."""
    _ = translate()
    indicator = INDICATORS[split_name(row["unique_id"])[0]]
    decimals = 1 if indicator.unit == "percent" or row["kind"] == "change" else 0
    value, expected, low, high = (
        None if row[name] is None else format_number(row[name], language(), decimals=decimals)
        for name in ("y", "expected", "low", "high")
    )
    if row["kind"] == "change":
        what = _("grows by {value} % on the year before since then, by {expected} % until then")
    else:
        what = _("{value}; expected {expected}, between {low} and {high}")
    parts = [f"{series_label(item['part'])} {item['share']:.0%}" for item in row["explained"] or ()]
    return {
        "series": f"{indicator.name(language())}: {series_label(row['unique_id'])}",
        "month": month_name(row["ds"]),
        "what": what.format(value=value, expected=expected, low=low, high=high),
        "parts": ", ".join(parts),
        "link": forecast_address(row["unique_id"]),
    }


def show_calendar(rows: pl.DataFrame) -> None:
    """What the calendar puts into the months to come, in days."""
    _ = translate()
    told = rows.select("ds").join(month_effects(), on="ds", maintain_order="left")
    columns: dict[str, Any] = {
        "month": _("Month"),
        "days": _("Days"),
        "weekend_days": _("Weekend days"),
        "thai_days_off": _("Thai holidays on weekdays"),
        "chinese_new_year": _("Chinese New Year"),
        "easter": _("Easter"),
        "ramadan": _("Ramadan"),
        "eid": _("Eid al-Fitr"),
        "diwali": _("Diwali"),
    }
    shown = told.with_columns(month_labels(told["ds"], language()))
    data_table(shown, columns, alt=_("The calendar to come"))
    st.caption(_("Days of travel about holidays that move; those after the moon are estimated for years to come."))
