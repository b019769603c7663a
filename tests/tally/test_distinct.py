"""A column of cells as distinct values and places: the same as reading every cell."""

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isg_audit.sources.values import as_number_or_text, as_text
from isg_audit.tally.distinct import distinct

COLUMNS = [
    pa.array([1, None, 1, 0]),
    pa.array([True, None, False]),
    pa.array([1.0, float("nan"), None, 0.5, float("nan")]),
    pa.array(["b", "a", None, "", "b"]).dictionary_encode(),
    pa.array([date(2020, 1, 1), None]),
    pa.array([Decimal("1.00"), None]),
    pa.array([b"x", None]),
    pa.nulls(3),
    pa.array([[1], [2], [1]]),
    pa.array([{"a": 1}, None]),
    pa.array([], pa.string()),
]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: str(column.type))
def test_every_cell_keeps_its_text(column):
    # Two chunks, as an engine may answer.
    cells = pa.table({"key": pa.chunked_array([column, column], column.type)})
    found = distinct(cells, "key")
    read = [as_text(value) for value in cells["key"].to_pylist()]
    assert [found.texts[place] for place in found.place] == read


@given(st.lists(st.none() | st.sampled_from(["1", "1.0", "yes", "", "no", "0"])))
def test_numbers_written_in_two_ways_are_one(values):
    found = distinct(pa.table({"key": pa.array(values, pa.string())}), "key")
    read = [None if value is None else as_number_or_text(value) for value in values]
    assert [found.numbers_or_texts[place] for place in found.place] == read


def test_a_million_cells_have_few_values():
    found = distinct(pa.table({"key": pa.array(["a", "b", None] * 1000)}), "key")
    assert found.values == ["a", "b", None]
