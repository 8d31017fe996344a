"""A key under which the spellings of one name meet: the romanisations of Thai that people really use.

Sounds that romanisations of Thai do not keep apart share one letter: k kh g; p ph bh; t th dh; ch j; r l; v w; sr s;
all ways of writing a vowel; and at the end of a word d t s, b p f, and l n. A key is only compared, never shown.
Pairs of letters: Royal Thai General System of Transcription (Office of the Royal Society, 1999) and what signs,
maps and hotels write instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache, reduce
from itertools import groupby

# Capitals keep a sound apart from the letters that the next step still has to look at.
_CONSONANTS: tuple[tuple[str, str], ...] = (
    ("G", "ng"),
    ("C", "tch ch dj tj j"),
    ("s", "sh sr z"),
    ("p", "bp bh ph"),
    ("k", "ck kh gh q c g"),
    ("t", "ddh dh tth dt th"),
    ("ks", "x"),
    ("w", "v"),
)
_CONSONANT_OF = {spelling: key for key, spellings in _CONSONANTS for spelling in spellings.split()}
_CONSONANT = re.compile("(?P<s>c(?=[eiy]))|" + "|".join(sorted(_CONSONANT_OF, key=len, reverse=True)))
# After a vowel r and h only lengthen it, w and y are its second half. A group's name is what takes its place.
_BY_PLACE = re.compile(
    "(?<=[aeiou])[rh](?![aeiouy])|(?<=[lrw])h|(?P<l>r)|(?P<o>(?<=[aeiou])w(?![aeiouy]))|(?P<i>y(?![aeiou]))"
)
_VOWELS: tuple[tuple[str, str], ...] = (
    ("uai", "ueai uai uei uoi"),
    ("iao", "eiao iaeo iao ieo iau"),
    ("eo", "aeo eao eau aeu eo"),
    ("ua", "euea uea eua uae oua uoa ua uo"),
    ("ia", "iea iae eia ia ie"),
    ("ei", "oeui oei eui ei"),
    ("ai", "aai aei ai"),
    ("ao", "aao aou ao au"),
    ("oi", "ooi oi"),
    ("ui", "uui ui"),
    ("io", "eeo iio io iu"),
    ("i", "ee ii i"),
    ("u", "oo uu ou ue eu u"),
    ("e", "eae oe ae ea e"),
    ("a", "aa a"),
    ("o", "oa o"),
)
_VOWEL_OF = {spelling: key for key, spellings in _VOWELS for spelling in spellings.split()}
_VOWEL = re.compile("|".join(sorted(_VOWEL_OF, key=len, reverse=True)))
_TAKES_H = frozenset("kptclw")
_FINAL = {"d": "t", "s": "t", "C": "t", "b": "p", "f": "p", "l": "n"}


@lru_cache(maxsize=131_072)
def fold(word: str, *, whole: bool = True) -> str:
    """The key of one normalised word in Latin letters; digits and letters of other scripts stay as they are.

    `whole=False` for a word that is still being typed: its last consonant is not yet its final one.
    """
    word = _CONSONANT.sub(lambda found: found.lastgroup or _CONSONANT_OF[found[0]], word)
    word = _BY_PLACE.sub(lambda found: found.lastgroup or "", word)
    word = _VOWEL.sub(lambda found: _VOWEL_OF[found[0]], word)
    word = "".join([letter for letter, _ in groupby(word)])
    if whole and len(word) > 1:
        word = word[:-1] + _FINAL.get(word[-1], word[-1])
    return word.lower()


def join_keys(keys: Sequence[str]) -> str:
    """The key of words written together: Na + Phra + Men and Naphramen meet."""
    return reduce(join_key, keys, "")


def join_key(joined: str, key: str) -> str:
    """The key of a word written together with the words before it, whose key is `joined`."""
    last, first = joined[-1:], key[:1]
    if last == "t" and first == "c":
        return joined[:-1] + key
    if last == first or (first == "h" and last in _TAKES_H):
        return joined + key[1:]
    return joined + key
