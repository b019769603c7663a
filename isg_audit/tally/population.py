"""`Population`: how many people of each group a reference population has, by the log's groups.

Imports `errors`, `sources`, `spec` and this room.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.errors import DataError, Fault, nearest
from isg_audit.sources.reference_table import Wanted, read_counts
from isg_audit.sources.values import as_number_or_text, as_text, same_value
from isg_audit.tally.distinct import distinct
from isg_audit.tally.groups import bands, levels_of_text
from isg_audit.tally.table import JOINT, Floats

if TYPE_CHECKING:
    from pathlib import Path

    from isg_audit.spec.audit_file import Group, Spec
    from isg_audit.tally.tally import Tally


@dataclass(frozen=True, eq=False)
class Population:
    """People of a reference population, by cell of the attributes that its table has.

    Attributes:
        attributes: those of the declared attributes that it has, in declared order.
        levels: the values of each; once it is `as_in` a log, that log's come first.
        codes: shape (cells, attributes): index into `levels`, -1 where the value is not known.
        people: shape (cells,).
        variance: squared standard error of `people`, alike; 0 where it is a full count.
        origin: where it comes from and of which day.
        whole: whether it counts everybody, so that decisions per head mean something.
        cannot_appear: who cannot appear in it at all.
    """

    attributes: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    codes: NDArray[np.int32]
    people: Floats
    variance: Floats
    origin: str = ""
    whole: bool = True
    cannot_appear: tuple[str, ...] = ()

    def as_in(self, tally: Tally) -> Population:
        """The same people, with values that are those of a log named as that log names them."""
        there = dict(zip(tally.attributes, tally.levels, strict=True))
        levels, codes = [], []
        for place, name in enumerate(self.attributes):
            its_levels, its_codes = _levels(self.levels[place], there[name])
            levels.append(its_levels)
            codes.append(np.append(its_codes, -1)[self.codes[:, place]])
        return replace(self, levels=tuple(levels), codes=np.column_stack(codes).astype(np.int32))

    def by(self, attributes: Sequence[str]) -> dict[str, tuple[float, float]]:
        """People of each group and their variance; groups are named as in a `Table`.

        Those whose value of one of the attributes is not known are in no group.
        """
        places = [self.attributes.index(name) for name in attributes]
        keep = (self.codes[:, places] >= 0).all(axis=1)
        keys, group = np.unique(self.codes[keep][:, places], axis=0, return_inverse=True)
        at = group.reshape(-1)
        people = np.bincount(at, self.people[keep], len(keys))
        variance = np.bincount(at, self.variance[keep], len(keys))
        return {
            JOINT.join(self.levels[place][code] for place, code in zip(places, key, strict=True)): (
                float(people[row]),
                float(variance[row]),
            )
            for row, key in enumerate(keys)
        }

    def unknown(self, attribute: str) -> float:
        """Share of the population whose value of an attribute is not known."""
        place = self.attributes.index(attribute)
        total = float(self.people.sum())
        return float(self.people[self.codes[:, place] < 0].sum()) / total if total else 0.0


def read_population(spec: Spec, folder: Path) -> Population | None:
    """The population that the audit file names; None where it names none.

    Args:
        spec: attributes, and the table [population].
        folder: where paths of the audit file start.

    Raises:
        DataError: a table that cannot be read, bands that are none of the log's; all at once.
    """
    part = spec.population
    if part is None:
        return None
    wanted = Wanted("population", part.source, tuple(spec.groups), part.people, part.error)
    cells = read_counts(wanted, folder)
    names = [name for name in spec.groups if f"key {name}" in cells.column_names]
    levels, codes, faults = [], [], list[Fault]()
    for name in names:
        raw = distinct(cells, f"key {name}")
        texts = [_known(value, spec.groups[name]) for value in raw.values]
        if spec.groups[name].cut:
            texts, wrong = _in_bands(texts, bands(spec.groups[name].cut))
            faults += _not_bands(name, part.source, wrong, bands(spec.groups[name].cut))
        its_levels, its_codes = levels_of_text(texts)
        levels.append(its_levels)
        codes.append(its_codes[raw.place])
    if faults:
        raise DataError(faults)
    return Population(
        attributes=tuple(names),
        levels=tuple(levels),
        codes=np.column_stack(codes).astype(np.int32),
        people=_numbers(cells, "people"),
        variance=_numbers(cells, "variance"),
        origin=part.origin,
        whole=part.whole,
        cannot_appear=part.cannot_appear,
    )


def _known(value: object, group: Group) -> str | None:
    text = as_text(value)
    unknown = text is None or any(same_value(one, text) for one in group.unknown)
    return None if unknown else text


def _levels(
    texts: Sequence[str | None], there: tuple[str, ...]
) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Levels of the log, then new ones; the code of each text, -1 for None."""
    named = [None if text is None else _as_in_log(text, there) for text in texts]
    levels = (*there, *sorted({text for text in named if text is not None} - {*there}))
    place: Mapping[str | None, int] = {level: code for code, level in enumerate(levels)}
    return levels, np.array([place.get(text, -1) for text in named], dtype=np.int32)


def _as_in_log(text: str, there: tuple[str, ...]) -> str:
    """The log's level that is the same value: itself, or one written as the same number."""
    if text in there:
        return text
    same = [level for level in there if as_number_or_text(level) == as_number_or_text(text)]
    return same[0] if len(same) == 1 else text


def _in_bands(
    texts: Sequence[str | None], names: tuple[str, ...]
) -> tuple[list[str | None], list[str]]:
    """Texts as the bands they name, and those that name none."""
    meant = {" ".join(name.lower().split()): name for name in names}
    found = [None if text is None else meant.get(" ".join(text.lower().split())) for text in texts]
    wrong = [text for text, band in zip(texts, found, strict=True) if text and band is None]
    return found, wrong


def _not_bands(
    name: str, source: str, wrong: Sequence[str], names: tuple[str, ...]
) -> Iterator[Fault]:
    for text in sorted(wrong)[:20]:
        what = f"'{text}' in column '{name}' of {source} is no band of groups.{name}.cut."
        yield Fault("population.source", what, nearest(text, names))


def _numbers(cells: Any, name: str) -> Floats:
    found: Floats = np.nan_to_num(cells[name].to_numpy().astype(float))
    return found
