"""A server that dies in the middle of a word: the browser brings the word when the server is back."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from engines import free_port, wait_until
from product import wait_for_answer

pytestmark = pytest.mark.browser


def stored(folder: Path, draft_id: str) -> dict[str, str]:
    with sqlite3.connect(folder / "directory.sqlite") as database:
        (body,) = database.execute("SELECT body FROM submission WHERE id = ?", (draft_id,)).fetchone()
    return dict(json.loads(body))


def test_the_last_word_before_a_kill_is_kept_without_another_press(visit, served) -> None:
    port = str(free_port())
    address = f"http://127.0.0.1:{port}"
    server = served.product.start("serve", TIC_PORT=port)
    wait_for_answer(f"{address}/healthz", server, "")
    operator = visit("en")
    object.__setattr__(operator, "address", address)
    operator.sign_in("operator@localhost", served.passwords["operator"])
    page = operator.open("/edit", "Add a place")
    name, street = (page.get_by_label(label, exact=True) for label in ("English name", "Address (English)"))
    name.press_sequentially("Half Typed Tea House")
    page.wait_for_url("**draft=*")
    operator.settle()
    draft_id = parse_qs(urlsplit(page.url).query)["draft"][0]

    street.press_sequentially("1 River Road")
    server.kill()
    server.wait()
    expect(street).to_be_disabled()
    server = served.product.start("serve", TIC_PORT=port)
    try:
        wait_until(
            lambda: stored(served.product.folder, draft_id)["address_en"] == "1 River Road",
            seconds=60,
            what="keeping what was typed last",
        )
        assert stored(served.product.folder, draft_id)["name_en"] == "Half Typed Tea House"
        expect(street).to_have_value("1 River Road")
    finally:
        server.kill()
        server.wait()
