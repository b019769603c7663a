"""Statistics with answers computed apart: by hand, or by bounded maximisation of a likelihood.

Imports this room.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from isg_audit.conformance.answer import Answer, held_against
from isg_audit.conformance.result import Result

AREA = "closed forms"

# Hits and cases of three groups: 170/400, 66/200, 10/50.
C_A, B_A = (10, 50, 170, 400), (66, 200, 170, 400)
THREE = ([170, 66, 10], [400, 200, 50])
EIGHT = ([170, 66, 12, 30, 9, 3, 0, 2], [400, 200, 40, 110, 25, 12, 5, 4])
# Cases, events and sums of scores by bin, of two groups.
BINS = ([200, 150, 100, 50], [18, 48, 47, 41], [20.0, 45.0, 50.0, 40.0])
SMALL_BINS = ([60, 40, 20, 10], [10, 15, 13, 9], [6.0, 12.0, 10.0, 8.0])
NONE = (np.nan, np.nan)

ANSWERS = (
    Answer("Wilson, 170 of 400", "wilson", (170, 400), (0.377494, 0.473932)),
    Answer("Wilson, 10 of 50", "wilson", (10, 50), (0.112438, 0.330371)),
    Answer("Wilson, 6 of 12", "wilson", (6, 12), (0.253782, 0.746218)),
    Answer("Wilson, 4 of 38", "wilson", (4, 38), (0.041703, 0.241305)),
    Answer("Wilson, nobody", "wilson", (0, 0), NONE),
    Answer("Clopper-Pearson, 10 of 50", "clopper_pearson", (10, 50), (0.100302, 0.337183)),
    Answer("Clopper-Pearson, nobody", "clopper_pearson", (0, 0), NONE),
    Answer("Jeffreys, 10 of 50", "jeffreys", (10, 50), (0.107734, 0.325827)),
    Answer("Jeffreys, nobody", "jeffreys", (0, 0), NONE),
    Answer("Kish's effective cases", "effective_cases", (15, 37), 6.081081),
    Answer("Newcombe, 10/50 and 170/400", "newcombe", C_A, (-0.325307, -0.086243)),
    Answer("Newcombe, 66/200 and 170/400", "newcombe", B_A, (-0.173533, -0.012186)),
    Answer("Newcombe, 0/15 and 9/40", "newcombe", (0, 15, 9, 40), (-0.375031, 0.002903)),
    Answer("Newcombe, nobody in the group", "newcombe", (0, 0, 9, 40), NONE),
    Answer("Score difference, 10/50, 170/400", "miettinen_nurminen", C_A, (-0.327672, -0.086722)),
    Answer("Score difference, 66/200, 170/400", "miettinen_nurminen", B_A, (-0.174196, -0.012183)),
    Answer(
        "Score difference, 0/15 and 9/40", "miettinen_nurminen", (0, 15, 9, 40),
        (-0.376534, -0.005488),
    ),
    Answer("Score difference, 10/10, 0/10", "miettinen_nurminen", (10, 10, 0, 10), (0.663642, 1)),
    Answer(
        "Score difference, 0/10 and 0/10", "miettinen_nurminen", (0, 10, 0, 10),
        (-0.287934, 0.287934),
    ),
    Answer("Score at a difference of -.10", "difference_score", (*C_A, -0.10), -1.787598),
    Answer("Score ratio, 10/50 over 170/400", "score_ratio", C_A, (0.261693, 0.789194)),
    Answer("Score ratio, 66/200 over 170/400", "score_ratio", B_A, (0.614682, 0.969405)),
    Answer("Score ratio, 0/15 over 9/40", "score_ratio", (0, 15, 9, 40), (0.0, 0.973066)),
    Answer("Score ratio, 10/10 over 0/10", "score_ratio", (10, 10, 0, 10), (3.473, np.inf), 5e-4),
    Answer("Score ratio, no hits at all", "score_ratio", (0, 10, 0, 10), NONE),
    Answer("Score at a ratio of .8", "ratio_score", (*C_A, 0.8), -2.018384),
    Answer("Katz, 10/50 over 170/400", "katz", C_A, (0.267207, 0.828770)),
    Answer("Range of three groups", "range_interval", THREE, (0.052295, 0.325307)),
    Answer("Range of one group", "range_interval", ([5], [9]), NONE),
    Answer("Least ratio of one group", "least_ratio_interval", ([5], [9]), NONE),
    Answer("Homogeneity of three groups", "homogeneity", THREE, (12.449439, 2, 0.001980)),
    Answer("Homogeneity of eight cells", "homogeneity", EIGHT, (15.8707, 7, 0.0263), 5e-5),
    Answer("Two standard deviations", "two_sample_z", C_A, (-3.061862, 0.002200)),
    Answer("Fisher's test", "fisher_exact", C_A, 0.002041),
    Answer("Flip count of the four-fifths rule", "flip_count", (*C_A, 0.8), 7),
    Answer(
        "Smallest gap, 50 and 200 against 400", "smallest_detectable_difference",
        (0.425, [50, 200], 400), (0.2077, 0.1199), 5e-5,
    ),
    Answer(
        "Cases needed, at a coin flip's chance", "cases_needed",
        (0.055, 0.33 * 0.67 / 200, 0.425 * 0.575 / 400, 200, 0.5), (1253, 2.18), 5e-3,
    ),
    Answer("Calibration error of four bins", "expected_calibration_error", BINS, 0.018),
    Answer(
        "Calibration error by chance", "calibration_error_by_chance", SMALL_BINS[::2], 0.0535, 5e-5
    ),
    Answer("Calibration z", "calibration_z", SMALL_BINS, 2.435441),
    Answer(
        "Observed over expected, 47 over 36", "observed_over_expected", (47, 36),
        (1.305556, 0.9593, 1.7361), 5e-5,
    ),
    Answer(
        "Area under the curve and its error", "roc_auc", ([2, 5, 13, 30], [40, 30, 20, 10]),
        (0.841, 0.032797),
    ),
    Answer("Area without negatives", "roc_auc", ([2, 5], [0, 0]), NONE),
    Answer(
        "Difference of means (Welch)", "mean_difference", (60, 1500, 100, -4, 4000, 400),
        (-0.2125, 1.4325), 5e-5,
    ),
    Answer("Mean of one case", "mean_interval", (3, 9, 1), NONE),
    Answer("Spread of eight cells", "beta_binomial_fit", EIGHT, (31.0803, 60.6705), 5e-3),
    Answer(
        "Shrunken share, 4 of 14", "shrunken_share", (4, 14, 1.4, 8.6), (0.225, 0.0854, 0.4078),
        5e-5,
    ),
    Answer("Difference of no pairs", "newcombe_paired", (0, 0, 0, 0), NONE),
    Answer(
        "Adjusted p of three pairs", "holm", ([0.002041, 0.026774, 0.086314],),
        (0.006123, 0.053547, 0.086314), 2e-6,
    ),
    Answer("Three pairs at once", "all_pairs_confidence", (3,), 0.980907, 5e-6),
    Answer("Three intervals, Bonferroni", "bonferroni_confidence", (0.95, 3), 0.983333),
    Answer("Three intervals, Sidak", "sidak_confidence", (0.95, 3), 0.983048),
)  # fmt: skip


def closed_forms() -> Iterator[Result]:
    """Every answer, held against what is computed now."""
    yield from held_against(AREA, ANSWERS)
