"""Stages, complaints and waits where no decision for or against people is audited."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.voiced import Found, log, spec_of

STAGES = [{"name": "told", "column": "told", "reached": [1]}]
VOICE = {"complaint": "complained", "appeal": "appealed", "applied_on": "asked_on"}


def data() -> pd.DataFrame:
    made = log(1_500)
    rng = np.random.default_rng(2)
    return made.assign(
        score=rng.random(len(made)), truth=rng.random(len(made)),
        place=np.arange(1, len(made) + 1), kind=rng.choice(["x", "y", "z"], len(made)),
    )  # fmt: skip


@pytest.mark.parametrize(
    "decisions",
    [
        {"task": "number", "score": "score", "outcome": "truth"},
        {"task": "ranking", "position": "place", "positive": "favourable"},
        {"task": "score", "score": "score"},
        {"task": "classes", "decision": "kind"},
        {"task": "classes", "decision": "kind", "favourable": "x"},
    ],
)
def test_every_task_has_stages_waits_and_complaints(decisions: dict[str, object]) -> None:
    given = {"decision": None, "favourable": None, "time": "decided_on"} | decisions
    if decisions["task"] == "ranking":
        given["time"] = None
    voice = VOICE if given["time"] else {key: VOICE[key] for key in ("complaint", "appeal")}
    found = Found(data(), spec_of(decisions=given, stages=STAGES, voice=voice))
    log_ = data()
    assert found("coverage.stages", "pass_rate", feature="told").value == log_.told.mean()
    assert found("impact.complaints", "complaint_rate").value == ((log_.complained == "yes").mean())
    if given["time"]:
        assert found("impact.decision_time", "days_to_decision_median").n == len(log_)
    if decisions.get("favourable") is None:
        assert "no decision for or against people is recorded" in found.why("impact.appeals")
    else:
        refused = log_[log_.kind != "x"]
        assert found("impact.appeals", "appeal_rate").value == refused.appealed.mean()
