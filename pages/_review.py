"""What a reviewer looks at: the difference field by field, the points, and the trail of a submission."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape
from typing import Any, Final

from sqlalchemy import Connection, select

from directory import tables
from directory.accounts import get_account
from directory.audit import AuditEntry, entries
from directory.categories import categories
from directory.labels import field_name, status_name
from directory.listing import Listing
from directory.search.base import Hit, SearchEngine
from directory.search.query import make_query
from directory.submissions import Difference, Submission
from pages._place_form import point_of_text
from pages._text import table
from tic.core.errors import NotFound
from tic.core.geo import Point
from tic.core.i18n import Language, format_moment, translator

_NEAR_KM: Final = 0.5
_NEIGHBOURS: Final = 6


def difference_html(rows: Sequence[Difference], contested: Collection[str], language: Language) -> str:
    """Field, present text and proposed text as a table; contested fields are marked in words."""
    _ = translator(language)
    body = "".join(
        f'<tr><th scope="row">{escape(_label(row.field, contested, language))}</th>'
        f'<td class="tic-old">{_lines(row.field, row.before, language)}</td>'
        f'<td class="tic-new">{_lines(row.field, row.after, language)}</td></tr>'
        for row in rows
    )
    header = "".join(f'<th scope="col">{escape(title)}</th>' for title in (_("Field"), _("Now"), _("Proposed")))
    return (
        f'<table class="tic-table"><caption>{escape(_("What would change"))}</caption>'
        f"<thead><tr>{header}</tr></thead><tbody>{body}</tbody></table>"
    )


def _label(field: str, contested: Collection[str], language: Language) -> str:
    _ = translator(language)
    name = field_name(field, language)
    return f"{name} ⚠ {_('changed by others, too')}" if field in contested else name


def _lines(field: str, text: str, language: Language) -> str:
    if field == "category" and text in categories():
        text = categories()[text].name(language)
    if field == "status" and text:
        text = status_name(text, language)
    return "<br>".join(escape(line) for line in text.splitlines()) or "–"


def points(submission: Submission, current: Listing | None, language: Language) -> list[dict[str, Any] | None]:
    """Where the place is now and where it would be, as rows for a map; None where there is no point."""
    _ = translator(language)
    before = _marker("before", _("Now"), Point(current.lat, current.lon)) if current else None
    point = point_of_text(submission.body.get("coordinates", ""))
    after = _marker("after", _("Proposed"), point) if point else None
    return [before, after]


def _marker(marker_id: str, name: str, point: Point) -> dict[str, Any]:
    return {"id": marker_id, "name": name, "kind": "", "label": name, "lat": point.lat, "lon": point.lon}


def neighbours(search: SearchEngine, point: Point | None, own_id: str | None) -> list[Hit]:
    """The listings nearest to where a place would be, which it may be the same as; itself left out."""
    if point is None:
        return []
    query = make_query(near=point, radius_km=_NEAR_KM, sort="distance", size=_NEIGHBOURS + 1, facets=())
    return [hit for hit in search.search(query).hits if hit.id != own_id][:_NEIGHBOURS]


def trail_html(connection: Connection, submission: Submission, language: Language) -> str:
    """Who did what with a submission and when, newest first."""
    _ = translator(language)
    rows = [
        (format_moment(act.at, language), act_name(act, language), person_name(connection, act.account_id, language))
        for act in entries(connection, subject=f"submission:{submission.id}")
    ]
    return table(_("What happened so far"), (_("When"), _("What"), _("Who")), rows)


def act_name(act: AuditEntry, language: Language) -> str:
    """An act of the trail, with the reason where one was given."""
    _ = translator(language)
    names = {
        "submit": _("handed in"),
        "withdraw": _("withdrawn"),
        "approve": _("approved"),
        "reject": _("rejected"),
        "undo approval": _("approval taken back"),
    }
    name = names.get(act.action, act.action)
    reason = (act.detail or {}).get("reason")
    return f"{name}: {reason}" if reason else name


def published_as(connection: Connection, submission_id: str) -> str | None:
    """The listing an approved submission has become part of; None as long as its record waits to be merged."""
    approvals = entries(connection, subject=f"submission:{submission_id}", action="approve", limit=1)
    if not approvals:
        return None
    record = tables.record.c
    statement = select(record.listing_id).where(
        record.key == str((approvals[0].detail or {}).get("key")), record.dirty.is_(False)
    )
    return connection.scalar(statement)


def person_name(connection: Connection, account_id: str | None, language: Language) -> str:
    """Name and e-mail address of a person; those of a deleted account are gone."""
    _ = translator(language)
    if account_id is None:
        return _("the system")
    try:
        person = get_account(connection, account_id)
    except NotFound:
        return _("a deleted account")
    if not person.display_name and person.email.startswith("deleted-"):
        return _("a deleted account")
    return f"{person.display_name} <{person.email}>"
