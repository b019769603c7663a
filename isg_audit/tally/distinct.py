"""A column of the counted cells, as its few distinct values and the place of each cell's value.

What a value means is settled once a value, not once a cell: a million cells hold a few dozen
values. Imports `sources`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from isg_audit.sources.values import as_number_or_text, as_text


class Distinct(NamedTuple):
    """Values of any type (None for a missing one; some may mean the same), and cells' places."""

    values: list[Any]
    place: NDArray[np.intp]

    @property
    def texts(self) -> list[str | None]:
        """The text by which each value is known."""
        return [as_text(value) for value in self.values]

    @property
    def numbers_or_texts(self) -> list[str | None]:
        """The same, and one text for "1.0" and "1"."""
        return [None if text is None else as_number_or_text(text) for text in self.texts]


def distinct(cells: Any, name: str) -> Distinct:
    """The values of a column of a `pyarrow.Table`."""
    import pyarrow as pa

    column = cells[name].combine_chunks()
    if pa.types.is_nested(column.type):  # lists and structures, which Arrow does not tell apart
        return Distinct(column.to_pylist(), np.arange(len(column)))
    encoded = column.dictionary_encode()
    values = encoded.dictionary.to_pylist()
    place = encoded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
    return Distinct([*values, None], place.astype(np.intp))
