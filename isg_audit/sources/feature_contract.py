"""What the model wants and what the data has, compared before anybody is scored.

Types and categories are compared as the model declares them; what it does with missing values and
with each category is tried on single rows, which holds for every format and for services. Imports
only `errors` and this room; pandas inside the functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from isg_audit.errors import Fault, ModelError, ModelFailed, NotReached
from isg_audit.sources.models.contract import Wanted, wanted_by
from isg_audit.sources.models.model import Model, class_position, require_features
from isg_audit.sources.scoring import decided_favourably

if TYPE_CHECKING:
    import pandas as pd

    from isg_audit.sources.decisions import Decisions

MOST_VALUES = 1_000
"""Different texts of a column that are tried; a column with more is no category."""
MOST_NAMED = 10
ROWS, TRIES = 200, 20


def check_contract(model: Model, decisions: Decisions, favourable: object, seed: int) -> None:
    """Compare what the model wants with the data; every difference at once.

    Args:
        model: the model.
        decisions: the rows that it will be handed.
        favourable: the class that is good for the person.
        seed: of the few rows on which it is tried.

    Raises:
        ModelError: columns that are missing; text where numbers are wanted, or the reverse;
            missing values, or categories, on which the model fails.
    """
    require_features(model, list(decisions.table.columns))
    place = class_position(model, favourable)
    faults = list(_of_types(model, decisions))
    if faults:
        raise ModelError(faults)
    missing = _missing(model.features, decisions)
    rows = decisions.sample(ROWS, seed)[list(model.features)]
    tried = _Tried(model, place, rows)
    faults = [*_of_missing(tried, missing), *_of_categories(tried, decisions)]
    if faults:
        raise ModelError(faults)


class _Tried:
    """A row on which the model answers, to be changed one value at a time."""

    def __init__(self, model: Model, place: int, rows: pd.DataFrame) -> None:
        self.model, self.place, self.rows = model, place, rows
        whole = rows.dropna().iloc[:TRIES].reset_index(drop=True)
        each = (whole.iloc[[at]].reset_index(drop=True) for at in range(len(whole)))
        # One that fails on every whole row is left to the scoring, which says how it failed.
        self.row = next((row for row in each if not self.fails(row)), None)

    def answers(self, frame: pd.DataFrame) -> None:
        decided_favourably(self.model, frame, self.place, f"{self.model.name}, trying it")

    def fails(self, frame: pd.DataFrame) -> str:
        """What the model says when it fails on a frame; empty where it answers."""
        try:
            self.answers(frame)
        except NotReached:
            raise
        except ModelFailed as error:
            return str(error)
        return ""


def _of_types(model: Model, decisions: Decisions) -> Iterator[Fault]:
    schema = decisions.table.schema()
    for one in wanted_by(model):
        kind = schema[one.feature]
        if one.kind == "number" and kind.is_string():
            yield Fault(
                model.name,
                f"the model wants numbers in column '{one.feature}', the data holds text.",
                _examples(one) or "Give the column as the model was trained on it.",
            )
        elif one.kind == "text" and (kind.is_numeric() or kind.is_boolean()):
            yield Fault(
                model.name,
                f"the model wants text in column '{one.feature}', the data holds {kind}.",
                _examples(one),
            )


def _examples(one: Wanted) -> str:
    if not one.categories:
        return ""
    listed = ", ".join(repr(value) for value in one.categories[:MOST_NAMED])
    return f"It knows: {listed}."


def _missing(features: Sequence[str], decisions: Decisions) -> dict[str, int]:
    """Cases without a value, by feature; only features that lack any."""

    def lacking(column: Any) -> Any:
        empty = column.isnull()
        return (empty | column.isnan()) if column.type().is_floating() else empty

    table = decisions.table
    asked = {f"m{at}": lacking(table[name]).sum() for at, name in enumerate(features)}
    counted = decisions.ask(**asked)
    each = {name: int(counted[f"m{at}"] or 0) for at, name in enumerate(features)}
    return {name: cases for name, cases in each.items() if cases}


def _of_missing(tried: _Tried, missing: dict[str, int]) -> Iterator[Fault]:
    import pandas as pd

    if tried.row is None:
        return
    for feature, cases in missing.items():
        seen: Any = tried.rows[feature]
        gaps = seen[seen.isna()]
        # The gap as the log has it: None in text, NaN among numbers, typed by the column.
        gap = gaps.array[:1] if len(gaps) else seen.iloc[:1].mask([True]).array
        blank = tried.row.assign(**{feature: gap})
        # Beside a whole row, as in a batch: a service may read a lone gap as another type.
        said = tried.fails(pd.concat([tried.row, blank], ignore_index=True))
        if said:
            yield Fault(
                tried.model.name,
                f"column '{feature}' has {cases:,} cases without a value, on which it fails "
                f"({said}).",
                "Prepare the data as it is prepared for the deployed model.",
            )


def _of_categories(tried: _Tried, decisions: Decisions) -> Iterator[Fault]:
    import pandas as pd

    if tried.row is None:
        return
    schema = decisions.table.schema()
    for feature in tried.model.features:
        if not schema[feature].is_string():
            continue
        found = [one for one in decisions.distinct(feature, MOST_VALUES) if one is not None]
        if len(found) > MOST_VALUES:
            continue
        values = sorted(found)
        each = pd.concat([tried.row] * len(values), ignore_index=True)
        each[feature] = pd.Series(values, dtype=tried.row[feature].dtype)
        if not values or not tried.fails(each):
            continue
        bad = [value for at, value in enumerate(values) if tried.fails(each.iloc[[at]])]
        if bad:
            listed = ", ".join(repr(one) for one in bad[:MOST_NAMED])
            more = f" and {len(bad) - MOST_NAMED} more" if len(bad) > MOST_NAMED else ""
            yield Fault(
                tried.model.name,
                f"column '{feature}' holds {listed}{more}, on which the model fails.",
                "Was it trained on the same categories?",
            )
