"""A metric of one's own: a function of rows, checked before it is called and after it answers.

Imports `errors` and numpy.
"""

from __future__ import annotations

import inspect
import numbers
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.errors import Fault, MetricError

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
WEIGHT, SCORES = "sample_weight", ("score", "y_score", "scores")
ADVICE = "It takes y_true and y_pred, then perhaps score, and perhaps sample_weight by name."


@dataclass(frozen=True, eq=False)
class CaseRows:
    """What the function is given of some cases, all of one length.

    Attributes:
        y_true: 1 where the outcome is the textbook positive, else 0.
        y_pred: 1 where the decision is, else 0.
        score: the score; None where there is none.
        weight: the case's weight; None where cases are not weighted.
        person: the place of the case's person among all; None where each case is one.
    """

    y_true: NDArray[np.int64]
    y_pred: NDArray[np.int64]
    score: NDArray[np.float64] | None = None
    weight: NDArray[np.float64] | None = None
    person: NDArray[np.intp] | None = None

    def __len__(self) -> int:
        return len(self.y_true)

    def at(self, places: NDArray[Any]) -> CaseRows:
        """Some of the cases, by their places or by a mask."""
        return CaseRows(
            *(None if one is None else one[places] for one in self.columns)  # type: ignore[arg-type]
        )

    def sealed(self) -> CaseRows:
        """The same cases, their arrays read-only from now on: for arrays nobody else holds."""
        for one in self.columns:
            if one is not None:
                one.flags.writeable = False
        return self

    @property
    def columns(self) -> tuple[NDArray[Any] | None, ...]:
        """Every column, in order."""
        return (self.y_true, self.y_pred, self.score, self.weight, self.person)


@dataclass(frozen=True)
class OwnMetric:
    """A function that a person handed over, and what it takes."""

    name: str
    function: Callable[..., Any]
    takes_score: bool
    takes_weight: bool

    @property
    def metric(self) -> str:
        """The quantity in the table of measurements."""
        return f"own_{self.name}"

    def measure(self, prefix: str = "") -> str:
        """The id in the table of measurements."""
        return f"fairness.{prefix}{self.metric}"

    @property
    def origin(self) -> str:
        """Where the function comes from, for the reader: `package.module:function`."""
        module = getattr(self.function, "__module__", None) or "?"
        named = getattr(self.function, "__qualname__", type(self.function).__qualname__)
        return f"{module}:{named}"

    def value_of(self, cases: CaseRows) -> tuple[float, str]:
        """What the function gives, and the reason where that is no number (then NaN).

        The function gets arrays of its own that it cannot write to, so that it cannot change what
        it is given. Whatever it raises is told by its kind alone: its words may hold people's data.
        """
        given = [_sealed(cases.y_true), _sealed(cases.y_pred)]
        if self.takes_score and cases.score is not None:
            given.append(_sealed(cases.score))
        named = {WEIGHT: _sealed(cases.weight)} if cases.weight is not None else {}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                answer = self.function(*given, **named)
        except Exception as error:  # noqa: BLE001 - a stranger's function may raise anything
            return float("nan"), f"the function raised {type(error).__name__}"
        return _number(answer)


def own_metrics(given: Mapping[str, Callable[..., Any]]) -> tuple[OwnMetric, ...]:
    """Check functions that are to be run on rows.

    Args:
        given: functions by name; a name is lower-case letters, digits and underscores.

    Raises:
        MetricError: names that cannot be used; what is no function, or takes something else; every
            fault at once.
    """
    made, faults = [], []
    for name, function in given.items():
        found = list(_faults(name, function))
        faults += found
        if not found:
            made.append(_metric(name, function))
    if faults:
        raise MetricError(faults)
    return tuple(made)


def _sealed(column: NDArray[Any]) -> NDArray[Any]:
    if not column.flags.writeable:
        return column
    mine = column.copy()
    mine.flags.writeable = False
    return mine


def _number(answer: object) -> tuple[float, str]:
    if isinstance(answer, np.ndarray) and answer.ndim == 0:
        answer = answer.item()
    if isinstance(answer, (bool, np.bool)) or not isinstance(answer, numbers.Real):
        return float("nan"), f"the function gave a {type(answer).__name__}, not a number"
    number = float(answer)
    if not np.isfinite(number):
        return float("nan"), f"the function gave {number}"
    return number, ""


def _faults(name: object, function: object) -> Iterator[Fault]:
    where = f"metrics.{name}"
    if not isinstance(name, str) or not NAME.fullmatch(name):
        what = f"'{name}' cannot be the name of a metric."
        yield Fault(where, what, "Use lower-case letters, digits and underscores.")
    if not callable(function):
        yield Fault(where, f"is a {type(function).__name__}, not a function.", ADVICE)
        return
    try:
        takes = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        yield Fault(where, "does not say what it takes.", "Wrap it in a function of your own.")
        return
    placed = _placed(takes)
    needed = [one for one in placed if one.default is one.empty]
    if len(placed) < 2 and not any(one.kind is one.VAR_POSITIONAL for one in takes):
        yield Fault(where, f"takes {len(placed)} of the arrays it is given.", ADVICE)
    if len(needed) > 3:
        yield Fault(where, f"needs {len(needed)} arrays by place.", ADVICE)
    for one in takes:
        if one.kind is one.KEYWORD_ONLY and one.default is one.empty and one.name != WEIGHT:
            yield Fault(where, f"needs '{one.name}', which nobody gives it.", ADVICE)


def _placed(takes: list[inspect.Parameter]) -> list[inspect.Parameter]:
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [one for one in takes if one.kind in kinds and one.name != WEIGHT]


def _metric(name: str, function: Callable[..., Any]) -> OwnMetric:
    takes = inspect.signature(function).parameters
    third = _placed(list(takes.values()))[2:3]
    score = any(one.default is one.empty or one.name in SCORES for one in third)
    return OwnMetric(name, function, score, WEIGHT in takes)
