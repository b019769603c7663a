"""[[stages]] and [voice]: written as they are read, and every fault at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from isg_audit.spec.checks import check
from isg_audit.spec.read import read
from isg_audit.spec.write import to_toml
from tests.voiced import MARKS, spec_of

DAYS = {"applied_on": "asked_on", "appealed_on": "filed", "resolved_on": "answered"}


def test_they_are_written_as_they_are_read(tmp_path: Path) -> None:
    spec = spec_of(
        decisions={"time": "decided_on"},
        stages=[{"name": "asked", "column": "asked_on"},
                {"name": "held", "column": "x", "reached": ["a", 1], "burden": True}],
        voice={**MARKS, **DAYS, "yes": ["ja"], "no": ["nein", ""], "decision_limit": 30,
               "as_of": "2024-12-31", "consultations": {"source": "heard.csv"}},
    )  # fmt: skip
    (tmp_path / "audit.toml").write_text(to_toml(spec))
    assert read(tmp_path / "audit.toml").spec == spec


@pytest.mark.parametrize(
    ("voice", "said"),
    [
        ({"overturned": "x"}, "'overturned' is given, but neither 'appeal' nor 'appealed_on'"),
        ({"notice_language": "x"}, "but no 'notice'"),
        ({"appeal": "x", "flagged_again": "y"}, "but no 'overturned'"),
        ({"notice": "x", "appeal": "x"}, "column 'x' is named by 'notice' and 'appeal'"),
        ({"yes": [1], "no": [1]}, "means both yes and no"),
        ({"yes": []}, "no value means yes"),
        ({"applied_on": "x"}, "no 'decisions.time': a wait has two ends"),
        ({"resolved_on": "x"}, "no 'appealed_on': a wait has two ends"),
        ({"decision_limit": 30}, "is given, but no 'applied_on'"),
        ({"redress_limit": 30}, "is given, but no 'resolved_on'"),
        ({"as_of": "2024-02-31"}, "'2024-02-31' is no day"),
        ({"consultations": {}}, "'source' is missing"),
    ],
)
def test_every_fault_is_said(voice: dict[str, Any], said: str) -> None:
    assert any(said in one.what for one in check(spec_of(voice=voice)))


def test_all_faults_come_at_once() -> None:
    spec = spec_of(voice={"overturned": "x", "notice_language": "y", "decision_limit": 30})
    assert len(check(spec)) == 3
