"""What a serving process keeps out of the search for garbage."""

from __future__ import annotations

import gc

from tic.core.memory import keep_what_is_loaded


def test_what_is_loaded_is_no_longer_looked_through_and_what_comes_later_is() -> None:
    table = [{"number": number} for number in range(1000)]
    try:
        keep_what_is_loaded()
        later: list[object] = [{}]
        watched = gc.get_objects()
        assert gc.get_freeze_count() > len(table)
        assert not any(item is table for item in watched)
        assert any(item is later for item in watched)
    finally:
        gc.unfreeze()
