"""A scorecard to take away: an Excel workbook, or one HTML file that needs nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape
from io import BytesIO

import polars as pl
import xlsxwriter

from tic.catalogue.markup import (
    dimension_name,
    dimensions_table,
    method_html,
    passed_table,
    ranking_table,
    style,
)
from tic.catalogue.rules import rule_book
from tic.catalogue.scores import Scorecard
from tic.core.i18n import Language, format_moment, translator

MOST_ROWS = 10_000
"""Failing rows in a workbook; all of a rule's rows are given as CSV."""


@dataclass(frozen=True)
class Sheet:
    """A scorecard: dataset and agency in the reader's language, when it was assessed, the failing rows."""

    dataset: str
    agency: str
    at: datetime
    card: Scorecard
    failing: pl.DataFrame


def to_excel(sheet: Sheet, language: Language) -> bytes:
    """A workbook of three sheets: scores, rules by what mending them gains, and the first rows that fail."""
    _ = translator(language)
    buffer = BytesIO()
    # What a publisher wrote must never be run as a formula or opened as a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        rows = sheet.failing.head(MOST_ROWS)
        for name, frame in (
            (_("Scores"), _scores(sheet, language)),
            (_("What to mend first"), _rules(sheet.card, language)),
            (_("Failing rows"), _named_rules(rows, language)),
        ):
            frame.write_excel(book, worksheet=name, autofit=True, float_precision=1)
    return buffer.getvalue()


def _scores(sheet: Sheet, language: Language) -> pl.DataFrame:
    _ = translator(language)
    facts = [
        (_("Dataset"), sheet.dataset),
        (_("Agency"), sheet.agency),
        (_("Assessed"), format_moment(sheet.at, language)),
    ]
    scores = [(_("Overall"), sheet.card.overall)]
    scores += [(dimension_name(code, language), score) for code, score in sheet.card.dimensions.items()]
    name, value, score = _("Name"), _("Value"), _("Score")
    told = [(left, right, None) for left, right in facts] + [(left, None, right) for left, right in scores]
    return pl.DataFrame(told, schema={name: pl.String, value: pl.String, score: pl.Float64}, orient="row")


def _rules(card: Scorecard, language: Language) -> pl.DataFrame:
    _ = translator(language)
    rows = [
        (
            one.rule.title.told(language),
            dimension_name(one.rule.dimension, language),
            one.result.looked_at - one.result.passed,
            one.result.looked_at,
            one.result.score,
            one.gain,
            one.rule.why.told(language),
            one.rule.fix.told(language),
        )
        for one in card.rules
    ]
    names = (_("Rule"), _("Dimension"), _("Failed"), _("Looked at"), _("Score"), _("Gain in points"))
    types = (pl.String, pl.String, pl.Int64, pl.Int64, pl.Float64, pl.Float64)
    schema = dict(zip(names, types, strict=True)) | {_("Why it matters"): pl.String, _("What to do"): pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _named_rules(failing: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Failing rows with the titles of their rules and headings in the reader's language."""
    _ = translator(language)
    titles = {rule.code: rule.title.told(language) for rule in rule_book().rules}
    told = failing.with_columns(pl.col("rule").replace(titles))
    return told.rename({"rule": _("Rule"), "row": _("Row"), "label": _("Name"), "detail": _("Stated")})


def to_html(sheet: Sheet, language: Language) -> bytes:
    """One HTML file with the scorecard, readable without a network."""
    _ = translator(language)
    mend = [one for one in sheet.card.rules if one.result.passed < one.result.looked_at]
    passed = [one for one in sheet.card.rules if one.result.passed == one.result.looked_at]
    title = escape(f"{_('Data quality')}: {sheet.dataset}")
    about = escape(f"{sheet.agency} · {_('Assessed')} {format_moment(sheet.at, language)}")
    body = (
        f"<h1>{title}</h1><p>{about}</p>{dimensions_table(sheet.card, language)}{ranking_table(mend, language)}"
        f"{passed_table(passed, language)}<h2>{escape(_('How the scores come about'))}</h2>{method_html(language)}"
    )
    look = f"body {{ font-family: sans-serif; max-width: 60rem; margin: 1rem auto; padding: 0 1rem; }}{style()}"
    page = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{look}</style></head>'
        f"<body>{body}</body></html>"
    )
    return page.encode()
