"""Three models of which it is known what they do are told apart by an audit; one does nothing."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

import isg_audit
from tests.audits import spec_of
from tests.planted import KINDS, LEGITIMATE, planted


@pytest.fixture(scope="module")
def told():
    """What an audit finds out about each model, by measure and metric, of group `b`."""
    found = {}
    for kind in KINDS:
        made = planted(kind, 6_000, seed=2)
        spec = spec_of(audit={"legitimate": list(LEGITIMATE)}, decision="granted", score="score")
        with threadpool_limits(1):
            audit = isg_audit.run(spec, made.people, made.fitted)
        found[kind] = made, list(audit.findings.measured)
    return found


def value(told, kind, measure, metric, feature="", group="b"):
    (row,) = [
        one
        for one in told[kind][1]
        if (one.measure, one.metric, one.feature) == (f"explain.{measure}", metric, feature)
        and one.group == group
    ]
    return row


def test_the_planted_rates_are_about_those_of_the_design(told):
    due = {"clean": (0.50, 0.40), "proxy": (0.52, 0.16), "attribute": (0.51, 0.13)}
    for kind, rates in due.items():
        given = told[kind][0].people.groupby("group").granted.mean()
        np.testing.assert_allclose(given.to_numpy(), rates, atol=0.04)


def test_of_the_clean_model_nothing_is_found_that_was_not_planted(told):
    assert value(told, "clean", "gap_share", "gap_share_not_legitimate").high < 0.2
    beyond = value(told, "clean", "explanation_space", "explanation_extra_auc")
    assert beyond.low <= 0.0
    assert value(told, "clean", "proxy_use", "largest_proxy_use").high < 0.05
    assert value(told, "clean", "reliance", "uses_protected_attribute", group="").value == 0.0
    assert not [one for one in told["clean"][1] if one.metric == "proxy_net_flips"]


def test_of_the_proxy_model_the_proxy_is_found_and_the_other_is_not(told):
    assert value(told, "proxy", "gap_share", "gap_share", "area").low > 0.6
    assert value(told, "proxy", "explanation_space", "explanation_extra_auc").low > 0.2
    assert value(told, "proxy", "proxy_use", "proxy_use", "area").low > 0.2
    device = value(told, "proxy", "proxy_available", "extra_auc", "device")
    assert device.low > 0.05  # available
    assert value(told, "proxy", "proxy_use", "proxy_use", "device").high < 0.05  # and not used
    assert value(told, "proxy", "flip_test", "proxy_net_flips").low > 0.2
    assert value(told, "proxy", "reliance", "uses_protected_attribute", group="").value == 0.0


def test_of_the_model_that_goes_by_the_group_that_is_found_and_no_proxy(told):
    name = "group"
    assert value(told, "attribute", "reliance", "uses_protected_attribute", name, "").value == 1.0
    assert value(told, "attribute", "gap_share", "gap_share", name).low > 0.6
    assert value(told, "attribute", "proxy_available", "extra_auc", "area").low > 0.2  # available
    assert value(told, "attribute", "proxy_use", "largest_proxy_use").high < 0.05  # and not used
    assert value(told, "attribute", "flip_test", "proxy_net_flips").low > 0.2
    change = value(told, "attribute", "attribute_change", "decision_change", name)
    assert (change.versus, change.high < -0.2) == ("a", True)
    flips = value(told, "attribute", "reliance", "flip_rate", name, "")
    assert flips.value == pytest.approx(0.27, abs=0.06)


def test_net_flips_of_whole_people_are_the_gap_in_decisions(told):
    for kind in KINDS:
        rates = told[kind][0].people.groupby("group").granted.mean()
        row = value(told, kind, "flip_test", "net_flips")
        assert row.low < rates["a"] - rates["b"] < row.high
