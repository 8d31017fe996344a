"""A fetch that was broken off: the answers that had come are used by the next one, so that long feeds get finished.

A feed of hundreds of pages does not fit into one day's quota, and a process may be killed. Answers are kept for two
days: older ones would mix two states of the feed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tic.core.files import write_bytes

_LONGEST_S: Final = 48 * 3600


@dataclass(frozen=True)
class Begun:
    """The answers of one source so far, a file each in a folder of its own."""

    folder: Path

    def answer(self, request: str) -> bytes | None:
        """What a request brought not long ago; None when it is to be made."""
        path = self.folder / request
        try:
            fresh = time.time() - path.stat().st_mtime < _LONGEST_S
            return path.read_bytes() if fresh else None
        except FileNotFoundError:
            return None

    def keep(self, request: str, content: bytes) -> None:
        """Keep what a request brought. Raises StorageFailed."""
        write_bytes(self.folder / request, content)

    def forget(self) -> None:
        """The fetch is complete, or what came is no good."""
        shutil.rmtree(self.folder, ignore_errors=True)


def name_of(url: str, parameters: Mapping[str, str]) -> str:
    """A name for a request; no key of a publisher goes into it."""
    return hashlib.sha256(json.dumps([url, sorted(parameters.items())]).encode()).hexdigest()
