"""From an approval to the search index within moments: a worker that the server process runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from directory.records import has_dirty
from directory.repository import last_change
from directory.resolve.job import resolve_all
from directory.search.indexer import apply_changes
from directory.services import Services
from tic.core.database import reading
from tic.core.errors import JobRunning
from tic.core.locks import job_lock
from tic.core.progress import Silent

_log = logging.getLogger(__name__)
POLL_S: Final = 0.3
LONGEST_PAUSE_S: Final = 30.0
"""Between two tries while something does not work (a search engine that is away)."""
_STOP_WITHIN_S: Final = 30.0


def publish_once(services: Services, trust: Mapping[str, str]) -> int:
    """Merge what has changed and bring the index up to date; returns how many listings the index took.

    trust: source name -> operator, official, open or private. Raises JobRunning while another job holds the directory.
    """
    with job_lock(services.settings.lock_dir, "directory"):
        resolve_all(services.database, trust, Silent(), datetime.now(UTC), services.settings.prepared_dir)
        return apply_changes(services.database, services.search)


class Publisher:
    """One thread that publishes whatever changes, until it is stopped. An error is logged and does not end it."""

    def __init__(self, services: Services, trust: Mapping[str, str]) -> None:
        self._services = services
        self._trust = dict(trust)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        self._indexed_change = -1
        self._complaint = ""

    def start(self) -> None:
        """Begin; to be called once."""
        self._thread.start()

    def stop(self) -> None:
        """Let the turn that is under way end, and no other begin."""
        self._stopping.set()
        self._thread.join(_STOP_WITHIN_S)

    def _run(self) -> None:
        pause_s = POLL_S
        while not self._stopping.wait(pause_s):
            pause_s = POLL_S if self._turn() else min(2 * pause_s, LONGEST_PAUSE_S)

    def _turn(self) -> bool:
        """Whether there was nothing wrong; a job that holds the directory publishes by itself, or leaves it to us."""
        try:
            if self._has_news():
                # Read before: what another job changes meanwhile, and is killed before it indexes, is news again.
                newest = self._newest_change()
                count = publish_once(self._services, self._trust)
                self._indexed_change = newest
                _log.info("published %s places", count)
        except JobRunning:
            return True
        except Exception as error:  # noqa: BLE001  (whatever it is, the next approval must still be published)
            self._complain(error)
            return False
        self._complaint = ""
        return True

    def _has_news(self) -> bool:
        with reading(self._services.database) as connection:
            return last_change(connection) != self._indexed_change or has_dirty(connection)

    def _newest_change(self) -> int:
        with reading(self._services.database) as connection:
            return last_change(connection)

    def _complain(self, error: Exception) -> None:
        """Once for as long as the same thing is wrong."""
        if str(error) != self._complaint:
            self._complaint = str(error)
            _log.error("publishing does not work at present: %s", error, exc_info=error)
