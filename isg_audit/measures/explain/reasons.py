"""Which reasons refused people are given, and whether like people are given like reasons.

Imports this family, `stats`, numpy.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from isg_audit.measures.explain.allowed import never_changing
from isg_audit.measures.explain.by_group import (
    About,
    Integers,
    Truths,
    shares,
    single,
)
from isg_audit.measures.explain.explaining import FEWEST_PEOPLE, Explaining
from isg_audit.measures.explain.principal import Reasons
from isg_audit.measures.explain.stand_ins import every_protected
from isg_audit.measures.explain.strata import strata_of
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.stats import Estimate, mantel_haenszel_difference

MEASURE, ALIKE = "explain.reasons", "explain.reasons_alike"


def reasons(explaining: Explaining, found: Reasons | str) -> Iterator[Measurement | NotMeasured]:
    """Which inputs are the principal reasons of refusals, and are any of them ones nobody may use?

    The principal reasons of a person whom the model refuses are the inputs that lower the score
    most, at most four, compared with the background that the note names. `reason_rate` is the share
    of refused people for whom an input is among them; `first_reason_rate` the share for whom it is
    the first. `protected_reason_rate` is the share of refused people with a reason that is a
    protected attribute or repeats one; `immutable_reason_rate` with a reason that nobody can change
    (immutable in the audit file's [recourse], or protected); `no_reason_rate` with none at all:
    they are refused for what they have in common with everybody.

    Of everybody and of each group. Only where attributions are exact or sampled from 64 pairs of
    permutations and more a person. Interval: Wilson. `affected`: the share times the people the
    refused of the sample stand for. No published threshold.

    Raises:
        ModelFailed: the model failed, or returned what no model may return.

    Source:
        12 CFR 1002.9(b)(2), specific principal reasons, and its official interpretation: more than
        four are of no help. CFPB Circular 2022-03 (withdrawn in May 2025) read it so of algorithms.
    """
    if isinstance(found, str):
        yield NotMeasured(MEASURE, found)
        return
    refused = found.only(found.refused)
    if len(refused.rows) < FEWEST_PEOPLE:
        reason = f"{len(refused.rows)} refused people among those explained; {FEWEST_PEOPLE} needed"
        yield NotMeasured(MEASURE, reason)
        return
    for place, feature in enumerate(found.features):
        for metric, given in (
            ("reason_rate", refused.has(place)),
            ("first_reason_rate", refused.order[:, 0] == place),
        ):
            about = _about(metric, found, feature)
            yield from shares(explaining, about, refused.rows, given, single(explaining))
    unusable = every_protected(explaining)
    for metric, inputs in (
        ("protected_reason_rate", unusable),
        ("immutable_reason_rate", never_changing(explaining)),
    ):
        places = [found.features.index(name) for name in inputs if name in found.features]
        given = np.asarray(np.isin(refused.order, places).any(axis=1))
        about = _about(metric, found, ", ".join(found.features[place] for place in places))
        yield from shares(explaining, about, refused.rows, given)
    none = np.asarray((refused.order < 0).all(axis=1))
    yield from shares(explaining, _about("no_reason_rate", found), refused.rows, none)


def reasons_alike(
    explaining: Explaining, found: Reasons | str
) -> Iterator[Measurement | NotMeasured]:
    """Are like people of different groups given different reasons?

    For each input, the share of a group's refused people who are given it as a principal reason,
    minus that share among the refused people of all other groups, within strata of people alike:
    alike in the factors that the audit file names as legitimate, and where it names none, of about
    the same score (fifths of the refused). People whose stratum holds nobody of the other side are
    left out.

    Single attributes only; of a person with several rows one is looked at; a group with fewer than
    10 refused people gives no row. Interval: Mantel-Haenszel difference of shares, with strata
    weighted by their precision. No published threshold.

    Raises:
        ModelFailed: the model failed, or returned what no model may return.

    Source:
        Mantel & Haenszel (1959); Greenland & Robins (1985), Biometrics 41:55-68. Reasons that
        differ for like cases: this project's.
    """
    if isinstance(found, str):
        yield NotMeasured(ALIKE, found)
        return
    refused = found.only(found.refused)
    if explaining.persons is not None:  # one row a person: strata count people
        _, first = np.unique(explaining.persons[refused.rows], return_index=True)
        refused = refused.only(np.isin(np.arange(len(refused.rows)), first))
    stratum, alike = strata_of(explaining, refused.rows, refused.margin)
    for by in single(explaining):
        known = explaining.known(by, refused.rows)
        few = []
        for group, members in explaining.members(by, refused.rows):
            rest = known & ~members
            if min(members.sum(), rest.sum()) < FEWEST_PEOPLE:
                few.append(group)
                continue
            for place, feature in enumerate(found.features):
                given = refused.has(place)
                row = _gap(explaining, given, members, rest, stratum, by, group, feature, alike)
                if row is not None:
                    yield row
        if few:
            reason = f"fewer than {FEWEST_PEOPLE} refused people on either side: {', '.join(few)}"
            yield NotMeasured(ALIKE, reason, "reason_rate_within.difference", by)


def _about(metric: str, found: Reasons, feature: str = "") -> About:
    return About(MEASURE, metric, feature, method=found.method, note=found.note, drawn=found.drawn)


def _gap(
    explaining: Explaining,
    given: Truths,
    members: Truths,
    rest: Truths,
    stratum: Integers,
    by: str,
    group: str,
    feature: str,
    alike: str,
) -> Measurement | None:
    strata = stratum.max() + 1
    hits, cases, other_hits, others = (
        np.bincount(stratum[side & hit], minlength=strata)
        for side in (members, rest)
        for hit in (given, np.ones_like(given))
    )
    both = (cases > 0) & (others > 0)
    if not both.any():
        return None

    def told(confidence: float) -> Estimate:
        return mantel_haenszel_difference(
            hits[both], cases[both], other_hits[both], others[both], confidence
        )

    def limits(confidence: float) -> tuple[float, float]:
        _, low, high = told(confidence)
        return float(low), float(high)

    found = told(explaining.confidence)
    low, high = float(found.low), float(found.high)
    spread = bool(np.isfinite(low) and np.isfinite(high))
    used = int(cases[both].sum() + others[both].sum())
    return Measurement(
        measure=ALIKE,
        metric="reason_rate_within.difference",
        by=by,
        group=group,
        versus="rest",
        feature=feature,
        value=float(found.value),
        low=low if spread else None,
        high=high if spread else None,
        confidence=explaining.confidence,
        n=used,
        unit="difference",
        method="Mantel-Haenszel difference",
        note=f"Within {int(both.sum())} strata of {alike}."
        + ("" if spread else " No interval: no spread."),
        limits=limits if spread else None,
    )
