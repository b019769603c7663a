"""Whether the model uses what stands in for an attribute. Imports this family, `stats`, numpy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.proxy_available import NO_FACTORS
from isg_audit.measures.explain.shares import measured
from isg_audit.measures.explain.told_apart import Apart
from isg_audit.measures.measurement import Limits, Measurement, NotMeasured
from isg_audit.stats import PlacedAuc, critical_value, wilson

MEASURE = "explain.proxy_use"

Floats = NDArray[np.float64]


def proxy_use(
    explaining: Explaining, found: Attributions, every: Sequence[Apart]
) -> Iterator[Measurement | NotMeasured]:
    """Whether an input that can stand in for a group is also what the model goes by.

    `influence_share` is an input's share in what all inputs do to the score: its mean absolute
    SHAP value over the sum of those of all inputs. `proxy_use`, for a group and an input that is
    no legitimate factor, is the smaller of `influence_share` and what the input adds to the
    legitimate factors in telling the group apart (`extra_auc` of `explain.proxy_available`): it
    is above a limit exactly where both are. An input that carries the group and is not used has
    a small value, and so has one that is used and carries nothing. `largest_proxy_use` is the
    largest of a group over the inputs. None of them says that the model means the group, or that
    the input causes anything: the input stands in for it, and moves the score.

    Intervals: of the share, the delta method by person; where the input moves nobody's score,
    from 0 to Wilson's limit for nobody. Of the smaller of two: the smaller lower end (both must
    lie above a limit), and the smaller upper end of intervals that allow for two. Of the largest:
    the largest lower end of intervals that allow for the number of inputs (Bonferroni), and the
    largest upper end.

    No threshold is published. The project's default: both above 0.05, so `proxy_use` above 0.05.

    Source:
        Datta et al. (2017), arXiv 1707.08120 (association and influence); Yeom, Datta &
        Fredrikson (2018), NeurIPS, arXiv 1810.07155. The smaller of two as one test:
        Berger (1982), Technometrics 24:295-300.
    """
    shares = {name: _share(explaining, found, at) for at, name in enumerate(found.features)}
    for name, (value, limits) in shares.items():
        yield measured(
            explaining, limits, value, measure=MEASURE, metric="influence_share", feature=name,
            n=len(found.rows), unit="proportion",
            method=f"{found.method}; delta method", note=found.note,
        )  # fmt: skip
    if not explaining.legitimate:
        yield NotMeasured(MEASURE, NO_FACTORS, "proxy_use")
        yield NotMeasured(MEASURE, NO_FACTORS, "largest_proxy_use")
        return
    for apart in every:
        uses: dict[str, tuple[float, Limits]] = {}
        for name, extra in apart.beyond.items():
            value = min(extra.value, shares[name][0])
            uses[name] = value, _smaller(apart, extra, shares[name][1])
            yield _row(explaining, apart, "proxy_use", *uses[name], feature=name)
        if uses:
            largest = max(uses, key=lambda name: uses[name][0])
            limits = _largest([limits for _, limits in uses.values()])
            yield _row(
                explaining, apart, "largest_proxy_use", uses[largest][0], limits,
                note=f"Of {largest}, among {len(uses)} inputs that are no legitimate factor.",
            )  # fmt: skip
        else:
            reason = "every input is a legitimate factor or the attribute itself"
            yield NotMeasured(MEASURE, reason, "largest_proxy_use", apart.by)


def _row(
    explaining: Explaining, apart: Apart, metric: str, value: float, limits: Limits,
    feature: str = "", note: str = "",
) -> Measurement:  # fmt: skip
    return measured(
        explaining, limits, value, measure=MEASURE, metric=metric, by=apart.by, group=apart.group,
        feature=feature, n=len(apart.rows), unit="index",
        method="smaller of extra AUC and share of influence", note=note,
    )  # fmt: skip


def _share(explaining: Explaining, found: Attributions, at: int) -> tuple[float, Limits]:
    size = np.abs(found.values)
    mine, whole = size[:, at], size.sum(axis=1)
    if not whole.any() or not mine.any():
        return 0.0, lambda confidence: (0.0, float(wilson(0, len(mine), confidence).high))
    share = float(mine.sum() / whole.sum())
    part = (mine - share * whole) / whole.sum()
    if explaining.persons is not None:
        _, person = np.unique(explaining.persons[found.rows], return_inverse=True)
        part = np.bincount(person, weights=part)
    error = float(np.sqrt((part**2).sum() * len(part) / max(1, len(part) - 1)))

    def limits(confidence: float) -> tuple[float, float]:
        reach = critical_value(confidence) * error
        return max(0.0, share - reach), min(1.0, share + reach)

    return share, limits


def _smaller(apart: Apart, extra: PlacedAuc, share_limits: Limits) -> Limits:
    def limits(confidence: float) -> tuple[float, float]:
        low = min(apart.gain_limits(extra, confidence)[0], share_limits(confidence)[0])
        two = 1.0 - (1.0 - confidence) / 2.0
        return low, min(apart.gain_limits(extra, two)[1], share_limits(two)[1])

    return limits


def _largest(several: Sequence[Limits]) -> Limits:
    def limits(confidence: float) -> tuple[float, float]:
        all_of = 1.0 - (1.0 - confidence) / len(several)
        lows = [one(all_of)[0] for one in several]
        return max(lows), max(one(confidence)[1] for one in several)

    return limits
