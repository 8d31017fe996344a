"""What the clusters depend on beside the records: rules, model, analysis of names, trust in the sources."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final

from directory.search.analysis import ANALYSIS_VERSION

RULES_VERSION: Final = "3"
"""Raised when the code of this room comes to other clusters or listings: the next run looks at every record again."""
_LEARNED: Final = ("model.json", "word_rarity.json")


def resolver_version(trust: Mapping[str, str]) -> str:
    """A short hash that changes with everything that listings are made by."""
    parts = [RULES_VERSION, ANALYSIS_VERSION, _learned(), json.dumps(dict(trust), sort_keys=True)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def _learned() -> str:
    room = files("directory.resolve")
    return hashlib.sha256(b"".join((room / name).read_bytes() for name in _LEARNED)).hexdigest()
