"""An operator adds and corrects places: nothing typed is lost, errors stand beside their fields, states are shown."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from directory import submissions
from directory.submissions import Submission
from reading_pages import Open, press, texts
from small_directory import SmallDirectory
from tic.core.database import reading, writing

EDIT, MINE = "edit_place.py", "my_places.py"
GOOD = {
    "name_en": "Riverside Cafe",
    "coordinates": "13.7563, 100.5018",
    "phone": "02 123 4567",
    "opening_hours": "Mo-Fr 09:00-17:00",
}


def stored(small: SmallDirectory, draft_id: str) -> Submission:
    with reading(small.services.database) as connection:
        return submissions.get_submission(connection, draft_id)


def type_in(page: AppTest, **values: str) -> AppTest:
    """Type into fields one after the other, as a person does."""
    for name, value in values.items():
        page.text_input(key=f"field-{name}").input(value).run()
    return page


def hand_in(page: AppTest) -> AppTest:
    return next(button for button in page.button if button.label == "Hand in for review").click().run()


def test_a_visitor_is_asked_to_sign_in_and_comes_back_to_the_form(open_page: Open) -> None:
    page = open_page(EDIT, listing="wat-pho")
    assert page.info[0].value == "Sign in to go on."
    assert 'href="/account/sign-in?next=%2Fedit%3Flisting%3Dwat-pho"' in texts(page)
    assert len(page.text_input) == 0
    assert "next=%2Fedit%3Fdraft%3Ds1" in texts(open_page(EDIT, draft="s1"))


def test_every_change_is_kept_at_once_also_a_wrong_one(open_page: Open, small: SmallDirectory) -> None:
    _account, token = small.sign_in()
    page = type_in(open_page(EDIT, token=token), name_en="Riverside")
    draft_id = page.query_params["draft"]
    assert stored(small, draft_id).body["name_en"] == "Riverside"
    page = type_in(page, phone="not a phone")
    assert stored(small, draft_id).body["phone"] == "not a phone"
    assert "This is not a phone number" in texts(page)


def test_a_reload_or_another_device_goes_on_where_it_was(open_page: Open, small: SmallDirectory) -> None:
    _account, token = small.sign_in()
    page = type_in(open_page(EDIT, token=token), **GOOD)
    type_in(page, **{"aliases-0": "Baan Rim Nam", "aliases-1": "บ้านริมน้ำ"})
    again = open_page(EDIT, token=token, draft=page.query_params["draft"])
    assert {name: again.text_input(key=f"field-{name}").value for name in GOOD} == GOOD
    assert again.text_input(key="field-aliases-1").value == "บ้านริมน้ำ"
    assert again.text_input(key="field-aliases-2").value == ""


def test_errors_stand_beside_their_fields_in_the_readers_language(open_page: Open, small: SmallDirectory) -> None:
    _account, token = small.sign_in()
    page = type_in(open_page(EDIT, token=token, lang="th"), postcode="12")
    assert "รหัสไปรษณีย์มีตัวเลขห้าหลัก" in texts(page)
    assert "โปรดเลือกประเภท" not in texts(page)
    page = next(button for button in page.button if button.label == "ส่งตรวจสอบ").click().run()
    assert "โปรดแก้ไขช่องต่อไปนี้ก่อน" in page.error[0].value
    assert "โปรดเลือกประเภทของสถานที่จากรายการ" in texts(page)
    assert page.text_input(key="field-postcode").value == "12"
    assert stored(small, page.query_params["draft"]).state == "draft"


def test_a_complete_form_is_handed_in_and_waits(open_page: Open, small: SmallDirectory) -> None:
    account, token = small.sign_in()
    page = type_in(open_page(EDIT, token=token), **GOOD)
    page.selectbox(key="field-category").select("cafe").run()
    draft_id = page.query_params["draft"]
    page = hand_in(page)
    assert page.title[0].value == "My places"
    assert page.success[0].value.startswith("Handed in.")
    assert stored(small, draft_id).state == "pending"
    with reading(small.services.database) as connection:
        assert [item.id for item in submissions.list_submissions(connection, account)] == [draft_id]


def test_a_correction_begins_with_what_is_listed(open_page: Open, small: SmallDirectory) -> None:
    _account, token = small.sign_in()
    page = open_page(EDIT, token=token, listing="grand-palace")
    assert page.title[0].value == "Correct a place"
    assert page.text_input(key="field-name_en").value == "The Grand Palace"
    assert page.text_input(key="field-coordinates").value == "13.750000, 100.491300"
    assert page.selectbox(key="field-category").value == "palace"
    page = type_in(page, phone="02 222 8181")
    draft = stored(small, page.query_params["draft"])
    assert (draft.listing_id, draft.body["phone"]) == ("grand-palace", "02 222 8181")
    assert page.query_params == {"draft": draft.id}

    again = open_page(EDIT, token=token, listing="grand-palace")
    assert again.query_params == {"draft": draft.id}
    assert again.text_input(key="field-phone").value == "02 222 8181"
    assert "this is your draft" in again.info[0].value


def test_an_edit_under_review_can_be_taken_back(open_page: Open, small: SmallDirectory) -> None:
    _account, token = small.sign_in()
    page = hand_in(type_in(open_page(EDIT, token=token, listing="wat-pho"), phone="02 226 0335"))
    page = open_page(EDIT, token=token, listing="wat-pho")
    assert "waits for review" in page.info[0].value
    page = next(button for button in page.button if button.label == "Take it back").click().run()
    assert page.text_input(key="field-phone").value == "02 226 0335"


def test_two_windows_do_not_overwrite_each_other(open_page: Open, small: SmallDirectory) -> None:
    _account, token = small.sign_in()
    first = type_in(open_page(EDIT, token=token), name_en="Cafe")
    draft_id = first.query_params["draft"]
    second = open_page(EDIT, token=token, draft=draft_id)
    type_in(second, postcode="10200")

    first = type_in(first, name_en="Cafe by the river")
    assert "Somebody has changed this submission" in first.error[0].value
    assert first.text_input(key="field-name_en").value == "Cafe by the river"
    theirs = next(button for button in first.button if button.label == "Show the other version").click().run()
    assert theirs.text_input(key="field-postcode").value == "10200"

    second = type_in(second, name_en="My cafe")
    type_in(theirs, name_en="Their cafe")
    mine = next(button for button in theirs.button if button.label == "Keep what is typed here").click().run()
    assert not mine.error
    assert stored(small, draft_id).body["name_en"] == "Their cafe"


def test_what_somebody_else_typed_is_not_shown(open_page: Open, small: SmallDirectory) -> None:
    _owner, token = small.sign_in()
    draft_id = type_in(open_page(EDIT, token=token), name_en="Secret").query_params["draft"]
    _other, other_token = small.sign_in()
    page = open_page(EDIT, token=other_token, draft=draft_id)
    assert page.error[0].value == r"This submission belongs to another account\."
    assert "Secret" not in texts(page)


def test_help_with_opening_hours_fills_the_field_and_reads_it_back(open_page: Open, small: SmallDirectory) -> None:
    _account, token = small.sign_in()
    page = press(open_page(EDIT, token=token), "hours-example-1")
    assert page.text_input(key="field-opening_hours").value == "Mo-Su 08:30-16:30"
    assert "08:30–16:30" in texts(page)
    assert stored(small, page.query_params["draft"]).body["opening_hours"] == "Mo-Su 08:30-16:30"


def test_my_places_show_each_state_with_the_next_step(open_page: Open, small: SmallDirectory) -> None:
    account, token = small.sign_in()
    reviewer, _token = small.sign_in("reviewer")
    body = {"name_th": "ร้านริมน้ำ", "category": "cafe", "coordinates": "13.75, 100.5"}
    with writing(small.services.database) as connection:
        sent = submissions.save_draft(connection, account, listing_id=None, body=body)
        submissions.submit(connection, account, sent.id)
        submissions.reject(connection, reviewer, sent.id, reason="The *photo* is missing.", now=sent.created_at)
        submissions.save_draft(connection, account, listing_id=None, body={"name_en": "Second"})
    page = open_page(MINE, token=token)
    shown = texts(page)
    assert r"Rejected: The \*photo\* is missing\." in page.warning[0].value
    assert "**ร้านริมน้ำ**" in shown
    assert "**Second**" in shown
    assert [element.proto.query_string for element in page.get("page_link") if element.proto.label == "Go on"] != []
    (withdraw,) = [button for button in page.button if button.label == "Withdraw"]
    page = withdraw.click().run()
    assert [button for button in page.button if button.label == "Withdraw"] == []


def test_my_places_are_empty_at_first_and_lead_to_the_personal_data(open_page: Open, small: SmallDirectory) -> None:
    _account, token = small.sign_in()
    page = open_page(MINE, token=token)
    assert page.info[0].value.startswith("Nothing here yet.")
    assert 'href="/account"' in texts(page)
