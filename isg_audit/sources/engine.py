"""What every engine can do with the decisions it holds; the tally and the measures know no more.

Imports nothing of ours. An engine is an object that does these things; nothing inherits from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from ibis.expr.types import Table

Tell = Callable[[str], None]
"""Told of what is being waited for, in plain words."""


class Mapped(Protocol):
    """Work that goes over batches of rows, one after the other, wherever they are.

    It travels to other computers where the engine has them, so it can be pickled.

    Attributes:
        kept: columns that come out as they went in.
        added: columns that it adds, after those, each `bool` or `double`.
    """

    @property
    def kept(self) -> Sequence[str]: ...  # noqa: D102 - described in the class
    @property
    def added(self) -> Mapping[str, str]: ...  # noqa: D102

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """For each batch one with as many rows, in their order."""


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

    def mapped(
        self, table: Table, work: Mapped, scratch: Path, progress: Callable[[int], None]
    ) -> tuple[Engine, Table]:
        """What work over all rows gives, kept where it can be counted; for the caller to close.

        Args:
            table: the rows.
            work: what is done with them.
            scratch: an empty folder that outlives the result.
            progress: told how many rows are done.
        """

    def close(self) -> None:
        """Let go of it; harmless the second time."""


class Opened(NamedTuple):
    """A source that was opened: who answers, the table to ask of, and a hash of the content."""

    engine: Engine
    table: Table
    fingerprint: str
