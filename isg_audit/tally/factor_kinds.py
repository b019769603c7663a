"""Which factors that may explain a gap are numbers, and how they are centred.

A number is taken less its mean and in units of its spread, so that sums of products keep their
digits; where it is missing it is 0, and that it is missing is a column of its own. Imports
`sources`, `tally.literal`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from isg_audit.sources.values import as_text
from isg_audit.tally.literal import double
from isg_audit.tally.within import MOST_VALUES

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions

LARGEST = 1e100
"""Above it, products of products may be infinite."""


@dataclass(frozen=True)
class Number:
    """A factor that is a number of many values.

    Attributes:
        name: its column.
        mean: of the values that are there.
        spread: their standard deviation, above 0.
        missing: whether it is missing for anybody.
    """

    name: str
    mean: float
    spread: float
    missing: bool

    def there(self, table: Any) -> Any:
        """Whether a row has a value; an Ibis column."""
        column = table[self.name]
        there = column.notnull()
        return there & ~column.isnan() if column.type().is_floating() else there

    def centred(self, table: Any) -> Any:
        """The value less the mean, in units of the spread; 0 where it is missing."""
        value = (table[self.name].cast("float64") - double(self.mean)) / double(self.spread)
        return self.there(table).ifelse(value, double(0.0))


@dataclass(frozen=True)
class Kinds:
    """The factors, and why they cannot be used; empty where they can."""

    numbers: tuple[Number, ...]
    categories: tuple[str, ...]
    why: str = ""


def kinds_of(decisions: Decisions, factors: Sequence[str]) -> Kinds:
    """Tell numbers of more than 50 values from categories.

    Args:
        decisions: where they are.
        factors: columns.

    Raises:
        EngineFailed: the engine could not answer.
    """
    table = decisions.table
    categories = [name for name in factors if _few(decisions, name)]
    asked: dict[str, Any] = {}
    for at, name in enumerate(factors):
        if name not in categories and table[name].type().is_numeric():
            asked |= {f"{what}{at}": one for what, one in _facts(table, name).items()}
    found = decisions.ask(**asked) if asked else {}
    numbers, faults = [], []
    for at, name in enumerate(factors):
        if name in categories:
            continue
        if f"mean{at}" not in found:
            faults.append(
                f"column '{name}' has more than {MOST_VALUES} different values and holds no "
                "numbers: name a coarser one"
            )
        elif found[f"large{at}"]:
            faults.append(f"column '{name}' is infinite or too large in {found[f'large{at}']:,} "
                          "rows")  # fmt: skip
        else:
            spread = float(found[f"spread{at}"])
            missing = found[f"missing{at}"] > 0
            numbers.append(Number(name, float(found[f"mean{at}"]), spread, missing))
    return Kinds(tuple(numbers), tuple(categories), "; ".join(faults))


def _few(decisions: Decisions, name: str) -> bool:
    """Whether a column has few enough values to be categories; asked so that it stops early."""
    values = decisions.distinct(name, MOST_VALUES + 1)
    known = {text for text in map(as_text, values) if text is not None}
    return len(known) <= MOST_VALUES


def _facts(table: Any, name: str) -> dict[str, Any]:
    column = table[name].cast("float64")
    there = column.notnull() & ~column.isnan()
    usable = there & (column.abs() <= LARGEST)
    value = usable.ifelse(column, None)
    return {
        "mean": value.mean(),
        "spread": value.std(how="pop"),
        "missing": (~there).sum(),
        "large": (there & ~usable).sum(),
    }
