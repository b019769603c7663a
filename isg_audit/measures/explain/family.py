"""All measures of this family, in order. Imports this family and `measurement`."""

from __future__ import annotations

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
    """Everything this family finds out about a model: importance, gaps, reliance.

    Args:
        explaining: the model, the people explained, and their background.

    Raises:
        ModelFailed: the model failed, or returned what no model may return.
        ModelError: the favourable value is none of its classes.
    """
    found = attributed(explaining)
    findings: list[Measurement | NotMeasured] = [
        *repeatability(explaining),
        *unseen_category(explaining),
    ]
    if isinstance(found, str):
        findings += [
            NotMeasured(IMPORTANCE, found, "shap_importance"),
            NotMeasured(GAP, found, "shap_gap"),
        ]
    else:
        findings += [*shap_importance(explaining, found), *shap_gap(explaining, found)]
    findings += [*reliance(explaining), *attribute_change(explaining), *proxies(explaining, found)]
    return [*findings, *recourse(explaining), *trusting(explaining, found)]
