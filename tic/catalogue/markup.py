"""Scorecards as HTML: pure builders for the page and for the file to take away. All text is escaped here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from html import escape
from importlib.resources import files

from tic.catalogue.rules import rule_book
from tic.catalogue.scores import RuleScore, Scorecard
from tic.core.i18n import Language, format_number, translator

MOST_COLUMNS = 16
LEAST_SPAN = 5.0
"""Points that fill the height of a course, so that a tenth of a point does not look like a leap."""
LOW = 60.0
"""Below this a bar has the colour that warns; the number stands beside it."""

Rows = Iterable[Sequence[str]]


@lru_cache(maxsize=1)
def style() -> str:
    """The style sheet of everything here."""
    return (files("tic.catalogue") / "scorecard.css").read_text(encoding="utf-8")


def number(value: float, language: Language) -> str:
    """A score with one decimal."""
    return format_number(value, language, decimals=1)


def bar(score: float | None, language: Language) -> str:
    """A score as a number and a small bar; a dash where nothing was looked at."""
    if score is None:
        return "–"
    low = ' class="tic-low"' if score < LOW else ""
    width = max(0.0, min(score, 100.0))
    return (
        f"<b>{number(score, language)}</b> "
        f'<span class="tic-bar" aria-hidden="true"><i{low} style="width:{width:.0f}%"></i></span>'
    )


def spark(scores: Sequence[float], language: Language) -> str:
    """The course of a score as small columns between its least and its greatest, with how much it changed.

    A dash before there are two.
    """
    if len(scores) < 2:
        return "–"
    low, span = min(scores), max(max(scores) - min(scores), LEAST_SPAN)
    heights = [20 + 80 * (score - low) / span for score in scores[-MOST_COLUMNS:]]
    columns = "".join(f'<i style="height:{height:.0f}%"></i>' for height in heights)
    change = scores[-1] - scores[0]
    told = f"{'−' if change <= -0.05 else '+'}{number(abs(change), language)}"
    return f'<span class="tic-spark" aria-hidden="true">{columns}</span> {told}'


def table(caption: str, header: Sequence[str], rows: Rows, *, numbers: Sequence[int] = ()) -> str:
    """A table whose cells are HTML already; the first names the row. On a phone each row becomes a block."""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    body = "".join(_row(header, row, numbers) for row in rows)
    return (
        f'<table class="tic-scores"><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _row(header: Sequence[str], row: Sequence[str], numbers: Sequence[int]) -> str:
    first, *rest = row
    cells = "".join(
        f'<td data-label="{escape(header[place], quote=True)}"{_number_class(place, numbers)}>{cell}</td>'
        for place, cell in enumerate(rest, start=1)
    )
    return f'<tr><th scope="row">{first}</th>{cells}</tr>'


def _number_class(place: int, numbers: Sequence[int]) -> str:
    return ' class="tic-num"' if place in numbers else ""


def dimensions_table(card: Scorecard, language: Language) -> str:
    """The scores of a card: overall and by dimension, with what each means and weighs."""
    _ = translator(language)
    rows = [[f"<strong>{escape(_('Overall'))}</strong>", bar(card.overall, language), "100 %"]]
    for code, dimension in rule_book().dimensions.items():
        name = f"{escape(dimension.title.told(language))}<small>{escape(dimension.meaning.told(language))}</small>"
        rows.append([name, bar(card.dimensions.get(code), language), f"{dimension.weight} %"])
    return table(_("Scores by dimension"), [_("Dimension"), _("Score"), _("Weight")], rows, numbers=(2,))


def ranking_table(
    rules: Iterable[RuleScore], language: Language, rows_link: Callable[[RuleScore], str] | None = None
) -> str:
    """Rules with failures, the greatest gain first, why each matters, what to do. `rows_link`: address of its rows."""
    _ = translator(language)
    rows = []
    for one in rules:
        failed = one.result.looked_at - one.result.passed
        counted = f"{format_number(failed, language)} / {format_number(one.result.looked_at, language)}"
        if rows_link:
            counted = f'<a href="{escape(rows_link(one), quote=True)}">{counted}</a>'
        told = (
            f"{escape(one.rule.title.told(language))}<small>{escape(one.rule.why.told(language))} "
            f"<strong>{escape(one.rule.fix.told(language))}</strong></small>"
        )
        rows.append(
            [told, escape(dimension_name(one.rule.dimension, language)), counted, f"+{number(one.gain, language)}"]
        )
    header = [_("Rule"), _("Dimension"), _("Failed / looked at"), _("Gain in points")]
    return table(_("What to mend first"), header, rows, numbers=(2, 3))


def passed_table(rules: Iterable[RuleScore], language: Language) -> str:
    """Rules that every row passed."""
    _ = translator(language)
    rows = [
        [
            escape(one.rule.title.told(language)),
            escape(dimension_name(one.rule.dimension, language)),
            format_number(one.result.looked_at, language),
        ]
        for one in rules
    ]
    return table(_("Passed by every row"), [_("Rule"), _("Dimension"), _("Looked at")], rows, numbers=(2,))


def dimension_name(code: str, language: Language) -> str:
    """The title of a dimension."""
    return rule_book().dimensions[code].title.told(language)


def method_html(language: Language) -> str:
    """How scores come about, with the definitions and standards that the dimensions answer to."""
    _ = translator(language)
    rows = [
        [
            escape(item.title.told(language)),
            escape(item.meaning.told(language)),
            f"{item.weight} %",
            escape(item.basis.iso),
            escape(item.basis.dga),
        ]
        for item in rule_book().dimensions.values()
    ]
    header = [_("Dimension"), _("Meaning"), _("Weight"), "ISO/IEC 25012", _("Government standard (2023)")]
    told = _(
        "A rule's score is the share of rows that pass. A dimension is the mean of its rules, the overall score the "
        "mean of the dimensions, each by its weight; what could not be looked at counts for nothing. An agency's score "
        "is the mean of its datasets."
    )
    return f"<p>{escape(told)}</p>{table(_('The six dimensions (DAMA UK, 2013)'), header, rows)}"
