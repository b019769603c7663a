"""What is looked at before an object takes the state that a pickle gives it.

numpy, scipy and scikit-learn follow sizes and indices in that state without asking; a crafted one
reads memory that is not its own. Imports this room; numpy and the others inside the functions.
"""

from __future__ import annotations

import types
from typing import Any

from isg_audit.sources.models.pickle_stand_ins import Suspicious


def check_state(built: object, state: object) -> None:
    """Look at the state that `built` is about to take.

    Raises:
        Suspicious: a class or function that would be changed; sizes that do not fit; types that
            hide objects; indices that lead outside.
    """
    import numpy as np

    if isinstance(built, (type, types.FunctionType, types.BuiltinFunctionType, types.ModuleType)):
        raise Suspicious("a class or function is to be changed")
    if isinstance(built, np.ufunc):
        raise Suspicious("a function is to be changed")
    for part in state if isinstance(state, tuple) else (state,):
        if isinstance(part, dict) and any(_is_of_python(key) for key in part):
            raise Suspicious("an object is given a method of Python's own")
    if isinstance(built, np.dtype):
        _check_dtype(state)
    elif isinstance(built, np.ndarray):
        _check_array(state)
    elif type(built).__name__ == "Tree":
        _check_tree(state)
    elif type(built).__name__ in {"KDTree", "KDTree64", "BallTree", "BallTree64"}:
        _check_search_tree(state)


def check_call(called: object, arguments: object) -> None:
    """Look at what is about to be called.

    Raises:
        Suspicious: a decision tree that is told of more classes than it is given.
    """
    import numpy as np

    if getattr(called, "__name__", "") != "Tree":
        return
    if not isinstance(arguments, tuple) or len(arguments) != 3:
        raise Suspicious("a tree is begun in a way that scikit-learn does not begin one")
    columns, classes, outputs = arguments
    if not isinstance(columns, int) or not isinstance(outputs, int) or columns < 0:
        raise Suspicious("a tree has a number of columns that no tree has")
    if not isinstance(classes, np.ndarray) or classes.shape != (outputs,) or (classes < 0).any():
        raise Suspicious("a tree has another number of classes than it says")


def check_built(built: object) -> None:
    """Look at an object that has taken its state.

    Raises:
        Suspicious: a sparse table whose indices lead outside.
    """
    if type(built).__name__ in {"csc_array", "csc_matrix", "csr_array", "csr_matrix"}:
        try:
            built.check_format(full_check=True)  # type: ignore[attr-defined]
        except (ValueError, TypeError, AttributeError) as error:
            raise Suspicious(f"a sparse table is damaged: {error}") from error


def _is_of_python(key: object) -> bool:
    """`__setstate__` and its like: the next state would be handed to whatever it is set to."""
    return not isinstance(key, str) or (key.startswith("__") and key.endswith("__"))


def _check_dtype(state: object) -> None:
    """Fields must lie inside, and objects among them must be owned up to: numpy believes flags."""
    import numpy as np

    if not isinstance(state, tuple) or len(state) not in {8, 9}:
        raise Suspicious("a type of array has a state that numpy does not write")
    _, order, inner, names, fields, size, _, flags = state[:8]
    if order not in {"<", ">", "|", "="} or not isinstance(flags, int):
        raise Suspicious("a type of array has a state that numpy does not write")
    if inner is not None:
        raise Suspicious("a type of array holds arrays")
    if names is None and fields is None:
        return
    if not isinstance(names, tuple) or not isinstance(fields, dict) or set(names) != set(fields):
        raise Suspicious("the fields of a type of array have other names than it says")
    for one in fields.values():
        if not isinstance(one, tuple) or len(one) < 2 or not isinstance(one[0], np.dtype):
            raise Suspicious("a field of a type of array has no type")
        if not isinstance(one[1], int) or one[1] < 0 or one[0].itemsize + one[1] > size:
            raise Suspicious("a field of a type of array lies outside it")
        if one[0].hasobject:
            raise Suspicious("a field of a type of array holds objects")


def _check_array(state: object) -> None:
    import numpy as np

    if not isinstance(state, tuple) or len(state) != 5:
        raise Suspicious("an array has a state that numpy does not write")
    _, shape, dtype, _, content = state
    if not isinstance(dtype, np.dtype) or not isinstance(shape, tuple):
        raise Suspicious("an array has no type or no shape")
    if not all(isinstance(length, int) and length >= 0 for length in shape):
        raise Suspicious("an array has a length that no array has")
    count = 1
    for length in shape:
        count *= length
    if dtype.hasobject:
        if dtype != np.dtype(object) or not isinstance(content, list) or len(content) != count:
            raise Suspicious("an array has too few or too many objects")
    elif isinstance(content, (bytes, bytearray)):
        if len(content) != count * dtype.itemsize:
            raise Suspicious("an array has too few or too many bytes")
    elif not isinstance(content, str):  # Python 2 wrote bytes as text; numpy reads latin1
        raise Suspicious("an array has no bytes")


def _check_tree(state: object) -> None:
    """A decision tree: it believes how many nodes it is told it has."""
    import numpy as np

    nodes = state.get("nodes") if isinstance(state, dict) else None
    if not isinstance(state, dict) or not isinstance(nodes, np.ndarray):
        raise Suspicious("a tree has no nodes")
    values = state.get("values")
    if not isinstance(values, np.ndarray) or len(values) != len(nodes):
        raise Suspicious("a tree has another number of values than of nodes")
    if state.get("node_count") != len(nodes):
        raise Suspicious("a tree says that it has another number of nodes than it has")


def _check_search_tree(state: object) -> None:
    """The trees of nearest neighbours: places of rows, and nodes below nodes."""
    import numpy as np

    if not isinstance(state, tuple) or len(state) < 12:
        raise Suspicious("a search tree has a state that scikit-learn does not write")
    rows, places, nodes, bounds, leaf_size, levels, count = state[:7]
    if not all(isinstance(one, np.ndarray) for one in (rows, places, nodes, bounds)):
        raise Suspicious("a search tree has no arrays")
    if rows.ndim != 2 or places.shape != rows.shape[:1] or nodes.ndim != 1 or bounds.ndim != 3:
        raise Suspicious("a search tree has arrays that do not fit together")
    whole = isinstance(count, int) and isinstance(levels, int) and isinstance(leaf_size, int)
    if not whole or count != len(nodes) or count != 2**levels - 1 or leaf_size < 1:
        raise Suspicious("a search tree says that it has another number of nodes than it has")
    if bounds.shape[0] > 2 or bounds.shape[1:] != (count, rows.shape[1]):
        raise Suspicious("a search tree has another number of bounds than of nodes")
    _check_places(places, nodes, len(rows))


def _check_places(places: Any, nodes: Any, rows: int) -> None:
    import numpy as np

    if nodes.dtype.names is None or not {"idx_start", "idx_end", "is_leaf"} <= set(
        nodes.dtype.names
    ):
        raise Suspicious("the nodes of a search tree are no nodes")
    if places.dtype.kind != "i" or ((places < 0) | (places >= rows)).any():
        raise Suspicious("a search tree reads rows that there are not")
    first, last = nodes["idx_start"], nodes["idx_end"]
    if ((first < 0) | (last > rows) | (first > last)).any():
        raise Suspicious("a node of a search tree reads rows that there are not")
    inner = np.flatnonzero(nodes["is_leaf"] == 0)
    if len(inner) and 2 * int(inner.max()) + 2 >= len(nodes):
        raise Suspicious("a node of a search tree leads to nodes that there are not")
