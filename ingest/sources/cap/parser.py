"""CAP messages of any sender: a file each; the index that names them brings nothing of its own."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import polars as pl

from ingest.hazards import ALERT_SCHEMA
from ingest.parsers import Parsed
from ingest.quarantine import PROBLEMS
from ingest.source import Source
from ingest.tabular import ROW_NUMBER
from tic.core.errors import SourceUnreadable
from tic.hazards.cap import is_index, read_alert
from tic.hazards.store import alert_to_json

_LARGEST: Final = 16 * 1024 * 1024


def parse(path: Path, source: Source) -> Parsed:
    """The message as one row. One that cannot be read is a refused row: it must not keep the others back."""
    row = dict.fromkeys(ALERT_SCHEMA) | {"origin": path.name, ROW_NUMBER: 1, PROBLEMS: []}
    try:
        if path.stat().st_size > _LARGEST:
            raise SourceUnreadable("{file} is too large for a hazard message.", file=path.name)
        content = path.read_bytes()
        if is_index(content):
            return Parsed(pl.DataFrame(schema=ALERT_SCHEMA))
        message = read_alert(content)
    except SourceUnreadable as error:
        row |= {"reason": str(error), PROBLEMS: ["alert_unreadable"]}
    else:
        row |= {"body": alert_to_json(message), "sha256": hashlib.sha256(content).hexdigest()}
    return Parsed(pl.DataFrame([row], schema=ALERT_SCHEMA, orient="row"))
