"""Readiness of a dataset: its level and what the next one lacks, its metadata, and what its officer states."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from html import escape
from typing import Final

import streamlit as st

from directory.audit import log
from directory.roles import Account, Role, require
from pages._resources import address_checks, database_writing
from pages._session import language, show_error, signed_in, site_link, translate
from pages._text import plain
from tic.catalogue import statements
from tic.catalogue.addresses import AddressCheck, AddressRole, answering
from tic.catalogue.datasets import DatasetFacts
from tic.catalogue.dcat import to_dcat
from tic.catalogue.markup import table
from tic.catalogue.readiness import MOST_POINTS, MetadataField, core_metadata, mqa, readiness, readiness_book
from tic.catalogue.scores import Scorecard
from tic.catalogue.statements import LONGEST, Statement
from tic.core.errors import TicError
from tic.core.i18n import format_moment

OFFICER: Final[Role] = "analyst"
"""Whose role permits to state something about a dataset; administrators may, too."""
_PROBLEM: Final = "readiness-problem"
_SAVED: Final = "readiness-saved"


def values_of(stated: Mapping[str, Statement]) -> dict[str, str]:
    """Field -> value."""
    return {field: item.value for field, item in stated.items()}


def level_name(level: int) -> str:
    """The name of a level."""
    _ = translate()
    return readiness_book().levels[level - 1].title.told(language()) if level else _("not registered")


def show_readiness(facts: DatasetFacts, stated: Mapping[str, Statement], card: Scorecard, today: date) -> None:
    """The level, what is missing for the next, the metadata with its assessment, and the form of the officer."""
    _ = translate()
    found = readiness(facts, values_of(stated), card, today)
    level = _("Readiness: level {level} of 5", level=found.level)
    st.subheader(f"{level} – {plain(level_name(found.level))}", anchor=False)
    if found.missing:
        needs = "; ".join(plain(readiness_book().need(code).told(language())) for code in found.missing)
        following = f"{found.level + 1} ({plain(level_name(found.level + 1))})"
        st.markdown(_("Missing for level {level}: {needs}.", level=following, needs=needs))
    with st.expander(_("Evidence and answers")):
        st.html(_evidence_table(found.evidence))
    show_metadata(facts, stated)
    show_form(facts, stated)


def _evidence_table(evidence: Mapping[str, bool]) -> str:
    _ = translate()
    rows = []
    for number, level in enumerate(readiness_book().levels, start=1):
        for code in level.needs:
            met = _("met") if evidence[code] else _("missing")
            rows.append(
                [
                    escape(readiness_book().need(code).told(language())),
                    f"{number} – {escape(level_name(number))}",
                    escape(met),
                ]
            )
    return table(_("What each level needs"), [_("Evidence"), _("Level"), _("State")], rows)


def show_metadata(facts: DatasetFacts, stated: Mapping[str, Statement]) -> None:
    """The 14 core fields, the European assessment indicator by indicator, and the metadata as DCAT."""
    _ = translate()
    values = values_of(stated)
    core = core_metadata(facts, values, language())
    filled = sum(value is not None for value in core.values())
    with st.expander(_("Metadata: {filled} of 14 core fields", filled=filled)):
        titles = {item.code: item for item in readiness_book().core}
        rows = [
            [
                escape(titles[code].title.told(language())),
                escape(value or "–"),
                escape(titles[code].gdc),
                escape(titles[code].dcat),
            ]
            for code, value in core.items()
        ]
        st.html(
            table(
                _("Core fields of the government data catalogue"), [_("Field"), _("Value"), "GD Catalog", "DCAT"], rows
            )
        )
        st.download_button(
            _("Metadata as DCAT (JSON-LD)"),
            data=to_dcat(facts, values),
            file_name=f"{facts.name}.jsonld",
            mime="application/ld+json",
            icon=":material/download:",
            key="file-dcat",
            on_click="ignore",
        )
    asked = answering(address_checks(), facts, values, datetime.now(UTC))
    found = mqa(facts, values, asked)
    told = _(
        "European metadata assessment: {points} of {most}, {rating}",
        points=found.points,
        most=MOST_POINTS,
        rating=_(found.rating),
    )
    with st.expander(told):
        states = {True: _("met"), False: _("missing"), None: _("not checked")}
        rows = [
            [
                escape(item.title.told(language())),
                escape(_(item.dimension)),
                escape(states[met]),
                f"{item.points if met else 0} / {item.points}",
            ]
            for item, met in found.indicators
        ]
        header = [_("Indicator"), _("Dimension"), _("State"), _("Points")]
        st.html(table(_("Metadata quality assessment (data.europa.eu)"), header, rows, numbers=(3,)))
        show_addresses(asked)


def show_addresses(asked: Mapping[AddressRole, AddressCheck]) -> None:
    """When the addresses were asked, and which did not answer."""
    _ = translate()
    if not asked:
        st.caption(
            _(
                "Whether addresses answer has not been asked lately and earns no points: "
                "`tic quality run --check-addresses`."
            )
        )
    for check in asked.values():
        moment = format_moment(check.at, language())
        told = _("{address} answered, {time}.") if check.answers else _("{address} did not answer, {time}.")
        st.caption(told.format(address=plain(check.address), time=moment))


def show_form(facts: DatasetFacts, stated: Mapping[str, Statement]) -> None:
    """What an officer states: metadata and answers; others read who stated it last, and when."""
    _ = translate()
    if stated:
        newest = max(item.at for item in stated.values())
        st.caption(_("Last stated by an officer: {time}", time=format_moment(newest, language())))
    person = signed_in()
    if person is None or not person.may(OFFICER):
        st.caption(_("Officers with the role of an analyst complete metadata and answer questions here."))
        if person is None:
            site_link(_("Sign in"), f"/account/sign-in?next=%2Fquality%3Fsource%3D{facts.name}")
        return
    if error := st.session_state.pop(_PROBLEM, None):
        show_error(error)
    if st.session_state.pop(_SAVED, False):
        st.success(_("Saved."))
    values = values_of(stated)
    with st.form(f"readiness-{facts.name}", border=True):
        st.markdown(f"**{_('State metadata and answers')}**")
        for item in readiness_book().asked:
            _field(facts.name, item, values.get(item.code, ""))
        for question in readiness_book().questions:
            answers = {"": "–", "yes": _("yes"), "partly": _("partly"), "no": _("no")}
            _choice(facts.name, question.code, question.title.told(language()), answers, values.get(question.code, ""))
        st.form_submit_button(_("Save"), type="primary", on_click=save, args=(person, facts.name))


def _field(source: str, item: MetadataField, value: str) -> None:
    title = item.title.told(language())
    if item.choices:
        names = {"": "–"} | {code: text.told(language()) for code, text in item.choices.items()}
        _choice(source, item.code, title, names, value)
    elif item.code in {"description", "objective"}:
        st.text_area(title, value, key=_key(source, item.code), max_chars=LONGEST)
    else:
        st.text_input(title, value, key=_key(source, item.code), max_chars=LONGEST)


def _choice(source: str, code: str, title: str, names: Mapping[str, str], value: str) -> None:
    codes = list(names)
    chosen = codes.index(value) if value in names else 0
    st.selectbox(title, codes, index=chosen, format_func=lambda code: names[code], key=_key(source, code))


def _key(source: str, code: str) -> str:
    return f"state-{source}-{code}"


def save(person: Account, source: str) -> None:
    """For `on_click`: keep what changed, with who and when, and its entry in the audit trail, or say what is wrong."""
    book = readiness_book()
    codes = [*(item.code for item in book.asked), *(item.code for item in book.questions)]
    values = {code: str(st.session_state.get(_key(source, code)) or "") for code in codes}
    now = datetime.now(UTC)
    try:
        require(person, OFFICER)
        with database_writing() as connection:
            changed = statements.state(connection, source, values, account_id=person.id, now=now)
            if changed:
                log(connection, person.id, "dataset.state", f"dataset:{source}", {"fields": list(changed)}, now=now)
    except TicError as error:
        st.session_state[_PROBLEM] = error
        return
    st.session_state[_SAVED] = True
