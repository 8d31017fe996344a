"""How well matching is: `tic bench match`, which prints one JSON object.

Without files: every labelled set of the publishers' files. A matcher learned from each set alone, as with files, and
beside it (`shipped_f1`) the one that the product ships, which has learned from the train splits of them all. With
`--train`, `--valid` and `--test`: any three files of Geo-ER's form (`matching_files`). `splink`: what splink does on
the same pairs and how long that takes (`matching_splink`); null where it is not installed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
from matching import measure_shipped
from matching_learner import Scores, measure_files
from matching_overture import measure_overture
from matching_pairs import GEOER_CITIES
from matching_splink import is_installed, splink_on_files, splink_on_overture, told

from tic.core.errors import BadInput, TicError
from tic.core.i18n import tell

_DATA: Final = Path(__file__).resolve().parents[3] / "shared" / "data"


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; a message and its exit code for what cannot be measured."""
    parser = argparse.ArgumentParser(prog="tic bench match", description=__doc__)
    parser.add_argument("--from", dest="folder", type=Path, default=_DATA, help="folder of the publishers' files")
    for name, purpose in (("train", "learned from"), ("valid", "learned from, too"), ("test", "only scored")):
        parser.add_argument(f"--{name}", type=Path, help=f"file of labelled pairs that is {purpose}")
    parser.add_argument("--json", action="store_true", help="print on one line")
    asked = parser.parse_args(arguments)
    try:
        report = _report(asked)
    except TicError as error:
        sys.stderr.write(f"tic: {tell(error, 'en')}\n")
        return error.exit_code
    print(json.dumps(report, ensure_ascii=False, indent=None if asked.json else 2))
    return 0


def _report(asked: argparse.Namespace) -> dict[str, Any]:
    files = {name: getattr(asked, name) for name in ("train", "valid", "test")}
    if all(files.values()):
        return {**asdict(measure_files(**files)), "splink": told(splink_on_files(**files)) if is_installed() else None}
    if any(files.values()):
        raise BadInput("Name all three files: --train, --valid and --test.")
    if not (asked.folder / "matching").is_dir():
        raise BadInput(
            "There are no labelled pairs in {folder}. Name the folder that holds them: --from", folder=asked.folder
        )
    return measure_all(asked.folder)


def measure_all(folder: Path) -> dict[str, Any]:
    """F1, precision, recall, threshold and seconds by name of the labelled set; mean_f1: of the cities of OSM and
    Foursquare."""
    started = time.monotonic()
    cities = {f"osm_fsq_{city}": _of_city(folder, f"osm_fsq_{city}") for city in GEOER_CITIES}
    found = {**cities, "overture_pairs": measure_overture(folder)}
    shipped = measure_shipped(folder)
    names = ("f1", "precision", "recall", "threshold", "seconds")
    report: dict[str, Any] = {name: {key: getattr(score, name) for key, score in found.items()} for name in names}
    report["mean_f1"] = round(float(np.mean([score.f1 for score in cities.values()])), 4)
    return report | shipped | {"splink": _of_splink(folder), "wall_s": round(time.monotonic() - started, 1)}


def _of_splink(folder: Path) -> dict[str, dict[str, float]] | None:
    """F1, precision, recall and seconds of splink by name of the labelled set."""
    if not is_installed():
        return None
    cities = {f"osm_fsq_{city}": told(splink_on_files(*_files(folder, f"osm_fsq_{city}"))) for city in GEOER_CITIES}
    return {**cities, "overture_pairs": told(splink_on_overture(folder))}


def _of_city(folder: Path, name: str) -> Scores:
    return measure_files(*_files(folder, name))


def _files(folder: Path, name: str) -> list[Path]:
    return [folder / "matching" / f"geoer_{name}_{split}.txt" for split in ("train", "valid", "test")]


if __name__ == "__main__":
    sys.exit(main())
