"""Paging through all results of a search on one state of the index: what a cursor carries from page to page."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from directory.search.base import SearchQuery
from tic.core.errors import BadInput

FIRST: Final = "*"
"""The cursor of the first page."""
KEPT_S: Final = 300
"""For so long after a page the next one can be asked for; then the state of the index is let go."""
MOST_PINNED: Final = 16
_LONGEST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins.

    pin: the engine's name of the state of the index; offset: results before the page; after: the engine's place of the
    last of them; search: a mark of the query that the cursor belongs to; open_at: the moment of that query.
    """

    pin: str
    search: str
    offset: int = 0
    after: tuple[Any, ...] = ()
    open_at: str | None = None

    def query(self, query: SearchQuery) -> SearchQuery:
        """The query at the moment of its first page, whose facets are not counted again."""
        moment = datetime.fromisoformat(self.open_at) if self.open_at else None
        return replace(query, open_at=moment, facets=query.facets if self.offset == 0 else ())


def search_mark(query: SearchQuery) -> str:
    """The same for all pages of a query, another one for other queries."""
    asked = asdict(replace(query, cursor=None, page=1, facets=(), open_at=None)) | {"open": query.open_at is not None}
    return blake2b(json.dumps(asked, sort_keys=True).encode(), digest_size=6).hexdigest()


def write_cursor(cursor: Cursor) -> str:
    """Letters, digits, - and _ only."""
    packed = json.dumps(asdict(cursor), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_cursor(query: SearchQuery) -> Cursor:
    """The cursor of a query that has one. Raises BadInput for a broken one and for that of another search."""
    text = query.cursor or ""
    try:
        if len(text) > _LONGEST:
            raise ValueError("too long")
        packed = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        cursor = Cursor(
            pin=_typed(packed["pin"], str),
            search=_typed(packed["search"], str),
            offset=_typed(packed["offset"], int),
            after=tuple(_typed(packed["after"], list)),
            open_at=packed["open_at"] and datetime.fromisoformat(packed["open_at"]).isoformat(),
        )
        if cursor.offset < 0 or not all(isinstance(value, str | int | float | None) for value in cursor.after):
            raise ValueError("out of range")
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
        raise BadInput("The cursor cannot be read. Pass on next_cursor as it was given, or start with *.") from error
    if cursor.search != search_mark(query) or (cursor.open_at is None) != (query.open_at is None):
        raise BadInput("The cursor belongs to another search. Repeat its parameters, or start with the cursor *.")
    return cursor


def expired() -> BadInput:
    """The error for a state of the index that is no longer kept."""
    return BadInput(
        "The results of this cursor are kept for {minutes} minutes only. Start again with the cursor *.",
        minutes=KEPT_S // 60,
    )


def _typed(value: Any, kind: type) -> Any:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"not of {kind}")
    return value
