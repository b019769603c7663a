"""Items on people of unknown group: each passes, fails and stays open somewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import isg_audit
from isg_audit.evidence.assemble import published
from tests.audits import spec_of
from tests.measures.test_unknown import log
from tests.measures.test_unobserved import spec_with


def words_of(frame: pd.DataFrame, spec: Any) -> dict[str, str]:
    results = published(isg_audit.run(spec, frame))
    return {item.id: item.word for one in results.checklists for item in one.items}


def asked(**more: Any) -> Any:
    return spec_of(audit={"checklists": ("marginalised-groups",)}, **more)


ALIKE = log(a=(5000, 10_000), b=(5000, 10_000), unknown=(50, 100))
APART = log(a=(7000, 10_000), b=(4000, 10_000), unknown=(50, 100))
HIDDEN = log(a=(700, 1000), b=(600, 1000), unknown=(450, 900))


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (APART, {"UNKN-02": "pass", "UNKN-03": "fail"}),
        (ALIKE, {"UNKN-02": "not assessed", "UNKN-03": "pass", "UNKN-04": "inconclusive"}),
        (HIDDEN, {"UNKN-02": "fail", "UNKN-03": "inconclusive", "UNKN-04": "fail"}),
        (log(a=(5000, 9999), b=(5000, 9999), unknown=(5000, 9999)), {"UNKN-04": "pass"}),
    ],
)
def test_of_unknown_group(frame: pd.DataFrame, words: dict[str, str]) -> None:
    found = words_of(frame, asked())
    assert {id_: found[id_] for id_ in words} == words


def places(rates: dict[str, float], people: int = 20_000) -> pd.DataFrame:
    rows = []
    for place, rate in rates.items():
        yes = round(people * rate)
        rows += [(place, 1)] * yes + [(place, 0)] * (people - yes)
    frame = pd.DataFrame(rows, columns=["place", "decision"])
    return frame.assign(sex=["F", "M"] * (len(frame) // 2))


@pytest.mark.parametrize(
    ("chances", "rates", "words"),
    [
        # the place tells the group: the range is narrow
        ("p,1,0\nq,0,1\n", {"p": 0.5, "q": 0.52}, {"UNOB-01": "pass", "UNOB-02": "pass"}),
        ("p,1,0\nq,0,1\n", {"p": 0.3, "q": 0.7}, {"UNOB-01": "fail"}),
        ("p,0.5,0.5\nq,0.3,0.7\n", {"p": 0.5, "q": 0.5}, {"UNOB-01": "inconclusive"}),
        ("p,0.5,0.5\n", {"p": 0.5, "q": 0.5}, {"UNOB-02": "fail"}),
        ("p,0.5,0.5\nq,0.5,0.5\n", {"p": 0.5, "q": 0.5, "r": 0.5}, {"UNOB-02": "fail"}),
    ],
)
def test_of_a_group_that_nobody_recorded(
    tmp_path: Path, chances: str, rates: dict[str, float], words: dict[str, str]
) -> None:
    (tmp_path / "p.csv").write_text("place,A,B\n" + chances)
    spec = spec_with({"table": str(tmp_path / "p.csv"), "signals": ["place"]})
    spec = spec.model_copy(
        update={"audit": spec.audit.model_copy(update={"checklists": ("marginalised-groups",)})}
    )
    found = words_of(places(rates), spec)
    assert {id_: found[id_] for id_ in words} == words
