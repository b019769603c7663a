"""What tells these decisions from any others: a hash of the files, or of the frame's content.

Imports nothing of ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PIECE = 1 << 20


def of_files(paths: Iterable[Path]) -> str:
    """SHA-256 of one file; of the sorted list of theirs where there are several."""
    each = sorted(_of_file(path) for path in paths)
    whole = each[0] if len(each) == 1 else hashlib.sha256("\n".join(each).encode()).hexdigest()
    return f"sha256:{whole}"


def of_frame(data: Any) -> str:
    """Hash of column names and rows, whatever the order of the rows."""
    import numpy as np
    import pandas as pd

    frame = data if isinstance(data, pd.DataFrame) else data.to_pandas()
    try:
        rows = pd.util.hash_pandas_object(frame, index=False).to_numpy()
    except TypeError:  # lists and other things that have no hash: by how they are written
        written = frame.select_dtypes("object").map(repr)
        rows = pd.util.hash_pandas_object(frame.assign(**written), index=False).to_numpy()
    content = hashlib.sha256("\n".join(map(str, frame.columns)).encode())
    content.update(np.sort(rows).tobytes())
    return f"rows-sha256:{content.hexdigest()}"


def _of_file(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()
