"""Statistics on arrays of counts and sums; knows nothing of audits.

Here live intervals for shares, differences, ratios, means, areas and extremes, the rules that
combine them, resampling, multiplicity, tests, planning and shrinkage. Everything is a pure
function of numbers, broadcasts over groups, gives NaN for what cannot be estimated (0/0) and
raises `ImpossibleCount` for what cannot be.

May import numpy, `isg_audit.errors`, and scipy inside functions only, so that this door opens at
once. To add a statistic: a function in the file of its subject, its name here, and in `tests/stats`
an oracle from elsewhere and a law that holds for all inputs.
"""

from isg_audit.stats.allocation import (
    Extremes,
    Vertex,
    extreme_allocations,
    imbens_manski_confidence,
    least_top,
    partly_known_limits,
)
from isg_audit.stats.association import Association, cramers_v
from isg_audit.stats.bca import acceleration, bca_interval, one_case_fewer
from isg_audit.stats.bounds import Bounds, Estimate, FloatArray, critical_value
from isg_audit.stats.cell_posterior import (
    CellPosterior,
    Ranks,
    cell_posterior,
    middle_of,
    ranks_of,
    shrunken_shares,
)
from isg_audit.stats.change_points import ChangePoint, change_of_means, change_of_shares
from isg_audit.stats.changes import Closure, closure, paired_change
from isg_audit.stats.combination import difference_of, mean_of_two, ratio_of
from isg_audit.stats.conjunctions import ANY, Conjunctions, Cube, conjunctions, membership
from isg_audit.stats.control import (
    control_limits,
    cusum_limit,
    cusum_path,
    cusum_run_length,
    cusum_steps,
)
from isg_audit.stats.curves import (
    Auc,
    auc_interval,
    calibration_error_by_chance,
    calibration_error_interval,
    calibration_in_the_large,
    calibration_z,
    expected_calibration_error,
    observed_over_expected,
    roc_auc,
)
from isg_audit.stats.decomposition import (
    Kitagawa,
    Standardised,
    conditional_disparity,
    kitagawa,
    standardise,
)
from isg_audit.stats.differences import (
    difference_score,
    miettinen_nurminen,
    newcombe,
    newcombe_paired,
)
from isg_audit.stats.drift import Drift, merged_bins, stability_index, stability_limits
from isg_audit.stats.extremes import (
    CorrectedExtremes,
    RangeWithoutGap,
    corrected_extremes,
    least_ratio_interval,
    least_ratio_of,
    range_expected_without_gap,
    range_interval,
    range_of,
)
from isg_audit.stats.fieller import fieller
from isg_audit.stats.flips import flip_count
from isg_audit.stats.frontier import LIMITS, Costs, Thresholds, best_thresholds
from isg_audit.stats.funnel import Overdispersion, funnel_limits, funnel_z, overdispersion
from isg_audit.stats.imputation import Rubin, cell_prior, impute_counts, rubin
from isg_audit.stats.jackknife import (
    FEWEST_FOLDS,
    GroupJackknife,
    clustered_cases,
    delete_a_group,
    jackknife_limits,
)
from isg_audit.stats.levelling import Levelling, levelling_down
from isg_audit.stats.luck import Luck, expected_range, luck_of_range, luck_of_shares
from isg_audit.stats.moments import (
    mean_difference,
    mean_interval,
    mean_square_interval,
    mean_test,
)
from isg_audit.stats.multiclass import (
    ClassHomogeneity,
    class_homogeneity,
    total_variation,
    total_variation_by_chance,
    total_variation_limits,
)
from isg_audit.stats.multilevel import MultilevelFit, additive_design, multilevel_fit
from isg_audit.stats.multiplicity import (
    benjamini_hochberg,
    benjamini_yekutieli,
    bonferroni_confidence,
    holm,
)
from isg_audit.stats.oaxaca import (
    Misses,
    Moments,
    Reference,
    Side,
    Variances,
    explained,
    explained_variances,
    own_coefficients,
    reference_of,
)
from isg_audit.stats.placements import PlacedAuc, influence_error, placed_auc
from isg_audit.stats.planning import CasesNeeded, cases_needed, smallest_detectable_difference
from isg_audit.stats.population_rates import events_per_head, poisson_interval, ratio_of_rates
from isg_audit.stats.proportions import clopper_pearson, effective_cases, jeffreys, wilson
from isg_audit.stats.proxies import (
    ProxyErrors,
    ProxyGap,
    bisg,
    proxy_errors,
    proxy_gap,
    weighted_share,
)
from isg_audit.stats.ranking import exposure, ndkl, ndkl_by_chance
from isg_audit.stats.ratios import katz, ratio_score, score_ratio
from isg_audit.stats.representation import (
    binomial_test,
    excess_share,
    goodness_of_fit,
    relative_entropy,
    representation_ratio,
)
from isg_audit.stats.resampling import (
    PercentileInterval,
    generator_of,
    percentile_interval,
    poisson_counts,
    poisson_sums,
    resample_counts,
)
from isg_audit.stats.shrinkage import BetaPrior, beta_binomial_fit, shrunken_share
from isg_audit.stats.signed_root import allowed_for, pooled_z, signed_root
from isg_audit.stats.significance import (
    ChiSquareTest,
    ZTest,
    fisher_exact,
    homogeneity,
    two_sample_z,
)
from isg_audit.stats.simultaneous import (
    all_pairs_confidence,
    common_comparator_confidence,
    sidak_confidence,
)
from isg_audit.stats.stages import StageShares, stage_shares
from isg_audit.stats.strata import (
    breslow_day,
    cochran_mantel_haenszel,
    mantel_haenszel_difference,
    mantel_haenszel_odds_ratio,
    mantel_haenszel_ratio,
)
from isg_audit.stats.subgroups import Chance, largest_by_chance, told
from isg_audit.stats.trends import (
    FEWEST_WINDOWS,
    Line,
    Pooled,
    anytime_reach,
    cochran_armitage,
    known_variance_trend,
    longest_run,
    pooled,
)
from isg_audit.stats.unobserved import (
    Counts,
    drawn_limits,
    frechet_extremes,
    merged_strata,
    others_of,
)
from isg_audit.stats.unseen import Between, Seen, difference_between, share_between
from isg_audit.stats.waiting import (
    Survival,
    kaplan_meier,
    quantile_of_counts,
    still_waiting,
    survival_quantile,
)
from isg_audit.stats.welfare import (
    atkinson_index,
    atkinson_interval,
    equally_distributed_equivalent,
    equivalent_interval,
    least_interval,
)

__all__ = [
    "ANY", "Association", "Auc", "BetaPrior", "Between", "Bounds", "CasesNeeded",
    "CellPosterior", "Chance", "ChangePoint", "ChiSquareTest", "ClassHomogeneity", "Closure",
    "Conjunctions", "CorrectedExtremes", "Costs", "Counts", "Cube", "Drift", "Estimate",
    "Extremes", "FEWEST_FOLDS", "FEWEST_WINDOWS", "FloatArray", "GroupJackknife", "Kitagawa",
    "LIMITS", "Levelling", "Line", "Luck", "Misses", "Moments", "MultilevelFit",
    "Overdispersion", "PercentileInterval", "PlacedAuc", "Pooled", "ProxyErrors", "ProxyGap",
    "RangeWithoutGap", "Ranks", "Reference", "Rubin", "Seen", "Side", "StageShares",
    "Standardised", "Survival", "Thresholds", "Variances", "Vertex", "ZTest", "acceleration",
    "additive_design", "all_pairs_confidence", "allowed_for", "anytime_reach", "atkinson_index",
    "atkinson_interval", "auc_interval", "bca_interval", "benjamini_hochberg",
    "benjamini_yekutieli", "best_thresholds", "beta_binomial_fit", "binomial_test", "bisg",
    "bonferroni_confidence", "breslow_day", "calibration_error_by_chance",
    "calibration_error_interval", "calibration_in_the_large", "calibration_z", "cases_needed",
    "cell_posterior", "cell_prior", "change_of_means", "change_of_shares", "class_homogeneity",
    "clopper_pearson", "closure", "clustered_cases", "cochran_armitage",
    "cochran_mantel_haenszel", "common_comparator_confidence", "conditional_disparity",
    "conjunctions", "control_limits", "corrected_extremes", "cramers_v", "critical_value",
    "cusum_limit", "cusum_path", "cusum_run_length", "cusum_steps", "delete_a_group",
    "difference_between", "difference_of", "difference_score", "drawn_limits",
    "effective_cases", "equally_distributed_equivalent", "equivalent_interval",
    "events_per_head", "excess_share", "expected_calibration_error", "expected_range",
    "explained", "explained_variances", "exposure", "extreme_allocations", "fieller",
    "fisher_exact", "flip_count", "frechet_extremes", "funnel_limits", "funnel_z",
    "generator_of", "goodness_of_fit", "holm", "homogeneity", "imbens_manski_confidence",
    "impute_counts", "influence_error", "jackknife_limits", "jeffreys", "kaplan_meier", "katz",
    "kitagawa", "known_variance_trend", "largest_by_chance", "least_interval",
    "least_ratio_interval", "least_ratio_of", "least_top", "levelling_down", "longest_run",
    "luck_of_range", "luck_of_shares", "mantel_haenszel_difference",
    "mantel_haenszel_odds_ratio", "mantel_haenszel_ratio", "mean_difference", "mean_interval",
    "mean_of_two", "mean_square_interval", "mean_test", "membership", "merged_bins",
    "merged_strata", "middle_of", "miettinen_nurminen", "multilevel_fit", "ndkl",
    "ndkl_by_chance", "newcombe", "newcombe_paired", "observed_over_expected", "one_case_fewer",
    "others_of", "overdispersion", "own_coefficients", "paired_change", "partly_known_limits",
    "percentile_interval", "placed_auc", "poisson_counts", "poisson_interval", "poisson_sums",
    "pooled", "pooled_z", "proxy_errors", "proxy_gap", "quantile_of_counts",
    "range_expected_without_gap", "range_interval", "range_of", "ranks_of", "ratio_of",
    "ratio_of_rates", "ratio_score", "reference_of", "relative_entropy", "representation_ratio",
    "resample_counts", "roc_auc", "rubin", "score_ratio", "share_between", "shrunken_share",
    "shrunken_shares", "sidak_confidence", "signed_root", "smallest_detectable_difference",
    "stability_index", "stability_limits", "stage_shares", "standardise", "still_waiting",
    "survival_quantile", "told", "total_variation", "total_variation_by_chance",
    "total_variation_limits", "two_sample_z", "weighted_share", "wilson",
]  # fmt: skip
