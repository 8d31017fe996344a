"""A reviewer answers doubtful pairs one by one, each with both records in view, and takes an answer back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, insert

from directory import tables
from directory.repository import load_judgements
from reading_pages import Open, press, texts
from small_directory import NOW, SmallDirectory
from tic.core.database import reading, writing

PAGE = "review_pairs.py"
PAIRS = [("osm:wat-arun", "tat:wat-pho", 0.52, 1.4), ("osm:doi-inthanon", "tat:railay", 0.31, 0.6)]
EVIDENCE = {"name_text": 0.91, "name_sound": 0.4, "distance_m": 1234.0, "category": 3.0, "phone": 0.0}
FIRST = "osm:wat-arun|tat:wat-pho"


@pytest.fixture
def token(small: SmallDirectory) -> Iterator[str]:
    """A reviewer's session; two pairs wait, and nothing is judged."""
    rows = [
        {"left_key": left, "right_key": right, "score": score, "priority": priority, "evidence": EVIDENCE, "at": NOW}
        for left, right, score, priority in PAIRS
    ]
    with writing(small.services.database) as connection:
        connection.execute(insert(tables.doubtful_pair), rows)
    yield small.sign_in("reviewer")[1]
    with writing(small.services.database) as connection:
        connection.execute(delete(tables.doubtful_pair))
        connection.execute(delete(tables.judgement))


def verdicts(small: SmallDirectory) -> list[tuple[str, str, str]]:
    with reading(small.services.database) as connection:
        return load_judgements(connection).select("left_key", "right_key", "verdict").rows()


def test_only_a_reviewer_sees_the_pairs(open_page: Open, small: SmallDirectory) -> None:
    assert "for other roles" in open_page(PAGE, token=small.sign_in()[1]).warning[0].value
    assert open_page(PAGE).info[0].value == "Sign in to go on."


def test_nothing_to_judge_is_said(open_page: Open, small: SmallDirectory) -> None:
    assert open_page(PAGE, token=small.sign_in("reviewer")[1]).info[0].value == "No pair waits for an answer."


def test_both_records_stand_side_by_side_with_what_differs_marked(open_page: Open, token: str) -> None:
    shown = texts(open_page(PAGE, token=token))
    assert "Waiting for an answer: 2" in shown
    assert "A · OpenStreetMap · wat-arun" in shown
    assert "B · TAT attractions · wat-pho" in shown
    assert 'English name <strong class="tic-differs">≠ differs</strong></th><td>Wat Arun</td><td>Wat Pho</td>' in shown
    assert '<tr><th scope="row">Category</th><td>Temple</td><td>Temple</td></tr>' in shown
    assert "At present they are two listings." in shown


def test_the_evidence_is_in_words_and_by_what_it_speaks_for(open_page: Open, token: str) -> None:
    shown = texts(open_page(PAGE, token=token))
    assert "The matcher gives 52 % that this is one place." in shown
    speaks_for, _, rest = shown.partition("Speaks against it")
    assert "The names are written 91 % alike;" in speaks_for
    assert "The points are 1,234 m apart." in rest
    assert "Their phone numbers differ." in rest


def test_the_page_is_thai_for_a_thai_reviewer(open_page: Open, token: str) -> None:
    shown = texts(open_page(PAGE, token=token, lang="th"))
    assert "ระบบจับคู่ประเมินว่าเป็นสถานที่เดียวกัน 52%" in shown
    assert "ตำแหน่งห่างกัน 1,234 ม." in shown


def test_an_answer_is_kept_the_next_pair_comes_and_the_answer_can_be_taken_back(
    open_page: Open, small: SmallDirectory, token: str
) -> None:
    page = press(open_page(PAGE, token=token), f"different-{FIRST}")
    assert verdicts(small) == [("osm:wat-arun", "tat:wat-pho", "different")]
    assert page.success[0].value == "Judged: two places. The directory follows within seconds."
    assert "Waiting for an answer: 1" in texts(page)
    assert "Doi Inthanon" in page.subheader[0].value
    page = press(page, f"undo-{FIRST}")
    assert verdicts(small) == []
    assert "Waiting for an answer: 2" in texts(page)


def test_a_pair_can_be_passed_over(open_page: Open, small: SmallDirectory, token: str) -> None:
    page = press(open_page(PAGE, token=token), f"next-{FIRST}")
    assert "Doi Inthanon" in page.subheader[0].value
    page = press(page, "next-osm:doi-inthanon|tat:railay")
    assert "Wat Arun" in page.subheader[0].value
    assert verdicts(small) == []


def test_a_pair_that_was_judged_meanwhile_is_not_judged_twice(
    open_page: Open, small: SmallDirectory, token: str
) -> None:
    page = open_page(PAGE, token=token)
    press(open_page(PAGE, token=small.sign_in("reviewer")[1]), f"same-{FIRST}")
    page = press(page, f"different-{FIRST}")
    assert verdicts(small) == [("osm:wat-arun", "tat:wat-pho", "same")]
    assert "Somebody has judged this pair meanwhile" in page.error[0].value
