"""A fingerprint of a fitted object in memory: the same in every process, for the same fit.

The object is read the way pickle would read it, but only hashed, and nothing is run on the way
back. Imports numpy and the standard library.
"""

from __future__ import annotations

import hashlib
import types
from typing import Any

import numpy as np

NOT_HASHED = "in memory, not hashed"

_PLAIN = (type(None), bool, int, float, complex, str, bytes)

# How many processors may be used differs from machine to machine, and decides nothing.
_OF_THE_MACHINE = {"n_jobs", "n_threads", "_n_threads"}


class _CannotBeNamed(Exception):
    """A part that has no name or content of its own, such as a lambda."""


def fingerprint_of_bytes(content: bytes) -> str:
    """`sha256:` and the digest of a file's content."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def fingerprint_of_object(fitted: object) -> str:
    """`sha256:` and a digest of the class, parameters and fitted arrays of `fitted`.

    Returns:
        `NOT_HASHED` where a part cannot be read the same way in every process (a lambda, an open
        file, a thread).
    """
    try:
        return "sha256:" + _digest(fitted, ()).hex()
    except (_CannotBeNamed, TypeError, RecursionError, AttributeError, ValueError):
        return NOT_HASHED


def _digest(part: object, above: tuple[int, ...]) -> bytes:
    if id(part) in above:
        return _sha("cycle", str(len(above) - above.index(id(part))).encode())
    below = (*above, id(part))
    if isinstance(part, np.generic):
        part = np.asarray(part)
    if isinstance(part, _PLAIN):
        return _sha(type(part).__name__, repr(part).encode())
    if isinstance(part, np.ndarray):
        return _array(part, below)
    if isinstance(part, np.dtype):
        return _sha("dtype", str(part.descr).encode())
    if isinstance(part, (type, types.FunctionType, types.BuiltinFunctionType, np.ufunc)):
        return _sha("name", _name(part).encode())
    if isinstance(part, (list, tuple)):
        return _sha(type(part).__name__, *(_digest(one, below) for one in part))
    if isinstance(part, dict):
        pairs = [
            _digest(key, below) + _digest(one, below)
            for key, one in part.items()
            if not (isinstance(key, str) and key in _OF_THE_MACHINE)
        ]
        return _sha("dict", *sorted(pairs))
    if isinstance(part, (set, frozenset)):
        return _sha("set", *sorted(_digest(one, below) for one in part))
    return _reduced(part, below)


def _array(array: np.ndarray[Any, Any], below: tuple[int, ...]) -> bytes:
    shape = str(array.shape).encode()
    if array.dtype.names:  # by field: the gaps between fields hold whatever memory held
        fields = (_array(np.ascontiguousarray(array[name]), below) for name in array.dtype.names)
        return _sha("records", shape, *fields)
    if array.dtype.hasobject:
        return _sha("objects", shape, *(_digest(one, below) for one in array.ravel().tolist()))
    return _sha("array", array.dtype.str.encode(), shape, np.ascontiguousarray(array).tobytes())


def _reduced(part: object, below: tuple[int, ...]) -> bytes:
    reduced = part.__reduce_ex__(4)
    if isinstance(reduced, str):
        return _sha("global", _name(type(part)).encode(), reduced.encode())
    made_by, arguments, *rest = reduced
    state = rest[0] if rest else None
    items = [list(several) for several in rest[1:3] if several is not None]
    return _sha("object", *(_digest(one, below) for one in (made_by, arguments, state, items)))


def _name(named: Any) -> str:
    qualified = getattr(named, "__qualname__", None) or named.__name__
    if "<" in qualified:  # <lambda>, <locals>: the name says nothing about what it does
        raise _CannotBeNamed(qualified)
    return f"{getattr(named, '__module__', '')}.{qualified}"


def _sha(kind: str, *parts: bytes) -> bytes:
    whole = hashlib.sha256(kind.encode())
    for part in parts:
        whole.update(len(part).to_bytes(8, "little"))
        whole.update(part)
    return whole.digest()
