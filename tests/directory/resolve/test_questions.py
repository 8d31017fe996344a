"""Which pairs people are asked about, and what becomes of their answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Engine, select

from directory import audit, doubtful, repository, tables
from directory.accounts import Account
from directory.doubtful import DoubtfulPair
from directory.judgements import JUDGEMENT_SCHEMA, Verdict
from directory.listing import Redirect
from directory.resolve import asking
from directory.resolve.job import ResolveReport, resolve_all
from directory.resolve.questions import KEYED, questions
from tic.core.database import reading, writing
from tic.core.errors import Conflict, NotAllowed
from tic.core.progress import Silent

Make = Callable[..., Any]
People = dict[str, Account]
TRUST = {"tat": "official", "osm": "open"}


def pairs(*rows: tuple[str, str, float]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=KEYED, orient="row")


def judged(*rows: tuple[str, str, str]) -> pl.DataFrame:
    told = [(left, right, verdict, None, "anna") for left, right, verdict in rows]
    return pl.DataFrame(told, schema=JUDGEMENT_SCHEMA, orient="row")


def asked(
    chances: pl.DataFrame,
    clusters: list[list[str]],
    judgements: pl.DataFrame | None = None,
    outside: dict[str, str] | None = None,
) -> list[tuple[str, str]]:
    found = questions(chances, clusters, judged() if judgements is None else judgements, outside or {})
    return [(left, right) for left, right, *_ in found.iter_rows()]


def test_only_chances_inside_the_band_are_doubtful() -> None:
    chances = pairs(("a", "b", 0.09), ("c", "d", 0.1), ("e", "f", 0.89), ("g", "h", 0.9))
    clusters = [["a"], ["b"], ["c"], ["d"], ["e", "f"], ["g", "h"]]
    assert asked(chances, clusters) == [("c", "d"), ("e", "f")]


def test_between_two_groups_of_sure_records_only_the_most_doubtful_pair_is_asked() -> None:
    chances = pairs(("a", "b", 0.99), ("c", "d", 0.95), ("a", "c", 0.3), ("b", "d", 0.52), ("a", "d", 0.8))
    assert asked(chances, [["a", "b"], ["c", "d"]]) == [("b", "d")]
    assert asked(chances, [["a", "b", "c", "d"]]) == [("b", "d")]


def test_records_that_hold_together_by_others_are_not_asked_about() -> None:
    chances = pairs(("a", "b", 0.99), ("b", "c", 0.97), ("a", "c", 0.6))
    assert asked(chances, [["a", "b", "c"]]) == []


@pytest.mark.parametrize("verdict", ["same", "different", "unsure"])
def test_what_was_judged_is_never_asked_again_by_another_pair_of_the_same_two(verdict: str) -> None:
    chances = pairs(("a", "b", 0.99), ("a", "c", 0.5), ("b", "c", 0.6))
    clusters = [["a", "b", "c"]] if verdict == "same" else [["a", "b"], ["c"]]
    assert asked(chances, clusters, judged(("b", "c", verdict))) == []


def test_a_record_that_a_run_does_not_look_at_stands_for_its_listing() -> None:
    chances = pairs(("a", "x", 0.5), ("a", "y", 0.4), ("a", "z", 0.3))
    outside = {"x": "listing-1", "y": "listing-1", "z": "listing-2"}
    assert asked(chances, [["a"]], outside=outside) == [("a", "x"), ("a", "z")]


@pytest.fixture
def doubt(database: Engine, say: Make, record: Make, east: Make, now: datetime) -> DoubtfulPair:
    """Two restaurants with rather similar names a street apart, and a temple that nobody doubts."""
    say(
        record("osm:1", name_en="Baan Ploy Kitchen", category="restaurant"),
        record("tat:1", name_en="Baan Ploy Restaurant", category="restaurant", lon=east(150), phone="+6622222222"),
        record("osm:2", name_en="Wat Pho", lon=east(900)),
        record("tat:2", name_en="Wat Pho", lon=east(910)),
    )
    resolve(database, now)
    with reading(database) as connection:
        found = doubtful.open_pairs(connection)
    assert [(item.left_key, item.right_key) for item in found] == [("osm:1", "tat:1")]
    return found[0]


def resolve(database: Engine, now: datetime) -> ResolveReport:
    return resolve_all(database, TRUST, Silent(), now)


def open_keys(database: Engine) -> list[tuple[str, str]]:
    with reading(database) as connection:
        assert doubtful.count_open(connection) == len(doubtful.open_pairs(connection))
        return [(pair.left_key, pair.right_key) for pair in doubtful.open_pairs(connection)]


def ids(database: Engine) -> dict[str, str]:
    with reading(database) as connection:
        return doubtful.homes(connection, ["osm:1", "osm:2", "tat:1", "tat:2"])


def answer(database: Engine, people: People, pair: DoubtfulPair, verdict: Verdict, now: datetime) -> None:
    with writing(database) as connection:
        doubtful.judge(connection, people["reviewer"], pair, verdict, now=now)
    resolve(database, now)


def test_a_run_leaves_doubtful_pairs_with_score_and_evidence(database: Engine, doubt: DoubtfulPair) -> None:
    assert 0.1 <= doubt.score < 0.9
    assert doubt.evidence["distance_m"] == 150
    assert doubt.evidence["name_text"] > 0.6
    assert "phone" not in doubt.evidence


def test_the_resolver_obeys_a_verdict_and_an_undo_brings_both_ids_back(
    database: Engine, people: People, doubt: DoubtfulPair, now: datetime
) -> None:
    before = ids(database)
    was_one = before["osm:1"] == before["tat:1"]
    opposite: Verdict = "different" if was_one else "same"
    answer(database, people, doubt, opposite, now)
    after = ids(database)
    assert (after["osm:1"] == after["tat:1"]) is not was_one
    assert open_keys(database) == []
    with writing(database) as connection:
        doubtful.take_back(connection, people["second reviewer"], "tat:1", "osm:1", now=now + timedelta(hours=1))
    resolve(database, now)
    assert ids(database) == before
    assert open_keys(database) == [("osm:1", "tat:1")]


def test_a_merge_by_verdict_redirects_the_id_that_goes_and_a_split_by_undo_revives_it(
    database: Engine, say: Make, record: Make, people: People, now: datetime
) -> None:
    """The id comes back also where it was made from a record that is not the first of its place any more."""
    say(record("osm:1", name_en="Wat Pho"), record("tat:9", name_en="Wat Arun", lat=13.80))
    resolve(database, now)
    say(record("osm:5", name_en="Wat Arun", lat=13.80))
    resolve(database, now)
    with reading(database) as connection:
        home = doubtful.homes(connection, ["osm:1", "osm:5", "tat:9"])
    assert home["osm:5"] == home["tat:9"] != home["osm:1"]
    pair = DoubtfulPair("osm:1", "osm:5", 0.5, {})
    answer(database, people, pair, "same", now)
    with reading(database) as connection:
        joined = doubtful.homes(connection, ["osm:1", "osm:5", "tat:9"])
        gone = ({home["osm:1"], home["tat:9"]} - set(joined.values())).pop()
        assert len(set(joined.values())) == 1
        assert repository.get_redirect(connection, gone) == Redirect(
            old_id=gone, new_id=joined["osm:1"], reason="merged", at=now
        )
    with writing(database) as connection:
        doubtful.take_back(connection, people["reviewer"], "osm:1", "osm:5", now=now)
    resolve(database, now)
    with reading(database) as connection:
        assert doubtful.homes(connection, ["osm:1", "osm:5", "tat:9"]) == home
        assert repository.get_redirect(connection, gone) is None


def test_unsure_changes_no_listing_and_is_not_asked_again(
    database: Engine, people: People, doubt: DoubtfulPair, now: datetime
) -> None:
    before = ids(database)
    answer(database, people, doubt, "unsure", now)
    assert ids(database) == before
    assert open_keys(database) == []
    resolve_all(database, {**TRUST, "osm": "private"}, Silent(), now)
    assert open_keys(database) == []


def test_a_judgement_keeps_who_when_score_and_evidence_also_after_it_is_taken_back(
    database: Engine, people: People, doubt: DoubtfulPair, now: datetime
) -> None:
    answer(database, people, doubt, "same", now)
    with writing(database) as connection:
        row = connection.execute(select(tables.judgement)).one()
        assert (row.verdict, row.decided_by, row.decided_at) == ("same", people["reviewer"].id, now)
        assert (row.score, row.evidence) == (doubt.score, doubt.evidence)
        assert [item.verdict for item in doubtful.judged_lately(connection)] == ["same"]
        doubtful.take_back(connection, people["reviewer"], doubt.left_key, doubt.right_key, now=now)
        undone, given = audit.entries(connection, subject="pair:osm:1|tat:1")
    assert (undone.action, given.action) == ("undo judgement", "judge")
    for entry in (undone, given):
        assert entry.detail is not None
        assert (entry.detail["verdict"], entry.detail["score"]) == ("same", doubt.score)
        assert entry.detail["evidence"] == doubt.evidence


def test_two_reviewers_cannot_judge_one_pair_and_operators_none(
    database: Engine, people: People, doubt: DoubtfulPair, now: datetime
) -> None:
    with pytest.raises(NotAllowed), writing(database) as connection:
        doubtful.judge(connection, people["operator"], doubt, "same", now=now)
    answer(database, people, doubt, "different", now)
    with pytest.raises(Conflict, match="judged this pair meanwhile"), writing(database) as connection:
        doubtful.judge(connection, people["second reviewer"], doubt, "same", now=now)
    with writing(database) as connection:
        doubtful.take_back(connection, people["reviewer"], "osm:1", "tat:1", now=now)
    with pytest.raises(Conflict, match="no judgement on this pair"), writing(database) as connection:
        doubtful.take_back(connection, people["reviewer"], "osm:1", "tat:1", now=now)


def test_a_run_over_a_neighbourhood_keeps_the_other_questions_and_those_that_reach_out_of_it(
    database: Engine, say: Make, record: Make, east: Make, doubt: DoubtfulPair, now: datetime
) -> None:
    say(record("osm:2", name_en="Wat Pho", lon=east(900), phone="+6622260335"))
    assert resolve(database, now).records == 2
    assert open_keys(database) == [("osm:1", "tat:1")]
    say(record("osm:1", name_en="Baan Ploy Kitchen", category="restaurant", website="https://ploy.example"))
    resolve(database, now)
    assert open_keys(database) == [("osm:1", "tat:1")]


def test_a_pair_of_a_record_that_is_gone_is_not_asked(database: Engine, doubt: DoubtfulPair, now: datetime) -> None:
    with writing(database) as connection:
        repository.retire_records(connection, ["tat:1"], now=now)
    assert open_keys(database) == []
    resolve(database, now)
    with reading(database) as connection:
        assert connection.execute(select(tables.doubtful_pair.c.left_key)).all() == []


def test_the_number_of_questions_is_bounded_and_the_first_ones_stay(
    database: Engine, say: Make, record: Make, east: Make, doubt: DoubtfulPair, now: datetime, monkeypatch: Any
) -> None:
    monkeypatch.setattr(asking, "MOST_QUESTIONS", 1)
    say(
        record("osm:8", name_en="Baan Ploy Kitchen", category="restaurant", lat=14.0),
        record(
            "tat:8", name_en="Baan Ploy Restaurant", name_th="บ้านพลอย", category="restaurant", lat=14.0, lon=east(150),
            website="https://ploy.example", certification="SHA",
        ),
    )  # fmt: skip
    resolve(database, now)
    assert open_keys(database) == [("osm:8", "tat:8")]
