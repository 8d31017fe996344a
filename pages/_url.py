"""The address bar is the only state of a view, so that every view can be shared, reloaded, and gone back to.

Every change is one write, so that one press of Back undoes it.
"""

from __future__ import annotations

import streamlit as st


def get(name: str, default: str = "") -> str:
    """A parameter of the address."""
    return str(st.query_params.get(name, default))


def get_list(name: str) -> tuple[str, ...]:
    """A parameter that holds several values, separated by commas."""
    return tuple(value for value in get(name).split(",") if value)


def put(**changes: str) -> None:
    """Set parameters, or drop those whose value is empty. A list starts at its first page again."""
    values = {**st.query_params.to_dict(), **changes}
    if "page" not in changes:
        values.pop("page", None)
    st.query_params.from_dict({name: value for name, value in values.items() if value})


def toggle(name: str, value: str) -> None:
    """Add a value to a parameter that holds several, or take it out."""
    values = list(get_list(name))
    if value in values:
        values.remove(value)
    else:
        values.append(value)
    put(**{name: ",".join(values)})


def clear(*names: str) -> None:
    """Drop parameters."""
    put(**dict.fromkeys(names, ""))


def follow(name: str, value: object) -> str:
    """Make the widget with the key `name` show what the address says, also after Back; returns that key.

    To be called before the widget: the address leads and the widget follows.
    """
    key = f"url-{name}"
    st.session_state[key] = value
    return key


def copy_widget(name: str) -> None:
    """For `on_change`: put what a followed widget holds, one value or several, into the address."""
    value = st.session_state.get(f"url-{name}")
    values = value if isinstance(value, list) else [] if value is None else [value]
    put(**{name: ",".join(map(str, values))})
