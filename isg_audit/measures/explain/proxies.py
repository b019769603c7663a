"""What stands in for an attribute, in order: available, used, given away, moved, certified.

Imports this family and `measures.measurement`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from isg_audit.measures.explain import (
    certificate,
    explanation_space,
    flip_test,
    gap_share,
    proxy_available,
    proxy_use,
)
from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.told_apart import told_apart
from isg_audit.measures.measurement import Measurement, NotMeasured

OF_PEOPLE = (proxy_available.MEASURE, flip_test.MEASURE, certificate.MEASURE)
OF_EXPLANATIONS = (proxy_use.MEASURE, explanation_space.MEASURE)


def proxies(
    explaining: Explaining, found: Attributions | str
) -> Iterator[Measurement | NotMeasured]:  # fmt: skip
    """All measures of proxies; those that need SHAP values say why where there are none."""
    every, too_few = told_apart(explaining)
    for measure in (*OF_PEOPLE, *OF_EXPLANATIONS):
        yield from (replace(one, measure=measure) for one in too_few)
    if isinstance(found, str):
        for measure in (*OF_EXPLANATIONS, gap_share.MEASURE):
            yield NotMeasured(measure, found)
    else:
        yield from gap_share.gap_share(explaining, found)
        yield from proxy_use.proxy_use(explaining, found, every)
        yield from explanation_space.explanation_space(explaining, found, every)
    yield from proxy_available.proxy_available(explaining, every)
    yield from flip_test.flip_test(explaining, every)
    yield from certificate.impact_certificate(explaining, every)
