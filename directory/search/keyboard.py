"""A text typed with the keyboard set to the other language: Thai Kedmanee (TIS 820) and US QWERTY, key by key."""

from __future__ import annotations

import re
from typing import Final

# The keys of four rows, left to right, without and with shift.
_QWERTY: Final = (
    "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./",
    '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?',
)
_KEDMANEE: Final = (
    "_ๅ/-ภถุึคตจขชๆไำพะัีรนยบลฃฟหกดเ้่าสวงผปแอิืทมใฝ",
    '%+๑๒๓๔ู฿๕๖๗๘๙๐"ฎฑธํ๊ณฯญฐ,ฅฤฆฏโฌ็๋ษศซ.()ฉฮฺ์?ฒฬฦ',
)
_TO_THAI: Final = str.maketrans("".join(_QWERTY), "".join(_KEDMANEE))
_TO_LATIN: Final = str.maketrans("".join(_KEDMANEE), "".join(_QWERTY))
_THAI: Final = re.compile("[\u0e01-\u0e5b]")
_MISPLACED: Final = re.compile(
    "(?<![ก-ฮา\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])[ะาำ\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]"
    "|[\u0e31\u0e34-\u0e3a]{2}|[\u0e34-\u0e3a][ะาำ]|[\u0e48-\u0e4b][\u0e31\u0e34-\u0e3a]|[\u0e48-\u0e4b]{2}|[เแโใไ](?![ก-ฮ])"
)
"""Marks without a letter to stand on, and vowels that lead to none: no Thai word has them."""
_SIGNS: Final = re.compile(r"[^\w\s]|[0-9_]")
_LONGEST: Final = 100


def other_keyboard(text: str) -> str | None:
    """The text as it would be with the keyboard set to the other language; None when that is no text."""
    text = text.strip()[:_LONGEST]
    if not any(letter.isalpha() for letter in text):
        return None
    if _THAI.search(text):
        other = text.translate(_TO_LATIN).lower()
        is_text = other.isascii() and sum(letter.isalpha() for letter in other) >= 2 and not _SIGNS.search(other)
    else:
        other = text.translate(_TO_THAI)
        is_text = len(_THAI.findall(other)) >= 2 and not _MISPLACED.search(other) and not _latin(other)
    return other if is_text else None


def is_no_thai(text: str) -> bool:
    """Whether the text is in Thai letters and cannot be Thai: somebody typed another language with Thai keys."""
    return _THAI.search(text) is not None and _MISPLACED.search(text) is not None


def _latin(text: str) -> bool:
    return any(letter.isascii() and letter.isalnum() for letter in text)
