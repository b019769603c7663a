"""The model that is audited, and the same people decided by it.

Imports `spec`, `errors` and this room.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isg_audit.errors import BrokeOff, Fault, ModelFailed, NotReached, SpecError
from isg_audit.sources.decisions import Decisions
from isg_audit.sources.feature_contract import check_contract
from isg_audit.sources.models.model import Model
from isg_audit.sources.models.open_model import open_model
from isg_audit.sources.scored import scored_by
from isg_audit.sources.services.open_service import open_service

if TYPE_CHECKING:
    from isg_audit.spec import AuditFile, Spec

Tell = Callable[[str, int, int | None], None]
"""Told of each step: what is done, how much of it, out of how much (None: not known)."""


def model_of(
    given: AuditFile, model: Any, private_address: bool, allow_pickle: bool
) -> Model | None:
    """The model that is audited, opened; None for an audit of a log alone.

    Args:
        given: the audit file.
        model: a fitted estimator instead of the file's `model.source`.
        private_address: whether a service on this computer or in a private network may be asked.
        allow_pickle: whether a pickle is opened.

    Raises:
        InputError: there is nothing to audit, or the model cannot be opened.
    """
    part = given.spec.model
    source = model if model is not None or part is None else part.source
    features = () if part is None else part.features
    roles = given.spec.decisions
    if roles.task != "binary":
        if source is not None:
            what = f'a model cannot be examined with task = "{roles.task}" yet.'
            advice = "Write what it predicts into the data's column of scores."
            raise SpecError(Fault("model", what, advice))
        return None
    if source is None and roles.decision is None and roles.score is None:
        what = "there is neither a column of decisions, nor a model, nor a score."
        raise SpecError(Fault("decisions.decision", what, "Name the column, or give the model."))
    if model is None and part is not None and part.service is not None:
        return open_service(part, private=private_address)
    if source is None:
        return None
    return open_model(source, features, given.folder, allow_pickle)


def decided_by(
    system: Model | None, log: Decisions, spec: Spec, scratch: Path, tell: Tell
) -> tuple[Decisions | None, str]:
    """The same people decided by the model, or how it failed where the log decided itself.

    A service that is not reached, or breaks off, is asked again in another run, which goes on from
    there.

    Args:
        system: the model; None for an audit of a log alone.
        log: the log.
        spec: what is asked of the audit.
        scratch: a folder for the answers.
        tell: told of each step.

    Returns:
        The model's own decisions, None where there are none; and how it failed, else empty.

    Raises:
        ModelError: it does not fit the data.
        ModelFailed: it failed, and there is nothing to audit without it.
    """
    if system is None:
        return None, ""
    try:
        return _as_it_decides(system, log, spec, scratch, tell), ""
    except (NotReached, BrokeOff):
        raise
    except ModelFailed as error:
        if spec.decisions.decision is None:
            raise
        return None, str(error)


def _as_it_decides(
    system: Model, log: Decisions, spec: Spec, scratch: Path, tell: Tell
) -> Decisions:
    """The same people, decided by the model."""

    def progress(done: int) -> None:
        tell("Scoring with the model", done, None)

    tell("Comparing the model with the data", 0, None)
    check_contract(system, log, spec.favourable_class, spec.audit.seed)
    kept = [column for _, column in spec.further_columns]
    return scored_by(system, log, spec.favourable_class, scratch, progress, kept)
