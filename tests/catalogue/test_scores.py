"""Rules as data, scores and what mending gains."""

from __future__ import annotations

import random

import pytest

from tic.catalogue.assess import CHECKS, Result
from tic.catalogue.rules import rule_book
from tic.catalogue.scores import scorecard


def test_every_rule_has_a_check_and_every_check_a_rule() -> None:
    assert {rule.code for rule in rule_book().rules} == set(CHECKS)
    assert len({rule.code for rule in rule_book().rules}) == len(rule_book().rules)


def test_every_rule_belongs_to_a_dimension_and_the_weights_make_a_hundred() -> None:
    dimensions = rule_book().dimensions
    assert {rule.dimension for rule in rule_book().rules} == set(dimensions)
    assert sum(item.weight for item in dimensions.values()) == 100


def test_a_score_is_the_weighted_mean_of_rules_and_of_dimensions() -> None:
    # completeness: (3 * 50 + 2 * 100) / 5 = 70, weight 20; uniqueness: 100, weight 10.
    results = [Result("place_name_th", 1, 2), Result("place_contact", 4, 4), Result("id_once", 9, 9)]
    card = scorecard(results)
    assert card is not None
    assert card.dimensions == {"completeness": pytest.approx(70), "uniqueness": pytest.approx(100)}
    assert card.overall == pytest.approx((20 * 70 + 10 * 100) / 30)


def test_the_gain_is_what_the_overall_score_rises_by() -> None:
    results = [Result("place_name_th", 1, 2), Result("place_contact", 1, 4), Result("id_once", 9, 9)]
    card = scorecard(results)
    assert card is not None
    first = card.rules[0]
    assert first.rule.code == "place_name_th" or first.gain >= card.rules[1].gain
    mended = [
        Result(item.rule, item.looked_at, item.looked_at) if item.rule == first.rule.code else item for item in results
    ]
    after = scorecard(mended)
    assert after is not None
    assert after.overall - card.overall == pytest.approx(first.gain)
    assert sum(one.gain for one in card.rules) == pytest.approx(100 - card.overall)


def test_mending_anything_never_lowers_a_score() -> None:
    chance = random.Random(7)
    codes = [rule.code for rule in rule_book().of_kind("places")]
    for _ in range(50):
        results = [Result(code, chance.randint(0, 9), 10) for code in chance.sample(codes, 8)]
        card = scorecard(results)
        assert card is not None
        assert 0 <= card.overall <= 100
        assert all(one.gain >= 0 for one in card.rules)


def test_rules_that_are_no_more_and_empty_results_count_for_nothing() -> None:
    assert scorecard([]) is None
    assert scorecard([Result("a_rule_of_old", 1, 2)]) is None
    card = scorecard([Result("a_rule_of_old", 0, 2), Result("id_once", 1, 1)])
    assert card is not None
    assert card.overall == 100
