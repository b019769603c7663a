"""What every engine can do with the decisions it holds; the tally and the measures know no more.

Imports nothing of ours. An engine is an object that does these things; nothing inherits from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from ibis.expr.types import Table

Tell = Callable[[str], None]
"""Told of what is being waited for, in plain words."""


class Engine(Protocol):
    """Where decisions lie, and how it is asked.

    Every method raises `DataError` where a value or a name of the data is at fault, and
    `EngineFailed` where the engine could not do it.
    """

    def answer(self, expression: Any, what: str) -> pa.Table:
        """The answer to an Ibis table expression, small enough for memory.

        Args:
            expression: over the table that the engine was opened with.
            what: what is asked, in words, for messages.
        """

    def batches(self, table: Table, rows: int) -> Iterator[pa.RecordBatch]:
        """All rows of a table expression, `rows` at a time; memory does not grow with them."""

    def sample(self, table: Table, rows: int, seed: int) -> pd.DataFrame:
        """At most `rows` rows drawn at random, the same for the same seed and content."""

    def close(self) -> None:
        """Let go of it; harmless the second time."""


class Opened(NamedTuple):
    """A source that was opened: who answers, the table to ask of, and a hash of the content."""

    engine: Engine
    table: Table
    fingerprint: str
