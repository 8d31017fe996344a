"""`tic bench match` as a person runs it on files of Geo-ER's form: what it finds, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import matching_command
import pytest

from product import Product

PLACE = "COL name VAL {} COL latitude VAL {} COL longitude VAL 100.5 COL address VAL   COL postalCode VAL   "
PAIR = f"{PLACE.format('Wat Pho', 13.7465)}\t{PLACE.format('Wat Pho Temple', 13.7466)}\t1"


def head(shared_data: Path, split: str, lines: int, folder: Path) -> str:
    """The first lines of a file, as a file of their own."""
    whole = (shared_data / "matching" / f"geoer_osm_fsq_pit_{split}.txt").read_text(encoding="utf-8")
    path = folder / f"{split}.txt"
    path.write_text("".join(whole.splitlines(keepends=True)[:lines]), encoding="utf-8")
    return str(path)


@pytest.mark.slow
def test_a_matcher_is_learned_from_two_files_and_scored_on_a_third(shared_data: Path, tmp_path: Path) -> None:
    files = {split: head(shared_data, split, lines, tmp_path) for split, lines in (("train", 700), ("valid", 300))}
    test = head(shared_data, "test", 200, tmp_path)
    done = Product(tmp_path).run(
        "bench", "match", "--train", files["train"], "--valid", files["valid"], "--test", test, "--json"
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["f1"] > 0.85
    assert found["f1"] == pytest.approx(
        2 * found["precision"] * found["recall"] / (found["precision"] + found["recall"]), abs=0.001
    )
    assert 0 < found["threshold"] < 1
    assert found["pairs"] == 200
    assert found["seconds"] > 0
    assert 0.6 < found["splink"]["f1"] < found["f1"]
    assert found["splink"]["wall_s"] > 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PAIR.replace("\t1", "\tyes"), "Line 1 of {path} is not two places and 0 or 1, separated by tabs."),
        (f"{PAIR}\nWat Pho\n", "Line 2 of {path} is not two places and 0 or 1, separated by tabs."),
        (PAIR.replace("COL latitude VAL 13.7466", ""), "Line 1 of {path}: a place has no coordinates."),
        (PAIR.replace("13.7466", "113.7466"), "Line 1 of {path}: the coordinates are not on Earth."),
        (PAIR.replace("Wat Pho Temple", " "), "Line 1 of {path}: a place has no name."),
        ("\n", "There is no pair in {path}."),
        (PAIR, "To learn, {path} and {path} must hold at least 10 pairs of each label."),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_line(
    tmp_path: Path, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "pairs.txt"
    path.write_text(text, encoding="utf-8")
    code = matching_command.main([f"--{name}={path}" for name in ("train", "valid", "test")])
    assert (code, capsys.readouterr().err.strip()) == (2, f"tic: {said.format(path=path)}")


def test_what_is_no_text_or_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pairs.txt"
    path.write_bytes(b"\xff\xfe\x00")
    product = Product(tmp_path)
    done = product.run("bench", "match", *(f"--{name}={path}" for name in ("train", "valid", "test")))
    assert (done.returncode, done.stderr.strip()) == (2, f"tic: The file {path} is not text in UTF-8.")
    done = product.run("bench", "match", "--train", str(path))
    assert (done.returncode, done.stderr.strip()) == (2, "tic: Name all three files: --train, --valid and --test.")
    done = product.run("bench", "match", "--from", str(tmp_path))
    assert done.returncode == 2
    assert f"There are no labelled pairs in {tmp_path}." in done.stderr
