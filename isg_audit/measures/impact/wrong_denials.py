"""People who were refused although the favourable decision would have been right.

Imports `measures` (this level), `tally`.
"""

from __future__ import annotations

from isg_audit.measures.estimates import Estimates, share
from isg_audit.measures.metric import Metric
from isg_audit.measures.unseen_outcomes import of_both_decisions
from isg_audit.tally.table import NEGATIVE, POSITIVE, Table


def wrong_denial_rate(table: Table) -> Estimates:
    """Of the people whose outcome is favourable, the share that got the unfavourable decision.

    A wrongly refused applicant, a wrongly accused person: the false negative rate where the
    textbook positive is favourable, the false positive rate for risk flags. A gap in it stands
    for people: excess wrong denials = people with a favourable outcome x (rate - other rate).
    Outcomes have to be known for the refused as well; where they are known only for those let
    through, there is no value (see `coverage.selective_labels` for bounds).
    """
    good = POSITIVE if table.positive_is_favourable else NEGATIVE
    bad = NEGATIVE if table.positive_is_favourable else POSITIVE
    refused = share(table, [(good, bad)], [(good, good), (good, bad)])
    return of_both_decisions(table, refused)


METRICS: tuple[Metric, ...] = (
    Metric(
        "impact",
        "wrong_denial_rate",
        wrong_denial_rate,
        frozenset({"decision", "outcome"}),
        better=("low", "low"),
        in_people=(True, True),
        id="wrong_denials",
    ),
)
