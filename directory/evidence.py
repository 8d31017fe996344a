"""What speaks for and against two records being one place, in words a person understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from tic.core.i18n import Language, format_number, translator

Side = Literal["for", "against", "neither"]
_ALIKE: Final = 0.85
_UNLIKE: Final = 0.6
"""Likeness from which names and addresses speak for one place, and below which for two."""
_NEAR_M: Final = 100
_FAR_M: Final = 500
_RELATED: Final = 2.0
_SAME: Final = 3.0


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One observation as a sentence, and what it speaks for."""

    text: str
    side: Side


def evidence_lines(evidence: Mapping[str, float], language: Language) -> list[EvidenceLine]:
    """The features of a pair (see `questions.evidence_of`) as sentences, those that weigh most first.

    Features that say the same as another one, or nothing to a person, are left out.
    """
    return [*_of_names(evidence, language), *_of_place(evidence, language), *_of_contact(evidence, language)]


def _of_names(evidence: Mapping[str, float], language: Language) -> Iterator[EvidenceLine]:
    _ = translator(language)
    likenesses = {
        "name_text": _("The names are written {percent} % alike; words for the same kind of place count as one."),
        "name_sound": _("The names sound {percent} % alike, words such as temple or hotel left out."),
        "name_rare": _("{percent} % of the telling words are in both names."),
    }
    for feature, sentence in likenesses.items():
        if feature in evidence:
            yield _likeness(sentence, evidence[feature], language)
    if evidence.get("numbers") == 0:
        yield EvidenceLine(_("The names have different numbers."), "against")
    if evidence.get("branch") == 0:
        yield EvidenceLine(_("The names are of different branches."), "against")
    if evidence.get("kinds") == 0:
        yield EvidenceLine(_("The names tell of different kinds of place."), "against")


def _of_place(evidence: Mapping[str, float], language: Language) -> Iterator[EvidenceLine]:
    _ = translator(language)
    metres = evidence.get("distance_m")
    if metres is not None:
        text = _("The points are {metres} m apart.", metres=format_number(metres, language))
        yield EvidenceLine(text, "for" if metres <= _NEAR_M else "against" if metres > _FAR_M else "neither")
    category = evidence.get("category")
    if category is not None and category >= _SAME:
        yield EvidenceLine(_("Both are of the same category."), "for")
    elif category is not None and category >= _RELATED:
        yield EvidenceLine(_("Their categories are related."), "neither")
    elif category is not None:
        yield EvidenceLine(_("Their categories hardly go together."), "against")


def _of_contact(evidence: Mapping[str, float], language: Language) -> Iterator[EvidenceLine]:
    _ = translator(language)
    told = {
        "phone": (_("Both have the same phone number."), _("Their phone numbers differ.")),
        "site": (_("Both have the same website."), _("Their websites differ.")),
        "postcode": (_("Both have the same postcode."), _("Their postcodes differ.")),
        "house": (_("Both have the same house number."), _("Their house numbers differ.")),
    }
    for feature, (same, different) in told.items():
        if feature in evidence:
            yield EvidenceLine(same, "for") if evidence[feature] == 1 else EvidenceLine(different, "against")
    if "address" in evidence:
        yield _likeness(_("The addresses are {percent} % alike."), evidence["address"], language)


def _likeness(sentence: str, value: float, language: Language) -> EvidenceLine:
    side: Side = "for" if value >= _ALIKE else "against" if value < _UNLIKE else "neither"
    return EvidenceLine(sentence.format(percent=format_number(100 * value, language)), side)
