"""Reads checklists: by id from those that come with the toolkit, or from a file.

Imports `errors`, `resources` and this room.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from isg_audit.errors import ChecklistError, Fault, nearest
from isg_audit.judge.checklist import PARTS, Checklist, MeasuredItem
from isg_audit.judge.known import KNOWN, Known, metrics_of
from isg_audit.judge.model_faults import faults_of
from isg_audit.judge.toml_text import Place, TomlText, read_toml
from isg_audit.resources import checklists_folder


@dataclass(frozen=True)
class ReadChecklist:
    """A checklist, the text it was read from, and the SHA-256 of that file in hexadecimal."""

    checklist: Checklist
    text: str
    sha256: str

    @property
    def id(self) -> str:
        """The checklist's id."""
        return self.checklist.id


def checklist_ids() -> tuple[str, ...]:
    """Ids of the checklists that come with the toolkit, in alphabetical order."""
    return tuple(sorted(path.stem for path in checklists_folder().glob("*.toml")))


def read_checklist(id_or_path: str | Path, known: Known = KNOWN) -> ReadChecklist:
    """Read one checklist.

    Args:
        id_or_path: an id of `checklist_ids`, or a path (a `Path`, or text ending in `.toml`).
        known: measures there are; a selector that names another is a fault.

    Raises:
        ChecklistError: every fault of the file at once, each with its line: not there, not TOML,
            unknown keys, no item, two items of one id, a measure that does not exist, no tolerance
            or two.
    """
    read = read_toml(_path_of(id_or_path))
    try:
        checklist = Checklist.model_validate(read.table)
    except ValidationError as error:
        raise ChecklistError([*faults_of(error, read, PARTS), *_repeated(read)]) from error
    faults = [*_repeated(read), *_unknown_selectors(checklist, read, known)]
    if faults:
        raise ChecklistError(faults)
    return ReadChecklist(checklist, read.text, read.sha256)


def _path_of(id_or_path: str | Path) -> Path:
    if isinstance(id_or_path, Path) or id_or_path.endswith(".toml"):
        return Path(id_or_path)
    ids = checklist_ids()
    if id_or_path not in ids:
        what = f"'{id_or_path}' is no checklist that comes with the toolkit."
        raise ChecklistError(Fault("checklists", what, nearest(id_or_path, ids)))
    return checklists_folder() / f"{id_or_path}.toml"


def _repeated(read: TomlText) -> list[Fault]:
    """Items that carry the id of an earlier one; sees files that are wrong otherwise, too."""
    items = read.table.get("item", [])
    first: dict[object, Place] = {}
    faults = []
    for at, item in enumerate(items if isinstance(items, list) else []):
        id_ = item.get("id") if isinstance(item, dict) else None
        if isinstance(id_, str) and id_ in first:
            earlier = f"The first stands at {read.where(first[id_])}."
            faults.append(Fault(read.where(("item", at, "id")), f"'{id_}' is used twice.", earlier))
        first.setdefault(id_, ("item", at, "id"))
    return faults


def _unknown_selectors(checklist: Checklist, read: TomlText, known: Known) -> list[Fault]:
    return [
        fault
        for at, item in enumerate(checklist.items)
        if isinstance(item, MeasuredItem)
        for fault in _selector_faults(item, ("item", at), read, known)
    ]


def _selector_faults(item: MeasuredItem, place: Place, read: TomlText, known: Known) -> list[Fault]:
    strange = [measure for measure in item.measures if metrics_of(measure, known) is None]
    if strange:
        what = f"'{strange[0]}' is no measure."
        advice = nearest(strange[0], sorted(known))
        return [Fault(read.where((*place, "measure")), what, advice)]
    metrics = metrics_of(item.measure, known) or {}
    if item.metric not in metrics:
        what = f"{item.measure} has no metric '{item.metric}'."
        advice = nearest(item.metric, tuple(metrics))
        return [Fault(read.where((*place, "metric")), what, advice)]
    asked = {"reference", "best"} if item.versus == "declared" else {item.versus}
    if not asked <= metrics[item.metric]:
        there = " or ".join(f"versus = {word!r}" for word in sorted(metrics[item.metric]))
        what = f"{item.metric} does not come with versus = {item.versus!r}."
        return [Fault(read.where((*place, "versus")), what, f"Write {there}.")]
    return []
