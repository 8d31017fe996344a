"""Charts as pictures, made without a browser and without the network; Thai in a font that ships with the product."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import altair as alt
import polars as pl

from tic.reports.document import AnyChart

FONT: Final = "Sarabun"
FONT_FOLDER: Final = Path(str(files("tic.reports") / "fonts"))
_WIDTH_PX: Final = 640
_SCALE: Final = 2.0
_LINE: Final = 110
_SARA_AM: Final = re.compile("([\u0e48-\u0e4b]?)\u0e33")


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a chart that leaves its page: a title above, lines on what it shows and where from below."""

    title: str
    lines: tuple[str, ...]


def svg(chart: AnyChart, frame: Frame | None = None) -> str:
    """A chart as SVG. Its texts stay texts, which browsers show in the font of this product or their own for Thai."""
    import vl_convert

    _fonts()
    return str(vl_convert.vegalite_to_svg(_specification(chart, frame)))


def png(chart: AnyChart, frame: Frame | None = None) -> bytes:
    """A chart as PNG, two dots for each point of the page."""
    import vl_convert

    _fonts()
    return bytes(vl_convert.vegalite_to_png(in_two_characters(_specification(chart, frame)), scale=_SCALE))


def in_two_characters(text: str) -> str:
    """A text with each SARA AM as the two characters that it is drawn of, NIKHAHIT and SARA AA.

    The library that draws the texts of an SVG sets a vowel that is two glyphs upon the letter after it.
    """
    return _SARA_AM.sub("\u0e4d\\1\u0e32", text)


@lru_cache(maxsize=1)
def _fonts() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(FONT_FOLDER))


def _specification(chart: AnyChart, frame: Frame | None) -> str:
    wide = chart.properties(width=_WIDTH_PX)
    whole = wide if frame is None else _framed(wide, frame)
    return str(whole.configure(font=FONT, background="#ffffff").to_json(ensure_ascii=False))


def _framed(chart: AnyChart, frame: Frame) -> alt.VConcatChart:
    lines = [part for line in frame.lines for part in _wrapped(line)]
    below = (
        alt.Chart(pl.DataFrame({"row": range(len(lines)), "line": lines}, schema={"row": pl.Int64, "line": pl.String}))
        .mark_text(align="left", fontSize=10, color="#46595a")
        .encode(x=alt.value(0), y=alt.Y("row:O", axis=None), text="line:N")
        .properties(width=_WIDTH_PX, height=alt.Step(14), view=alt.ViewConfig(stroke=None))
    )
    title = alt.TitleParams(frame.title, anchor="start", fontSize=15)
    whole: alt.VConcatChart = alt.vconcat(chart.properties(title=title), below)
    return whole


def _wrapped(line: str) -> list[str]:
    """A line in pieces of at most so many characters, broken where there is a space; a word is never broken."""
    pieces = [""]
    for word in line.split():
        longer = f"{pieces[-1]} {word}".strip()
        if len(longer) <= _LINE or not pieces[-1]:
            pieces[-1] = longer
        else:
            pieces.append(word)
    return pieces
