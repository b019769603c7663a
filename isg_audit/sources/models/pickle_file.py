"""Pickles and joblib files: read by a reader of ours that knows a list of names and no other.

A pickle is a program. This reader runs the part of it that makes arrays and fitted estimators and
refuses the rest; it is used only where somebody asked for it, and only in the locked child.
Imports only `errors` and this room; numpy and the model's own package inside the functions.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from isg_audit.errors import Fault, ModelError
from isg_audit.sources.models.catboost_file import open_catboost
from isg_audit.sources.models.estimator import from_estimator
from isg_audit.sources.models.lightgbm_file import open_lightgbm
from isg_audit.sources.models.model import Model
from isg_audit.sources.models.model_fingerprint import fingerprint_of_bytes
from isg_audit.sources.models.packing import Unpacked, packing_of
from isg_audit.sources.models.pickle_checks import check_built, check_call, check_state
from isg_audit.sources.models.pickle_names import (
    Absent,
    Refused,
    found,
    may_be_called,
    may_be_named,
)
from isg_audit.sources.models.pickle_reading import Reader, Unreadable, on, taught
from isg_audit.sources.models.pickle_stand_ins import JoblibArray, Suspicious, array_of_buffer
from isg_audit.sources.models.pickle_trace import Traced, traced
from isg_audit.sources.models.tree_bounds import faults_of_trees
from isg_audit.sources.models.xgboost_file import open_xgboost

KIND = "pickle"

LARGEST = 2 * 2**30
"""Bytes that a file may unpack to."""

INSTEAD = (
    "Write the model with skops.io.dump, as ONNX or in its package's own format, or let it answer "
    "behind an address."
)


def open_pickle(content: bytes, name: str, features: Sequence[str]) -> Model:
    """The model in a pickle or joblib file. To be called in the locked child only.

    Args:
        content: the file's bytes.
        name: the file's name.
        features: source columns in order; may be empty where the model names them.

    Raises:
        ModelError: one fault for every name that is not allowed; a file that cannot be followed
            to its end, holds something after it, or is made to do harm; a package that is not
            installed, or of a version that cannot read it; no fitted classifier.
    """
    refuse_strangers(traced(io.BytesIO(content), name, LARGEST), name)
    fitted, notes = _opened(content, name)
    faults = faults_of_trees(fitted)
    if faults:
        raise ModelError(
            Fault(name, f"damaged, or made to do harm: {fault}.", "It was not used.")
            for fault in dict.fromkeys(faults)
        )
    fingerprint = fingerprint_of_bytes(content)
    kind = f"{_package(fitted)} ({', '.join((KIND, *notes))})"
    if type(fitted).__name__ == "Booster" or type(fitted).__module__.startswith("catboost."):
        booster: Model = replace(
            _booster(fitted, name, features), kind=kind, fingerprint=fingerprint
        )
        return booster
    return from_estimator(fitted, features, name=name, kind=kind, fingerprint=fingerprint)


def _booster(fitted: Any, name: str, features: Sequence[str]) -> Any:
    """A bare booster names no classes, CatBoost no columns: read as files of their packages are."""
    if type(fitted).__module__.startswith("xgboost."):
        return open_xgboost(bytes(fitted.save_raw("ubj")), name, features)
    if type(fitted).__module__.startswith("catboost."):
        return open_catboost(bytes(fitted._serialize_model()), name, features)
    return open_lightgbm(fitted.model_to_string().encode(), name, features)


def refuse_strangers(trace: Traced, name: str) -> None:
    """Refuse a pickle for what it names, before anything of it is made.

    Raises:
        ModelError: one fault for every name, or because the file cannot be followed.
    """
    strangers = sorted(".".join(one) for one in trace.names if not may_be_named(*one))
    faults = [
        Fault(name, f"names {one!r}, which is no part of a model we know.") for one in strangers
    ]
    if trace.broken:
        faults.append(Fault(name, f"cannot be read to its end: {trace.broken}."))
    elif trace.after:
        faults.append(Fault(name, "holds something after its end, which no model file does."))
    if faults:
        faults.append(Fault("", "It was not opened: a pickle may run any code.", INSTEAD))
        raise ModelError(faults)


def _opened(content: bytes, name: str) -> tuple[Any, tuple[str, ...]]:
    """The object, and what its reading warned of: another version of a package."""
    stream = Unpacked(io.BytesIO(content), packing_of(content[:8]), LARGEST, name)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            fitted = _Opener(stream).load()
        except ModelError:
            raise
        except Refused as error:
            said = f"names {str(error)!r}, which is no part of a model we know."
            raise ModelError(Fault(name, said, INSTEAD)) from error
        except Absent as error:
            said = f"needs what is not here: {error}."
            raise ModelError(Fault(name, said, INSTEAD)) from error
        except (Suspicious, Unreadable) as error:
            said = f"damaged, or made to do harm: {error}."
            raise ModelError(Fault(name, said, "It was not used.")) from error
        except MemoryError as error:
            raise ModelError(Fault(name, "asks for more memory than a model may have.")) from error
        except Exception as error:  # crafted bytes, or another version, may raise anything
            said = f"cannot be read ({type(error).__name__}: {str(error)[:200]})."
            raise ModelError(Fault(name, said, INSTEAD)) from error
    return fitted, tuple(dict.fromkeys(_versions(warned)))


def _versions(warned: list[warnings.WarningMessage]) -> list[str]:
    """`written by scikit-learn 1.5.2, read with 1.9.1`, for every such warning."""
    return [
        f"written by scikit-learn {one.message.original_sklearn_version}, "
        f"read with {one.message.current_sklearn_version}"
        for one in warned
        if hasattr(one.message, "original_sklearn_version")
        and hasattr(one.message, "current_sklearn_version")
    ]


def _package(fitted: object) -> str:
    package = type(fitted).__module__.partition(".")[0]
    called = {"sklearn": "scikit-learn", "xgboost": "XGBoost", "lightgbm": "LightGBM"}
    return called.get(package, {"catboost": "CatBoost"}.get(package, package))


@taught
class _Opener(Reader):
    """Makes what the list allows."""

    def __init__(self, stream: Unpacked, depth: int = 0) -> None:
        super().__init__(stream, depth)
        self.callable: list[object] = []

    def find_class(self, module: str, name: str) -> Any:
        """See `pickle_names.found`; what may be called is kept, since objects can lie of names."""
        thing = found(module, name)
        if may_be_called(module, name) and not any(thing is one for one in self.callable):
            self.callable.append(thing)
        return thing

    def called(self, what: object, arguments: object) -> Any:
        """Call what may be called.

        Raises:
            Refused: anything else, such as a function that may only be named.
        """
        if not any(what is one for one in self.callable) or type(arguments) is not tuple:
            said = getattr(what, "__qualname__", type(what).__qualname__)
            raise Refused(f"{getattr(what, '__module__', '')}.{said} (called)")
        check_call(what, arguments)
        return what(*arguments)  # type: ignore[operator]

    @on("REDUCE")
    def reduce(self) -> None:
        arguments = self.stack.pop()
        self.stack[-1] = self.called(self.stack[-1], arguments)

    @on("NEWOBJ")
    def new(self) -> None:
        self.stack.append({})
        self.new_with_names()

    @on("NEWOBJ_EX")
    def new_with_names(self) -> None:
        names, arguments, kind = self.stack.pop(), self.stack.pop(), self.stack.pop()
        if not isinstance(kind, type) or type(arguments) is not tuple or type(names) is not dict:
            raise Suspicious("an object is begun that has no class")
        self.append(kind.__new__(kind, *arguments, **names))

    @on("INST", "OBJ")
    def outdated(self) -> None:
        raise Suspicious("an object is begun as Python 2 began it")

    @on("APPEND")
    def append_one(self) -> None:
        one = self.stack.pop()
        self.target(list).append(one)

    @on("APPENDS")
    def append_several(self) -> None:
        several = self.pop_mark()
        self.target(list).extend(several)

    @on("SETITEM")
    def set_one(self) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self.target(dict)[key] = value

    @on("SETITEMS")
    def set_several(self) -> None:
        items = self.pop_mark()
        target = self.target(dict)
        for key, value in zip(items[::2], items[1::2], strict=True):
            target[key] = value

    @on("ADDITEMS")
    def add_several(self) -> None:
        several = self.pop_mark()
        self.target(set).update(several)

    def target(self, kind: type) -> Any:
        """What stands on the stack, if it is of a kind that can be filled."""
        if not isinstance(self.stack[-1], kind):
            raise Suspicious("something is filled that is no list, dictionary or set")
        return self.stack[-1]

    @on("BUILD")
    def build(self) -> None:
        state, built = self.stack[-1], self.stack[-2]
        if type(built) is JoblibArray:
            self.stack.pop()
            self.stack[-1] = self.array(state)
            return
        check_state(built, state)
        self.load_build()  # type: ignore[attr-defined]
        check_built(built)

    def array(self, said: object) -> Any:
        """The array whose bytes come next, or the pickle of its objects."""
        import numpy as np

        if not isinstance(said, dict) or said.get("subclass") not in (np.ndarray, np.memmap):
            raise Suspicious("an array is of no type that joblib writes")
        shape, order, dtype = said.get("shape"), said.get("order"), said.get("dtype")
        if not isinstance(shape, tuple) or order not in {"C", "F"}:
            raise Suspicious("an array has no shape")
        if not isinstance(dtype, np.dtype):
            raise Suspicious("an array has no type")
        if dtype.hasobject:
            return type(self)(self.stream, self.depth + 1).load()
        if said.get("numpy_array_alignment_bytes") is not None:
            self.read(self.read(1)[0])
        count = 1
        for length in shape:
            if not isinstance(length, int) or length < 0:
                raise Suspicious("an array has a length that no array has")
            count *= length
        return array_of_buffer(self.read(count * dtype.itemsize), dtype, shape, order)
