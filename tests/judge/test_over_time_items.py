"""Items on time: each passes, fails and stays open, and few people never pass."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import isg_audit
from isg_audit.spec.time_part import ChangePart
from tests.audits import spec_of

ITEMS = ("TIME-01", "TIME-02", "TIME-03", "TIME-04", "TIME-05")


def words(people: int, harm: float, *, seed: int = 1) -> dict[str, str]:
    """The word of each item for a log in which one group is harmed from the seventh quarter on."""
    generator = np.random.default_rng(seed)
    quarter = generator.integers(0, 12, people)
    group = generator.choice(["a", "b"], people, p=[0.4, 0.6])
    fallen = (group == "a") & (quarter >= 6)
    log = pd.DataFrame({
        "group": group,
        "decision": (generator.random(people) < 0.6 - harm * fallen).astype(int),
        "outcome": (generator.random(people) < 0.6).astype(int),
        "score": (generator.normal(0, 1, people) - 4 * harm * fallen).round(1),
        "day": pd.Timestamp("2021-01-10") + pd.to_timedelta(quarter * 91, "D"),
    })  # fmt: skip
    spec = spec_of(
        ("group",), time="day", outcome="outcome", outcome_favourable=1, score="score",
        audit={"checklists": ("marginalised-groups",)},
    )  # fmt: skip
    spec = spec.model_copy(update={"changes": (ChangePart(date="2022-07-01", what="model 2"),)})
    (checklist,) = isg_audit.run(spec, log).verdicts
    return {one.id: one.word for one in checklist.items if one.id in ITEMS}


@pytest.mark.parametrize(
    ("people", "harm", "word"),
    [(60_000, 0.0, "pass"), (60_000, 0.3, "fail"), (800, 0.06, "inconclusive")],
)  # fmt: skip
def test_each_word(people: int, harm: float, word: str) -> None:
    assert words(people, harm) == dict.fromkeys(ITEMS, word)


def test_few_people_never_pass() -> None:
    assert "pass" not in words(90, 0.0).values()
