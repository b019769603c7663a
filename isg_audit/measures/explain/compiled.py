"""Compiles a function when it is first called, and keeps what was compiled on disk.

Imports numba, so it is imported inside functions only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile for the types it is called with; other threads go on while it runs.

    The compiled code is kept beside the package, or where that cannot be written in the user's
    own cache folder (or NUMBA_CACHE_DIR). Where neither can be written it is compiled anew by every
    run: it is never read from a folder that others may write to.
    """
    try:
        return cast(Function, numba.njit(nogil=True, cache=True)(function))
    except RuntimeError:  # numba: "no locator available", no folder to keep it in
        return cast(Function, numba.njit(nogil=True)(function))
