"""Passwords: argon2id hashes, and which are too easy to guess."""

from __future__ import annotations

import time
import unicodedata

import pytest

from directory.passwords import check_password, hash_password, needs_rehash, random_password, verify_password
from tic.core.errors import BadInput

GOOD = "mango river lantern"


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaa",
        "1234567890",
        "9876543210",
        "qwertyuiop",
        "Password123!",
        "thailand2026",
        "example.com",
        "nok@example.com",
        "nok!!!1234567",
        "รหัสผ่าน2569",
    ],
)
def test_a_password_that_anyone_would_try_is_refused(password: str) -> None:
    with pytest.raises(BadInput, match="too easy to guess"):
        check_password(password, email="nok@example.com")


def test_a_password_of_several_words_in_either_language_is_good() -> None:
    check_password(GOOD, email="nok@example.com")
    check_password("ช้างเดินข้ามแม่น้ำตอนเช้า", email="nok@example.com")
    check_password(random_password())
    with pytest.raises(BadInput, match="at most 256"):
        check_password("ab3d " * 60)


def test_a_password_is_the_same_whatever_order_a_keyboard_puts_its_accents_in() -> None:
    composed = "café au lait 42"
    stored = hash_password(composed)
    assert stored.startswith("$argon2id$")
    assert composed not in stored
    assert verify_password(unicodedata.normalize("NFD", composed), stored)
    assert not verify_password("cafe au lait 42", stored)


def test_without_a_hash_or_with_a_broken_one_no_password_matches() -> None:
    assert not verify_password(GOOD, None)
    assert not verify_password(GOOD, "no hash")
    assert not verify_password("x" * 300, hash_password(GOOD))


def test_without_a_hash_a_check_takes_as_long_as_with_one() -> None:
    def seconds(stored: str | None) -> float:
        started = time.process_time()
        assert not verify_password("wrong", stored)
        return time.process_time() - started

    stored = hash_password(GOOD)
    assert not needs_rehash(stored)
    # In turns: what slows the machine down for a while slows down both.
    without, with_one = zip(*((seconds(None), seconds(stored)) for _ in range(5)), strict=True)
    assert 1 / 2 < min(without) / min(with_one) < 2


def test_random_passwords_differ_and_are_good() -> None:
    told = {random_password() for _ in range(50)}
    assert len(told) == 50
    for password in told:
        check_password(password)
