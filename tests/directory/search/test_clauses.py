"""The levels a text is looked for with."""

from __future__ import annotations

from typing import Any

from directory.search.analysis import analyse
from directory.search.clauses import search_levels
from directory.search.plan import Clause, Fuzzy


def fuzzy_in(clause: Any) -> list[Fuzzy]:
    if isinstance(clause, Fuzzy):
        return [clause]
    parts = (*getattr(clause, "clauses", ()), *getattr(clause, "required", ()), *getattr(clause, "optional", ()))
    return [found for part in parts for found in fuzzy_in(part)]


def levels(text: str) -> list[Clause]:
    return list(search_levels(analyse(text)))


def test_half_of_many_words_are_looked_for_as_they_are_before_with_errors() -> None:
    assert [bool(fuzzy_in(level)) for level in levels("good coffee and cake by the sea wall")] == [
        False,
        True,
        False,
        True,
    ]


def test_few_words_are_looked_for_with_errors_at_once() -> None:
    assert [bool(fuzzy_in(level)) for level in levels("chatuchak makret")] == [False, True, True]
