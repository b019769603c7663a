"""Decisions as the model takes them: every row scored, in batches, where the engine works.

Imports this room and `errors`. Memory does not grow with the rows; the features are not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isg_audit.errors import DataError, Fault
from isg_audit.sources.duckdb_engine import kept as kept_here
from isg_audit.sources.models.model import Model, class_position, require_features
from isg_audit.sources.scoring import DECISION, SCORE, scored_batches

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from isg_audit.sources.decisions import Decisions
    from isg_audit.sources.engine import Engine

DISTANCE = "isg_score_distance"
"""Column: how far the model's score is from the logged one."""

ASKED_ROWS = 10_000
"""Rows of a batch for a service: slower than a file, and people want to see that it goes on."""

ROLES = ("outcome", "time", "person", "weight", "count")


def scored_by(
    model: Model,
    decisions: Decisions,
    favourable: object,
    scratch: Path,
    progress: Callable[[int], None],
    beside: Sequence[str] = (),
) -> Decisions:
    """The same people, decided by the model.

    Args:
        model: the model.
        decisions: rows with the model's features.
        favourable: the class that is good for the person.
        scratch: an empty folder that outlives the result.
        progress: told how many rows are scored.
        beside: further columns to keep.

    Returns:
        Decisions whose decision is the model's label and whose score is its probability of the
        textbook positive (none where the model gives labels only).

    Raises:
        ModelError: the model does not fit the data, or knows no such class.
        DataError: a column has the name that we give to the model's answers.
        ModelFailed: the model could not score.
    """
    require_features(model, list(decisions.table.columns))
    class_position(model, favourable)
    kept = [getattr(decisions.roles, role) for role in ROLES]
    kept += [decisions.roles.decision, decisions.roles.score]  # to hold the model's own against
    columns = [*decisions.columns.values(), *(name for name in kept if name), *beside]
    names = list(dict.fromkeys(columns))
    _check_names(names)
    flagged = decisions.roles.positive == "unfavourable"
    read = list(dict.fromkeys([*names, *model.features]))
    rows, work = decisions.table.select(read), Answers(model, favourable, tuple(names), flagged)
    engine: Engine
    if getattr(model, "asked_here", False):  # a service: not from every worker of an engine
        engine, table = kept_here(
            work(decisions.engine.batches(rows, ASKED_ROWS)), scratch, progress
        )
    else:
        engine, table = decisions.engine.mapped(rows, work, scratch, progress)
    return decisions.with_table(
        table,
        engine,
        decision=DECISION,
        favourable=True,
        unfavourable=(),
        score=SCORE if model.gives_scores else None,
    )


def beside_the_log(own: Decisions, log: Decisions) -> Decisions:
    """What the model decides of each person, with the log's decision in place of the outcome.

    Args:
        own: as the model decides, see `scored_by`.
        log: the decisions that were logged, which must hold a column of decisions.
    """
    roles = log.roles
    return own.with_table(
        own.table,
        own.engine,
        outcome=roles.decision,
        outcome_favourable=roles.favourable,
        outcome_unfavourable=roles.unfavourable,
    )


def distance_from_the_log(own: Decisions, log: Decisions) -> Decisions | None:
    """How far the model's score is from the logged one, in place of a score; no decisions.

    Args:
        own: as the model decides, see `scored_by`.
        log: the decisions that were logged.

    Returns:
        None where there are not both scores.
    """
    if log.roles.score is None or own.roles.score is None:
        return None
    apart = (own.table[SCORE] - own.table[log.roles.score].cast("float64")).abs()
    return own.with_table(
        own.table.mutate(**{DISTANCE: apart}), own.engine, decision=None, outcome=None,
        score=DISTANCE, score_bins=(),
    )  # fmt: skip


@dataclass(frozen=True)
class Answers:
    """What the model says of batches of rows: work for an engine, see `Mapped`.

    Attributes:
        model: the model.
        favourable: the class that is good for the person.
        kept: columns that are kept beside its answers.
        flagged: whether the textbook positive is the unfavourable decision.
    """

    model: Model
    favourable: object
    kept: tuple[str, ...]
    flagged: bool

    @property
    def added(self) -> dict[str, str]:
        """Its decision, and its score where it gives one."""
        return {DECISION: "bool"} | ({SCORE: "double"} if self.model.gives_scores else {})

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The kept columns and the answers, batch by batch."""
        each, same = tee(batches)
        answers = scored_batches(self.model, same, self.favourable)
        for batch, (decided, scores) in zip(each, answers, strict=True):
            yield _joined(batch.select(list(self.kept)), decided, scores, self.flagged)


def _check_names(names: list[str]) -> None:
    taken = [name for name in names if name in (DECISION, SCORE, DISTANCE)]
    if taken:
        what = f"'{taken[0]}' is how the model's own answers are called here."
        raise DataError(Fault("decisions", what, "Give the column another name."))


def _joined(
    kept: pa.RecordBatch, decided: NDArray[Any], scores: NDArray[Any] | None, flagged: bool
) -> pa.RecordBatch:
    import pyarrow as pa

    arrays, names = list(kept.columns), list(kept.schema.names)
    arrays.append(pa.array(decided, type=pa.bool_()))
    names.append(DECISION)
    if scores is not None:
        arrays.append(pa.array(1 - scores if flagged else scores, type=pa.float64()))
        names.append(SCORE)
    return pa.RecordBatch.from_arrays(arrays, names=names)
