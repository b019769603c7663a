"""What a service says of some rows, turned into classes and probabilities. Imports `errors`.

Nothing is guessed: what the answer's shape leaves open, the audit file says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from isg_audit.errors import ModelFailed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from isg_audit.spec.audit_file import ServicePart


@dataclass(frozen=True, slots=True)
class Said:
    """What came back, row by row.

    Attributes:
        scores: numbers, lists of numbers, or tables by class; None where there are none.
        labels: the service's own decisions; None where there are none.
    """

    scores: object = None
    labels: object = None


def table_of(said: Said, part: ServicePart, rows: int, where: str) -> NDArray[Any]:
    """The answers as numbers.

    Args:
        said: what came back.
        part: what the audit file says of the service.
        rows: how many were asked about.
        where: named in messages.

    Returns:
        Shape (rows, 1 + classes), float64: the place of the label among the classes, then the
        probabilities. Shape (rows, 1) where the service gives labels alone.

    Raises:
        ModelFailed: too many or too few answers, another shape, labels that are no classes.
    """
    import numpy as np

    labels = None if said.labels is None else _places(said.labels, part, rows, where)
    if part.gives == "labels":
        if labels is None:
            raise ModelFailed(f"{where}: no labels came back.")
        return labels.reshape(-1, 1)
    shares = _shares(said.scores, part, rows, where)
    if labels is None:
        # A row without a number is told by whoever scores; here it only must not stop the rest.
        labels = np.where(np.isnan(shares), -np.inf, shares).argmax(axis=1).astype(np.float64)
    return np.column_stack([labels, shares])


def _places(labels: object, part: ServicePart, rows: int, where: str) -> NDArray[Any]:
    import numpy as np

    listed = _list(labels, rows, where)
    if any(isinstance(one, list | dict) for one in listed):
        raise ModelFailed(
            f"{where}: lists came back where labels were due. If they are probabilities, write "
            'gives = "probabilities".'
        )
    known = {one: place for place, one in reversed(list(enumerate(part.classes)))}
    strange = [one for one in listed if one not in known]
    if strange:
        classes = ", ".join(repr(one) for one in part.classes)
        raise ModelFailed(
            f"{where}: label {repr(strange[0])[:60]} came back; its classes are {classes}."
        )
    return np.array([known[one] for one in listed], dtype=np.float64)


def _shares(scores: object, part: ServicePart, rows: int, where: str) -> NDArray[Any]:
    import numpy as np

    listed = [_one(each, part, where) for each in _list(scores, rows, where)]
    width = len(part.classes)
    if any(len(each) != width for each in listed):
        odd = next(len(each) for each in listed if len(each) != width)
        raise ModelFailed(
            f"{where}: {odd} numbers a row came back, one for each of {width} classes was due."
        )
    try:
        return np.array(
            [[np.nan if one is None else float(one) for one in each] for each in listed],
            dtype=np.float64,
        ).reshape(rows, width)
    except (TypeError, ValueError, OverflowError) as error:
        raise ModelFailed(f"{where}: what came back as scores are not all numbers.") from error


def _one(each: object, part: ServicePart, where: str) -> list[Any]:
    """The numbers of one row, in the order of the classes."""
    if isinstance(each, dict):
        named = {str(one): one for one in part.classes}
        if set(each) != set(named):
            there = ", ".join(repr(str(key))[:40] for key in list(each)[:10])
            raise ModelFailed(
                f"{where}: a table came back for a row that does not name the classes; it has "
                f"{there or 'nothing'}. Say with model.service.answer where the scores stand."
            )
        return [each[name] for name in named]
    if isinstance(each, list):
        if part.score_of is None or len(each) != 1:
            return each
        each = each[0]
    if part.score_of is None:
        raise ModelFailed(
            f"{where}: one value a row came back, such as {repr(each)[:40]}. If it is a label, "
            'write gives = "labels"; if it is a probability, write score_of = the class it is of.'
        )
    if each is None:
        return [None, None]
    if isinstance(each, bool) or not isinstance(each, int | float):
        raise ModelFailed(f"{where}: {repr(each)[:40]} came back as a probability.")
    return [each, 1 - each] if part.classes[0] == part.score_of else [1 - each, each]


def _list(said: object, rows: int, where: str) -> Sequence[Any]:
    if not isinstance(said, list):
        raise ModelFailed(f"{where}: no list came back, an answer for each row was due.")
    if len(said) != rows:
        raise ModelFailed(f"{where}: {len(said):,} answers came back for {rows:,} rows.")
    return said


def found_at(said: object, path: str, where: str) -> object:
    """What stands at a path such as `result.scores` in an answer.

    A number takes one element of a list; a name is looked for in each of its elements.

    Raises:
        ModelFailed: nothing stands there.
    """
    for step in path.split(".") if path else ():
        if isinstance(said, list) and not step.isdigit():
            said = [found_at(each, step, where) for each in said]
            continue
        try:
            said = said[int(step)] if isinstance(said, list) else said[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError) as error:
            there = ", ".join(repr(key)[:40] for key in list(said)[:10]) if isinstance(
                said, dict) else "no table"  # fmt: skip
            raise ModelFailed(
                f"{where}: the answer has no '{path}': at '{step}' there is {there or 'nothing'}."
            ) from error
    return said
