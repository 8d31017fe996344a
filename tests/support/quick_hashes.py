"""Passwords without the work that makes them hard to guess."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher

from directory import passwords


@contextmanager
def quick_hashes() -> Iterator[None]:
    """argon2id with the least work, where a test is not about its strength: a third of a second for each sign-in."""
    usual, passwords._hasher = passwords._hasher, PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    passwords._stand_in.cache_clear()
    try:
        yield
    finally:
        passwords._hasher = usual
        passwords._stand_in.cache_clear()
