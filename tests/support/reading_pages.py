"""Reading what AppTest has rendered."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

Open = Callable[..., AppTest]
"""Opens a page of the small directory (see tests/pages/conftest.py)."""

_WITH_VALUE = ("title", "header", "subheader", "markdown", "caption", "text", "info", "warning", "error", "success")
_WITH_LABEL = ("button", "selectbox", "text_input", "metric")


def texts(page: AppTest) -> str:
    """Everything a reader sees as text, one element a line."""
    assert not page.exception, page.exception
    found = [str(element.value) for kind in _WITH_VALUE for element in getattr(page, kind)]
    found += [str(element.label) for kind in _WITH_LABEL for element in getattr(page, kind)]
    found += [element.proto.body for element in page.get("html")]
    found += [element.proto.label for element in page.get("page_link")]
    return "\n".join(found)


def linked_places(page: AppTest) -> list[str]:
    """Ids of the places that the page links to, in order."""
    queries = [element.proto.query_string for element in page.get("page_link")]
    return [query.removeprefix("id=") for query in queries if query.startswith("id=")]


def press(page: AppTest, key: str) -> AppTest:
    """Press the button with this key."""
    return page.button(key=key).click().run()
