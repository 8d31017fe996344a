"""Charts as pictures, made without a browser and without the network; Thai in a font that ships with the product."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from tic.reports.document import AnyChart

FONT: Final = "Sarabun"
FONT_FOLDER: Final = Path(str(files("tic.reports") / "fonts"))
_WIDTH_PX: Final = 640
_SCALE: Final = 2.0
_SARA_AM: Final = re.compile("([\u0e48-\u0e4b]?)\u0e33")


def svg(chart: AnyChart) -> str:
    """A chart as SVG. Its texts stay texts, which browsers show in the font of this product or their own for Thai."""
    import vl_convert

    _fonts()
    return str(vl_convert.vegalite_to_svg(_specification(chart)))


def png(chart: AnyChart) -> bytes:
    """A chart as PNG, two dots for each point of the page."""
    import vl_convert

    _fonts()
    return bytes(vl_convert.vegalite_to_png(in_two_characters(_specification(chart)), scale=_SCALE))


def in_two_characters(text: str) -> str:
    """A text with each SARA AM as the two characters that it is drawn of, NIKHAHIT and SARA AA.

    The library that draws the texts of an SVG sets a vowel that is two glyphs upon the letter after it.
    """
    return _SARA_AM.sub("\u0e4d\\1\u0e32", text)


@lru_cache(maxsize=1)
def _fonts() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(FONT_FOLDER))


def _specification(chart: AnyChart) -> str:
    wide = chart.properties(width=_WIDTH_PX).configure(font=FONT, background="#ffffff")
    return str(wide.to_json(ensure_ascii=False))
