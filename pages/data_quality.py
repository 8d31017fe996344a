"""Data quality: all agencies, the scorecard of a dataset, and the rows that fail one of its rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import streamlit as st

from directory.sources import SourceInfo
from pages import _quality, _url
from pages._downloads import about, show_chart
from pages._quality_readiness import show_readiness, values_of
from pages._quality_rows import show_rows
from pages._resources import (
    assessment_courses,
    assessment_history,
    assessments,
    dataset_facts,
    failing_page,
    known_sources,
    quality_version,
    stated_of_all,
    statement_version,
)
from pages._session import language, site_link, translate
from pages._text import plain
from pages._widgets import download_csv
from tic.catalogue.export import Sheet, to_excel, to_html
from tic.catalogue.markup import dimensions_table, method_html, passed_table, ranking_table, style
from tic.catalogue.readiness import readiness
from tic.catalogue.rules import rule_book
from tic.catalogue.scores import RuleScore, Scorecard
from tic.catalogue.store import KeptAssessment
from tic.core.i18n import BANGKOK, Language, format_moment

_ = translate()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
today = datetime.now(BANGKOK).date()


def show_overview(found: dict[str, Scorecard], known: dict[str, SourceInfo], version: int) -> None:
    """All agencies with their datasets."""
    st.title(_("Data quality"), anchor=False)
    st.markdown(
        _(
            "How good each agency's data is, by {count} rules in six dimensions: 100 means that every row passes. "
            "Open a dataset to see what to mend first.",
            count=len(rule_book().rules),
        )
    )
    courses = assessment_courses(version, _quality.SPARK_DAYS, today)
    stated = stated_of_all(statement_version())
    levels = {
        name: readiness(facts, values_of(stated.get(name, {})), found[name], today).level
        for name, facts in dataset_facts(version).items()
        if name in found
    }
    st.html(_quality.overview_html(found, courses, levels, known, language()))
    download_csv(_quality.overview_frame(found, known, language()), "data-quality")
    with st.expander(_("How the scores come about")):
        st.html(method_html(language()))


def show_card(item: KeptAssessment, card: Scorecard, info: SourceInfo, version: int) -> None:
    """The scorecard of a dataset: scores, course, what to mend first, files."""
    site_link(f"← {_('All agencies')}", _quality.address())
    st.title(plain(info.title(language())), anchor=False)
    st.caption(f"{plain(info.publisher(language()))} · {_('Assessed')} {format_moment(item.at, language())}")
    site_link(_("Ask for this dataset"), f"/linkage?new={info.name}")
    mend = [one for one in card.rules if one.result.passed < one.result.looked_at]
    passed = [one for one in card.rules if one.result.passed == one.result.looked_at]
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.html(dimensions_table(card, language()))
        show_trend(info, version)
    with right:
        show_mending(item, mend)
    if facts := dataset_facts(version).get(item.source):
        show_readiness(facts, stated_of_all(statement_version()).get(item.source, {}), card, today)
    with st.expander(_("Passed by every row: {count} rules", count=len(passed))):
        st.html(passed_table(passed, language()))
    show_files(item, card, info)


def show_mending(item: KeptAssessment, mend: list[RuleScore]) -> None:
    """The rules that rows fail, the greatest gain first, each with a link to its rows."""
    if mend:
        st.html(ranking_table(mend, language(), lambda one: _quality.address(source=item.source, rule=one.rule.code)))
    else:
        st.success(_("Every row passes every rule."))


def show_trend(info: SourceInfo, version: int) -> None:
    """The course of the scores; the first assessment alone is none."""
    st.subheader(_("Trend"), anchor=False)
    if len(history := assessment_history(version, info.name, today)) < 2:
        st.caption(_("There is one day of assessments so far; the trend begins with the next one."))
        return
    title, frame = f"{_('Trend')}: {info.title(language())}", _quality.trend_frame(history, language())
    drawing, name = partial(_quality.trend_chart, frame, language()), f"quality-{info.name}"
    show_chart(drawing, name, alt=title, note=about(title, [info.name]))


def show_files(item: KeptAssessment, card: Scorecard, info: SourceInfo) -> None:
    """The scorecard as Excel and as HTML, made when asked for."""
    words = language()

    def file(make: Callable[[Sheet, Language], bytes]) -> bytes:
        failing = failing_page(item.source, item.fingerprint, None, 0, None).rows
        return make(_quality.sheet_of(item, card, info, failing, words), words)

    with st.container(horizontal=True):
        for label, suffix, mime, make in (
            (_("Scorecard as Excel"), "xlsx", XLSX, to_excel),
            (_("Scorecard as HTML"), "html", "text/html", to_html),
        ):
            st.download_button(
                label,
                data=partial(file, make),
                file_name=f"quality-{item.source}.{suffix}",
                mime=mime,
                icon=":material/download:",
                key=f"file-{suffix}",
                on_click="ignore",
            )


def show_chosen(name: str) -> None:
    """What the address asks for: all agencies, a dataset, or the rows that fail one of its rules."""
    version, known = quality_version(), known_sources()
    kept = assessments(version)
    found = _quality.cards(kept, known)
    if not found:
        st.title(_("Data quality"), anchor=False)
        st.info(_("Nothing has been assessed yet. Run `tic up`, or `tic quality run`, to do so."))
    elif name not in found:
        if name:
            st.warning(_("There is no assessment of {source}. Here are all agencies.", source=plain(name)))
        show_overview(found, known, version)
    elif rule := rule_book().rule(_url.get("rule")):
        show_rows(kept[name], rule, known[name])
    else:
        show_card(kept[name], found[name], known[name], version)


st.html(f"<style>{style()}</style>")
show_chosen(_url.get("source"))
