"""Events as the beginning of a scenario: the kind of change, its course and its length; the size is the analyst's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from tic.analytics.scenarios import Adjustment, Kind, Profile
from tic.core.i18n import Language
from tic.desk.events import Event

_SHAPES: Final[dict[str, tuple[Kind, float, Profile]]] = {
    "closure": ("closure", 0.0, "flat"),
    "opening": ("percent", 10.0, "ramp"),
    "visa": ("percent", 10.0, "ramp"),
    "disaster": ("percent", -10.0, "fade"),
    "method": ("percent", 0.0, "flat"),
    "holiday": ("percent", 5.0, "peak"),
}
"""Kind of event -> kind of change, a value to begin with, course. The values are placeholders, not estimates."""
_LONGEST_NAME: Final = 60


def as_adjustment(item: Event, months: Sequence[date], language: Language) -> Adjustment:
    """An event as if it came again within `months` (first days, ascending, without gaps): from the first month that has
    the same name, for as many months as it lasted, cut off at the last."""
    kind, value, profile = _SHAPES[item.kind]
    start = next((index for index, month in enumerate(months) if month.month == item.first.month), 0)
    length = (item.last.year - item.first.year) * 12 + item.last.month - item.first.month
    end = min(start + length, len(months) - 1)
    return Adjustment(kind, value, months[start], months[end], profile, name=item.title(language)[:_LONGEST_NAME])
