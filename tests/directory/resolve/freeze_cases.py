"""Write what the matcher says of the labelled cases into cases.csv: `python tests/directory/resolve/freeze_cases.py`.

A change of the matcher then shows as a difference that can be read. Another file may be named.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import polars as pl

from directory.listing import RECORD_SCHEMA
from directory.resolve.blocking import with_distance
from directory.resolve.matcher import score
from directory.resolve.prepare import prepare

CASES = Path(__file__).parent / "cases.csv"
_METRES_PER_DEGREE = 108_010
"""Of longitude, at the latitude 13.75."""


def chance_of(case: dict[str, str]) -> float:
    """What the matcher says of a case, as if blocking had brought it."""
    rows = []
    for number, (prefix, metres) in enumerate((("", 0.0), ("other_", float(case["metres"])))):
        source = case[f"{prefix}source"]
        rows.append(
            {
                "key": f"{number}:{source}",
                "source": source,
                "name_th": case[f"{prefix}name_th"] or None,
                "name_en": case[f"{prefix}name_en"] or None,
                "category": case[f"{prefix}category"],
                "lat": 13.75,
                "lon": 100.49 + metres / _METRES_PER_DEGREE,
            }
        )
    prepared = prepare(pl.DataFrame(rows, schema=RECORD_SCHEMA))
    pair = pl.DataFrame({"left": [0], "right": [1]}, schema={"left": pl.UInt32, "right": pl.UInt32})
    return float(score(prepared, with_distance(pair, prepared.places))["chance"][0])


def freeze(path: Path) -> None:
    """Write the present answers."""
    with path.open(encoding="utf-8", newline="") as handle:
        cases = [{**case, "chance": f"{chance_of(case):.2f}"} for case in csv.DictReader(handle)]
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, fieldnames=list(cases[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(cases)


if __name__ == "__main__":
    freeze(Path(sys.argv[1]) if len(sys.argv) > 1 else CASES)
