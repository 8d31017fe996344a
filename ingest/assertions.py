"""What a whole file must bring: too little stops a run before it deletes anything, too much is told."""

from __future__ import annotations

from ingest.source import Source
from tic.core.errors import SourceUnreadable


def check_count(accepted: int, source: Source) -> str | None:
    """A warning when more rows were accepted than expected, None when all is well.

    Raises SourceUnreadable when there are too few: the file is cut short, or its publisher has changed it.
    """
    expect = source.expect
    if accepted < expect.least:
        raise SourceUnreadable(
            "{source} brought {accepted} good rows; at least {least} were expected. Nothing has been changed. Check "
            "that its file is whole; if it is, lower the expectation in source.yml.",
            source=source.name,
            accepted=accepted,
            least=expect.least,
        )
    if accepted > expect.most:
        return f"More rows than expected ({accepted:,}, at most {expect.most:,}): check the file."
    return None
