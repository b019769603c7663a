"""Which inputs carry an attribute that the model need not be given. Imports this family, `stats`.

Available is not used: see `proxy_use`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.shares import measured
from isg_audit.measures.explain.told_apart import Apart
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.stats import PlacedAuc

MEASURE = "explain.proxy_available"
NO_FACTORS = "no factors are named that may explain a gap ([audit] legitimate)"


def proxy_available(
    explaining: Explaining, every: Sequence[Apart]
) -> Iterator[Measurement | NotMeasured]:
    """How well a group can be told from everybody else by what the model reads.

    `proxy_auc` is the chance that a person of the group ranks above somebody else when people are
    ordered by how far one input speaks for the group; 0.5 says that the input knows nothing of it,
    1 that it gives the group away. `joint_auc` is the same of all inputs together. `extra_auc` is
    what one input adds to the factors that may explain a gap: the AUC of both, less that of the
    factors alone. Such an input is available as a stand-in for the group; whether the model uses
    it is another question (`explain.proxy_use`). Inputs that are the attribute itself are left
    out here (`explain.reliance`).

    What tells people apart is always learnt from others (five folds, no person in two), and people
    are compared within a fold. One input: a shift of the log-odds for each of at most 20 quantiles
    or 100 categories, missing values as their own; the factors: such shifts added up. All inputs:
    thirty small boosted trees. The interval is DeLong's, by person, on the logit scale; of a
    difference DeLong's for the same people; both with twice the variance: people who are told
    apart are learnt from in turn, so that luck counts twice where there is nothing to learn. At
    most 10,000 people of the sample; a group of fewer than 50, or with fewer than 50 others, is
    not measured.

    No threshold is published. The project's default of a strong stand-in: `proxy_auc` above 0.7 or
    `extra_auc` above 0.05.

    Source:
        Feldman et al. (2015), KDD, for predictability of the attribute; Datta et al. (2017),
        arXiv 1707.08120, for association; DeLong, DeLong & Clarke-Pearson (1988).
    """
    if not explaining.legitimate:
        yield NotMeasured(MEASURE, NO_FACTORS, "extra_auc")
    for apart in every:
        if not apart.names:
            reason = "the model reads nothing but the attribute itself"
            yield NotMeasured(MEASURE, reason, "", apart.by)
            continue
        joint = apart.area(apart.by_inputs)
        yield _area(explaining, apart, "joint_auc", joint, "", "trees")
        for name, alone in apart.alone.items():
            yield _area(explaining, apart, "proxy_auc", alone, name, "quantiles or categories")
        for name, gain in apart.beyond.items():
            yield _extra(explaining, apart, name, gain)


def strong_stand_ins(apart: Apart) -> tuple[str, ...]:
    """Inputs above the project's defaults, no legitimate factor among them, in their order."""
    return tuple(
        name
        for name, alone in apart.alone.items()
        if name not in apart.legitimate
        and (alone.value > 0.7 or (name in apart.beyond and apart.beyond[name].value > 0.05))
    )


def _area(
    explaining: Explaining, apart: Apart, metric: str, area: PlacedAuc, feature: str, how: str
) -> Measurement:
    return measured(
        explaining,
        lambda confidence: apart.area_limits(area, confidence),
        area.value,
        measure=MEASURE,
        metric=metric,
        by=apart.by,
        group=apart.group,
        feature=feature,
        n=len(apart.rows),
        unit="index",
        method=f"cross-fitted, {how}; DeLong, logit",
    )


def _extra(explaining: Explaining, apart: Apart, feature: str, gain: PlacedAuc) -> Measurement:
    return measured(
        explaining,
        lambda confidence: apart.gain_limits(gain, confidence),
        gain.value,
        measure=MEASURE,
        metric="extra_auc",
        by=apart.by,
        group=apart.group,
        feature=feature,
        n=len(apart.rows),
        unit="difference",
        method="cross-fitted; DeLong, same people",
        note=f"Beyond {', '.join(explaining.legitimate)}.",
    )
