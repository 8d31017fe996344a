"""Alerts in the reader's language: what a message is called, how bad, how soon, how certain, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tic.core.areas import area_name, provinces
from tic.core.i18n import Language, format_moment, translator
from tic.hazards.alert import Alert, AlertInfo
from tic.hazards.store import ActiveAlert

MOST_AREAS: Final = 8


@dataclass(frozen=True, slots=True)
class Told:
    """An alert for people; all texts are plain.

    until: `ends` in a sentence. text_language: of title, description and instruction (BCP 47).
    """

    title: str
    text_language: str
    severity: str
    urgency: str
    certainty: str
    begins: str
    ends: str
    until: str
    areas: str
    description: str
    instruction: str
    web: str | None
    is_severe: bool


def told(active: ActiveAlert, language: Language) -> Told:
    """What an active alert says, in the reader's language as far as its sender did."""
    _ = translator(language)
    info = active.alert.info(language)
    if info is None:
        raise ValueError("an alert without any part is never active")
    title, text_language = _title(info, language)
    ends = format_moment(info.expires, language) if info.expires else ""
    return Told(
        title=title,
        text_language=text_language,
        severity=_(active.alert.severity),
        urgency=_(info.urgency),
        certainty=_(info.certainty),
        begins=format_moment(info.starts, language),
        ends=ends or _("until it is cancelled"),
        until=_("until {time}", time=ends) if ends else _("until it is cancelled"),
        areas=areas_told(active, language),
        description=info.description or "",
        instruction=info.instruction or "",
        web=info.web,
        is_severe=active.alert.severity in {"Extreme", "Severe"},
    )


def _title(info: AlertInfo, language: Language) -> tuple[str, str]:
    """The headline in the reader's language; else the kind of event, which most senders write in English."""
    _ = translator(language)
    own = info.language.lower()[:2]
    event, headline = info.event, info.headline
    if own == language:
        return headline or _(event), own
    if language == "en" and event.isascii() and event:
        return event, "en"
    if language == "th" and _(event) != event:
        return _(event), "th"
    return headline or event, own


def areas_told(active: ActiveAlert, language: Language) -> str:
    """The provinces that an alert names or touches; else the words of its sender."""
    _ = translator(language)
    codes = [code for code in active.areas if code in provinces()]
    if not codes:
        return _described(active.alert)
    names = [area_name(code, language) for code in codes[:MOST_AREAS]]
    if len(codes) > MOST_AREAS:
        names.append(_("and {count} more", count=len(codes) - MOST_AREAS))
    return ", ".join(names)


def _described(alert: Alert) -> str:
    areas = (area.description for info in alert.infos for area in info.areas)
    return "; ".join(dict.fromkeys(area for area in areas if area))
