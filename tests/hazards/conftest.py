"""A migrated system of record on each database."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine


@pytest.fixture
def hazard_database(migrated_database: Engine) -> Engine:
    return migrated_database
