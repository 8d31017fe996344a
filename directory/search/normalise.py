"""Text as it is compared: one Unicode form, lower case, words of any script."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from directory.categories import categories
from directory.search.romanise import known_parts
from directory.search.type_words import thai_type_words
from tic.core.areas import District, Province, districts, provinces

MAX_TEXT = 200
"""Characters of a name or a query that are looked at."""

_DICTIONARY = "tic-places"
_SHORTEST_COMPOUND = 5
_SHORTEST_PART = 2
_MOST_WORDS = 24

_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x1f\x7f-\x9f]")
_THAI = re.compile("[\u0e00-\u0e7f]")
_ACCENTED = re.compile("[\u00c0-\u036f\u1e00-\u1eff]")
_THAI_DIGIT = re.compile("[๐-๙]")
_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_THAI_DROPPED = re.compile(r"[ฯๆ\u0e4e\u0e4f\u0e5a\u0e5b\u0e3f]+")
_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_RUNS = re.compile(
    r"(?P<thai>[\u0e00-\u0e7f]+)"
    r"|(?P<cjk>[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]+)"
    r"|(?P<word>[^\W_\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]+)"
)
_ABBREVIATIONS = (
    (re.compile(r"(?<![\u0e00-\u0e7f])จ\.\s*"), "จังหวัด "),
    (re.compile(r"(?<![\u0e00-\u0e7f])อ\.\s*"), "อำเภอ "),
    (re.compile(r"(?<![\u0e00-\u0e7f])ต\.\s*"), "ตำบล "),
    (re.compile(r"(?<![\u0e00-\u0e7f])รพ(?:\.|(?=\s))\s*"), "โรงพยาบาล "),
    (re.compile(r"(?<![\u0e00-\u0e7f])ร\.\s?ร\.\s*"), "โรงแรม "),
    (re.compile(r"(?<![\u0e00-\u0e7f])พ\.\s?พ\.\s*"), "พิพิธภัณฑ์ "),
    (re.compile(r"(?<![\u0e00-\u0e7f])กทม\.?(?![\u0e00-\u0e7f])"), "กรุงเทพ "),
)

_ABBREVIATED = (".", "รพ", "กทม")
"""One of these stands in every abbreviation."""

# What PyThaiNLP's `normalize` puts in order, with more than twenty patterns one by one; most names need none of them.
_OUT_OF_ORDER = re.compile(
    r"([ะาำเแโใไๅ\u0e31\u0e34-\u0e3a\u0e47\u0e4c-\u0e4e]) *\1|(?:^| )[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]"
    r"|[\u0e48-\u0e4c][\u0e31\u0e34-\u0e39\u0e47-\u0e4b]|[ะาำๅ][\u0e48-\u0e4b]|[\u0e4dๅ\u200b\u200c\n]|  "
)


@lru_cache(maxsize=65_536)
def normalise(text: str) -> str:
    """One form of what a person typed: NFKC without accents, lower case, Thai marks in order, Arabic digits.

    Control and invisible characters go; only the first MAX_TEXT characters are looked at.
    """
    text = text[: 4 * MAX_TEXT]
    if not text.isprintable():
        text = _INVISIBLE.sub(lambda found: " " if found[0] in "\t\n\r\v\f" else "", text)
    text = text[:MAX_TEXT]
    # NFKC alone would split SARA AM in two; the Thai marks are put in order afterwards.
    text = unicodedata.normalize("NFKC", text).replace("ํา", "ำ").lower()
    if not text.isascii():
        text = _without_accents(text)
        if _THAI.search(text):
            text = _thai_in_one_form(text)
    return " ".join(_APOSTROPHES.sub("", text).replace("&", " and ").split())


def _thai_in_one_form(text: str) -> str:
    text = _THAI_DROPPED.sub(" ", put_in_order(text))
    if _THAI_DIGIT.search(text):
        text = text.translate(_THAI_DIGITS)
    if any(sign in text for sign in _ABBREVIATED):
        for pattern, full in _ABBREVIATIONS:
            text = pattern.sub(full, text)
    return text


def put_in_order(text: str) -> str:
    """Thai vowels and tones in their order, each once, as `pythainlp.util.normalize` puts them; trimmed."""
    if not _OUT_OF_ORDER.search(text):
        return text.strip()
    from pythainlp.util import normalize

    return str(normalize(text)).strip()


def _without_accents(text: str) -> str:
    if not _ACCENTED.search(text):
        return text
    return "".join(
        unicodedata.normalize("NFD", letter)[0] if letter < "\u0370" or "\u1e00" <= letter <= "\u1eff" else letter
        for letter in text
        if not "\u0300" <= letter <= "\u036f"
    )


def split_words(normalised: str) -> list[str]:
    """Words of a normalised text: Thai by dictionary, other scripts at spaces and signs, Chinese and kin in pairs."""
    found: list[str] = []
    for run in _RUNS.finditer(normalised):
        text = run[0]
        if run.lastgroup == "thai":
            found.extend(_thai_words(text))
        elif run.lastgroup == "cjk" and len(text) > 2:
            found.extend(a + b for a, b in pairwise(text))
        else:
            found.append(text)
    return found[:_MOST_WORDS]


def is_thai(word: str) -> bool:
    """Whether a word is written in Thai."""
    return "\u0e01" <= word[:1] <= "\u0e5b"


@lru_cache(maxsize=65_536)
def _thai_words(run: str) -> tuple[str, ...]:
    words: list[str] = []
    for word in _segmenter()(run, _DICTIONARY, safe=True):
        # The segmenter leaves single consonants of names that it does not know; they belong to the next syllable.
        if words and len(words[-1]) == 1 and "ก" <= words[-1] <= "ฮ" and words[-1] != "ณ":
            words[-1] += word
        elif word.strip():
            words.append(word)
    if len(words) > 1 and len(words[-1]) == 1 and "ก" <= words[-1] <= "ฮ":
        words[-2:] = [words[-2] + words[-1]]
    return tuple(words)


@lru_cache(maxsize=65_536)
def parts_of(word: str) -> tuple[str, ...]:
    """The shorter dictionary words that a Thai compound consists of (ตลาดน้ำ: ตลาด, น้ำ), or none.

    The fewest parts win, among these the one with the longest first part.
    """
    if len(word) < _SHORTEST_COMPOUND or not is_thai(word):
        return ()
    known = _load_dictionary()
    best: dict[int, tuple[str, ...]] = {len(word): ()}
    for start in range(len(word) - _SHORTEST_PART, -1, -1):
        for end in range(len(word), start + _SHORTEST_PART - 1, -1):
            if end in best and (start, end) != (0, len(word)) and word[start:end] in known:
                candidate = (word[start:end], *best[end])
                if start not in best or len(candidate) < len(best[start]):
                    best[start] = candidate
    return best.get(0, ())


@lru_cache(maxsize=1)
def _segmenter() -> Callable[..., list[str]]:
    from nlpo3 import segment

    _load_dictionary()
    return segment


@lru_cache(maxsize=1)
def _load_dictionary() -> frozenset[str]:
    """Thai words, words of place names, areas and categories, given to the segmenter; once a process."""
    from nlpo3 import load_dict
    from pythainlp.corpus import thai_words

    words = {*thai_words(), *thai_type_words(), *known_parts(with_areas=False).whole}
    areas: list[District | Province] = [*provinces().values(), *districts().values()]
    for area in areas:
        words.update(part for part in area.name_th.split() if len(part) > 1)
    words.update(part for category in categories().values() for part in category.name_th.split() if len(part) > 1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "words.txt"
        path.write_text("\n".join(sorted(words)), encoding="utf-8")
        load_dict(str(path), _DICTIONARY)
    return frozenset(words)
