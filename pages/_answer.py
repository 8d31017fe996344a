"""What the search made of the words, and what to do when nothing was found."""

from __future__ import annotations

import streamlit as st

from directory.search.base import SearchResults, Understood
from pages import _url
from pages._saved_line import hit_lines
from pages._session import language, translate
from pages._text import plain
from pages._widgets import category_name
from tic.core.areas import area_name


def show_understood(results: SearchResults) -> None:
    """The line above the results: kinds and areas read from the words, another spelling, names that may be meant."""
    _ = translate()
    understood = results.understood
    if understood and understood.instead:
        st.markdown(_("Showing results for **{text}**", text=plain(understood.instead)))
    line = understood_line(understood) if understood else ""
    if line or _url.get("literal"):
        with st.container(horizontal=True, vertical_alignment="center", key="understood"):
            if line:
                st.markdown(_("Understood as: {line}", line=line), width="content")
                st.button(
                    _("Search the words as a name instead"),
                    key="as-name",
                    type="tertiary",
                    on_click=_url.put,
                    kwargs={"literal": "1"},
                )
            else:
                st.markdown(_("The words are taken as a name."), width="content")
                st.button(
                    _("Look for kinds and areas in them"),
                    key="as-words",
                    type="tertiary",
                    on_click=_url.put,
                    kwargs={"literal": ""},
                )
    if results.did_you_mean:
        with st.container(horizontal=True, vertical_alignment="center", key="did-you-mean"):
            st.markdown(_("Did you mean"), width="content")
            for index, name in enumerate(results.did_you_mean):
                st.button(
                    plain(name),
                    key=f"mean-{index}",
                    type="tertiary",
                    on_click=_url.put,
                    kwargs={"q": name, "literal": ""},
                )


def understood_line(understood: Understood) -> str:
    """Kinds, areas, the place to be near to and the rest as a name, as Markdown; empty when all of it is a name."""
    _ = translate()
    parts = [category_name(code) for code in understood.categories]
    parts += [area_name(code, language()) for code in (*understood.districts, *understood.provinces)]
    if understood.near_name:
        parts.append(_("near {place}", place=understood.near_name))
    if not parts:
        return ""
    return " · ".join(f"**{plain(part)}**" for part in [*parts, *([f"“{understood.name}”"] if understood.name else [])])


def show_nothing(results: SearchResults) -> None:
    """Say that nothing was found, whether because no source covers the area, and show the nearest matches."""
    _ = translate()
    if results.nothing == "no_source":
        st.info(_("None of our sources has places in this area yet. Choose another area, or take the filter away."))
    else:
        st.info(_("Nothing fits. Check the spelling, use fewer words, or take away a filter."))
    if results.nearest:
        st.markdown(_("The best places without the filters:"))
        hit_lines(results.nearest, prefix="nearest")
