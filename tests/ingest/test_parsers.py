from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.parsers import load_parser, own_files, parser_version, shared_files
from ingest.source import get_source, sources
from tic.core.errors import BadInput


def test_the_version_of_a_source_stays_while_nothing_changes() -> None:
    assert parser_version(get_source("tat_shops")) == parser_version(get_source("tat_shops"))


@pytest.mark.parametrize("name", ["atlantis", "../../tic", "tat.parser", ""])
def test_a_parser_that_there_is_not_is_told_with_the_known_ones(name: str) -> None:
    with pytest.raises(BadInput, match=r"which there is not\. The known ones are: airbnb_bangkok, "):
        load_parser(replace(get_source("tat_shops"), parser=name))


def test_every_source_has_a_version_of_its_own() -> None:
    assert len({parser_version(source) for source in sources().values()}) == len(sources())


def test_the_version_depends_on_the_description_and_the_parser_of_the_source() -> None:
    files = [str(file).split("sources/")[1] for file in own_files(get_source("tat_shops"))]
    assert files == ["tat_shops/source.yml", "tat/parser.py"]


def test_the_version_depends_on_all_code_and_data_that_decide_what_a_run_brings() -> None:
    names = {file.name for file in shared_files()}
    code = {"pipeline.py", "places.py", "statistics.py", "texts.py", "names.py", "areas.py", "quarantine.py"}
    data = {"name_words.csv", "kinds.csv", "categories.csv", "provinces.csv", "district_cells.parquet"}
    assert code | data <= names
    assert not [name for name in names if name.endswith(".pyc")]
