"""A reviewer decides with the difference in view; every decision can be traced and an approval undone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from directory import repository, submissions
from directory.submissions import Submission
from pages._review import published_as
from reading_pages import Open, press, texts
from small_directory import SmallDirectory
from tic.core.database import reading, writing

PAGE = "review_queue.py"


def sent_edit(small: SmallDirectory, listing_id: str | None, **changes: str) -> Submission:
    """A submission of a new operator that waits for review."""
    account, _token = small.sign_in()
    with writing(small.services.database) as connection:
        body = {"name_en": "New cafe", "category": "cafe", "coordinates": "13.75, 100.5"}
        if listing_id:
            listing = repository.get_listing(connection, listing_id)
            assert listing is not None
            body = submissions.listing_form(listing)
        draft = submissions.save_draft(connection, account, listing_id=listing_id, body={**body, **changes})
        return submissions.submit(connection, account, draft.id)


def state_of(small: SmallDirectory, item: Submission) -> Submission:
    with reading(small.services.database) as connection:
        return submissions.get_submission(connection, item.id)


@pytest.fixture
def token(small: SmallDirectory) -> str:
    return small.sign_in("reviewer")[1]


def test_only_a_reviewer_sees_the_queue(open_page: Open, small: SmallDirectory) -> None:
    _account, operator = small.sign_in()
    assert "for other roles" in open_page(PAGE, token=operator).warning[0].value
    assert open_page(PAGE).info[0].value == "Sign in to go on."


def test_the_difference_is_shown_field_by_field_with_who_sent_it(
    open_page: Open, small: SmallDirectory, token: str
) -> None:
    item = sent_edit(small, "railay", phone="075 622 163", address_en="1 & 2 River Road")
    shown = texts(open_page(PAGE, token=token, submission=item.id))
    assert '<th scope="row">Phone</th>' in shown
    assert '<td class="tic-new">075 622 163</td>' in shown
    assert "1 &amp; 2 River Road" in shown
    assert "From Operator \\<operator\\-" in shown
    assert "handed in" in shown


def test_approving_makes_it_a_record_and_says_when_it_will_be_found(
    open_page: Open, small: SmallDirectory, token: str
) -> None:
    item = sent_edit(small, None, name_en="Cafe Approved")
    page = press(open_page(PAGE, token=token, submission=item.id), f"approve-{item.id}")
    assert page.success[0].value == "Approved: Cafe Approved. It is found by searches within seconds."
    assert state_of(small, item).state == "approved"
    with reading(small.services.database) as connection:
        (name,) = repository.load_records(connection, keys=[f"operator:{item.id}"])["name_en"]
        assert published_as(connection, item.id) is None
    assert name == "Cafe Approved"


def test_a_rejection_needs_a_reason_which_the_operator_reads(
    open_page: Open, small: SmallDirectory, token: str
) -> None:
    item = sent_edit(small, None, name_en="Cafe Rejected")
    page = open_page(PAGE, token=token, submission=item.id)
    page = press(page, f"reject-{item.id}")
    assert "Say why the submission is rejected" in page.error[0].value
    page.text_area(key=f"reason-{item.id}").input("Wrong position.")
    page = press(page, f"reject-{item.id}")
    assert page.success[0].value == "Rejected: Cafe Rejected"
    assert (state_of(small, item).state, state_of(small, item).reason) == ("rejected", "Wrong position.")


def test_an_approval_can_be_taken_back_with_a_reason(open_page: Open, small: SmallDirectory, token: str) -> None:
    item = sent_edit(small, None, name_en="Cafe Undone")
    page = press(open_page(PAGE, token=token, submission=item.id), f"approve-{item.id}")
    page.text_area(key=f"reason-{item.id}").input("It was a joke.")
    page = press(page, f"undo-{item.id}")
    assert page.success[0].value == "Approval taken back: Cafe Undone"
    assert state_of(small, item).state == "rejected"
    with reading(small.services.database) as connection:
        assert repository.load_records(connection, keys=[f"operator:{item.id}"]).is_empty()


def test_a_field_that_others_changed_too_must_be_compared_first(
    open_page: Open, small: SmallDirectory, token: str
) -> None:
    item = sent_edit(small, "doi-inthanon", phone="053 286 728")
    with writing(small.services.database) as connection:
        listing = repository.get_listing(connection, "doi-inthanon")
        assert listing is not None
        changed = listing.model_copy(update={"phone": "+6653286729"})
        now = datetime.now(UTC)
        repository.save_listings(connection, [changed], {}, [], now=now, scope=["doi-inthanon"])
    page = open_page(PAGE, token=token, submission=item.id)
    assert "Changed by others since this edit began: Phone." in page.warning[0].value
    assert "Phone ⚠ changed by others, too" in texts(page)
    assert page.button(key=f"approve-{item.id}").disabled
    page.checkbox(key=f"seen-{item.id}").check().run()
    press(page, f"approve-{item.id}")
    assert state_of(small, item).state == "approved"


def test_nobody_decides_their_own_submission(open_page: Open, small: SmallDirectory) -> None:
    reviewer, token = small.sign_in("reviewer")
    with writing(small.services.database) as connection:
        body = {"name_en": "Own", "category": "cafe", "coordinates": "13.75, 100.5"}
        own = submissions.save_draft(connection, reviewer, listing_id=None, body=body)
        submissions.submit(connection, reviewer, own.id)
    page = open_page(PAGE, token=token, submission=own.id)
    assert "Another reviewer must decide your own submission." in texts(page)
    assert page.button(key=f"approve-{own.id}").disabled
    with writing(small.services.database) as connection:
        submissions.withdraw(connection, reviewer, own.id)


def test_the_oldest_comes_first(open_page: Open, small: SmallDirectory, token: str) -> None:
    first, second = sent_edit(small, None, name_en="First"), sent_edit(small, None, name_en="Second")
    page = open_page(PAGE, token=token)
    opened = [button.key for button in page.button if (button.key or "").startswith("open-")]
    assert opened.index(f"open-{first.id}") < opened.index(f"open-{second.id}")
