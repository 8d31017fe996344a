"""A briefing as one HTML file that needs nothing else: no script, no other file, no network."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from tic.core.i18n import format_date, translator
from tic.reports.document import Briefing, Chart
from tic.reports.pictures import svg

_templates = Environment(
    loader=PackageLoader("tic.reports", "templates"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def as_html(briefing: Briefing) -> str:
    """The briefing; its charts are pictures within the file, each with the sentence that stands for it."""
    return _templates.get_template("briefing.html").render(
        _=translator(briefing.language),
        briefing=briefing,
        made_on=format_date(briefing.made_on, briefing.language),
        picture=_picture,
    )


def _picture(chart: Chart) -> Markup:
    # The picture is ours: the library escapes every text that it sets into it.
    return Markup(svg(chart.chart))  # noqa: S704
