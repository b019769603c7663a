"""`look_at`: what a file or folder is and what it could do, without opening it.

Imports `errors`, `sources.models` and this folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from isg_audit.errors import Fault, ModelError
from isg_audit.sources.looking.archives import look_at_archive
from isg_audit.sources.looking.boosted import (
    look_at_catboost,
    look_at_lightgbm,
    look_at_xgboost_json,
    look_at_xgboost_ubj,
)
from isg_audit.sources.looking.markup import look_at_xml
from isg_audit.sources.looking.mlflow import look_at_mlflow
from isg_audit.sources.looking.onnx import look_at_onnx
from isg_audit.sources.looking.pickles import look_at_pickle
from isg_audit.sources.looking.seen import Found, Seen, plain
from isg_audit.sources.models import kinds
from isg_audit.sources.models.mlflow_folder import is_mlflow_folder

PIECE = 2**20

_LOOKS: dict[kinds.Kind, Callable[[BinaryIO, str], Found]] = {
    kinds.PICKLE: look_at_pickle,
    kinds.SKOPS: look_at_archive,
    kinds.TORCH: look_at_archive,
    kinds.KERAS: look_at_archive,
    kinds.NUMPY: look_at_archive,
    kinds.ZIP: look_at_archive,
    kinds.ONNX: look_at_onnx,
    kinds.XGBOOST_JSON: look_at_xgboost_json,
    kinds.XGBOOST_UBJ: look_at_xgboost_ubj,
    kinds.LIGHTGBM: look_at_lightgbm,
    kinds.CATBOOST: look_at_catboost,
    kinds.PMML: look_at_xml,
    kinds.XML: look_at_xml,
    kinds.HDF5: lambda file, name: Found(
        dangers=("layers of its own code (Lambda) run when Keras opens it",)
    ),
    kinds.NPY: lambda file, name: Found(
        dangers=("an array of objects is a pickle, which could run any code when opened",)
    ),
}


def look_at(path: Path) -> Seen:
    """What stands at `path`, without opening it as a model.

    Args:
        path: a model file, or a folder that MLflow wrote.

    Raises:
        ModelError: nothing is there, it cannot be read, or a folder without `MLmodel`.
    """
    try:
        if path.is_dir():
            return _folder(path)
        if not path.is_file():
            what = "is no file." if path.exists() else "there is no such model file."
            raise ModelError(Fault(plain(path), what))
        with path.open("rb") as file:
            return _file(file, path)
    except OSError as error:
        raise ModelError(Fault(plain(path.name), f"cannot be read ({error.strerror}).")) from error


def _folder(path: Path) -> Seen:
    if not is_mlflow_folder(path):
        raise ModelError(Fault(plain(path.name), "is a folder without MLmodel; name a file."))
    size = sum(one.stat().st_size for one in path.rglob("*") if one.is_file())
    kind = kinds.MLFLOW
    return Seen(plain(path.name), kind.name, size, "", kind.opened, look_at_mlflow(path))


def _file(file: BinaryIO, path: Path) -> Seen:
    digest = hashlib.sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    kind = kinds.kind_of(file, path.name)
    file.seek(0)
    look = _LOOKS.get(kind)
    found = look(file, path.name) if look else Found()
    if fault := kinds.suffix_fault(kind, path.name):
        found = Found(found.facts, (fault, *found.dangers), found.unread)
    return Seen(
        name=plain(path.name),
        kind=kind.name,
        size=path.stat().st_size,
        fingerprint="sha256:" + digest.hexdigest(),
        opened=kind.opened,
        found=found,
    )
