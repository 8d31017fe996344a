"""The system of record and the search engine behind one set of settings, each opened when first used."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Engine

from directory.search.base import SearchEngine
from directory.search.engines import open_engine
from tic.core.database import open_database
from tic.core.settings import Settings


@dataclass(frozen=True)
class Services:
    """Opened late: a job that never searches never loads an engine. Safe to share between threads."""

    settings: Settings

    @cached_property
    def database(self) -> Engine:
        """The system of record."""
        return open_database(self.settings.database)

    @cached_property
    def search(self) -> SearchEngine:
        """The search engine that the settings choose."""
        return open_engine(self.settings)

    def close(self) -> None:
        """Release what was opened."""
        if "search" in self.__dict__:
            self.search.close()
        if "database" in self.__dict__:
            self.database.dispose()
