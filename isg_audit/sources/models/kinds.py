"""Which format a file has, by its content; what names say is compared with that and never believed.

The one place that knows the beginnings of formats that nobody reads. Imports this room.
"""

from __future__ import annotations

import mmap
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

from isg_audit.errors import ModelError
from isg_audit.sources.models.onnx_labels import is_onnx_message
from isg_audit.sources.models.packing import Unpacked, packing_of
from isg_audit.sources.models.sniff import HEAD, begins_as_pickle


@dataclass(frozen=True)
class Kind:
    """A format: how it is called, which endings its files have, whether an audit opens it."""

    name: str
    suffixes: tuple[str, ...] = ()
    opened: str = "no"


IN_A_CHILD = "in a process of its own"
ASKED_FOR = "only with --allow-pickle, in a locked process, and only what is on our list"

PICKLE = Kind("pickle", (".pkl", ".pickle", ".joblib", ".sav"), ASKED_FOR)
SKOPS = Kind("skops", (".skops",), IN_A_CHILD)
ONNX = Kind("ONNX", (".onnx",), IN_A_CHILD)
XGBOOST_JSON = Kind("XGBoost JSON", (".json",), IN_A_CHILD)
XGBOOST_UBJ = Kind("XGBoost UBJ", (".ubj",), IN_A_CHILD)
LIGHTGBM = Kind("LightGBM text", (".txt",), IN_A_CHILD)
CATBOOST = Kind("CatBoost", (".cbm",), IN_A_CHILD)
PMML = Kind("PMML", (".pmml", ".xml"), IN_A_CHILD)
MLFLOW = Kind("MLflow folder", (), IN_A_CHILD)
TORCH = Kind("zip archive that holds pickles (PyTorch)", (".pt", ".pth", ".ckpt"))
KERAS = Kind("Keras archive", (".keras",))
NUMPY = Kind("zip archive of numpy arrays", (".npz",))
ZIP = Kind("zip archive", (".zip",))
HDF5 = Kind("HDF5 (Keras)", (".h5", ".hdf5"))
NPY = Kind("numpy array", (".npy",))
XML = Kind("XML")
PACKED = Kind("compressed file of no known format")
EMPTY = Kind("empty file")
TEXT = Kind("text of no known format")
UNKNOWN = Kind("of no known format")

NOT_READ = (KERAS, NUMPY, ZIP, HDF5, NPY, XML)
"""Known, and opened by no audit."""

KINDS = (
    *(PICKLE, SKOPS, ONNX, XGBOOST_JSON, XGBOOST_UBJ, LIGHTGBM, CATBOOST, PMML, TORCH, KERAS),
    *(NUMPY, ZIP, HDF5, NPY),
)

_BEGINNINGS = (
    (b"tree\n", LIGHTGBM),
    (b"CBM1", CATBOOST),
    (b"{L\x00\x00\x00\x00\x00\x00\x00", XGBOOST_UBJ),
    (b"\x89HDF", HDF5),
    (b"\x93NUMPY", NPY),
)


def kind_of(file: BinaryIO, name: str) -> Kind:
    """The format of an open file; the file is left at its beginning.

    Args:
        file: open for reading; ONNX is told only in a real file, which can be mapped.
        name: of the file, for messages.
    """
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if not head:
        return EMPTY
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head.startswith(b"PK\x03\x04") and (found := _of_archive(file)):
        return found
    if begins_as_pickle(head):
        return PICKLE
    if packing := packing_of(head):
        return PICKLE if begins_as_pickle(_unpacked(file, packing, name)) else PACKED
    return _of_message(file) or _of_text(head)


def _unpacked(file: BinaryIO, packing: str, name: str) -> bytes:
    try:
        head = Unpacked(file, packing, 2**20, name).read(HEAD)
    except ModelError:
        head = b""
    file.seek(0)
    return head


def _of_archive(file: BinaryIO) -> Kind | None:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError):
        return None
    finally:
        file.seek(0)
    if "schema.json" in names:
        return SKOPS
    if any(one.endswith((".pkl", ".pickle")) for one in names):
        return TORCH
    if "config.json" in names and any(one.endswith(".h5") for one in names):
        return KERAS
    if names and all(one.endswith(".npy") for one in names):
        return NUMPY
    return ZIP


def _of_message(file: BinaryIO) -> Kind | None:
    """ONNX: a protocol buffer, which has no beginning of its own."""
    try:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            view = memoryview(content)
            try:
                return ONNX if is_onnx_message(view) else None
            finally:
                view.release()
    except (OSError, ValueError):
        return None


def _of_text(head: bytes) -> Kind:
    text = head
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", "replace").encode()
    text = text.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{") and (b'"learner"' in text or b'"gradient_booster"' in text):
        return XGBOOST_JSON
    if text.startswith(b"<"):
        return PMML if b"<PMML" in text or b":PMML" in text else XML
    return TEXT if b"\x00" not in text else UNKNOWN


def suffix_fault(kind: Kind, name: str) -> str:
    """What is wrong with a file's name; empty if it promises nothing, or what it holds."""
    lower = name.lower()
    if lower.endswith(kind.suffixes or ("\x00",)):
        return ""
    for other in KINDS:
        for suffix in other.suffixes:
            general = suffix in {".json", ".txt", ".xml"}
            if other is not kind and lower.endswith(suffix) and not general:
                return f"is called {suffix}, which promises {other.name}, but holds {kind.name}"
    return ""
