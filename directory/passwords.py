"""Passwords: argon2id hashes (RFC 9106), what is too weak, and random ones."""

from __future__ import annotations

import re
import secrets
import unicodedata
from functools import lru_cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tic.core.errors import BadInput

MIN_PASSWORD_LENGTH: Final = 10
MAX_PASSWORD_LENGTH: Final = 256
_MIN_DISTINCT = 5
_RUNS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb",
    "ๅภถุึคตจขชๆไำพะัีรนยบลฟหกดเ้่าสวงผปแอิืทมใฝ",
)
_COMMON_WORDS: Final = """
password passw0rd p@ssword p@ssw0rd qwerty qwertyuiop asdfgh asdfghjkl zxcvbnm iloveyou letmein welcome admin
administrator changeme monkey dragon sunshine princess football master secret login default testtest test
thailand bangkok phuket chiangmai pattaya sawasdee amazing amazingthailand tourism tourist travel hotel
operator reviewer analyst รหัสผ่าน ประเทศไทย
"""

_hasher = PasswordHasher()


def check_password(password: str, *, email: str = "") -> None:
    """Raise BadInput when a new password is too short, too long, or among the first that anyone would try."""
    if len(password) < MIN_PASSWORD_LENGTH:
        raise BadInput("Use at least {least} characters for the password.", least=MIN_PASSWORD_LENGTH)
    if len(password) > MAX_PASSWORD_LENGTH:
        raise BadInput("Use at most {most} characters for the password.", most=MAX_PASSWORD_LENGTH)
    if _is_easily_guessed(password.casefold(), email.casefold()):
        raise BadInput("This password is too easy to guess. Use several words that do not belong together.")


def _is_easily_guessed(password: str, email: str) -> bool:
    if len(set(password)) < _MIN_DISTINCT:
        return True
    if any(password in run or password in run[::-1] for run in _RUNS):
        return True
    # What is left of "Password123!" when the usual decoration is taken off.
    bare = re.sub(r"^[\d\W_]+|[\d\W_]+$", "", password)
    local, _, domain = email.partition("@")
    own = {email, local, domain, domain.partition(".")[0]} - {""}
    return not bare or bare in _COMMON_WORDS.split() or bare in own or password in own


def hash_password(password: str) -> str:
    """The argon2id hash with its parameters and salt, as text."""
    return _hasher.hash(_normalised(password))


def _normalised(password: str) -> str:
    # Keyboards put the same Thai vowels and accents in different orders and code points (NIST SP 800-63B, 3.1.1.2).
    return unicodedata.normalize("NFKC", password)


def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether the password belongs to the hash. Without a hash the answer is no, and takes as long."""
    if len(password) > MAX_PASSWORD_LENGTH:
        password = ""
    try:
        matches = _hasher.verify(password_hash or _stand_in(), _normalised(password))
    except (VerificationError, InvalidHashError):
        return False
    return matches and password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Whether a hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def random_password() -> str:
    """A password of 79 random bits in groups that can be read aloud."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))


@lru_cache(maxsize=1)
def _stand_in() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))
