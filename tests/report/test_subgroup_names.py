"""How groups that nobody declared are called where there is little room."""

import pytest

from isg_audit.evidence import Row
from isg_audit.report.subgroup_sentences import Told


@pytest.mark.parametrize(
    ("by", "group", "label"),
    [
        ("foreign_background", "1", "foreign background 1"),
        ("race × cosigner", "Black × no", "Black × cosigner no"),
        ("race × debt", "Black × 37 or over", "Black × 37 or over"),
        ("a × b", "one value", "one value"),
    ],
)
def test_a_value_that_says_nothing_alone_stands_with_its_column(by, group, label):
    row = Row(measure="impact.subgroup_search", metric="favourable_rate", by=by, group=group)
    assert Told(1, row, None).label == label
