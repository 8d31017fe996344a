"""Doubtful pairs: two records side by side, and whether they are one place; one pair at a time."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from directory import doubtful
from directory.accounts import Account
from directory.doubtful import DoubtfulPair
from directory.evidence import evidence_lines
from directory.judgements import Verdict
from directory.records import load_records
from pages import _url
from pages._maps import moved_map
from pages._pair_verdicts import give, show_lately, show_outcome
from pages._pairs import Record, comparison_html, evidence_html, marker, name_of
from pages._resources import database_reading, known_sources
from pages._session import language, require_account, translate
from pages._text import plain
from tic.core.i18n import format_number

_ = translate()
MAP_HEIGHT_PX = 300


def address_of(pair: DoubtfulPair) -> str:
    """How a pair is named in the address."""
    return f"{pair.left_key}|{pair.right_key}"


def show_pair(reviewer: Account, pair: DoubtfulPair, following: DoubtfulPair | None) -> None:
    """One question: the answers first, then all that helps to find one."""
    with database_reading() as connection:
        rows = load_records(connection, keys=[pair.left_key, pair.right_key]).to_dicts()
        homes = doubtful.homes(connection, [pair.left_key, pair.right_key])
    records = sorted(rows, key=lambda row: str(row["key"]))
    title = " – ".join(plain(name_of(record, language())) for record in records)
    st.subheader(title, anchor=False)
    st.markdown(
        _("The matcher gives {percent} % that this is one place.", percent=format_number(100 * pair.score, language()))
    )
    listed = {homes[key] for key in (pair.left_key, pair.right_key) if key in homes}
    st.caption(_("At present they are one listing.") if len(listed) == 1 else _("At present they are two listings."))
    show_answers(reviewer, pair, following)
    st.html(comparison_html(records, known_sources(), language()))
    left, right = st.columns(2)
    with left:
        st.html(evidence_html(evidence_lines(pair.evidence, language()), language()))
    with right:
        show_map(pair, records)


def show_answers(reviewer: Account, pair: DoubtfulPair, following: DoubtfulPair | None) -> None:
    """Same, different, unsure, and the next pair; each has a key of its own on the keyboard."""
    answers: list[tuple[Verdict, str, str, str]] = [
        ("same", _("The same place"), ":material/join:", "Alt+1"),
        ("different", _("Two places"), ":material/call_split:", "Alt+2"),
        ("unsure", _("Unsure"), ":material/question_mark:", "Alt+3"),
    ]
    with st.container(horizontal=True, key="pair-answers"):
        for verdict, label, icon, shortcut in answers:
            st.button(
                label,
                key=f"{verdict}-{address_of(pair)}",
                icon=icon,
                shortcut=shortcut,
                on_click=give,
                args=(reviewer, pair, verdict),
            )
        if following:
            st.button(
                _("Next pair"),
                key=f"next-{address_of(pair)}",
                icon=":material/skip_next:",
                shortcut="Alt+4",
                on_click=_url.put,
                kwargs={"pair": address_of(following)},
            )


def show_map(pair: DoubtfulPair, records: Sequence[Record]) -> None:
    """Both points."""
    points = [marker(record, letter, language()) for record, letter in zip(records, "AB", strict=True)]
    if not any(points):
        return
    st.pydeck_chart(
        moved_map(points[0], points[1], language=language(), height_px=MAP_HEIGHT_PX),
        height=MAP_HEIGHT_PX,
        key=f"map-{address_of(pair)}",
        alt=_("Map of both records: A grey, B orange"),
    )


person = require_account("/review-pairs", "reviewer")
st.title(_("Doubtful pairs"), anchor=False)
show_outcome()
with database_reading() as db:
    waiting, queue = doubtful.count_open(db), doubtful.open_pairs(db)
if queue:
    st.caption(_("Waiting for an answer: {count}, the most doubtful and best known first.", count=waiting))
    names = [address_of(pair) for pair in queue]
    at = names.index(_url.get("pair")) if _url.get("pair") in names else 0
    others = queue[at + 1 :] + queue[:at]
    show_pair(person, queue[at], others[0] if others else None)
else:
    st.info(_("No pair waits for an answer."))
show_lately(person)
