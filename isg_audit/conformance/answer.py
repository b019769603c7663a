"""A statistic and its known answer. Imports `stats`, which is asked at the time of the check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit import stats
from isg_audit.conformance.result import Result, compared

# Answers are written to six decimals.
DIGITS = 1e-6


class Answer(NamedTuple):
    """A statistic of `isg_audit.stats` by name, what it is given, and what it should give."""

    name: str
    statistic: str | Callable[..., Any]
    given: tuple[Any, ...]
    expected: ArrayLike
    allowed: float = DIGITS
    source: str = "computed apart from this code"


def held_against(area: str, answers: Iterable[Answer]) -> Iterator[Result]:
    """Every answer, held against what is computed now."""
    for one in answers:
        rule = getattr(stats, one.statistic) if isinstance(one.statistic, str) else one.statistic
        found = rule(*one.given)
        several = found if isinstance(found, tuple) else (found,)
        expected = np.ravel(np.asarray(one.expected, dtype=np.float64))
        # A statistic may give more than is known of it.
        flat = np.concatenate([np.ravel(part) for part in several])[: len(expected)]
        yield compared(area, one.name, flat, expected, one.allowed, one.source)
