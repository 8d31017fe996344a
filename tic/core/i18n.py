"""Thai and English throughout: messages, numbers and dates (Buddhist Era in Thai)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date as babel_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from tic.core.errors import TicError

Language = Literal["th", "en"]
LANGUAGES: tuple[Language, ...] = ("th", "en")
BANGKOK = ZoneInfo("Asia/Bangkok")
BUDDHIST_ERA_OFFSET = 543
Translate = Callable[..., str]
_WORD_PARAMS = {"state"}
"""Parameters of messages that are words of ours, not names or numbers."""


@lru_cache(maxsize=2)
def _catalogue(language: Language) -> dict[str, str]:
    """English is the key; every room keeps its own .po file in locale/th/."""
    messages: dict[str, str] = {}
    if language == "en":
        return messages
    folder = files("tic.core") / "locale" / language
    for path in sorted(folder.iterdir(), key=lambda item: item.name):
        if path.name.endswith(".po"):
            with path.open("rb") as handle:
                for message in read_po(handle, locale=language):
                    if message.id and message.string:
                        messages[str(message.id)] = str(message.string)
    return messages


def translator(language: Language) -> Translate:
    """A function `_("Found {count} places", count=3)` that answers in `language`."""
    catalogue = _catalogue(language)

    def translate(message: str, /, **params: Any) -> str:
        text = catalogue.get(message, message)
        return text.format(**params) if params else text

    return translate


def tell(error: TicError, language: Language) -> str:
    """The message of an error in the reader's language; a `state` in it, too."""
    _ = translator(language)
    params = {key: _(value) if key in _WORD_PARAMS else value for key, value in error.params.items()}
    return _(error.message, **params)


def choose_language(wanted: str | None, default: Language = "th") -> Language:
    """Language for an Accept-Language header or a browser's locale: the first of Thai and English in it."""
    for part in (wanted or "").replace("_", "-").split(","):
        tag = part.split(";")[0].strip().lower()
        if tag[:2] == "th":
            return "th"
        if tag[:2] == "en":
            return "en"
    return default


def format_date(value: date | datetime, language: Language, *, style: str = "d MMM y") -> str:
    """A date in Asia/Bangkok; Thai dates carry the year of the Buddhist Era. `style` is a CLDR pattern."""
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        value = aware.astimezone(BANGKOK).date()
    if language == "en":
        return babel_date(value, style, locale="en_GB")
    year = str(value.year + BUDDHIST_ERA_OFFSET)
    pattern = style.replace("yyyy", "'" + year + "'").replace("y", "'" + year + "'") if "'" not in style else style
    return babel_date(value, pattern, locale="th_TH")


def format_moment(value: datetime, language: Language) -> str:
    """Date and time in Asia/Bangkok, e.g. `25 Nov 2026, 14:05`."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return f"{format_date(aware, language)}, {aware.astimezone(BANGKOK):%H:%M}"


@lru_cache(maxsize=4096)
def format_month(value: date, language: Language) -> str:
    """A month, e.g. `May 2026` or `พฤษภาคม 2569`."""
    return format_date(value, language, style="MMMM y")


def format_number(value: float, language: Language, *, decimals: int = 0) -> str:
    """A number with grouping and a fixed count of decimals."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(value, pattern, locale="th_TH" if language == "th" else "en_GB"))
