"""Reading forms of the plain HTML pages."""

from __future__ import annotations

import re


def hidden(html: str, name: str) -> str:
    """Value of a hidden field of a form."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, f"no field {name}"
    return found[1]
