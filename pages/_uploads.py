"""The form that describes a table, and what was found in it, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl
import streamlit as st

from pages._session import language, translate
from tic.analytics.names import market_names
from tic.analytics.observation import INDICATORS
from tic.core.i18n import BANGKOK, format_number
from tic.desk.uploads import Described


def described() -> Described:
    """The fields of the form."""
    _ = translate()
    one, two = st.columns(2)
    title_th, title_en = one.text_input(_("Title in Thai"), max_chars=200), two.text_input(_("Title in English"))
    publisher_th = one.text_input(_("Agency in Thai"), max_chars=200)
    publisher_en = two.text_input(_("Agency in English"), max_chars=200)
    homepage = one.text_input(_("Web address of the table or its agency"), max_chars=200)
    licence = two.text_input(_("Licence"), max_chars=200)
    three, four, five = st.columns(3)
    name = three.text_input(_("Short name (a–z, 0–9, _)"), max_chars=50)
    as_of = four.date_input(_("Stated on"), datetime.now(BANGKOK).date(), format="YYYY-MM-DD")
    codes = list(INDICATORS)
    indicator = five.selectbox(
        _("Indicator"), codes, codes.index("visitors"), format_func=lambda code: INDICATORS[code].name(language())
    )
    markets = {**market_names(language()), "thai": _("Thai"), "foreign": _("Foreign")}
    market = three.selectbox(_("Market"), list(markets), format_func=lambda code: markets[code])
    value = four.text_input(_("Column of the figure"))
    factor = five.number_input(_("One in the table is"), value=1.0, min_value=0.000001)
    year = three.text_input(_("Column of the year"))
    month = four.text_input(_("Column of the month (empty: yearly)"))
    area = five.text_input(_("Column of the province, or a code such as TH-83"))
    return Described(
        name=name.strip(),
        title_th=title_th,
        title_en=title_en,
        publisher_th=publisher_th,
        publisher_en=publisher_en,
        licence=licence,
        homepage=homepage,
        as_of=as_of,
        indicator=indicator,
        market=market,
        value=value,
        year=year,
        month=month,
        area=area,
        factor=factor,
    )


def preview(result: Mapping[str, Any]) -> str:
    """The counts of a table in one sentence, as Markdown."""
    _ = translate()
    counts = {name: format_number(result["changes"][name], language()) for name in ("new", "changed", "gone")}
    return _(
        "**{accepted}** figures can be read, **{rejected}** rows cannot. In the warehouse {new} would be new, "
        "{changed} changed, {gone} gone.",
        accepted=format_number(result["accepted"], language()),
        rejected=format_number(result["rejected"], language()),
        **counts,
    )


def reasons(found: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rejected rows with their reasons in the reader's language."""
    _ = translate()
    rows = [
        {
            _("Row"): item["row"],
            _("As stated"): item["stated"],
            _("Why"): ", ".join(_(str(code).replace("_", " ")) for code in item["reasons"]),
        }
        for item in found
    ]
    return pl.DataFrame(rows)
