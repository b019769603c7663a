"""Whether explanations deserve trust, and decisions stand firm: all checks of it, in order.

Imports this family and `measurement`.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.measures.explain.additivity import MEASURE as ADDITIVITY
from isg_audit.measures.explain.additivity import additivity
from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.monotonicity import monotonicity
from isg_audit.measures.explain.robustness import robustness
from isg_audit.measures.explain.surrogate import surrogate, told_by_tree
from isg_audit.measures.measurement import Measurement, NotMeasured


def trusting(
    explaining: Explaining, found: Attributions | str
) -> Iterator[Measurement | NotMeasured]:
    """Every check of this kind, robustness last: it may bring a model down.

    Args:
        explaining: the model and the people.
        found: their attributions, or why there are none.

    Raises:
        ModelFailed: the model failed, or returned what no model may return.
    """
    if isinstance(found, str):
        yield NotMeasured(ADDITIVITY, found, "largest_miss")
    else:
        yield from additivity(explaining, found)
    yield from monotonicity(explaining)
    told = told_by_tree(explaining)
    yield from surrogate(explaining, told)
    yield from robustness(explaining)
