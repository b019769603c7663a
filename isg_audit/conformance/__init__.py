"""The conformance suite: whether this installation computes what it should, by independent answers.

Closed forms, published tables, laws on made data, other packages, and the coverage of every
interval, by enumeration where that is possible. What it finds is kept in `record.json`, which
ships with the package and stands in the provenance of each audit.

May import the rooms below `demo`, numpy and scipy; other packages inside functions. To add a check:
one line in the table of its subject; to add an interval: one line in `intervals.py`. A check that
cannot fail is a defect: `tests/conformance` breaks each statistic and looks for the alarm.
"""

from isg_audit.conformance.result import Result
from isg_audit.conformance.suite import VERSION, Run, run_suite

__all__ = ["VERSION", "Result", "Run", "run_suite"]
