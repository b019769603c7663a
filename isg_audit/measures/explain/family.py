"""All measures of this family, in order. Imports this family and `measurement`."""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.measures.explain.attribute_change import attribute_change
from isg_audit.measures.explain.attributing import attributed
from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.proxies import proxies
from isg_audit.measures.explain.recourse import recourse
from isg_audit.measures.explain.reliance import reliance
from isg_audit.measures.explain.repeatability import repeatability
from isg_audit.measures.explain.shap_gap import MEASURE as GAP
from isg_audit.measures.explain.shap_gap import shap_gap
from isg_audit.measures.explain.shap_importance import MEASURE as IMPORTANCE
from isg_audit.measures.explain.shap_importance import shap_importance
from isg_audit.measures.explain.trusting import trusting
from isg_audit.measures.explain.unseen import unseen_category
from isg_audit.measures.measurement import Measurement, NotMeasured


def measure(explaining: Explaining) -> list[Measurement | NotMeasured]:
    """Everything this family finds out about a model, what decides whether to believe it first.

    Args:
        explaining: the model, the people explained, and their background.

    Raises:
        ModelFailed: the model failed, or returned what no model may return.
        ModelError: the favourable value is none of its classes.
    """
    from threadpoolctl import threadpool_limits

    # Hundreds of small questions: threads that wait for one another cost 0.4 s each on a busy box.
    with threadpool_limits(1):
        return list(_found(explaining))


def _found(explaining: Explaining) -> Iterator[Measurement | NotMeasured]:
    yield from repeatability(explaining)
    yield from unseen_category(explaining)
    found = attributed(explaining)
    if isinstance(found, str):
        yield NotMeasured(IMPORTANCE, found, "shap_importance")
        yield NotMeasured(GAP, found, "shap_gap")
    else:
        yield from shap_importance(explaining, found)
        yield from shap_gap(explaining, found)
    yield from reliance(explaining)
    yield from attribute_change(explaining)
    yield from proxies(explaining, found)
    yield from recourse(explaining)
    yield from trusting(explaining, found)
