"""Scores from 0 to 100: of a rule, of a dimension, overall; and what mending a rule would gain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tic.catalogue.assess import Result
from tic.catalogue.rules import Rule, RuleBook, rule_book


@dataclass(frozen=True, slots=True)
class RuleScore:
    """A rule's result and what it means: `gain` is what the overall score would rise by if every row passed."""

    rule: Rule
    result: Result
    gain: float


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A source's scores: overall, by dimension (those with results, in order), by rule (greatest gain first)."""

    overall: float
    dimensions: dict[str, float]
    rules: tuple[RuleScore, ...]


def scorecard(results: Iterable[Result], book: RuleBook | None = None) -> Scorecard | None:
    """The weighted scores of an assessment; None when no rule looked at anything.

    Dimension = mean of its rules by their weights, overall = mean of the dimensions by theirs, both over what was
    looked at; rules that the book no longer has are left out.
    """
    book = book or rule_book()
    known = [(rule, item) for item in results if item.looked_at and (rule := book.rule(item.rule))]
    if not known:
        return None
    weights: dict[str, float] = {}
    for rule, _item in known:
        weights[rule.dimension] = weights.get(rule.dimension, 0) + rule.weight
    in_order = [code for code in book.dimensions if code in weights]
    scores = {
        code: sum(rule.weight * item.score for rule, item in known if rule.dimension == code) / weights[code]
        for code in in_order
    }
    total = sum(book.dimensions[code].weight for code in in_order)
    overall = sum(book.dimensions[code].weight * score for code, score in scores.items()) / total

    def gain(rule: Rule, item: Result) -> float:
        share = book.dimensions[rule.dimension].weight / total * rule.weight / weights[rule.dimension]
        return share * (100 - item.score)

    told = [RuleScore(rule, item, gain(rule, item)) for rule, item in known]
    return Scorecard(overall, scores, tuple(sorted(told, key=lambda one: (-one.gain, one.rule.code))))
