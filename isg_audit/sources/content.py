"""The content of a table whose rows have no order: a fingerprint of it, and a sample from it.

Imports nothing of ours. Both rest on a 64-bit hash of a whole row, which the engine computes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd
    from ibis.expr.types import Table

Hash = Callable[[Any, int], Any]
"""From a text column and a seed to an int64 column, as Ibis expressions of one engine."""

Ask = Callable[[Any, str], Any]
"""`Engine.answer`."""

PRIMES = (2_147_483_647, 2_147_483_629)
"""A hash modulo these two; sums over up to 2**32 rows stay within 64 bits on every engine."""

HASH, COPIES, PRIORITY = "isg_hash", "isg_copies", "isg_priority"


def fingerprint_of(table: Table, hash_of: Hash, ask: Ask) -> str:
    """What tells this content from any other, whatever the order of the rows.

    The number of rows, and the sums over all rows of each row's hash modulo two primes. A value
    that changes, a row that is added or lost changes it but for a chance of about 2 in 10**18.
    It finds what changed by mistake; it does not withstand somebody who looks for other rows with
    the same sums, which the SHA-256 of a file does.

    Args:
        table: the table.
        hash_of: the engine's hash.
        ask: answers an expression.
    """
    row = hash_of(row_text(table), 0)
    sums = {f"sum_{at}": (row % prime).sum() for at, prime in enumerate(PRIMES)}
    found = ask(table.aggregate(rows=table.count(), **sums), "take the fingerprint").to_pylist()[0]
    schema = [f"{name} {kind}" for name, kind in table.schema().items()]
    told = "\n".join([*schema, *(str(found[key] or 0) for key in ("rows", *sums))])
    return f"content:{hashlib.sha256(told.encode()).hexdigest()}"


def draw(table: Table, hash_of: Hash, ask: Ask, rows: int, seed: int) -> pd.DataFrame:
    """A simple random sample without replacement, the same for the same seed and content.

    Rows have no place and no name, so rows of one content cannot be told apart. Each content has
    as many exponential priorities as it has copies, and the rows of the smallest priorities are
    drawn. The smallest of m priorities is one exponential draw divided by m: the engine finds the
    contents that can be among them, and the rest is settled here.

    Args:
        table: the table.
        hash_of: the engine's hash.
        ask: answers an expression.
        rows: how many at most.
        seed: of the draw.

    Returns:
        The rows, sorted by the hash of their content.
    """
    hashed = table.mutate(**{HASH: hash_of(row_text(table), 0)})
    contents = hashed.group_by(HASH).agg(**{COPIES: hashed.count()})
    number = hash_of(contents[HASH].cast("string"), seed)
    share = ((number % PRIMES[0]).abs().cast("float64") + 0.5) / float(PRIMES[0])
    contents = contents.mutate(**{PRIORITY: share.ln() * -1.0 / contents[COPIES]})
    few = contents.order_by([PRIORITY, HASH]).limit(rows)
    found = ask(few, "draw a sample")
    hashes, many, least = (found[name].to_numpy() for name in (HASH, COPIES, PRIORITY))
    copies = _drawn(hashes, many, least, rows, seed)
    chosen = hashed.filter(hashed[HASH].isin(list(copies))).distinct()
    frame: pd.DataFrame = ask(chosen, "draw a sample").to_pandas()
    frame = frame.drop_duplicates(HASH).sort_values(HASH, kind="stable")
    repeated = frame.loc[frame.index.repeat(frame[HASH].map(copies))]
    return repeated.drop(columns=HASH).reset_index(drop=True)


def _drawn(
    hashes: NDArray[np.int64],
    copies: NDArray[np.int64],
    least: NDArray[np.float64],
    rows: int,
    seed: int,
) -> dict[int, int]:
    """How many copies of each content are among the `rows` smallest priorities."""
    each, whose = [], []
    for number, many, first in zip(hashes.tolist(), copies.tolist(), least, strict=True):
        kept = min(many, rows)
        randomness = np.random.default_rng([seed, number % 2**64])
        # Rising priorities of m copies: each gap is exponential, over the copies still to come.
        gaps = randomness.exponential(size=kept - 1) / (many - np.arange(1, kept))
        each.append(first + np.r_[0.0, np.cumsum(gaps)])
        whose.append(np.full(kept, number))
    if not each:
        return {}
    order = np.lexsort([np.concatenate(whose), np.concatenate(each)])[:rows]
    found, times = np.unique(np.concatenate(whose)[order], return_counts=True)
    return dict(zip(found.tolist(), times.tolist(), strict=True))


def row_text(table: Table) -> Any:
    """A row as one text; different rows have different texts: each value with its length."""
    whole = None
    for name in table.columns:
        text = table[name].cast("string")
        part = text.isnull().ifelse("-", text.length().cast("string") + ":" + text)
        whole = part if whole is None else whole + part
    return whole
