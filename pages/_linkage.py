"""Requests for data: the form, what a request says, its steps, and the log as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final

import polars as pl
import streamlit as st
from sqlalchemy import Connection

from directory import accounts
from directory.accounts import Account
from directory.labels import field_name
from directory.listing import FIELDS
from directory.sources import SourceInfo
from pages import _url
from pages._resources import database_reading, database_writing, known_sources
from pages._session import language, translate
from pages._text import plain, table
from tic.analytics.observation import OBSERVATION_SCHEMA
from tic.catalogue import linkage
from tic.catalogue.linkage import LEGAL_BASES, LONGEST, LinkageRequest, State, Step, Wish
from tic.catalogue.officers import Officer, agency_of
from tic.core.errors import TicError
from tic.core.i18n import BANGKOK, format_date, format_moment

PROBLEM: Final = "linkage-problem"
DONE: Final = "linkage-done"
COLORS: Final[dict[State, str]] = {
    "draft": "gray",
    "sent": "orange",
    "granted": "green",
    "refused": "red",
    "withdrawn": "gray",
    "expired": "gray",
}


def today() -> date:
    """The day in Asia/Bangkok."""
    return datetime.now(BANGKOK).date()


def officer_of(account: Account) -> Officer:
    """The signed-in person as an officer."""
    with database_reading() as connection:
        return Officer(account.id, agency_of(connection, account.id), account.may("administrator"))


def act(work: Callable[[Connection, datetime], LinkageRequest], done: str) -> LinkageRequest | None:
    """Do one step in a transaction of its own; a known failure is shown at the next run. For `on_click`."""
    try:
        with database_writing() as connection:
            found = work(connection, datetime.now(UTC))
    except TicError as error:
        st.session_state[PROBLEM] = error
        return None
    st.session_state[DONE] = done
    return found


def agency_name(agency: str) -> str:
    """An agency in the reader's language where it publishes a dataset here; else the name that was given."""
    sources = known_sources().values()
    return next((source.publisher(language()) for source in sources if source.publisher_en == agency), agency)


def fields_of(source: SourceInfo) -> tuple[str, ...]:
    """The fields that a dataset has."""
    return FIELDS if source.kind == "places" else tuple(name for name in OBSERVATION_SCHEMA if name != "source")


def show_form(officer: Officer, source: SourceInfo, request: LinkageRequest | None) -> None:
    """What is asked for: a new request, or a draft to go on with."""
    _ = translate()
    key = request.id if request else f"new-{source.name}"
    bases = {"": "–"} | {code: _(name) for code, name in LEGAL_BASES.items()}
    with st.form(f"linkage-{key}", border=True):
        st.text_area(
            _("What the data are for"), request.purpose if request else "", key=f"{key}-purpose", max_chars=LONGEST
        )
        st.selectbox(
            _("Legal basis"),
            list(bases),
            index=list(bases).index(request.legal_basis) if request else 0,
            format_func=lambda code: bases[code],
            key=f"{key}-legal_basis",
        )
        st.text_input(
            _("Law, agreement or project (its name and section)"),
            request.legal_reference if request else "",
            key=f"{key}-legal_reference",
            max_chars=LONGEST,
        )
        st.multiselect(
            _("Fields that are needed, and only these"),
            fields_of(source),
            default=list(request.fields) if request else [],
            format_func=lambda field: field_name(field, language()),
            key=f"{key}-fields",
        )
        left, right = st.columns(2)
        left.date_input(
            _("Period from (empty: all)"), request.first if request else None, key=f"{key}-first", format="YYYY-MM-DD"
        )
        right.date_input(_("Period to"), request.last if request else None, key=f"{key}-last", format="YYYY-MM-DD")
        st.text_input(
            _("Contact at work (desk, e-mail, phone)"),
            request.contact if request else "",
            key=f"{key}-contact",
            max_chars=LONGEST,
        )
        with st.container(horizontal=True):
            arguments = (officer, source, request, key)
            st.form_submit_button(_("Send to the agency"), type="primary", on_click=keep, args=(*arguments, True))
            st.form_submit_button(_("Save as a draft"), on_click=keep, args=(*arguments, False))


def keep(officer: Officer, source: SourceInfo, request: LinkageRequest | None, key: str, is_sent: bool) -> None:
    """For `on_click`: keep what was typed as a draft, and then send it; what is wrong leaves the draft."""
    _ = translate()
    typed = st.session_state
    wish = Wish(
        purpose=typed[f"{key}-purpose"],
        legal_basis=typed[f"{key}-legal_basis"],
        legal_reference=typed[f"{key}-legal_reference"],
        fields=tuple(typed[f"{key}-fields"]),
        contact=typed[f"{key}-contact"],
        first=typed[f"{key}-first"],
        last=typed[f"{key}-last"],
    )

    def draft(connection: Connection, now: datetime) -> LinkageRequest:
        if request is not None:
            return linkage.change(connection, officer, request, wish, now)
        return linkage.draw_up(connection, officer, dataset=source.name, owner=source.publisher_en, wish=wish, now=now)

    kept = act(draft, _("Saved as a draft."))
    if kept is None:
        return
    _url.put(new="", request=kept.id)
    if is_sent:
        act(lambda connection, now: linkage.send(connection, officer, kept, now), _("Sent to the agency."))


def facts_html(request: LinkageRequest, source: SourceInfo | None) -> str:
    """What a request says, as a table; all text is escaped."""
    _ = translate()
    period = " – ".join(format_date(day, language()) if day else "…" for day in (request.first, request.last))
    rows = [
        (_("Dataset"), source.title(language()) if source else request.dataset),
        (_("Owning agency"), agency_name(request.owner)),
        (_("Asking agency"), agency_name(request.agency)),
        (_("What the data are for"), request.purpose),
        (_("Legal basis"), _(LEGAL_BASES.get(request.legal_basis, "–"))),
        (_("Law, agreement or project"), request.legal_reference or "–"),
        (_("Fields"), ", ".join(field_name(field, language()) for field in request.fields)),
        (_("Period"), period if request.first or request.last else _("all there is")),
        (_("Contact"), request.contact or "–"),
    ]
    if request.state == "granted":
        rows.append((_("Conditions"), request.conditions or "–"))
        rows.append((_("Granted until"), format_date(request.expires_on, language()) if request.expires_on else "–"))
    if request.reason:
        rows.append((_("Reason"), request.reason))
    return table(_("The request"), (), rows)


def steps_html(steps: Iterable[Step], names: Mapping[str, str]) -> str:
    """Who did what and when."""
    _ = translate()
    rows = [(format_moment(step.at, language()), _(step.step), who(step, names), _detail(step)) for step in steps]
    return table(_("Every step"), (_("When"), _("Step"), _("Who"), _("Details")), rows)


def who(step: Step, names: Mapping[str, str]) -> str:
    """The name of a person, as long as there is the account."""
    _ = translate()
    return names.get(step.account_id or "", _("a person whose account is deleted"))


def _detail(step: Step) -> str:
    _ = translate()
    if step.step == "delivered":
        return _("{rows} rows, SHA-256 {sha256}", rows=step.detail["rows"], sha256=step.detail["sha256"][:12])
    return str(step.detail.get("reason") or step.detail.get("conditions") or "")


def names_in(connection: Connection, steps: Sequence[Step]) -> dict[str, str]:
    """Names of the people of steps, by account id."""
    return accounts.display_names(connection, {step.account_id for step in steps if step.account_id})


def log_frame(requests: Sequence[LinkageRequest], steps: Sequence[Step], names: Mapping[str, str]) -> pl.DataFrame:
    """The log: a row for each step, and one for each grant that has expired."""
    by_id = {item.id: item for item in requests}
    rows = [_log_row(by_id[step.request_id], step.at, step.step, who(step, names), step.detail) for step in steps]
    rows += [
        _log_row(item, datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=BANGKOK), "expired", "", {})
        for item in requests
        if (day := item.expires_on) and item.state_on(today()) == "expired"
    ]
    return pl.DataFrame(rows, schema=_LOG, orient="row").sort("at", "request")


_LOG: Final = dict.fromkeys(
    ("at", "request", "dataset", "owner", "agency", "step", "who", "legal_basis", "fields", "detail"), pl.String
)


def _log_row(
    item: LinkageRequest, at: datetime, step: str, person: str, detail: Mapping[str, object]
) -> tuple[str, ...]:
    told = "; ".join(f"{name}: {value}" for name, value in detail.items() if name not in {"fields", "legal_basis"})
    moment = at.astimezone(BANGKOK).isoformat(timespec="seconds")
    return (
        moment,
        item.id,
        item.dataset,
        item.owner,
        item.agency,
        step,
        person,
        item.legal_basis,
        " ".join(item.fields),
        told,
    )


def request_line(item: LinkageRequest, source: SourceInfo | None, *, is_ours: bool) -> None:
    """A request in a list: dataset, the other agency, state, when it changed."""
    _ = translate()
    with st.container(border=True, key=f"request-{item.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            title = plain(source.title(language()) if source else item.dataset)
            st.page_link("linkage_requests.py", label=f"**{title}**", query_params={"request": item.id})
            state = item.state_on(today())
            st.badge(_(state), color=COLORS[state])  # type: ignore[arg-type]
        other = agency_name(item.owner if is_ours else item.agency)
        st.caption(f"{plain(other)} · {_('changed {time}', time=format_moment(item.changed_at, language()))}")
