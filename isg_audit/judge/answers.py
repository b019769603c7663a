"""Reads `answers.toml`: what people answered, the evidence they gave, and waivers.

Imports `errors` and this room. Evidence files are hashed, never opened for what they say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from isg_audit.errors import ChecklistError, Fault, nearest
from isg_audit.judge.checklist import MeasuredItem, Text
from isg_audit.judge.model_faults import faults_of
from isg_audit.judge.read import ReadChecklist
from isg_audit.judge.toml_text import Place, TomlText, read_toml
from isg_audit.judge.verdict import Answer, Waiver

Key = tuple[str, str]
"""Checklist id, item id."""


@dataclass(frozen=True)
class Answers:
    """Answers and waivers, ready to be judged.

    Attributes:
        text: the file as it was read.
        sha256: of the file, in hexadecimal.
        answers: by checklist and item.
        waivers: by checklist and item.
        evidence: SHA-256 of each evidence file, by the name the answers give it.
    """

    text: str
    sha256: str
    answers: Mapping[Key, Answer]
    waivers: Mapping[Key, Waiver]
    evidence: Mapping[str, str]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Answer(_Part):
    checklist: Text
    item: Text
    answer: Text
    by: Text
    role: Text
    on: date | None = None
    comment: str = ""
    dissent: str = ""
    evidence: tuple[Text, ...] = ()


class _Waiver(_Part):
    checklist: Text
    item: Text
    justification: Text
    by: Text
    until: date


class _File(_Part):
    isg_answers: Literal[1]
    answer: tuple[_Answer, ...] = ()
    waiver: tuple[_Waiver, ...] = ()


_PARTS: dict[str, type[BaseModel]] = {"": _File, "answer": _Answer, "waiver": _Waiver}


def read_answers(path: Path, checklists: Sequence[ReadChecklist]) -> Answers:
    """Read answers and waivers for the checklists of an audit.

    Args:
        path: the answers file; evidence is looked for in its folder and below.
        checklists: those of the audit.

    Raises:
        ChecklistError: every fault at once: unknown checklist or item, an answer that is no
            choice, two answers to one item, evidence that is missing or outside the folder.
    """
    read = read_toml(path)
    try:
        file = _File.model_validate(read.table)
    except ValidationError as error:
        raise ChecklistError(faults_of(error, read, _PARTS)) from error
    faults = [
        *_strangers(file.answer, "answer", read, checklists),
        *_strangers(file.waiver, "waiver", read, checklists),
        *_wrong_choices(file, read, checklists),
    ]
    evidence: dict[str, str] = {}
    for at, answer in enumerate(file.answer):
        for name in answer.evidence:
            found = _fingerprint(path.parent, name)
            if isinstance(found, str):
                evidence[name] = found
            else:
                faults.append(Fault(read.where(("answer", at, "evidence")), *found))
    if faults:
        raise ChecklistError(faults)
    return Answers(
        text=read.text,
        sha256=read.sha256,
        answers={(one.checklist, one.item): _kept(one, evidence) for one in file.answer},
        waivers={
            (one.checklist, one.item): Waiver(
                justification=one.justification, by=one.by, until=one.until
            )
            for one in file.waiver
        },
        evidence=evidence,
    )


def _kept(one: _Answer, evidence: Mapping[str, str]) -> Answer:
    return Answer(
        **one.model_dump(exclude={"checklist", "item"}),
        evidence_sha256=tuple(evidence[name] for name in one.evidence),
    )


def _strangers(
    entries: Sequence[_Answer | _Waiver],
    kind: str,
    read: TomlText,
    checklists: Sequence[ReadChecklist],
) -> Iterator[Fault]:
    """Entries for a checklist or an item that there is not, or a second time."""
    items = {one.id: [item.id for item in one.checklist.items] for one in checklists}
    seen: set[Key] = set()
    for at, entry in enumerate(entries):
        place: Place = (kind, at)
        if entry.checklist not in items:
            what = f"'{entry.checklist}' is not among the checklists of this audit."
            yield Fault(
                read.where((*place, "checklist")), what, nearest(entry.checklist, list(items))
            )
        elif entry.item not in items[entry.checklist]:
            what = f"{entry.checklist} has no item '{entry.item}'."
            advice = nearest(entry.item, items[entry.checklist])
            yield Fault(read.where((*place, "item")), what, advice)
        elif (entry.checklist, entry.item) in seen:
            yield Fault(read.where((*place, "item")), f"is the second {kind} for this item.")
        seen.add((entry.checklist, entry.item))


def _wrong_choices(
    file: _File, read: TomlText, checklists: Sequence[ReadChecklist]
) -> Iterator[Fault]:
    items = {(one.id, item.id): item for one in checklists for item in one.checklist.items}
    for at, answer in enumerate(file.answer):
        item = items.get((answer.checklist, answer.item))
        where = read.where(("answer", at, "answer"))
        if isinstance(item, MeasuredItem):
            yield Fault(where, "the item is measured, not answered.", "A waiver may set it aside.")
        elif item is not None and answer.answer not in item.choices:
            advice = nearest(answer.answer, item.choices)
            yield Fault(where, f"'{answer.answer}' is not a choice.", advice)


def _fingerprint(folder: Path, name: str) -> str | tuple[str, str]:
    """SHA-256 of an evidence file, or what is wrong with it and what to try."""
    path = folder / name
    if Path(name).is_absolute() or not path.resolve().is_relative_to(folder.resolve()):
        return (
            f"'{name}' lies outside the folder of the answers file.",
            "Put the evidence beside the answers file or below it.",
        )
    if not path.is_file():
        there = sorted(one.name for one in folder.iterdir() if one.is_file())
        return f"there is no file '{name}'.", nearest(name, there)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
