"""Whether the reasons that the log gives are the model's. Imports this family, numpy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from isg_audit.measures.explain.by_group import About, shares
from isg_audit.measures.explain.explaining import FEWEST_PEOPLE, Explaining
from isg_audit.measures.explain.principal import Reasons
from isg_audit.measures.measurement import Measurement, NotMeasured

MEASURE = "explain.reason_codes"


def reason_codes(
    explaining: Explaining, found: Reasons | str
) -> Iterator[Measurement | NotMeasured]:
    """Are the reasons that people were given in truth the model's?

    The log's reasons (`decisions.reasons`, translated by `model.reason_codes` where they are codes)
    are held against the principal reasons by the model: of each person who was given any, at most
    four inputs that lower the score most. `agreement` is the mean part of a person's logged reasons
    that are among these; `all_agree_rate` the share of people of whom all are; `first_agrees_rate`
    the share of whom the first logged reason is. `unknown_code_rate` is the share with a reason
    that names no input of the model and stands in no table of codes: such a reason agrees with
    nothing. `refused_without_reason_rate` is the share of people refused by the model to whom the
    log gives no reason.

    People whom the model would not refuse count too, if the log gives them reasons: then the log's
    reasons are held against what speaks most against them. Of everybody and of each group.
    Interval: Wilson, in which a part of a person's reasons counts as that part of a person.
    No published threshold; project default: agreement below 0.8 warns.

    Raises:
        ModelFailed: the model failed, or returned what no model may return.

    Source:
        12 CFR 1002.9(b)(2) and its official interpretation: reasons are specific, and those that
        were in fact considered or scored.
    """
    logged = explaining.logged_reasons
    if logged is None:
        yield NotMeasured(MEASURE, "the audit file names no columns of logged reasons")
        return
    if isinstance(found, str):
        yield NotMeasured(MEASURE, found)
        return
    given = [logged[row] for row in found.rows]
    place = {feature: at for at, feature in enumerate(found.features)}
    known = np.array([bool(one) for one in given], dtype=bool)
    if known.sum() < FEWEST_PEOPLE:
        yield NotMeasured(MEASURE, f"{known.sum()} people with logged reasons are explained")
    else:
        hits = [
            [place.get(reason, -2) in own for reason in one]
            for one, own in zip(given, found.order, strict=True)
            if one
        ]
        strange = [any(reason not in place for reason in one) for one in given if one]
        rows = found.rows[known]
        for metric, values in (
            ("agreement", np.array([np.mean(one) for one in hits])),
            ("all_agree_rate", np.array([all(one) for one in hits])),
            ("first_agrees_rate", np.array([one[0] for one in hits])),
            ("unknown_code_rate", np.array(strange)),
        ):
            about = About(MEASURE, metric, method=found.method, note=found.note)
            yield from shares(explaining, about, rows, values)
    about = About(
        MEASURE, "refused_without_reason_rate", method="the log's reasons", drawn=found.drawn
    )
    yield from shares(explaining, about, found.rows[found.refused], ~known[found.refused])
