"""Seven facets in two columns, and back."""

from __future__ import annotations

from directory.search.facet_columns import ColumnValues, code_of, columns_of, columns_with

TEMPLE = {
    "province": "TH-50",
    "district": "5001",
    "category": ["temple", "attraction"],
    "source": ["osm", "tat"],
    "price": None,
    "certification": [],
    "access": ["wheelchair"],
}


def test_columns_hold_every_value_of_a_document() -> None:
    columns = columns_of(TEMPLE)
    where, what = ColumnValues([columns["where"]]), ColumnValues(["", columns["what"]])
    assert where.count({columns["where"]: 3}, ["province", "district"]) == {
        "province": {"TH-50": 3},
        "district": {"5001": 3},
    }
    assert what.count_codes({code_of(columns["what"]): 2, code_of(""): 7}, ["category", "source", "price"]) == {
        "category": {"temple": 2, "attraction": 2},
        "source": {"osm": 2, "tat": 2},
        "price": {},
    }


def test_counts_of_several_values_add_up() -> None:
    temple, museum = columns_of(TEMPLE)["what"], columns_of({"category": ["museum", "attraction"]})["what"]
    values = ColumnValues([temple, museum])
    assert values.count({temple: 2, museum: 5}, ["category"]) == {
        "category": {"temple": 2, "museum": 5, "attraction": 7}
    }
    assert values.count({museum: 5}, ["category"]) == {"category": {"museum": 5, "attraction": 5}}
    assert columns_of({}) == {"where": "", "what": ""}


def test_an_index_without_documents_counts_nothing() -> None:
    assert ColumnValues([]).count({}, ["category"]) == {"category": {}}


def test_only_the_columns_with_a_facet_are_counted() -> None:
    assert columns_with(["category", "price", "hours"]) == {"what": ["category", "price"]}
    assert columns_with(["district"]) == {"where": ["district"]}


def test_a_code_is_a_number_of_64_bits_that_stays_the_same() -> None:
    assert 0 < code_of("temple") < 2**64
    assert code_of("temple") == code_of("temple") != code_of("museum")
