"""While the server runs, tables that analysts hand in are looked at and joined within seconds."""

from __future__ import annotations

import logging
import threading
from typing import Final

from directory.services import Services
from tic.core.database import reading
from tic.core.errors import JobRunning
from tic.core.progress import Silent
from tic.desk.uploads import uploads
from tic.jobs.context import Context
from tic.jobs.uploads import run_uploads

POLL_S: Final = 2.0
_STOP_WITHIN_S: Final = 5.0
_log = logging.getLogger(__name__)


class UploadWorker:
    """One daemon thread; what goes wrong is logged once for as long as it does, and tried again."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="uploads", daemon=True)
        self._complaint = ""

    def start(self) -> None:
        """Begin; to be called once."""
        self._thread.start()

    def stop(self) -> None:
        """Let the turn that is under way end, and no other begin."""
        self._stopping.set()
        self._thread.join(_STOP_WITHIN_S)

    def _run(self) -> None:
        while not self._stopping.wait(POLL_S):
            try:
                self._turn()
                self._complaint = ""
            except JobRunning:
                continue
            except Exception as error:  # noqa: BLE001  (whatever it is, the next table must still be looked at)
                if str(error) != self._complaint:
                    self._complaint = str(error)
                    _log.error("tables that were handed in cannot be looked at: %s", error, exc_info=error)

    def _turn(self) -> None:
        with reading(self._services.database) as connection:
            if not uploads(connection, states=("waiting", "wanted")):
                return
        context = Context(self._services.settings, Silent())
        try:
            run_uploads(context)
        finally:
            context.close()
