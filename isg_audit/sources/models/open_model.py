"""Opens a model: the catalogue of formats, told apart by content and never by name alone.

To add a format, write a module with `is_...(content)` and `open_...(content, name, features)`
and add one line to `FORMATS`. Imports only `errors` and this room.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

from isg_audit.errors import Fault, ModelError
from isg_audit.sources.models.catboost_file import is_catboost, open_catboost
from isg_audit.sources.models.estimator import from_estimator
from isg_audit.sources.models.kinds import NOT_READ, PICKLE, TORCH, kind_of
from isg_audit.sources.models.lightgbm_file import is_lightgbm, open_lightgbm
from isg_audit.sources.models.mlflow_folder import is_mlflow_folder, read_mlflow_folder
from isg_audit.sources.models.model import Model
from isg_audit.sources.models.onnx_file import open_onnx
from isg_audit.sources.models.onnx_labels import is_onnx
from isg_audit.sources.models.packing import packing_of
from isg_audit.sources.models.pickle_file import open_pickle
from isg_audit.sources.models.pmml_file import is_pmml, open_pmml
from isg_audit.sources.models.skops_file import is_skops, open_skops
from isg_audit.sources.models.sniff import is_pickle
from isg_audit.sources.models.xgboost_file import is_xgboost_json, is_xgboost_ubj, open_xgboost

LARGEST = 2 * 2**30
"""Bytes a model file may have."""


@dataclass(frozen=True)
class Format:
    """One format: what it is called, how its content is known, how it is opened."""

    name: str
    suffix: str
    recognises: Callable[[bytes], bool]
    opens: Callable[[bytes, str, Sequence[str]], Model]


FORMATS = (
    Format("skops", ".skops", is_skops, open_skops),
    Format("ONNX", ".onnx", is_onnx, open_onnx),
    Format("XGBoost JSON", ".json", is_xgboost_json, open_xgboost),
    Format("XGBoost UBJ", ".ubj", is_xgboost_ubj, open_xgboost),
    Format("LightGBM text", ".txt", is_lightgbm, open_lightgbm),
    Format("CatBoost", ".cbm", is_catboost, open_catboost),
    Format("PMML", ".pmml", is_pmml, open_pmml),
)

_PICKLE = Format("a pickle", "", is_pickle, open_pickle)
"""Opened only where it is asked for."""

_INSTEAD = (
    "Write the model with skops.io.dump or as ONNX, or pass the fitted model itself from Python."
)


def open_model(
    source: object,
    features: Sequence[str] = (),
    folder: Path = Path(),
    allow_pickle: bool = False,
) -> Model:
    """Open a model file, or take a fitted classifier as it is.

    Args:
        source: path of a file of one of `FORMATS` or of an MLflow folder, or a fitted object with
            `predict` and `classes_`.
        features: source columns in the model's order; may be empty where it names them itself.
        folder: where relative paths start.
        allow_pickle: whether a pickle is opened, as far as our list of names goes, where every
            layer of the lock holds; for the person who runs the audit to say, not for its file.

    Raises:
        ModelError: no such file, a folder, too large, a pickle, an unknown format, a name that
            promises another format, a file that is damaged or not trusted, features that do not
            fit.
    """
    if not isinstance(source, (str, Path)):
        return from_estimator(source, features)
    text = str(source)
    if text.startswith("python:"):
        raise ModelError(
            Fault(
                text,
                "an audit file may not name code to be run.",
                "Pass the fitted model from Python instead.",
            )
        )
    if "://" in text:
        raise ModelError(
            Fault(text, "an address needs the table [model.service].", "See docs/models.md.")
        )
    from isg_audit.sources.child.opening import open_in_child

    path = Path(folder) / text
    if is_mlflow_folder(path):
        return _from_mlflow(path, features)
    content, name = _read(path), path.name
    if allow_pickle and is_pickle(content):
        _check_suffix(name, _PICKLE)
        return open_in_child(content, name, features, strict=True, opener="pickle")
    return open_in_child(content, name, features)


def open_content(
    content: bytes, name: str, features: Sequence[str], due: Sequence[str] = ()
) -> Model:
    """The model in a file's bytes; called in the locked child, where a file can do no harm.

    Args:
        content: the file's bytes.
        name: the file's name; its ending may not promise another format.
        features: as `open_model`.
        due: an MLflow flavour and the formats that it is kept in, where a folder says so.

    Raises:
        ModelError: as `open_model`.
    """
    found = next((one for one in FORMATS if one.recognises(content)), None)
    if due and (found is None or found.name not in due[1:]):
        held = _refusal(content, name).what if found is None else f"holds {found.name}."
        wanted = " or ".join(due[1:])
        raise ModelError(Fault(name, f"{held} MLmodel says {due[0]}: {wanted} was due."))
    if found is None:
        raise ModelError(_refusal(content, name))
    if not due:
        _check_suffix(name, found)
    return found.opens(content, name, features)


def _from_mlflow(path: Path, features: Sequence[str]) -> Model:
    """The native file in a folder that MLflow wrote, with the columns of its signature."""
    from isg_audit.sources.child.opening import open_in_child

    stored = read_mlflow_folder(path, LARGEST)
    model = open_in_child(
        stored.content,
        f"{path.name}/{stored.file}",
        features or stored.features,
        due=(stored.flavour, *stored.formats),
    )
    return replace(model, kind=f"MLflow folder: {model.kind}", fingerprint=stored.fingerprint)


def _read(path: Path) -> bytes:
    where = path.name
    if path.is_dir():
        raise ModelError(Fault(where, "is a folder without MLmodel; a model is one file."))
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise ModelError(
                Fault(where, f"has {size / 2**30:.1f} GiB; a model file may have 2 GiB.")
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ModelError(Fault(str(path), "there is no such model file.")) from error
    except OSError as error:
        raise ModelError(Fault(where, f"cannot be read ({error.strerror}).")) from error


def _check_suffix(name: str, found: Format) -> None:
    said = next((one for one in FORMATS if name.lower().endswith(one.suffix)), found)
    if said is not found:
        raise ModelError(
            Fault(name, f"is called {said.suffix} but holds {found.name}.", "Is it the right file?")
        )


def _refusal(content: bytes, name: str) -> Fault:
    if not content:
        return Fault(name, "is empty.")
    kind = kind_of(BytesIO(content), name)
    if kind in (PICKLE, TORCH):
        packed = " (compressed)" if packing_of(content[:8]) else ""
        return Fault(
            name,
            f"is a pickle{packed}. It is not opened: a pickle can run any code on this machine "
            "the moment it is read.",
            f"{_INSTEAD} Where that cannot be had: see --allow-pickle in docs/models.md.",
        )
    if kind in NOT_READ:
        return Fault(name, f"is {kind.name}, which is not read.", _INSTEAD)
    formats = ", ".join(one.name for one in FORMATS)
    return Fault(name, f"is of no known format. Read are: {formats}.", _INSTEAD)
