"""What the values of a column of rows mean: known or not, favourable or not.

Imports `sources`, `tally`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from isg_audit.sources.values import as_number_or_text, as_text
from isg_audit.tally.codes import FAVOURABLE, NO_VALUE
from isg_audit.tally.meaning import Meaning

if TYPE_CHECKING:
    import pandas as pd

    from isg_audit.spec.audit_file import DecisionsPart


def coded(
    column: pd.Series,
    roles: DecisionsPart,
    meaning_of: Callable[[DecisionsPart, list[str | None]], Meaning],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which rows have a value, and whose is favourable.

    Args:
        column: of decisions or of outcomes.
        roles: what its values mean.
        meaning_of: of the tally room, for the one or the other.
    """
    places, values = column.astype(object).factorize(use_na_sentinel=True)
    texts = [as_text(value) for value in values.tolist()]
    said = [None if text is None else as_number_or_text(text) for text in texts]
    meaning = meaning_of(roles, said)
    codes = np.array([*(meaning.code(text) for text in said), NO_VALUE])[places]
    return codes != NO_VALUE, codes == FAVOURABLE
