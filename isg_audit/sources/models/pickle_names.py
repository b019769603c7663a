"""Which names a pickle may give: our list, and the estimators of four packages.

What stands here is data, a fitted number-holder, or a function that a fitted transformer applies
to columns; nothing that opens a file, starts a process, imports by name or looks up an attribute.
Functions may be named and not called while reading (`pickle_file`), except those of
`pickle_stand_ins`, which are ours. Imports only this room; the packages inside the functions.
"""

from __future__ import annotations

import importlib
from typing import Any

from isg_audit.sources.models.pickle_stand_ins import STAND_INS

PACKAGES = ("sklearn", "xgboost", "lightgbm", "catboost")
"""Whose estimators may be read: classes built upon scikit-learn's `BaseEstimator`."""

_NO_PART_OF_A_MODEL = {"tests", "testing", "conftest", "externals", "datasets", "dask", "spark"}

_LOSSES = (
    *("AbsoluteError", "ExponentialLoss", "HalfBinomialLoss", "HalfGammaLoss", "HalfPoissonLoss"),
    *("HalfMultinomialLoss", "HalfSquaredError", "HalfTweedieLoss", "HuberLoss", "PinballLoss"),
)

_BY_MODULE: dict[str, tuple[str, ...]] = {
    "builtins": ("complex", "frozenset", "set", "slice", "int", "float", "bool", "str"),
    "collections": ("Counter", "OrderedDict", "defaultdict"),
    "functools": ("partial",),
    "numpy": (
        *("ndarray", "matrix", "bool_", "bool", "float16", "float32", "float64", "longdouble"),
        *("int8", "int16", "int32", "int64", "intc", "longlong", "uint8", "uint16", "uint32"),
        *("uint64", "str_", "bytes_", "object_", "datetime64", "timedelta64"),
        # Plain arithmetic that FunctionTransformer and aggregations name.
        *("log", "log1p", "log2", "log10", "exp", "expm1", "sqrt", "cbrt", "square", "abs"),
        *("absolute", "negative", "reciprocal", "sign", "sin", "cos", "tan", "arctan", "tanh"),
        *("isnan", "isfinite", "nan_to_num", "mean", "median", "sum", "min", "max", "clip"),
    ),
    "numpy.random._mt19937": ("MT19937",),
    "numpy.random._pcg64": ("PCG64", "PCG64DXSM"),
    "numpy.random._philox": ("Philox",),
    "numpy.random._sfc64": ("SFC64",),
    "numpy.random._pickle": ("__bit_generator_ctor", "__generator_ctor", "__randomstate_ctor"),
    "numpy.random.bit_generator": ("SeedSequence", "__pyx_unpickle_SeedSequence"),
    "scipy.interpolate._bsplines": ("BSpline",),
    "scipy.sparse._csc": ("csc_array", "csc_matrix"),
    "scipy.sparse._csr": ("csr_array", "csr_matrix"),
    "scipy.special._ufuncs": ("expit", "logit"),
    "sklearn._loss._loss": tuple(f"Cy{one}" for one in _LOSSES),
    "sklearn._loss.link": (
        *("HalfLogitLink", "IdentityLink", "Interval", "LogLink", "LogitLink", "MultinomialLogit"),
    ),
    "sklearn._loss.loss": _LOSSES,
    "sklearn.calibration": ("_CalibratedClassifier", "_SigmoidCalibration"),
    "sklearn.compose._column_transformer": ("_RemainderColsList", "make_column_selector"),
    "sklearn.ensemble._hist_gradient_boosting.predictor": ("TreePredictor",),
    "sklearn.feature_selection._univariate_selection": ("chi2", "f_classif", "f_regression"),
    "sklearn.gaussian_process.kernels": (
        *("CompoundKernel", "ConstantKernel", "DotProduct", "ExpSineSquared", "Exponentiation"),
        *("Hyperparameter", "Matern", "PairwiseKernel", "Product", "RBF", "RationalQuadratic"),
        *("Sum", "WhiteKernel"),
    ),
    "sklearn.linear_model._sgd_fast": (
        *("EpsilonInsensitive", "Hinge", "Huber", "Log", "ModifiedHuber"),
        *("SquaredEpsilonInsensitive", "SquaredHinge", "SquaredLoss"),
    ),
    "sklearn.metrics._classification": (
        *("accuracy_score", "balanced_accuracy_score", "brier_score_loss", "f1_score"),
        *("log_loss", "precision_score", "recall_score"),
    ),
    # Distances that hold no array of their own, so that nothing in the file sizes what they read.
    "sklearn.metrics._dist_metrics": (
        *("ChebyshevDistance", "ChebyshevDistance64", "EuclideanDistance", "EuclideanDistance64"),
        *("ManhattanDistance", "ManhattanDistance64"),
    ),
    "sklearn.metrics._ranking": ("average_precision_score", "roc_auc_score"),
    "sklearn.metrics._scorer": ("_CurveScorer", "_PassthroughScorer", "_Scorer"),
    "sklearn.neighbors._ball_tree": ("BallTree", "BallTree64"),
    "sklearn.neighbors._kd_tree": ("KDTree", "KDTree64"),
    "sklearn.neural_network._stochastic_optimizers": ("AdamOptimizer", "SGDOptimizer"),
    "sklearn.tree._tree": ("Tree",),
    "sklearn.utils._bunch": ("Bunch",),
    "sklearn.utils._metadata_requests": (
        *("MetadataRequest", "MethodMapping", "MethodMetadataRequest", "MetadataRouter"),
    ),
    "sklearn.utils.validation": ("check_array",),
    "lightgbm.basic": ("Booster",),
    "xgboost.core": ("Booster",),
    "catboost.core": ("CatBoost", "CatBoostClassifier"),
}

LISTED = frozenset((module, name) for module, names in _BY_MODULE.items() for name in names)
"""Every pair of module and name that is allowed for itself."""

# Python 2's names, which protocols up to 2 write, and numpy's before its second version.
_NOW_CALLED = {
    "__builtin__": "builtins",
    "copy_reg": "copyreg",
    "numpy.core.multiarray": "numpy._core.multiarray",
    "numpy.core.numeric": "numpy._core.numeric",
}

_CALLED = {
    ("functools", "partial"),
    ("numpy.random._pickle", "__bit_generator_ctor"),
    ("numpy.random._pickle", "__generator_ctor"),
    ("numpy.random._pickle", "__randomstate_ctor"),
    ("numpy.random.bit_generator", "__pyx_unpickle_SeedSequence"),
    ("sklearn.tree._tree", "Tree"),
    *(("builtins", one) for one in ("complex", "frozenset", "set", "slice")),
    *(
        (module, name)
        for module in ("collections", "sklearn._loss._loss", "sklearn.linear_model._sgd_fast")
        for name in _BY_MODULE[module]
    ),
}


class Refused(Exception):
    """A name that is not on the list."""


class Absent(Exception):
    """A name that is allowed, but this machine does not have: a package, or a version of it."""


def current(module: str, name: str) -> tuple[str, str]:
    """The pair as it is called today."""
    return _NOW_CALLED.get(module, module), name


def may_be_named(module: str, name: str) -> bool:
    """Whether a pickle may give this name, as far as can be said without importing anything.

    A class of the four packages is looked at again when it is found: see `found`.
    """
    pair = current(module, name)
    return pair in LISTED or pair in STAND_INS or _may_be_an_estimator(*pair)


def may_be_called(module: str, name: str) -> bool:
    """Whether reading may call it: our own functions, and what makes itself anew by a call.

    Estimators are begun without a call; a function of a transformer is named and not called.
    """
    pair = current(module, name)
    return pair in _CALLED or (pair in STAND_INS and not isinstance(STAND_INS[pair], type))


def found(module: str, name: str) -> Any:
    """What a name stands for.

    Raises:
        Refused: it is not on the list, or no estimator.
        Absent: the package is not installed, or its version has no such thing.
    """
    pair = current(module, name)
    if pair in STAND_INS:
        return STAND_INS[pair]
    listed = pair in LISTED
    if not listed and not _may_be_an_estimator(*pair):
        raise Refused(f"{module}.{name}")
    thing = _imported(*pair)
    if not listed and not _is_estimator_of(thing, *pair):
        raise Refused(f"{module}.{name}")
    return thing


def _may_be_an_estimator(module: str, name: str) -> bool:
    """By its name alone: in one of the packages, no dot, no two underscores."""
    package, *parts = module.split(".")
    return (
        package in PACKAGES
        and all(part.isidentifier() and not part.startswith("__") for part in parts)
        and not _NO_PART_OF_A_MODEL & set(parts)
        and name.isidentifier()
        and not name.startswith("__")
    )


def _imported(module: str, name: str) -> Any:
    package = module.partition(".")[0]
    try:
        return vars(importlib.import_module(module))[name]
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if missing == package:
            raise Absent(f"{package} is not installed") from error
        raise Absent(f"this version of {package} has no {module}") from error
    except KeyError as error:
        raise Absent(f"this version of {package} has no {module}.{name}") from error


def _is_estimator_of(thing: object, module: str, name: str) -> bool:
    """Whether it is a class built upon BaseEstimator, at home where the file says it is."""
    from sklearn.base import BaseEstimator

    return (
        isinstance(thing, type)
        and issubclass(thing, BaseEstimator)
        and (thing.__module__, thing.__qualname__) == (module, name)
    )
