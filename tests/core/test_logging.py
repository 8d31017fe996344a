"""The log: lines for people, or one JSON object a line."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tic.core.logging import configure_logging
from tic.core.settings import Settings


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, as it was again after the test."""
    logger = logging.getLogger()
    handlers, level = logger.handlers[:], logger.level
    yield logger
    logger.handlers[:] = handlers
    logger.setLevel(level)


def test_json_has_one_object_a_line_with_the_extra_fields(
    root: logging.Logger, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging(settings.model_copy(update={"log_format": "json", "log_level": "INFO"}))
    logging.getLogger("tic.jobs").info("อ่าน %s แล้ว\nสองบรรทัด", "tat", extra={"rows": 5, "source": "tat"})
    logging.getLogger("tic.jobs").debug("not shown")
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("tic.jobs").exception("failed")
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (first["level"], first["logger"], first["message"]) == ("INFO", "tic.jobs", "อ่าน tat แล้ว\nสองบรรทัด")
    assert (first["rows"], first["source"]) == (5, "tat")
    assert datetime.fromisoformat(first["time"]).utcoffset() is not None
    assert "ValueError: broken" in second["error"]
    assert set(first) == {"time", "level", "logger", "message", "rows", "source"}


def test_text_is_the_default_and_begins_at_warnings(
    root: logging.Logger, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging(settings)
    configure_logging(settings)
    logging.getLogger("tic.jobs").info("not shown")
    logging.getLogger("tic.jobs").warning("shown once")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("WARNING tic.jobs: shown once")


def test_a_value_that_is_no_json_is_written_as_text(
    root: logging.Logger, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging(settings.model_copy(update={"log_format": "json"}))
    logging.getLogger("tic.jobs").warning("kept", extra={"at": datetime(2026, 5, 1, tzinfo=UTC)})
    assert json.loads(capsys.readouterr().err)["at"] == "2026-05-01 00:00:00+00:00"
