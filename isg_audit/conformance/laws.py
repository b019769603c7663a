"""Laws that every audit obeys, tried on made data with a fixed seed.

Imports this room and `measures`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pandas as pd

from isg_audit.conformance.made_data import Rows, counted, made, rows_of
from isg_audit.conformance.result import Result, held
from isg_audit.measures import Measurement

AREA = "laws"
SOURCE = "holds for every data set"

NUMBERS = (
    "value", "low", "high", "n", "affected", "affected_low", "affected_high", "p_value",
    "p_adjusted",
)  # fmt: skip

# Old names of groups to new ones, which sort the other way round.
RENAMED = {"a": "zz", "b": "yy", "c": "xx"}


def laws() -> Iterator[Result]:
    """Each law, on the same data."""
    data = made()
    rows = rows_of(counted(data))
    yield _known(rows)
    yield _duplicated(data, rows)
    yield _merged(data, rows)
    yield _same("the order of the rows does not matter", rows, rows_of(counted(_shuffled(data))))
    yield _renamed(data, rows)
    yield from _engines(data, rows)


def _known(rows: Rows) -> Result:
    """Guards the other laws, which nothing at all would keep."""
    enough = len(rows) > 300 and sum(row.low is not None for row in rows.values()) > 200
    return held(
        AREA, "the audit of the made data has figures", enough, f"{len(rows)} rows",
        "more than 300, with intervals", SOURCE,
    )  # fmt: skip


def _duplicated(data: pd.DataFrame, rows: Rows) -> Result:
    """Twice as many cases of c: of a and b nothing moves but what compares them with c."""
    more = rows_of(counted(pd.concat([data, data[data["group"] == "c"]])))
    # How many comparisons there are, and so what they allow for, is not of this law.
    mine = {
        key: row
        for key, row in rows.items()
        if row.family == "fairness" and row.by == "group"
        and row.group in ("a", "b") and row.versus in ("", "a")
    }  # fmt: skip
    moved = [
        key for key, row in mine.items()
        if key not in more or _moved(row, more[key], but="p_adjusted")
    ]  # fmt: skip
    return _told("doubling a group changes no other group's figures", moved, len(mine))


def _merged(data: pd.DataFrame, rows: Rows) -> Result:
    parts = counted(data[:400]) + counted(data[400:])
    return _same("parts counted apart and merged are the whole", rows, rows_of(parts))


def _renamed(data: pd.DataFrame, rows: Rows) -> Result:
    """New names, sorted the other way round: the figures go with the people."""
    renamed = data.assign(group=data["group"].map(RENAMED))
    back = {new: old for old, new in RENAMED.items()}
    found = rows_of(counted(renamed), reference="zz")

    def old(name: str) -> str:
        return " × ".join(back.get(part, part) for part in name.split(" × "))

    again = {
        (measure, metric, by, old(group), old(versus), feature, window): row
        for (measure, metric, by, group, versus, feature, window), row in found.items()
    }
    moved = [key for key, row in rows.items() if key not in again or _moved(row, again[key])]
    return _told("names of groups do not matter", moved, len(rows))


def _engines(data: pd.DataFrame, rows: Rows) -> Iterator[Result]:
    def csv(path: Path) -> None:
        data.to_csv(path, index=False)

    def parquet(path: Path) -> None:
        data.to_parquet(path)

    def arrow(path: Path) -> None:
        data.to_feather(path, compression="uncompressed")

    writers: dict[str, Callable[[Path], None]] = {"csv": csv, "parquet": parquet, "arrow": arrow}
    with TemporaryDirectory(prefix="isg-audit-") as folder:
        for ending, write in writers.items():
            path = Path(folder) / f"made.{ending}"
            write(path)
            found = rows_of(counted({"source": str(path)}))
            yield _same(f"a {ending} file gives what the frame gives", rows, found)
        path = Path(folder) / "made.duckdb"
        with duckdb.connect(str(path)) as database:
            database.register("frame", data)
            database.execute("create table made as select * from frame")
        found = rows_of(counted({"source": f"duckdb://{path}", "table": "made"}))
        yield _same("a DuckDB file gives what the frame gives", rows, found)


def _shuffled(data: pd.DataFrame) -> pd.DataFrame:
    return data.sample(frac=1, random_state=np.random.RandomState(7))


def _same(law: str, rows: Rows, found: Rows) -> Result:
    moved = [key for key, row in rows.items() if key not in found or _moved(row, found[key])]
    return _told(law, moved + [key for key in found if key not in rows], len(rows))


def _moved(row: Measurement, other: Measurement, but: str = "") -> bool:
    """Whether a number moved by more than the rounding of sums in another order."""
    names = [name for name in NUMBERS if name != but]
    ours, theirs = (
        np.array([getattr(one, name) for name in names], dtype=np.float64) for one in (row, other)
    )
    return not np.allclose(ours, theirs, rtol=1e-9, atol=1e-12, equal_nan=True)


def _told(law: str, moved: list[tuple[str, ...]], rows: int) -> Result:
    first = f", first {' '.join(part for part in moved[0] if part)}" if moved else ""
    return held(
        AREA, law, not moved and rows > 0, f"{len(moved)} of {rows} rows differ{first}",
        "none differs", SOURCE,
    )  # fmt: skip
