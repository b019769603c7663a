"""`TakenApart`: a model that was read, with the input behind each of its columns.

Imports this family and `sources`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isg_audit.sources.models.inside import Inside
from isg_audit.sources.models.model import Readable


@dataclass(frozen=True, eq=False)
class TakenApart:
    """What the exact ways of explaining are handed.

    Attributes:
        read: gives prepared columns, margins, contributions.
        inside: what it is made of.
        source: input of each prepared column, shape (columns,), -1 for one that never changes.
    """

    read: Readable
    inside: Inside
    source: NDArray[np.int64]
