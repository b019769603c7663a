"""Our own functions, called where a pickle calls one of numpy's, joblib's or Python's.

Each does what the other would do with what an honest file gives it, and refuses the rest: sizes
that the file does not hold, types that hide objects. numpy is imported inside the functions.
"""

from __future__ import annotations

from typing import Any


class Suspicious(Exception):
    """A value that no honest file has."""


class JoblibArray:
    """Where joblib lays the bytes of an array: what it says of them, until they are read."""

    subclass: object
    shape: tuple[int, ...]
    order: str
    dtype: Any
    numpy_array_alignment_bytes: int | None = None


def empty_array(subclass: object, shape: object, typed: object) -> Any:
    """As `_reconstruct` of numpy: always an empty array, filled afterwards."""
    import numpy as np

    if subclass not in (np.ndarray, np.matrix) or shape != (0,) or typed not in (b"b", "b"):
        raise Suspicious("an array is begun in a way that numpy does not begin one")
    return np.ndarray.__new__(subclass, (0,), "b")


def array_of_buffer(buffer: object, dtype: object, shape: object, order: object) -> Any:
    """As `_frombuffer` of numpy: the bytes as they are."""
    import numpy as np

    if not isinstance(buffer, (bytes, bytearray)) or not isinstance(dtype, np.dtype):
        raise Suspicious("an array has no bytes")
    if dtype.hasobject or not isinstance(shape, tuple) or order not in {"C", "F"}:
        raise Suspicious("bytes are to be read as objects")
    if not buffer:
        return np.empty(shape, dtype)
    array = np.frombuffer(bytearray(buffer), dtype=dtype).reshape(shape, order=order)
    return array.astype(dtype.newbyteorder("="), copy=False)


def one_value(dtype: object, content: object = b"") -> Any:
    """As `scalar` of numpy: one number, date or text."""
    import numpy as np

    if not isinstance(dtype, np.dtype) or dtype.hasobject or not isinstance(content, (bytes, str)):
        raise Suspicious("a number is made of something else than bytes")
    raw = content.encode("latin1") if isinstance(content, str) else content
    if dtype.itemsize == 0 or len(raw) != dtype.itemsize:
        raise Suspicious("a number has too few or too many bytes")
    return np.frombuffer(raw, dtype=dtype)[0]


def plain_type(said: object, align: object = False, copy: object = False) -> Any:
    """As `dtype` of numpy, by its short name; fields follow and are looked at then."""
    import numpy as np

    if isinstance(said, type) and issubclass(said, np.generic):
        return np.dtype(said)
    if not isinstance(said, str) or len(said) > 16 or "," in said:
        raise Suspicious("a type of array is named in a way that numpy does not name one")
    # Always a copy: the state that may follow must not change numpy's own.
    return np.dtype(said, align=bool(align), copy=True)


def encoded(text: object, encoding: object = "latin1") -> bytes:
    """`_codecs.encode`, as protocols before 3 write bytes."""
    if not isinstance(text, str) or encoding != "latin1":
        raise Suspicious("bytes are written in a way that Python does not write them")
    return text.encode("latin1")


def copied_bytes(content: object = b"") -> bytes:
    """`bytes` of bytes: of a number, it would take as much memory as the number says."""
    if content == []:  # how protocols before 3 write no bytes
        content = b""
    if not isinstance(content, (bytes, bytearray)):
        raise Suspicious("bytes are made of something else")
    return bytes(content)


def changeable_bytes(content: object = b"", encoding: object = "latin1") -> bytearray:
    """`bytearray` of bytes; see `copied_bytes`."""
    if isinstance(content, str):
        return bytearray(encoded(content, encoding.replace("-", "")))  # type: ignore[attr-defined]
    return bytearray(copied_bytes(content))


def bare_object(kind: object, base: object, state: object) -> Any:
    """`copyreg._reconstructor`, as protocols before 2 begin an object."""
    plain = base is object and state is None
    filled = base is dict and isinstance(state, dict)
    if not isinstance(kind, type) or not (plain or filled):
        raise Suspicious("an object is begun in a way that Python does not begin one")
    if plain:
        return object.__new__(kind)
    made: Any = dict.__new__(kind)
    dict.__init__(made, state)  # type: ignore[call-overload]
    return made


def new_object(kind: object) -> Any:
    """`newObj` of scikit-learn's trees and distances."""
    from sklearn.metrics._dist_metrics import DistanceMetric
    from sklearn.neighbors._ball_tree import BinaryTree64 as Ball
    from sklearn.neighbors._kd_tree import BinaryTree64 as Split

    if not isinstance(kind, type) or not issubclass(kind, (Split, Ball, DistanceMetric)):
        raise Suspicious("an object is begun that is no search tree and no distance")
    return kind.__new__(kind)  # type: ignore[call-overload]


STAND_INS: dict[tuple[str, str], Any] = {
    ("_codecs", "encode"): encoded,
    ("builtins", "bytes"): copied_bytes,
    ("builtins", "bytearray"): changeable_bytes,
    ("builtins", "dict"): dict,
    ("builtins", "object"): object,
    ("copyreg", "_reconstructor"): bare_object,
    ("joblib.numpy_pickle", "NumpyArrayWrapper"): JoblibArray,
    ("numpy", "dtype"): plain_type,
    ("numpy._core.multiarray", "_reconstruct"): empty_array,
    ("numpy._core.multiarray", "scalar"): one_value,
    ("numpy._core.numeric", "_frombuffer"): array_of_buffer,
    ("sklearn.metrics._dist_metrics", "newObj"): new_object,
    ("sklearn.neighbors._ball_tree", "newObj"): new_object,
    ("sklearn.neighbors._kd_tree", "newObj"): new_object,
}
"""What each name is called as, in today's names."""
