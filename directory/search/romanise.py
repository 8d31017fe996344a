"""Latin letters for a Thai word, so that a Latin query reaches a Thai name and the other way round.

Syllables are read by the table of the Royal Thai General System of Transcription (Office of the Royal Society, 1999);
of the ways to divide a word the one with the fewest unwritten vowels wins. Words that no rule reads right, and
names of provinces and districts, come from data.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from tic.core.areas import District, Province, districts, provinces

_LONGEST_READ = 60
_LONGEST_PART = 24
_PART_COST = 0.2
"""Per letter: a known part is preferred to the same letters read by rules."""
_SHORTEST_AREA = 4
_CUT_OFF = 16
"""Letters at which the source of the areas cuts Thai names off."""
_NEEDS_CONSONANT = frozenset("ะาำิีึืุูั็")


def _by_letter(table: str) -> dict[str, str]:
    """`ng:ง kh:ขค` as letter -> sound."""
    return {letter: sound for entry in table.split() for sound, letters in [entry.split(":")] for letter in letters}


_INITIALS = _by_letter(
    "k:ก kh:ขฃคฅฆ ng:ง ch:จฉชฌ s:ซศษส y:ญย d:ดฎ t:ตฏ th:ถฐทธฑฒ n:นณ b:บ p:ป ph:ผพภ f:ฝฟ m:ม r:ร l:ลฬ w:ว h:หฮ"
) | {"อ": ""}
_FINALS = _by_letter("k:กขคฆ ng:ง t:จชซฎฏฐฑฒดตถทธศษส n:นณญรลฬ p:บปพภฟ m:ม i:ย o:ว")
_ONSET = (
    "(?P<onset>[กขค][รลว]|[ตปพ]ร|[ปผพ]ล|[สศซ]ร(?!ร)|ทร(?=[าัง])|ห[งญนมยรลว]|^อย"
    "|[กขฃคฅฆงจฉชฌซศษสญยดฎตฏถฐทธฑฒนณบปผพภฝฟมรลฬวหฮอ])"
)
_CODA = "(?P<coda>[กขคฆงจชซฎฏฐฑฒดตถทธศษสนณญรลฬบปพภฟม](?![ะาำิีึืุูั็]))"
_SHAPES_WRITTEN = (
    ("เCียะ", "ia", 1),
    ("เCียว", "iao", 0.9),
    ("เCียF?", "ia", 1),
    ("เCือย", "ueai", 0.9),
    ("เCือF?", "uea", 1),
    ("เCอะ", "oe", 1),
    ("เCอF?", "oe", 1),
    ("เCาะ", "o", 0.9),
    ("เCา", "ao", 1),
    ("เCิF", "oe", 1),
    ("เCย", "oei", 1),
    ("เC็?ว", "eo", 0.9),
    ("เC[ะ็]?F?", "e", 1),
    ("แC็?ว", "aeo", 0.9),
    ("แC[ะ็]?F?", "ae", 1),
    ("โCย", "oi", 1.2),
    ("โCะ?F?", "o", 1),
    ("[ไใ]Cย?", "ai", 1),
    ("Cำ", "am", 1),
    ("Cัวะ?", "ua", 0.9),
    ("Cัย", "ai", 1),
    ("CัF", "a", 1),
    ("Cาย", "ai", 1),
    ("Cาว", "ao", 1),
    ("CาF?", "a", 1),
    ("Cิว", "io", 1.1),
    ("CิF?", "i", 1),
    ("CีF?", "i", 1),
    ("CึF?", "ue", 1),
    ("Cือ", "ue", 0.9),
    ("CืF?", "ue", 1),
    ("Cุย", "ui", 1),
    ("CุF?", "u", 1),
    ("CูF?", "u", 1),
    ("Cะ", "a", 1),
    ("C็อF?", "o", 1),
    ("Cอย", "oi", 1.1),
    ("CอF?", "o", 1.1),
    ("CรรF", "a", 1),
    ("Cรร", "an", 1.4),
    ("Cวย", "uai", 1.3),
    ("CวF", "ua", 1.4),
    ("CF", "o", 1.5),
    ("C", "a", 2),
    ("(?P<onset>[กตทพ]?)ฤๅ?F?", "rue", 1),
)
"""Vowel as written around the onset (C) and before the coda (F), how it is read, and what reading it so costs."""
_CLUSTERS = {"ทร": "s", "สร": "s", "ซร": "s", "ศร": "s"}
_TONES = re.compile("[่้๊๋ํ๎]")
_SILENCED = re.compile("[ทฎด]ร์|(?<=[สษ])ตร์|ษณ์|[ก-ฮ][ิุ]?์")
# Written at the end but not heard: จักร, บุตร, เกษตร, ชาติ, ธาตุ, ภูมิ.
_MUTE_END = re.compile("(?<=[ัิุษส][กตทช])ร$|(?<=เ[ก-ฮ][ชต])ร$|(?<=[าหี]ต)[ิุ]$|(?<=ูม)ิ$")


class _Reading(NamedTuple):
    cost: float
    text: str


class Parts(NamedTuple):
    """What is known beside the rules: `whole` Thai -> Latin; `inner` Thai without tones -> alone, before more."""

    whole: Mapping[str, str]
    inner: Mapping[str, tuple[str, str]]
    in_whole: re.Pattern[str]


@lru_cache(maxsize=65_536)
def romanise(word: str) -> str:
    """One normalised Thai word in lower-case Latin letters; other letters stay as they are."""
    parts = known_parts()
    word = word[:_LONGEST_READ]
    pieces = (piece for piece in parts.in_whole.split(word) if piece)
    return "".join(parts.whole.get(piece) or _read_syllables(piece, parts.inner) for piece in pieces)


def _read_syllables(word: str, known: Mapping[str, tuple[str, str]]) -> str:
    written = _MUTE_END.sub("", _heard(word))
    best: list[_Reading] = [_Reading(0, "")] * (len(written) + 1)
    for start in range(len(written) - 1, -1, -1):
        readings = [*_by_shape(written, start, best), *_by_part(written, start, best, known)]
        best[start] = min(readings, default=_one_letter(written[start], best[start + 1]))
    return best[0].text


def _heard(word: str) -> str:
    return _SILENCED.sub("", _TONES.sub("", word))


def _by_shape(written: str, start: int, best: Sequence[_Reading]) -> Iterator[_Reading]:
    for shape, sound, cost in _shapes():
        match = shape.match(written, start)
        if match:
            rest = best[match.end()]
            coda = match.groupdict().get("coda")
            yield _Reading(
                cost + rest.cost, _onset(match["onset"]) + sound + (_FINALS[coda] if coda else "") + rest.text
            )


def _by_part(
    written: str, start: int, best: Sequence[_Reading], known: Mapping[str, tuple[str, str]]
) -> Iterator[_Reading]:
    for end in range(start + 2, min(len(written), start + _LONGEST_PART) + 1):
        if written[start:end] in known and written[end : end + 1] not in _NEEDS_CONSONANT:
            alone, before_more = known[written[start:end]]
            text = before_more if end < len(written) else alone
            yield _Reading(_PART_COST * (end - start) + best[end].cost, text + best[end].text)


def _one_letter(letter: str, rest: _Reading) -> _Reading:
    text = _INITIALS.get(letter, "" if "ก" <= letter <= "๛" else letter)
    return _Reading(4 + rest.cost, text + rest.text)


def _onset(letters: str) -> str:
    if len(letters) == 2 and letters[0] in "หอ":
        letters = letters[1]
    return _CLUSTERS.get(letters) or "".join(_INITIALS[letter] for letter in letters)


@lru_cache(maxsize=1)
def _shapes() -> tuple[tuple[re.Pattern[str], str, float], ...]:
    """Every way to write a syllable; where a coda may be missing there are two, for the cheapest division to choose."""
    return tuple(
        (re.compile(variant.replace("C", _ONSET).replace("F", _CODA)), sound, cost)
        for shape, sound, cost in _SHAPES_WRITTEN
        for variant in ({shape.replace("F?", ""), shape.replace("F?", "F")})
    )


@lru_cache(maxsize=2)
def known_parts(*, with_areas: bool = True) -> Parts:
    """Words that the rules do not read right, and the names of areas."""
    whole: dict[str, str] = {}
    inner: dict[str, tuple[str, str]] = {}
    areas: list[District | Province] = [*districts().values(), *provinces().values()]
    for area in areas if with_areas else ():
        if _SHORTEST_AREA <= len(area.name_th) < _CUT_OFF and "์" not in area.name_th:
            text = re.sub("[^a-z]", "", area.name_en.lower())
            inner[_heard(area.name_th)] = (text, text)
    with (files("directory.search") / "romanised.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            if "์" in row["word"]:
                whole[row["word"]] = row["alone"]
            else:
                written = _heard(row["word"])
                inner[written] = (row["alone"], row["before_more"] or row["alone"])
                inner[_MUTE_END.sub("", written)] = inner[written]
    return Parts(whole, inner, re.compile(f"({'|'.join(sorted(whole, key=len, reverse=True))})"))
