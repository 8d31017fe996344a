"""Values in JSON by a dotted path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def at_path(value: Any, path: str) -> Any:
    """The value at a dotted path (`result.records`, `0.stations`; `` is the whole); None where there is none."""
    if isinstance(value, Mapping) and path in value:
        return value[path]
    for step in filter(None, path.split(".")):
        if isinstance(value, list) and step.isdigit():
            value = value[int(step)] if int(step) < len(value) else None
        elif isinstance(value, Mapping):
            value = value.get(step)
        else:
            return None
    return value
