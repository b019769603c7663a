"""Whether explanations are worse for one group than for others.

Imports this family, `measures.measurement`, numpy.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.by_group import About, Floats, mean_gaps, means, share_gaps
from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.stability import Compared
from isg_audit.measures.explain.surrogate import Told
from isg_audit.measures.measurement import Measurement, NotMeasured

MEASURE = "explain.quality_gap"
MOST_OF_IT = 0.9


def quality_gap(
    explaining: Explaining,
    found: Attributions | str,
    told: Told | str,
    compared: dict[str, Compared | str],
) -> Iterator[Measurement | NotMeasured]:
    """Are explanations worse for one group than for everybody else?

    Differences from everybody else in how often a small tree tells the decision (`fidelity`), in
    the overlap of the weightiest inputs with another background, a little noise and another method
    (`stability_draw`, `stability_noise`, `agreement`), and in `inputs_needed`: the mean number of
    inputs whose contributions make up 90 % of all, which is also given itself (more inputs: harder
    to grasp). All at equal effort of the method: the same explanations as elsewhere in the report.

    Interval: Newcombe; Welch for the inputs needed. A group, or everybody else, with fewer than 10
    people gives no row. No published threshold; project default: an interval without 0 and a
    difference above 0.05 is a finding.

    Source:
        Dai et al. (2022), AIES, arXiv 2205.07277.
    """
    if isinstance(told, str):
        yield NotMeasured(MEASURE, told, "fidelity.difference")
    else:
        about = About(MEASURE, "fidelity", unit="difference", method="tree beside the model")
        yield from share_gaps(explaining, about, told.rows, told.right)
    for name, one in compared.items():
        if isinstance(one, str):
            yield NotMeasured(MEASURE, one, f"{name}.difference")
        else:
            about = About(MEASURE, name, unit="difference", method=f"overlap, {one.how}")
            yield from share_gaps(explaining, about, one.rows, one.alike.overlap)
    if isinstance(found, str):
        yield NotMeasured(MEASURE, found, "inputs_needed")
        return
    needed = inputs_needed(found.values)
    about = About(MEASURE, "inputs_needed", unit="inputs", method=found.method)
    yield from means(explaining, about, found.rows, needed)
    yield from mean_gaps(explaining, about, found.rows, needed)


def inputs_needed(values: Floats) -> Floats:
    """Fewest inputs that make up 90 % of a person's contributions by size, shape (people,).

    Args:
        values: attributions, shape (people, inputs).
    """
    size = -np.sort(-np.abs(values), axis=1)
    reached = np.cumsum(size, axis=1)
    enough = reached >= MOST_OF_IT * reached[:, -1:] * (1 - 1e-12)
    return np.where(reached[:, -1] > 0, enough.argmax(axis=1) + 1.0, 0.0)
