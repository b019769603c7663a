"""Pickles made to do harm. Each would leave a marker file behind, and nothing else."""

import bz2
import gzip
import io
import lzma
import os
import pickle
import struct
import zlib
from functools import cache
from pathlib import Path

import joblib
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

COLUMNS = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [3.0, 0.5]])


class Called:
    """Pickles to a call of `what` with `arguments`."""

    def __init__(self, what, *arguments):
        self.what, self.arguments = what, arguments

    def __reduce__(self):
        return self.what, self.arguments


def touching(marker: Path) -> Called:
    """What everybody tries first."""
    return Called(os.system, f"touch {marker}")


def pipeline():
    """An honest model, to hide something in."""
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(COLUMNS, [0, 1, 0, 1])


def joblib_of(thing, compress=0) -> bytes:
    stream = io.BytesIO()
    joblib.dump(thing, stream, compress=compress)
    return stream.getvalue()


def trojan(marker: Path):
    """A pipeline that predicts as before, with a call inside."""
    fitted = pipeline()
    fitted[-1].coef_note_ = touching(marker)
    return fitted


def text(value: str) -> bytes:
    raw = value.encode()
    return b"\x8c" + bytes([len(raw)]) + raw


def named(module: str, name: str) -> bytes:
    return text(module) + text(name) + b"\x93"


def called(module: str, name: str, argument: bytes) -> bytes:
    """Protocol 4: module.name(argument)."""
    return b"\x80\x04" + named(module, name) + argument + b"\x85R."


def specimens(marker: Path) -> dict[str, bytes]:
    """Each by its fault; all of them must be refused, none may run."""
    command = f"touch {marker}"
    plain = touching(marker)
    inside = trojan(marker)
    objects = np.array([plain, 1], dtype=object)
    return {
        **{f"os.system, protocol {p}": pickle.dumps(plain, p) for p in range(6)},
        "eval": pickle.dumps(Called(eval, f"__import__('os').system('{command}')")),
        "exec": pickle.dumps(Called(exec, f"import os; os.system('{command}')")),
        "getattr": called(
            "builtins", "getattr", named("os", "system")
        ),
        "import_module": called("importlib", "import_module", text("antigravity")),
        "runpy": called("runpy", "run_path", text(str(marker))),
        "subprocess": called("subprocess", "Popen", text(command)),
        "open a file": called("builtins", "open", text(str(marker))),
        "write through numpy": called("numpy", "save", text(str(marker))),
        "write through joblib": called("joblib", "dump", text(str(marker))),
        "load another pickle": called("joblib", "load", text(str(marker))),
        "pickle in a pickle": called(
            "_pickle", "loads", b"C" + bytes([len(pickle.dumps(plain))]) + pickle.dumps(plain)
        ),
        "dotted global through scikit-learn": called(
            "sklearn.utils._show_versions", "sys.modules", text("os")
        ),
        "dotted global at the end": called("sklearn.base", "os.system", text(command)),
        "a module that scikit-learn imports": called("sklearn.base", "platform", text("x")),
        "a function of scikit-learn": called(
            "sklearn.datasets._base", "load_files", text(str(marker))
        ),
        "a function at home elsewhere": called(
            "sklearn.utils._testing", "check_output", text(command)
        ),
        "a test module of scikit-learn": called("sklearn.conftest", "raccoon_face_fxt", text("x")),
        "an estimator named where it is not at home": called(
            "sklearn.model_selection._search", "BaseEstimator", text("x")
        ),
        "a dunder": called("builtins", "__import__", text("os")),
        "a dunder of a class": called("sklearn.base", "__builtins__", text("x")),
        "names from the memo": (
            b"\x80\x04" + text("os") + b"\x94" + text("system") + b"\x94"
            + b"0h\x00h\x01\x93" + text(command) + b"\x85R."
        ),
        "names hidden behind others": (
            b"\x80\x04" + text("sklearn.base") + b"q\x050" + text("posix") + b"q\x05h\x05"
            + text("system") + b"\x93" + text(command) + b"\x85R."
        ),
        "a name that is computed": (
            b"\x80\x04" + text("os") + named("builtins", "str") + text("system") + b"\x85R\x93"
            + text(command) + b"\x85R."
        ),
        "INST": b"(S'" + command.encode() + b"'\nios\nsystem\n.",
        "OBJ": b"(cos\nsystem\nS'" + command.encode() + b"'\no.",
        "begun as Python 2 did": b"(isklearn.linear_model._logistic\nLogisticRegression\n.",
        "extension registry": b"\x80\x02\x82\x01.",
        "kept outside": b"\x80\x02X\x01\x00\x00\x00aQ.",
        "out-of-band buffer": b"\x80\x05\x97.",
        "trojan in a pipeline, pickle": pickle.dumps(inside),
        "trojan in a pipeline, joblib": joblib_of(inside),
        **{
            f"trojan in a pipeline, joblib {how}": joblib_of(inside, (how, 3))
            for how in ("zlib", "gzip", "bz2", "xz", "lzma")
        },
        "trojan in an array of objects, pickle": pickle.dumps(objects),
        "trojan in an array of objects, joblib": joblib_of(objects),
        "trojan in an array of objects, joblib zlib": joblib_of({"a": objects}, 3),
        "second pickle after the end": pickle.dumps(pipeline()) + pickle.dumps(plain),
        "call of a function that may only be named": called(
            "sklearn.utils.validation", "check_array", text("x")
        ),
        "call of an estimator": called("xgboost.core", "Booster", text(str(marker))),
        "a class is changed": (
            b"\x80\x04" + named("sklearn.linear_model._logistic", "LogisticRegression")
            + b"}" + text("predict") + named("builtins", "set") + b"sb."
        ),
        "a method set and then called": (
            b"\x80\x04" + named("sklearn.linear_model._logistic", "LogisticRegression") + b")\x81"
            + b"}" + text("__setstate__") + named("sklearn.utils.validation", "check_array")
            + b"sb" + text("x") + b"b."
        ),
        "a list that is none": (
            b"\x80\x04" + named("sklearn.linear_model._logistic", "LogisticRegression")
            + b")\x81Ka."
        ),
        "packed trojan with a false ending": gzip.compress(pickle.dumps(inside), mtime=0)[:-20],
        "lzma that asks for 4 GiB": b"\x5d\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff" * 20,
        "lz4": b"\x04\x22\x4d\x18" + bytes(40),
        **bombs(),
    }  # fmt: skip


@cache
def bombs() -> dict[str, bytes]:
    """Small files that ask for much: memory or time."""
    deep = b"\x80\x04]" + b"\x85" * 50_000 + b"."
    doubling = b"\x80\x04)" + b"2\x86" * 200 + b"}" + b"Kas."
    return {
        "bytes without end": b"\x80\x04\x8e" + struct.pack("<Q", 2**60) + b"abc.",
        "text without end": b"\x80\x04\x8d" + struct.pack("<Q", 2**62) + b"abc.",
        "bytearray without end": b"\x80\x05\x96" + struct.pack("<Q", 2**60) + b"abc.",
        "a frame without end": b"\x80\x04\x95" + struct.pack("<Q", 2**62) + b"N.",
        "a number of a million digits": b"I" + b"9" * 1_000_000 + b"\n.",
        "bytes by the number": called("builtins", "bytes", b"\x8a\x06" + b"\xff" * 5 + b"\x00"),
        "bytearray by the number": called(
            "builtins", "bytearray", b"\x8a\x06" + b"\xff" * 5 + b"\x00"
        ),
        "a tuple in a tuple in a tuple": deep,
        "a key that is hashed for ever": b"\x80\x04}" + b")" + b"2\x86" * 200 + b"Ks.",
        "doubling": doubling,
        "zlib bomb": zlib.compress(b"\x80\x04" + b"]0" * 3_000_000 + b"N.", 9),
        "bz2 bomb": bz2.compress(b"\x80\x04\x8e" + struct.pack("<Q", 2**27) + bytes(2**20)),
        "xz, cut short": lzma.compress(pickle.dumps(pipeline()))[:-9],
        "an array that the file does not hold": (
            b"\x80\x04" + named("joblib.numpy_pickle", "NumpyArrayWrapper") + b")\x81}("
            + text("subclass") + named("numpy", "ndarray")
            + text("shape") + b"\x8a\x08" + b"\xff" * 6 + b"\x00\x00\x85"
            + text("order") + text("C")
            + text("dtype") + named("numpy", "dtype") + text("f8") + b"\x89\x88\x87R"
            + b"ub."
        ),
        "an array begun with its size": (
            b"\x80\x04" + named("numpy._core.multiarray", "_reconstruct")
            + named("numpy", "ndarray") + b"\x8a\x06" + b"\xff" * 5 + b"\x00\x85C\x01b\x87R."
        ),
    }  # fmt: skip
