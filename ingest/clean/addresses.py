"""Addresses: one line a language, from the parts a source gives, and the postcode."""

from __future__ import annotations

from typing import Final

import polars as pl

from ingest.quarantine import NOTES, flag
from ingest.source import Source

_POSTCODE: Final = r"^[1-9]\d{4}$"
_ENDS_IN_POSTCODE: Final = r"\D[1-9]\d{4}$"
"""A street that ends in a postcode is a whole address already."""
_THAI_DIGITS: Final = {digit: str(value) for value, digit in enumerate("๐๑๒๓๔๕๖๗๘๙")}
_THAI: Final = r"[\u0e01-\u0e2e]"
_BANGKOK: Final = "TH-10"


def write_addresses(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Add `address_th` or `address_en`; a postcode that is not five digits is left out and noted."""
    stated = pl.col("postcode").str.replace_many(_THAI_DIGITS)
    postcode = pl.when(stated.str.contains(_POSTCODE)).then(stated)
    frame = frame.with_columns(
        flag(NOTES, {"postcode_unreadable": pl.col("postcode").is_not_null() & postcode.is_null()}),
        postcode=postcode,
    )
    parts = pl.concat_str(
        [pl.col(name).fill_null("") for name in ("street", "subdistrict", "district", "province", "address")]
    )
    is_thai = parts.str.contains(_THAI)
    whole = pl.col("street").str.contains(_ENDS_IN_POSTCODE)
    composed = pl.when(is_thai).then(_thai_line()).otherwise(_english_line())
    # A province alone is no address.
    composed = pl.when(pl.any_horizontal(pl.col("street", "subdistrict", "district").is_not_null())).then(composed)
    line = pl.coalesce("address", pl.when(whole).then("street"), composed)
    return frame.with_columns(
        address_th=pl.when(is_thai & (line != "")).then(line),
        address_en=pl.when(~is_thai & (line != "")).then(line),
    )


def _thai_line() -> pl.Expr:
    """House and street, then แขวง, เขต in Bangkok and ตำบล, อำเภอ, จังหวัด elsewhere, then the postcode."""
    words = {
        "subdistrict": (("แขวง", "ตำบล", "ต."), "แขวง", "ตำบล"),
        "district": (("เขต", "อำเภอ", "อ."), "เขต", "อำเภอ"),
        "province": (("จังหวัด", "จ.", "กรุงเทพ"), "", "จังหวัด"),
    }
    is_bangkok = pl.col("province_code") == _BANGKOK
    parts = [
        _unless_said(name, said, pl.when(is_bangkok).then(pl.lit(there)).otherwise(pl.lit(elsewhere)))
        for name, (said, there, elsewhere) in words.items()
    ]
    return pl.concat_str("street", *parts, _postcode(), separator=" ", ignore_nulls=True)


def _english_line() -> pl.Expr:
    street = pl.col("street").str.strip_chars_end(" .,")
    said = (", ", "Tambon ", "Amphoe ", "Khwaeng ", "Khet ", "Amphur ")
    parts = [_unless_said(name, said, pl.lit("")) for name in ("subdistrict", "district", "province")]
    line = pl.concat_str(street, *parts, separator=", ", ignore_nulls=True)
    return pl.concat_str(line, _postcode(), separator=" ", ignore_nulls=True)


def _unless_said(name: str, prefixes: tuple[str, ...], prefix: pl.Expr) -> pl.Expr:
    """A part with its prefix, or null where the street already says it."""
    part, street = pl.col(name), pl.col("street").fill_null("")
    texts = [pl.concat_str(pl.lit(word), part, ignore_nulls=True) for word in prefixes]
    said = pl.any_horizontal(street.str.contains(text, literal=True) for text in texts)
    return pl.when(part.is_not_null() & ~said).then(pl.concat_str(prefix, part))


def _postcode() -> pl.Expr:
    said = pl.col("street").fill_null("").str.contains(pl.col("postcode").fill_null("?"), literal=True)
    return pl.when(~said).then(pl.col("postcode"))
