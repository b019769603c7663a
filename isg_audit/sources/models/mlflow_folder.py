"""Folders that MLflow wrote: its `MLmodel` is read as data, and the native file beside it.

mlflow itself is not needed and not asked: it would run what `MLmodel` names (`python_function`,
`loader_module`, `code`) and trust the types that the folder asks it to trust. Imports `errors` and
this room; yaml inside the functions.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from isg_audit.errors import Fault, ModelError
from isg_audit.sources.models.model_fingerprint import fingerprint_of_bytes

DESCRIPTION = "MLmodel"
"""The file that makes a folder one of MLflow's."""

LARGEST_DESCRIPTION = 2**20
"""Bytes that it may have."""

_FILES = {
    "sklearn": ("pickled_model", ("skops",)),
    "xgboost": ("data", ("XGBoost JSON", "XGBoost UBJ")),
    "lightgbm": ("data", ("LightGBM text",)),
    "catboost": ("data", ("CatBoost",)),
    "onnx": ("data", ("ONNX",)),
}
"""Of each flavour: the key that names its file, and the formats that the file may have."""

_READ_TYPES = {"boolean", "integer", "long", "float", "double", "string"}


@dataclass(frozen=True)
class Stored:
    """What an MLflow folder holds of a model.

    Attributes:
        flavour: `sklearn`, `xgboost`, `lightgbm`, `catboost` or `onnx`.
        formats: names of the formats that `content` may have.
        file: name of the native file.
        content: its bytes.
        features: the columns of the signature, in order; empty where there is none.
        fingerprint: of `MLmodel` and the native file together.
    """

    flavour: str
    formats: tuple[str, ...]
    file: str
    content: bytes = field(repr=False)
    features: tuple[str, ...]
    fingerprint: str


def is_mlflow_folder(path: Path) -> bool:
    """Whether `path` is a folder with an `MLmodel` in it."""
    return path.is_dir() and (path / DESCRIPTION).exists()


def read_mlflow_folder(path: Path, largest: int) -> Stored:
    """The native file of an MLflow folder, and what `MLmodel` says of its columns.

    Args:
        path: the folder.
        largest: bytes that the native file may have.

    Raises:
        ModelError: `MLmodel` is damaged or too large; no flavour that is read; a pickle; a file
            outside the folder, behind a link, missing or too large; columns that are no numbers,
            truth values or text.

    Source:
        https://mlflow.org/docs/latest/ml/model/ on the storage format.
    """
    where = f"{path.name}/{DESCRIPTION}"
    described = _bytes(path, DESCRIPTION, LARGEST_DESCRIPTION, where)
    said = _description(described, where)
    flavour, settings = _flavour(said, where)
    key, formats = _FILES[flavour]
    stored_as = settings.get("serialization_format")
    if flavour == "sklearn" and stored_as != "skops":
        raise ModelError(
            Fault(
                where,
                f"its model is stored as {stored_as or 'a pickle'}. It is not opened: a pickle can "
                "run any code on this machine the moment it is read.",
                'Save it again with serialization_format="skops".',
            )
        )
    file = settings.get(key)
    if not isinstance(file, str) or not _is_plain_name(file):
        raise ModelError(
            Fault(where, f"{flavour}.{key} is {file!r}, which is no file inside the folder.")
        )
    content = _bytes(path, file, largest, f"{path.name}/{file}")
    lines = f"{DESCRIPTION} {fingerprint_of_bytes(described)}\n{file} "
    return Stored(
        flavour=flavour,
        formats=formats,
        file=file,
        content=content,
        features=_signature(said, where),
        fingerprint=fingerprint_of_bytes(f"{lines}{fingerprint_of_bytes(content)}\n".encode()),
    )


def _description(content: bytes, where: str) -> Mapping[str, Any]:
    import yaml

    try:
        said = yaml.safe_load(content)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise ModelError(Fault(where, f"is no YAML that can be read ({first}).")) from error
    if not isinstance(said, dict) or not isinstance(said.get("flavors"), dict):
        raise ModelError(Fault(where, "names no flavors; it is not what MLflow writes."))
    return said


def _flavour(said: Mapping[str, Any], where: str) -> tuple[str, Mapping[str, Any]]:
    found = said["flavors"]
    known = [one for one in _FILES if isinstance(found.get(one), dict)]
    if not known:
        listed = ", ".join(str(one)[:40] for one in list(found)[:10]) or "none"
        raise ModelError(
            Fault(
                where,
                f"its flavors are: {listed}. Read are: {', '.join(_FILES)}.",
                "`python_function` is code and is not run; serve the model and give its address.",
            )
        )
    return known[0], found[known[0]]


def _is_plain_name(file: str) -> bool:
    return file not in {"", ".", ".."} and not set(file) & {"/", "\\", "\0"}


def _bytes(folder: Path, file: str, largest: int, where: str) -> bytes:
    """A plain file in the folder itself: no link, no pipe."""
    try:
        inside = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            opened = os.open(file, flags, dir_fd=inside)
        finally:
            os.close(inside)
        with os.fdopen(opened, "rb") as stream:
            about = os.fstat(stream.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise ModelError(Fault(where, "is no plain file."))
            if about.st_size > largest:
                raise ModelError(
                    Fault(where, f"has {about.st_size:,} bytes; {largest:,} are allowed.")
                )
            return stream.read(largest)
    except FileNotFoundError as error:
        raise ModelError(Fault(where, "there is no such file.")) from error
    except OSError as error:
        link = "is a link, and is not followed" if (folder / file).is_symlink() else ""
        raise ModelError(
            Fault(where, f"{link or f'cannot be read ({error.strerror})'}.")
        ) from error


def _signature(said: Mapping[str, Any], where: str) -> tuple[str, ...]:
    """The input columns; empty without a signature, or with one of unnamed tensors."""
    signature = said.get("signature")
    text = signature.get("inputs") if isinstance(signature, dict) else None
    if text is None:
        return ()
    try:
        columns = json.loads(text)
        if all(one.get("type") == "tensor" and "name" not in one for one in columns):
            return ()
        pairs = [(str(one["name"]), str(one["type"])) for one in columns]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(Fault(where, "its signature is none of MLflow's.")) from error
    strange = [(name, kind) for name, kind in pairs if kind not in _READ_TYPES]
    if strange:
        raise ModelError(
            Fault(where, f"column '{name}' is of type {kind}.", "Numbers and text are read.")
            for name, kind in strange
        )
    return tuple(name for name, _ in pairs)
