"""The rules of quality, read from rules.yml: what is measured, in which dimension, what it weighs, how to mend it."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Final, Literal

import yaml
from pydantic import ConfigDict, Field, TypeAdapter
from pydantic.dataclasses import dataclass

from tic.core.i18n import Language

Reads = Literal["records", "observations", "quarantine", "runs", "source"]
_STRICT = ConfigDict(extra="forbid")
Weight = Annotated[int, Field(ge=1)]


@dataclass(frozen=True, config=_STRICT)
class Text:
    """A text in both languages."""

    th: str
    en: str

    def told(self, language: Language) -> str:
        """The text in `th` or `en`."""
        return self.th if language == "th" else self.en


@dataclass(frozen=True, config=_STRICT)
class Basis:
    """What a dimension answers to: ISO/IEC 25012:2008 and Thailand's digital government standard of 2023."""

    iso: str
    dga: str


@dataclass(frozen=True, config=_STRICT)
class Dimension:
    """A dimension of quality and its weight in the overall score."""

    weight: Weight
    title: Text
    meaning: Text
    basis: Basis


@dataclass(frozen=True, config=_STRICT)
class Rule:
    """What is measured of sources of one kind or of any, its weight in its dimension, why, and how to mend it."""

    code: str
    dimension: str
    kind: Literal["places", "statistics", "any"]
    reads: Reads
    weight: Weight
    title: Text
    why: Text
    fix: Text


@dataclass(frozen=True, config=_STRICT)
class RuleBook:
    """All dimensions by code, in the order they are shown, and all rules."""

    dimensions: dict[str, Dimension]
    rules: tuple[Rule, ...]

    def of_kind(self, kind: str) -> tuple[Rule, ...]:
        """The rules for sources of a kind."""
        return tuple(rule for rule in self.rules if rule.kind in {kind, "any"})

    def rule(self, code: str) -> Rule | None:
        """The rule of that code; None when there is none (any more)."""
        return next((rule for rule in self.rules if rule.code == code), None)


_ADAPTER: Final = TypeAdapter(RuleBook)


@lru_cache(maxsize=1)
def rule_book() -> RuleBook:
    """The rules that ship with the product."""
    text = (files("tic.catalogue") / "rules.yml").read_text(encoding="utf-8")
    return _ADAPTER.validate_python(yaml.safe_load(text))
