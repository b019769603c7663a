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
from isg_audit.measures.explain.principal import reasons_of
from isg_audit.measures.explain.quality_gap import quality_gap
from isg_audit.measures.explain.reason_codes import reason_codes
from isg_audit.measures.explain.reason_recourse import reason_recourse
from isg_audit.measures.explain.reasons import reasons, reasons_alike
from isg_audit.measures.explain.robustness import robustness
from isg_audit.measures.explain.stability import (
    agreement,
    other_baseline,
    other_data,
    other_draw,
    other_method,
    stability_baseline,
    stability_draw,
    stability_noise,
)
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
    compared = {
        "stability_draw": other_draw(explaining, found),
        "stability_noise": other_data(explaining, found),
        "agreement": other_method(explaining, found),
    }
    yield from stability_draw(explaining, compared["stability_draw"])
    yield from stability_baseline(explaining, other_baseline(explaining, found))
    yield from stability_noise(explaining, compared["stability_noise"])
    yield from agreement(explaining, compared["agreement"])
    yield from quality_gap(explaining, found, told, compared)
    given = reasons_of(explaining, found)
    yield from reasons(explaining, given)
    yield from reasons_alike(explaining, given)
    yield from reason_codes(explaining, given)
    yield from reason_recourse(explaining, given)
    yield from robustness(explaining)
