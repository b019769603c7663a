"""The one tree of errors: each says where, what is wrong, what there is, what to try.

    AuditError
    ├── InputError          exit code 2: what the user gave is wrong; lists every fault at once
    │   ├── SpecError       the audit file
    │   ├── DataError       the decisions
    │   ├── ModelError      the model file, or what it says about itself
    │   ├── MetricError     a metric of one's own that cannot be called
    │   ├── ChecklistError  checklists, answers, waivers
    │   └── BundleError     a bundle that is not whole, or not ours
    ├── CannotCarryOut      exit code 3: the input may be right, the work could not be done
    │   ├── EngineFailed    the engine that counts
    │   ├── ModelFailed     the model raised, or returned what it must not
    │   │   ├── NotReached  the service that holds it could not be asked
    │   │   └── BrokeOff    that service failed; another run may go on from there
    │   └── OutputFailed    the results could not be written
    └── ImpossibleCount     numbers that no population can have (a fault of the caller)

Nothing of ours is imported here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class AuditError(Exception):
    """Anything this toolkit says went wrong; `exit_code` is the command's answer."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: `where` (file, key, column), `what`, and what to try."""

    where: str
    what: str
    advice: str = ""

    def __str__(self) -> str:
        said = f"{self.where}: {self.what}" if self.where else self.what
        return f"{said} {self.advice}" if self.advice else said


class InputError(AuditError):
    """What was given is wrong. Carries every fault that was found, not the first alone."""

    exit_code = 2

    def __init__(self, faults: Iterable[Fault] | Fault) -> None:
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class SpecError(InputError):
    """The audit file is wrong."""


class DataError(InputError):
    """The decisions do not hold what the audit file says they hold."""


class ModelError(InputError):
    """The model file is of the wrong kind, or does not fit the data."""


class MetricError(InputError):
    """A metric of one's own is no function of what is there."""


class ChecklistError(InputError):
    """A checklist, an answer or a waiver is wrong."""


class BundleError(InputError):
    """The bundle is damaged, incomplete or of an unknown version."""


class CannotCarryOut(AuditError):
    """The work could not be done although the input may be right."""


class EngineFailed(CannotCarryOut):
    """The engine that counts could not answer."""


class ModelFailed(CannotCarryOut):
    """The model raised, or returned what no model may return."""


class NotReached(ModelFailed):
    """The service that holds the model could not be asked; nothing follows for its answers."""


class BrokeOff(ModelFailed):
    """The service that holds the model failed by its own word; another run may go on."""


class OutputFailed(CannotCarryOut):
    """The results could not be written; what stood there before is untouched."""


class ImpossibleCount(AuditError, ValueError):
    """Hits outside 0..cases, or a share outside 0..1: no population has such numbers."""


def nearest(name: str, there: Sequence[str]) -> str:
    """Advice that names what there is, and the likeliest one meant.

    Args:
        name: what was asked for.
        there: what exists; the first 20 are listed.
    """
    close = difflib.get_close_matches(name, there, n=1, cutoff=0.5)
    listed = ", ".join(there[:20]) + (f", and {len(there) - 20} more" if len(there) > 20 else "")
    asked = f" Did you mean '{close[0]}'?" if close else ""
    return f"There is: {listed or 'nothing'}.{asked}"
