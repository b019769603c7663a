"""What is said beside a comparison: what would settle or turn it, and what its cases could show.

Imports this room's `verdict`, `sentences` and `words`.
"""

from __future__ import annotations

import math

from isg_audit.judge import sentences, words
from isg_audit.judge.bounds_words import MORE, is_of_bounds
from isg_audit.judge.kinds import kind_of
from isg_audit.judge.verdict import JudgedGroup, Tolerance

ALL_THERE_IS = 0.995
"""A gap between shares, or below a ratio of 1, from which on nothing could have shown."""


def told_ahead(judged: JudgedGroup) -> str:
    """Both sentences on an open comparison whose figures may be told."""
    return " ".join(filter(None, (_more_people(judged), could_show(judged))))


def _more_people(judged: JudgedGroup) -> str:
    if judged.cases_needed is None:
        return ""
    if math.isinf(judged.cases_needed):
        return sentences.NOT_BY_THIS_GROUP
    return sentences.MORE_PEOPLE.format(people=words.about(judged.cases_needed))


def could_show(judged: JudgedGroup) -> str:
    """The smallest gap that these cases would probably have shown, or that there is none."""
    gap, metric = judged.smallest_gap, judged.metric
    if is_of_bounds(metric):
        return MORE
    if gap is None:
        return sentences.GAP_NOT_KNOWN
    if nothing_shows(judged):
        return sentences.NO_GAP_SHOWS
    ratio = is_ratio(metric)
    said = words.about_gap(metric, 1.0 - gap if ratio else gap)
    if not judged.versus and "." not in metric:
        return sentences.VALUE_SHOWS.format(gap=said)
    if gap_is_shown(judged):
        template = sentences.RATIO_SHOWN if ratio else sentences.GAP_SHOWN
    else:
        template = sentences.RATIO_SHOWS if ratio else sentences.GAP_SHOWS
    return template.format(gap=said)


def is_ratio(metric: str) -> bool:
    """Whether no difference is a 1 and not a 0."""
    return metric.endswith((".ratio", ".odds_ratio", ".least_ratio"))


def nothing_shows(judged: JudgedGroup) -> bool:
    """Whether no gap of any size would have shown."""
    shares = is_ratio(judged.metric) or kind_of(judged.metric) in words.PERCENT
    return shares and (judged.smallest_gap or 0.0) >= ALL_THERE_IS


def gap_is_shown(judged: JudgedGroup) -> bool:
    """Whether there is a gap at all is settled: the limits that decide a fail leave out none."""
    none = 1.0 if is_ratio(judged.metric) else 0.0
    low, high = judged.fail_low, judged.fail_high
    return (low is not None and low > none) or (high is not None and high < none)


def turned(judged: JudgedGroup, tolerance: Tolerance | None, received: str = "") -> str:
    """How many decisions otherwise would put a ratio on the other side; nothing if not known.

    Args:
        judged: a comparison whose figures may be told.
        tolerance: of its item.
        received: what the favourable decision is called, `approved`.
    """
    number = judged.flip_count
    if not number or tolerance is None or judged.n is None:
        return ""
    side = "at least" if tolerance.at_least is not None else "at most"
    bar = tolerance.at_least if tolerance.at_least is not None else tolerance.at_most
    template = sentences.MORE if number > 0 else sentences.FEWER
    return template.format(
        n=f"{abs(number):,}",
        cases=f"{judged.n:,}",
        received=received or sentences.GIVEN[judged.metric.partition(".")[0]],
        turned=sentences.TURNED[side, "more" if number > 0 else "fewer"],
        limit=words.limit(judged.metric, bar or 0.0),
    )
