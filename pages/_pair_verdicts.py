"""A reviewer's verdicts on pairs, what came of the last one, and taking one back."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from directory import doubtful
from directory.accounts import Account
from directory.doubtful import DoubtfulPair, JudgedPair
from directory.judgements import Verdict
from directory.listings import get_listings
from directory.records import load_records
from pages import _url
from pages._pairs import name_of
from pages._resources import database_reading, database_writing
from pages._review import person_name
from pages._session import language, show_error, translate
from pages._text import plain
from tic.core.errors import TicError
from tic.core.i18n import format_moment

_OUTCOME = "pair-outcome"
_PROBLEM = "pair-problem"


def verdict_name(verdict: str) -> str:
    """A verdict in the reader's language."""
    _ = translate()
    names = {"same": _("the same place"), "different": _("two places"), "unsure": _("unsure")}
    return names.get(verdict, verdict)


def give(reviewer: Account, pair: DoubtfulPair, verdict: Verdict) -> None:
    """For `on_click`: keep a verdict; what came of it is shown in the next run, beside the next pair."""
    try:
        with database_writing() as connection:
            doubtful.judge(connection, reviewer, pair, verdict, now=datetime.now(UTC))
    except TicError as error:
        st.session_state[_PROBLEM] = error
        return
    st.session_state[_OUTCOME] = (verdict, pair.left_key, pair.right_key, False)
    _url.put(pair="")


def undo(reviewer: Account, judged: JudgedPair) -> None:
    """For `on_click`: take a verdict back."""
    try:
        with database_writing() as connection:
            doubtful.take_back(connection, reviewer, judged.left_key, judged.right_key, now=datetime.now(UTC))
    except TicError as error:
        st.session_state[_PROBLEM] = error
        return
    st.session_state[_OUTCOME] = ("undone", judged.left_key, judged.right_key, False)


def show_outcome() -> None:
    """What the last verdict did."""
    if error := st.session_state.pop(_PROBLEM, None):
        show_error(error)
    verdict, left_key, right_key, followed = st.session_state.get(_OUTCOME, ("", "", "", True))
    if not verdict:
        return
    if followed:
        st.session_state.pop(_OUTCOME)
        show_homes(verdict, left_key, right_key)
    else:
        wait_for_resolver(verdict, left_key, right_key)


@st.fragment(run_every="1s")
def wait_for_resolver(verdict: str, left_key: str, right_key: str) -> None:
    """Says what was judged; looks once a second whether the resolver has obeyed."""
    _ = translate()
    with database_reading() as connection:
        waits = doubtful.waits_for_resolver(connection, left_key, right_key)
    if not waits:
        st.session_state[_OUTCOME] = (verdict, left_key, right_key, True)
        st.rerun()
    st.success(f"{_kept(verdict)} {_('The directory follows within seconds.')}")


def show_homes(verdict: str, left_key: str, right_key: str) -> None:
    """Says that the resolver has obeyed, and where the records are listed now."""
    _ = translate()
    with database_reading() as connection:
        homes = doubtful.homes(connection, [left_key, right_key])
        listings = get_listings(connection, [homes[key] for key in (left_key, right_key) if key in homes])
    st.success(f"{_kept(verdict)} {_('The directory has followed.')}")
    with st.container(horizontal=True, key="pair-homes"):
        for item in listings.values():
            label = plain(item.name(language()))
            st.page_link("place_details.py", label=label, icon=":material/place:", query_params={"id": item.id})


def _kept(verdict: str) -> str:
    _ = translate()
    if verdict == "undone":
        return _("Taken back; the pair is open again.")
    return _("Judged: {verdict}.", verdict=verdict_name(verdict))


def show_lately(reviewer: Account) -> None:
    """Verdicts given lately, each of which can be taken back."""
    _ = translate()
    with database_reading() as connection:
        lately = doubtful.judged_lately(connection)
        keys = {key for item in lately for key in (item.left_key, item.right_key)}
        rows = load_records(connection, keys=keys, include_gone=True).iter_rows(named=True)
        names = {row["key"]: name_of(row, language()) for row in rows}
        people = {item.decided_by: person_name(connection, item.decided_by, language()) for item in lately}
    if not lately:
        return
    st.subheader(_("Judged lately"), anchor=False)
    for item in lately:
        pair = " – ".join(names.get(key, key) for key in (item.left_key, item.right_key))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(pair)}**: {verdict_name(item.verdict)}")
            st.caption(f"{plain(people[item.decided_by])} · {format_moment(item.decided_at, language())}")
            st.button(
                _("Take back"),
                key=f"undo-{item.left_key}|{item.right_key}",
                help=_("Take the judgement on {pair} back", pair=plain(pair)),
                on_click=undo,
                args=(reviewer, item),
            )
