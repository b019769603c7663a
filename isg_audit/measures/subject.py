"""`Subject`: what is measured. Imports `further`, `plan`, and others for their types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from isg_audit.measures.further import Further
from isg_audit.measures.plan import Plan

if TYPE_CHECKING:
    from isg_audit.measures.explain import Explaining
    from isg_audit.tally import Tally, Within

MODEL_FAILED = "the model failed; what was measured is of the log alone"


@dataclass(frozen=True, eq=False)
class Subject:
    """What is measured.

    Attributes:
        counted: the tally of the decisions.
        plan: which groups are compared.
        model_counted: the tally of the model's own decisions beside a log, if there are both.
        explaining: model and sampled rows for explanations; None for an audit without a model.
        no_explanation: why there is none.
        further: what was counted or drawn beside the tally.
        model_within: counts of the model's own decisions within strata, beside a log.
        against_log: the log's decision (as outcome) by the model's own, if there are both.
        score_distances: how far the model's score is from the log's, counted as a score.
        model_failed: whether there is a model that failed before it had decided upon everybody.
    """

    counted: Tally
    plan: Plan
    model_counted: Tally | None = None
    explaining: Explaining | None = None
    no_explanation: str = "there is no model to explain"
    further: Further = field(default_factory=Further)
    model_within: Within | None = None
    against_log: Tally | None = None
    score_distances: Tally | None = None
    model_failed: bool = False
