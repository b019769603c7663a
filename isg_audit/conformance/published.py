"""Published tables: statistics that others printed, and audits of published counts.

Imports this room. Found and expected agree to the digits printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from isg_audit import stats
from isg_audit.conformance.answer import Answer, held_against
from isg_audit.conformance.made_data import counted, rows_of, written_out
from isg_audit.conformance.result import Result, compared
from isg_audit.stats import FloatArray

AREA = "published tables"

SINGLE = "Newcombe (1998), Statistics in Medicine 17:857-872"
TWO = "Newcombe (1998), Statistics in Medicine 17:873-890"
HANLEY = "Hanley & McNeil (1982), Radiology 143:29-36"
BH_1995 = "Benjamini & Hochberg (1995), JRSS B 57:289-300, section 3.2"
BICKEL = "Bickel, Hammel & O'Connell (1975), Science 187:398-404"
EFRON = "Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 14"
COMPAS = "ProPublica (2016), How we analyzed the COMPAS recidivism algorithm"
CALLBACKS = "Bertrand & Mullainathan (2004), American Economic Review 94:991-1013"
DUNNETT = "Dunnett (1964), Biometrics 20:482-491, two-sided 5 % points"
TUKEY = "5 % points of the studentised range, infinite degrees of freedom"
BY_STATSMODELS = "statsmodels 0.15, on the numbers of "

# Admitted and applied, men and women, departments A to F.
BERKELEY = (
    [512, 353, 120, 138, 53, 22], [825, 560, 325, 417, 191, 373],
    [89, 17, 202, 131, 94, 24], [108, 25, 593, 375, 393, 341],
)  # fmt: skip
# Diseased and healthy by rating.
RATED = ([3, 2, 2, 11, 33], [33, 6, 6, 11, 2])
# Scores of the spatial test, task A, 26 children.
SPATIAL = (
    48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26,
    30, 41,
)  # fmt: skip
P_1995 = (
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
)


def _rejections(rule: str) -> int:
    return int((getattr(stats, rule)(P_1995) <= 0.05).sum())


def _points(groups: int) -> float:
    level = stats.common_comparator_confidence(np.ones(groups), 1.0)
    return stats.critical_value(level)


def _range_points(groups: int) -> float:
    return stats.critical_value(stats.all_pairs_confidence(groups)) * 2**0.5


def _acceleration() -> FloatArray:
    levels, times = np.unique(SPATIAL, return_counts=True)
    tables = stats.one_case_fewer(times)
    cases = tables.sum(axis=-1)
    spread = tables @ levels**2 / cases - (tables @ levels / cases) ** 2
    return stats.acceleration(spread, times)


ANSWERS = (
    Answer("Wilson, 81 of 263", "wilson", (81, 263), (0.2553, 0.3662), 6e-5, SINGLE),
    Answer("Wilson, 15 of 148", "wilson", (15, 148), (0.0624, 0.1605), 6e-5, SINGLE),
    Answer("Wilson, 0 of 20", "wilson", (0, 20), (0.0, 0.1611), 6e-5, SINGLE),
    Answer("Wilson, 1 of 29", "wilson", (1, 29), (0.0061, 0.1718), 6e-5, SINGLE),
    Answer(
        "Clopper-Pearson, 81 of 263", "clopper_pearson", (81, 263), (0.2527, 0.3676), 6e-5,
        SINGLE,
    ),
    Answer(
        "Clopper-Pearson, 15 of 148", "clopper_pearson", (15, 148), (0.0578, 0.1617), 6e-5,
        SINGLE,
    ),
    Answer("Clopper-Pearson, 1 of 29", "clopper_pearson", (1, 29), (0.0009, 0.1776), 6e-5, SINGLE),
    Answer("Newcombe, 56/70 and 48/80", "newcombe", (56, 70, 48, 80), (0.0524, 0.3339), 6e-5, TWO),
    Answer("Newcombe, 9/10 and 3/10", "newcombe", (9, 10, 3, 10), (0.1705, 0.8090), 6e-5, TWO),
    Answer("Newcombe, 10/10 and 0/10", "newcombe", (10, 10, 0, 10), (0.6075, 1.0), 6e-5, TWO),
    Answer(
        "Score difference, 56/70, 48/80", "miettinen_nurminen", (56, 70, 48, 80),
        (0.0528, 0.3382), 6e-5, TWO,
    ),
    Answer("Area under the curve and its error", "roc_auc", RATED, (0.893, 0.032), 2e-3, HANLEY),
    Answer("Rejections at .05, Holm", partial(_rejections, "holm"), (), 3, 0, BH_1995),
    Answer(
        "Rejections at .05, Benjamini-Hochberg", partial(_rejections, "benjamini_hochberg"), (),
        4, 0, BH_1995,
    ),
    Answer(
        "Rejections at .05, Benjamini-Yekutieli", partial(_rejections, "benjamini_yekutieli"), (),
        3, 0, BY_STATSMODELS + BH_1995,
    ),
    Answer(
        "Admissions within departments, odds ratio", "mantel_haenszel_odds_ratio", BERKELEY,
        (0.904697, 0.771907, 1.060330), 1e-6, BY_STATSMODELS + BICKEL,
    ),
    Answer(
        "Admissions within departments, test", "cochran_mantel_haenszel", BERKELEY,
        (1.524607, 1, 0.216924), 1e-6, BY_STATSMODELS + BICKEL,
    ),
    Answer(
        "Departments disagree (Breslow-Day)", "breslow_day", BERKELEY, (18.825501, 5, 0.002071),
        1e-6, BY_STATSMODELS + BICKEL,
    ),
    Answer("Spatial test, acceleration", _acceleration, (), 0.061, 5e-4, EFRON),
    Answer("Four groups against one control", _points, (4,), 2.44, 6e-3, DUNNETT),
    Answer("Nine groups against one control", _points, (9,), 2.69, 6e-3, DUNNETT),
    Answer("Range of five groups", _range_points, (5,), 3.86, 6e-3, TUKEY),
    Answer("Range of ten groups", _range_points, (10,), 4.47, 6e-3, TUKEY),
)  # fmt: skip

# Cases of outcome and decision (1, 1), (1, 0), (0, 1), (0, 0), and what was printed of them.
AUDITS = (
    (
        "Recidivism scores, two years", COMPAS,
        {"black": (1369, 532, 805, 990), "white": (505, 461, 349, 1139)},
        {
            ("false_positive_rate", "black", ""): 0.4485,
            ("false_positive_rate", "white", ""): 0.2345,
            ("false_negative_rate", "black", ""): 0.2799,
            ("false_negative_rate", "white", ""): 0.4772,
            ("precision", "black", ""): 0.63,
            ("precision", "white", ""): 0.59,
        },
    ),
    (
        "Call-backs by name on the letter", CALLBACKS,
        {"black": (157, 2278, 0, 0), "white": (235, 2200, 0, 0)},
        {
            ("selection_rate", "black", ""): 0.0645,
            ("selection_rate", "white", ""): 0.0965,
            ("selection_rate.ratio", "white", "black"): 1.50,
            ("selection_rate.difference", "white", "black"): 0.032,
        },
    ),
    (
        "Admissions to graduate study", BICKEL,
        {"men": (1198, 1493, 0, 0), "women": (557, 1278, 0, 0)},
        {
            ("selection_rate", "men", ""): 0.445,
            ("selection_rate", "women", ""): 0.304,
        },
    ),
)  # fmt: skip


def published() -> Iterator[Result]:
    """Every printed number, held against what is computed now."""
    yield from held_against(AREA, ANSWERS)
    for name, source, counts, printed in AUDITS:
        rows = rows_of(counted(written_out(counts), ("group",)), reference=next(iter(counts)))
        found = {(row.metric, row.group, row.versus): row.value for row in rows.values()}
        for (metric, group, versus), expected in printed.items():
            digits = len(str(expected).partition(".")[2])
            against = f" against {versus}" if versus else ""
            value = found.get((metric, group, versus))
            yield compared(
                AREA, f"{name}: {metric.replace('_', ' ')} of {group}{against}",
                np.nan if value is None else value, expected, 0.51 * 10**-max(digits, 2), source,
            )  # fmt: skip
