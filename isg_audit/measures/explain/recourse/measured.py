"""All measures of recourse, in order. Imports this folder and `measurement`."""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.recourse import choice, cost, examples, shape, shares
from isg_audit.measures.explain.recourse.looked import Looked
from isg_audit.measures.explain.recourse.search import find_recourse
from isg_audit.measures.measurement import Measurement, NotMeasured

METRICS = {
    shares.MEASURE: shares.METRIC,
    cost.MEASURE: cost.METRIC,
    choice.MEASURE: "same_change_rate",
    shape.MEASURE: "changed_inputs",
    examples.MEASURE: "example",
}


def recourse(explaining: Explaining) -> Iterator[Measurement | NotMeasured]:
    """Who can turn a refusal round, and at what cost.

    Args:
        explaining: with `recourse`, the people whose refusals are looked at; without, it is not
            measured.

    Raises:
        ModelFailed: the model failed on changed rows, or returned what no model may return.
    """
    seeking = explaining.recourse
    if seeking is None:
        yield from _none("no people were given among whom refusals could be looked at")
        return
    found = find_recourse(explaining, seeking)
    if isinstance(found, str):
        yield from _none(found)
        return
    looked = Looked(explaining, seeking, found)
    yield from shares.recourse_found(looked)
    yield from cost.recourse_cost(looked)
    yield from choice.recourse_choice(looked)
    yield from shape.recourse_plausibility(looked)
    yield from examples.recourse_examples(looked)


def _none(reason: str) -> Iterator[NotMeasured]:
    yield from (NotMeasured(measure, reason, metric) for measure, metric in METRICS.items())
