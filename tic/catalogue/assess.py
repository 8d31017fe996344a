"""An assessment: all rules of a source's kind on its evidence, with the rows that failed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import polars as pl

from tic.catalogue.deliveries import DELIVERY_CHECKS
from tic.catalogue.evidence import Evidence
from tic.catalogue.figures import FIGURE_CHECKS
from tic.catalogue.places import PLACE_CHECKS, Check
from tic.catalogue.rules import RuleBook, rule_book

CHECKS: Final[Mapping[str, Check]] = {**PLACE_CHECKS, **FIGURE_CHECKS, **DELIVERY_CHECKS}
FAILING: Final[dict[str, Any]] = {"rule": pl.String, "row": pl.String, "label": pl.String, "detail": pl.String}
"""Columns of the failing rows."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a rule found: how many of the things it looked at passed."""

    rule: str
    passed: int
    looked_at: int

    @property
    def score(self) -> float:
        """Percent that passed; only meaningful when something was looked at."""
        return 100.0 * self.passed / self.looked_at


@dataclass(frozen=True)
class Assessment:
    """What all rules found of one source; `failing` is a frame of FAILING, sorted by rule and row."""

    source: str
    results: tuple[Result, ...]
    failing: pl.DataFrame

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of everything in it: the same findings have the same one, in one version of the library of frames."""
        told = "\n".join(f"{item.rule} {item.passed} {item.looked_at}" for item in self.results)
        digest = hashlib.sha256(f"{told}\n{pl.__version__}\n".encode())
        digest.update(self.failing.hash_rows().to_numpy().tobytes())
        return digest.hexdigest()


def assess(evidence: Evidence, book: RuleBook | None = None) -> Assessment:
    """Apply every rule for the source's kind. A rule that has nothing to look at is left out of the results."""
    results, failing = [], []
    for rule in (book or rule_book()).of_kind(evidence.source.kind):
        found = CHECKS[rule.code](evidence)
        if found.is_empty():
            continue
        results.append(Result(rule.code, int(found["passed"].sum()), found.height))
        failed = found.filter(~pl.col("passed")).select(pl.lit(rule.code).alias("rule"), "row", "label", "detail")
        # Records come in the order of their keys; sorting millions of them again takes longer than all rules.
        failing.append(failed if _rises(failed["row"]) else failed.sort("row", "detail"))
    in_order = sorted(failing, key=lambda failed: str(failed["rule"].first() or ""))
    rows = pl.concat(in_order) if in_order else pl.DataFrame(schema=FAILING)
    return Assessment(evidence.source.name, tuple(results), rows)


def _rises(rows: pl.Series) -> bool:
    """Whether each is greater than the one before."""
    return bool((rows.shift(1) < rows).fill_null(value=True).all())
