"""What the audit file declares reaches the measures: directions, logged reasons, faults."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from isg_audit import run
from isg_audit.errors import DataError, ModelError
from isg_audit.spec import Spec


@pytest.fixture(scope="module")
def log():
    draw = np.random.default_rng(2)
    frame = pd.DataFrame(
        {
            "income": draw.normal(40, 10, 400).round(),
            "debt": draw.gamma(2, 5, 400).round(),
            "sex": draw.choice(["f", "m"], 400),
        }
    )
    worth = frame.income - frame.debt
    frame["granted"] = (worth > 28).astype(int)
    frame["why"] = np.where(frame.granted == 1, None, np.where(worth < 10, "D1", "income"))
    return frame


@pytest.fixture(scope="module")
def fitted(log):
    return LogisticRegression().fit(log[["income", "debt"]], log.granted)


def spec(**model):
    return Spec.model_validate(
        {
            "system": {"name": "Loans"},
            "decisions": {"decision": "granted", "favourable": 1,
                          "reasons": model.pop("reasons", ())},
            "groups": {"sex": {}},
            "model": {"source": "given", **model},
        }
    )  # fmt: skip


def found(log, fitted, given):
    audit = run(given, log, fitted)
    return {(one.measure, one.metric, one.feature, one.group): one.value
            for one in audit.findings.measured}  # fmt: skip


def test_directions_and_codes_reach_the_measures(log, fitted):
    asked = spec(reasons=("why",), reason_codes={"D1": "debt"}, more_helps=("income",),
                 more_hurts=("debt",))  # fmt: skip
    rows = found(log, fitted, asked)
    for feature in ("income", "debt"):
        assert rows["explain.monotonicity", "reversal_rate", feature, ""] == 0
    assert rows["explain.reason_codes", "unknown_code_rate", "", ""] == 0
    assert rows["explain.reason_codes", "agreement", "", ""] > 0.5
    without = found(log, fitted, spec(reasons=("why",)))
    assert without["explain.reason_codes", "unknown_code_rate", "", ""] > 0


def test_an_input_that_the_model_does_not_read_is_a_fault(log, fitted):
    with pytest.raises(ModelError, match=r"model.more_helps: the model does not read 'incme'"):
        run(spec(more_helps=("incme",)), log, fitted)


def test_a_missing_column_of_reasons_is_a_fault(log, fitted):
    with pytest.raises(DataError, match=r"decisions.reasons: .* has no column 'whi'"):
        run(spec(reasons=("whi",)), log, fitted)


def test_what_is_written_reads_back():
    import tomllib

    from isg_audit.spec.write import to_toml

    asked = spec(reasons=("why",), reason_codes={"D 1": "debt"}, more_hurts=("debt",))
    assert Spec.model_validate(tomllib.loads(to_toml(asked))) == asked
