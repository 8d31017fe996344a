"""Workbooks of Excel for tests, without a library that writes them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


@dataclass(frozen=True)
class Formula:
    """A cell that is worked out, and what Excel last made of it."""

    text: str
    value: str


Rows = Sequence[Sequence[str | Formula]]


def write_workbook(path: Path, sheets: Mapping[str, Rows]) -> None:
    """The smallest workbook that Excel would open: one XML file a sheet, texts inside."""
    names = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, start=1)
    )
    links = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    kinds = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>'
    )
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("[Content_Types].xml", kinds)
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{NAMESPACE}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>'
        )
        book.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>')
        for number, rows in enumerate(sheets.values(), start=1):
            book.writestr(f"xl/worksheets/sheet{number}.xml", _sheet(rows))


def _sheet(rows: Rows) -> str:
    lines = [
        "".join(_cell(f"{chr(65 + column)}{line}", value) for column, value in enumerate(row) if value)
        for line, row in enumerate(rows, start=1)
    ]
    body = "".join(f'<row r="{line}">{row}</row>' for line, row in enumerate(lines, start=1))
    return f'<worksheet xmlns="{NAMESPACE}"><sheetData>{body}</sheetData></worksheet>'


def _cell(place: str, value: str | Formula) -> str:
    if isinstance(value, Formula):
        return f'<c r="{place}" t="str"><f>{escape(value.text)}</f><v>{escape(value.value)}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
