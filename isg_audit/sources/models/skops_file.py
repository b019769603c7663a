"""scikit-learn models in skops files: opened only if every type in them is on our list.

The list stands here, in our code; what a file asks to be trusted is never handed back to it.
Imports only `errors` and this room; skops inside the functions.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from isg_audit.errors import Fault, ModelError
from isg_audit.sources.models.estimator import EstimatorModel, from_estimator
from isg_audit.sources.models.model_fingerprint import fingerprint_of_bytes
from isg_audit.sources.models.tree_bounds import faults_of_trees

KIND = "scikit-learn (skops)"

TRUSTED = (
    # skops trusts scikit-learn's estimators, numpy's and scipy's functions; these hold only
    # numbers or name such functions, and trees are checked after loading (`tree_bounds`).
    "functools.partial",
    "numpy.dtype",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
    "sklearn.tree._tree.Tree",
    "sklearn.utils._bunch.Bunch",
    "sklearn.utils.validation.check_array",
)

LARGEST = 2 * 2**30
"""Bytes that a file may unpack to."""


def is_skops(content: bytes) -> bool:
    """Whether `content` is a zip archive with a skops schema."""
    if not content.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "schema.json" in archive.namelist()
    except zipfile.BadZipFile:
        return False


def open_skops(content: bytes, name: str, features: Sequence[str]) -> EstimatorModel:
    """The model in a skops file.

    Args:
        content: the file's bytes.
        name: the file's name.
        features: source columns in order; may be empty where the model names them.

    Raises:
        ModelError: skops is not installed; a type that is not on our list; a damaged file; trees
            whose indices lead outside; not a fitted classifier.

    Source:
        https://skops.readthedocs.io/en/stable/persistence.html on trusted types.
    """
    try:
        import skops.io
    except ImportError as error:
        raise ModelError(
            Fault(name, "skops is not installed.", 'Try: pip install "isg-audit[skops]".')
        ) from error
    _check_unpacked_size(content, name)
    try:
        asked = skops.io.get_untrusted_types(data=content)
    except Exception as error:  # a crafted file may make the parser raise anything
        raise _damaged(name, error) from error
    refused = sorted(set(asked) - set(TRUSTED))
    if refused:
        raise ModelError(
            Fault(
                name,
                f"holds a type that is not trusted: {one}.",
                "It may run code when opened. Export the model to ONNX, or audit the log alone.",
            )
            for one in refused
        )
    try:
        fitted = skops.io.loads(content, trusted=list(TRUSTED))
    except Exception as error:
        raise _damaged(name, error) from error
    faults = faults_of_trees(fitted)
    if faults:
        raise ModelError(
            Fault(name, f"damaged, or made to do harm: {fault}.", "It was not used.")
            for fault in dict.fromkeys(faults)
        )
    return from_estimator(
        fitted, features, name=name, kind=KIND, fingerprint=fingerprint_of_bytes(content)
    )


def _check_unpacked_size(content: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > LARGEST:
        raise ModelError(Fault(name, f"unpacks to {unpacked / 2**30:.1f} GiB; 2 GiB is allowed."))


def _damaged(name: str, error: Exception) -> ModelError:
    return ModelError(
        Fault(
            name,
            f"skops cannot read it ({type(error).__name__}: {str(error)[:200]}).",
            "Write it again with skops.io.dump.",
        )
    )
