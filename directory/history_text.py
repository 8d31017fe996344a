"""The history of a listing in sentences."""

from __future__ import annotations

from directory.categories import categories
from directory.facts import wheelchair_name
from directory.history import Event
from directory.labels import field_name, retirement, status_name
from tic.core.areas import area_name
from tic.core.i18n import Language, translator


def event_text(event: Event, language: Language) -> str:
    """What happened, as a sentence; the listing `other_id`, which it may be about, is named by a link beside it."""
    _ = translator(language)
    if event.kind == "field":
        return _field_text(event, language)
    if event.kind == "retired":
        if event.other_id and event.new == "merged":
            return _("This entry was the same place as another one and was merged into it.")
        return retirement(event.new or "", language)
    sentences = {
        "record came": _("A further source states this place."),
        "record went": _("A source does not state this place any more."),
        "took": _("Records that had been listed as another entry belong here."),
        "gave": _("Some records belong to another entry."),
        "returned": _("This entry is listed again under its own number."),
    }
    return sentences[event.kind]


def _field_text(event: Event, language: Language) -> str:
    _ = translator(language)
    name = field_name(event.field or "", language)
    old, new = (_value(event.field or "", value, language) for value in (event.old, event.new))
    if old and new:
        return _("{field}: {old} → {new}", field=name, old=old, new=new)
    if new:
        return _("{field} added: {new}", field=name, new=new)
    if old:
        return _("{field} removed: {old}", field=name, old=old)
    return _("{field} changed", field=name)


def _value(field: str, value: str | None, language: Language) -> str:
    if value is None:
        return ""
    if field == "category" and value in categories():
        return categories()[value].name(language)
    if field in {"province_code", "district_code"}:
        return area_name(value, language)
    if field == "status":
        return status_name(value, language)
    return wheelchair_name(value, language) if field == "wheelchair" else value
