"""Who was heard in consultations, by group, beside those who are decided upon.

Imports `sources`, `spec` and this room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from isg_audit.errors import DataError, Fault
from isg_audit.sources.consultations import Consultation, Records, read_consultations
from isg_audit.sources.values import same_value
from isg_audit.tally.cells import Cells, Truths
from isg_audit.tally.groups import levels_of_text

if TYPE_CHECKING:
    from isg_audit.spec.audit_file import Group
    from isg_audit.spec.voice_part import ConsultationsPart, VoicePart


@dataclass(frozen=True, eq=False)
class Heard(Cells):
    """People heard, a cell a record; of an attribute that the records do not have all unknown.

    Attributes:
        records: the records, in the order of the cells.
        columns: what the records tell.
        told: attributes of which the records tell the group.
        affected: whether a record's people are those the system decides about; all, where no
            stakeholder is recorded.
        open: whether the decision was still open; None where it is not recorded.
        source: the file, as the audit file names it, and its fingerprint.
    """

    records: tuple[Consultation, ...]
    columns: frozenset[str]
    told: tuple[str, ...]
    affected: Truths
    open: tuple[bool | None, ...]
    source: str


def read_heard(
    part: ConsultationsPart, voice: VoicePart, groups: Mapping[str, Group], folder: Path
) -> Heard:
    """Read the records that the audit file names.

    Args:
        part: names them.
        voice: the words for yes and no.
        groups: the attributes.
        folder: where relative paths start.

    Raises:
        DataError: the file cannot be read, or values whose meaning is not said.
    """
    read = read_consultations(part.source, folder, tuple(groups))
    if not read.records:
        raise DataError(Fault("voice.consultations.source", f"{part.source} has no rows."))
    levels, codes = [], []
    for name, group in groups.items():
        texts = [_known(one.groups.get(name), group) for one in read.records]
        its_levels, its_codes = levels_of_text(texts)
        levels.append(its_levels)
        codes.append(its_codes)
    people = np.array([one.people for one in read.records])
    return Heard(
        attributes=tuple(groups),
        levels=tuple(levels),
        codes=np.column_stack(codes),
        sums=np.column_stack([people, people, people]),
        records=read.records,
        columns=read.columns,
        told=read.attributes,
        affected=_affected(part, read),
        open=_open(part, voice, read),
        source=f"{part.source}, {read.fingerprint}",
    )


def _known(text: str | None, group: Group) -> str | None:
    return None if text is None or any(same_value(one, text) for one in group.unknown) else text


def _affected(part: ConsultationsPart, read: Records) -> Truths:
    if "stakeholder" not in read.columns:
        return np.ones(len(read.records), dtype=bool)
    named = {one.casefold() for one in part.affected}
    said = [(one.texts["stakeholder"] or "").casefold() in named for one in read.records]
    return np.array(said, dtype=bool)


def _open(part: ConsultationsPart, voice: VoicePart, read: Records) -> tuple[bool | None, ...]:
    texts = [one.texts["open"] for one in read.records]
    strange = sorted(
        {text for text in texts if text is not None
         and not any(same_value(one, text) for one in (*voice.yes, *voice.no))}
    )  # fmt: skip
    if strange:
        what = f"column 'open' of {part.source} also has: {', '.join(strange[:20])}."
        advice = "Say whether it means 'yes' or 'no' under [voice]."
        raise DataError(Fault("voice.consultations.source", what, advice))
    return tuple(
        None if text is None else any(same_value(one, text) for one in voice.yes) for text in texts
    )
