"""Sums of products of factors and decisions by group: what takes a gap apart by numbers.

Two scans: one for the sums of products, from which the reference coefficients come, and one for the
same with what these coefficients miss, from which the intervals come. Categories, and whether a
number is missing, are keys of the GROUP BY, so products are summed of numbers alone. Imports
`sources`, `spec`, `stats` and this room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.stats.oaxaca import Misses, Moments, Reference, reference_of
from isg_audit.tally.amounts import sums_of
from isg_audit.tally.design import Design, design_of
from isg_audit.tally.factor_kinds import Kinds, kinds_of
from isg_audit.tally.groups import group_key
from isg_audit.tally.literal import double
from isg_audit.tally.table import Floats
from isg_audit.tally.within import BESIDE, cannot_take_apart

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions
    from isg_audit.spec.audit_file import Spec

MOST_SUMS = 20_000_000
"""Cells times sums above which the answer does not fit into memory with ease."""

MOST_COLUMNS = 150

CENTRED, LINEAR, STANDS = "isg_centred_", "isg_linear_", "isg_stands"
"""Columns that are made beside those of the data."""


@dataclass(frozen=True, eq=False)
class OfAttribute:
    """Sums by group of one attribute; sequences in the order of its groups.

    Attributes:
        groups: the groups that hold anybody.
        cases: decisions taken, shape (groups,).
        smallest: the smallest count, not 0, that could be worked out of a group, shape (groups,).
        moments: sums of products.
        reference: what each column is worth, from all groups together.
        misses: what the reference misses, and the products of that.
    """

    groups: tuple[str, ...]
    cases: Floats
    smallest: Floats
    moments: tuple[Moments, ...]
    reference: Reference
    misses: tuple[Misses, ...]


@dataclass(frozen=True, eq=False)
class Factors:
    """Factors that may explain a gap, as numbers.

    Attributes:
        factors: the columns that the audit file names.
        numbers: those of them that are numbers of many values.
        incomplete: those that are missing for anybody.
        blocks: of each factor, which columns of the design are its own, shape (columns,).
        attributes: sums by attribute.
        why: why nothing was counted; empty where something was.
        kinds: which factors are numbers, and how these are centred.
    """

    factors: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    incomplete: tuple[str, ...] = ()
    blocks: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    attributes: Mapping[str, OfAttribute] = field(default_factory=dict)
    why: str = ""
    kinds: Kinds | None = None


def count_factors(decisions: Decisions, spec: Spec) -> Factors:
    """Sum products of the factors that the audit file names, by group.

    Args:
        decisions: where they are, and the roles of the columns.
        spec: attributes and factors.

    Returns:
        The sums, or the reason why there are none.

    Raises:
        DataError: weights or counts are wrong.
        EngineFailed: the engine could not answer.
    """
    factors = tuple(dict.fromkeys(spec.audit.legitimate))
    if why := cannot_take_apart(decisions, factors):
        return Factors(factors, why=why)
    kinds = kinds_of(decisions, factors)
    if kinds.why:
        return Factors(factors, why=kinds.why)
    asking = _Asking(decisions, spec, kinds)
    found = asking.design({"first": None})
    if isinstance(found, str):
        return Factors(factors, why=found)
    names = tuple(name for name, levels in zip(spec.groups, found.levels, strict=True) if levels)
    sums = {name: _moments(found, name) for name in names}
    references = {name: reference_of(sums[name][-1]) for name in names}
    first = len(kinds.numbers) + 1
    missed = asking.design(
        {"first": None}
        | {_form(found, name): one.coefficients[1:first] for name, one in references.items()},
        squared=True,
    ) if kinds.numbers or decisions.roles.weight else found  # fmt: skip
    if isinstance(missed, str):
        return Factors(factors, why=missed)
    return Factors(
        factors=factors,
        numbers=tuple(one.name for one in kinds.numbers),
        incomplete=found.incomplete,
        blocks=found.blocks,
        kinds=kinds,
        attributes={
            name: OfAttribute(*sums[name], references[name],
                              _misses(missed, name, sums[name][0], references[name]))
            for name in names
        },
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Asking:
    """What is asked of the engine."""

    decisions: Decisions
    spec: Spec
    kinds: Kinds

    def design(self, times: Mapping[str, Floats | None], *, squared: bool = False) -> Design | str:
        """Cells with sums of products, or why there are none.

        Args:
            times: names of what is summed; each product besides times the linear form of the
                numbers with these coefficients, and times its square; None for neither.
            squared: whether weights are squared.
        """
        kinds = self.kinds
        decisions = replace(self.decisions, table=self._prepared(times, squared))
        table = decisions.table
        keys: dict[str, Any] = {
            f"g{at}": group_key(decisions, name, group)
            for at, (name, group) in enumerate(self.spec.groups.items())
        }
        keys |= {f"c{at}": table[name] for at, name in enumerate(kinds.categories)}
        keys |= {f"m{at}": ~one.there(table) for at, one in enumerate(kinds.numbers) if one.missing}
        keys["decision"] = table[decisions.roles.decision]
        roles = decisions.roles.model_copy(update=dict.fromkeys(BESIDE))
        sums = sums_of(replace(decisions, roles=roles)) | self._products(table, times)
        most = MOST_SUMS // len(sums)
        cells = decisions.count(keys, sums, most)
        if cells.num_rows > most:
            return (
                f"groups and factors ({', '.join(self.spec.audit.legitimate)}) make more than "
                f"{most:,} combinations: name fewer or coarser columns"
            )
        found = design_of(cells, self.spec.groups, roles, kinds, tuple(times))
        if found.columns > MOST_COLUMNS:
            return f"the factors make more than {MOST_COLUMNS} columns: name fewer or coarser ones"
        return found

    def _products(self, table: Any, times: Mapping[str, Floats | None]) -> dict[str, Any]:
        """Sums over a table that holds the centred numbers, and what a row stands for."""
        numbers = [table[f"{CENTRED}{at}"] for at in range(len(self.kinds.numbers))]
        stands = table[STANDS] if STANDS in table.columns else None
        sums: dict[str, Any] = {}
        for name in times:
            forms: list[tuple[str, Any]] = [("", None)]
            if times[name] is not None:
                if not numbers:  # then the form is 0 for everybody
                    continue
                linear = table[f"{LINEAR}{name}"]
                forms = [("p1", linear), ("p2", linear * linear)]
            for end, form in forms:
                factor = _times(stands, form)
                if factor is not None:
                    sums[f"{name}{end}"] = factor.sum()
                for j, one in enumerate(numbers):
                    mine = one if factor is None else one * factor
                    sums[f"{name}{end}_{j}"] = mine.sum()
                    for k, other in enumerate(numbers[: j + 1]):
                        sums[f"{name}{end}_{j}_{k}"] = (mine * other).sum()
        return sums

    def _prepared(self, times: Mapping[str, Floats | None], squared: bool) -> Any:
        """The table with centred numbers, linear forms of them, and what a row stands for."""
        table = self.decisions.table
        made = {f"{CENTRED}{at}": one.centred(table) for at, one in enumerate(self.kinds.numbers)}
        stands = self._stands_for(squared)
        if stands is not None:
            made[STANDS] = stands
        if not made:
            return table
        table = table.mutate(**made)
        numbers = [table[f"{CENTRED}{at}"] for at in range(len(self.kinds.numbers))]
        forms = {
            f"{LINEAR}{name}": sum(
                double(float(one)) * number for one, number in zip(worth, numbers, strict=True)
            )
            for name, worth in times.items()
            if worth is not None and numbers
        }
        return table.mutate(**forms) if forms else table

    def _stands_for(self, squared: bool) -> Any | None:
        table, roles = self.decisions.table, self.decisions.roles
        weight = table[roles.weight].cast("float64") if roles.weight else None
        if weight is not None and squared:
            weight = weight * weight
        return _times(weight, table[roles.count].cast("float64") if roles.count else None)


def _times(value: Any | None, factor: Any | None) -> Any | None:
    if value is None or factor is None:
        return factor if value is None else value
    return value * factor


def _moments(
    found: Design, attribute: str
) -> tuple[tuple[str, ...], Floats, Floats, tuple[Moments, ...]]:
    """The groups that hold anybody, their cases, the smallest count of each, their moments."""
    groups, cases, least, moments = [], [], [], []
    for group, chosen in found.by(attribute):
        sums = found.sums("first", chosen)
        hits = found.sums("first", chosen & found.favourable)
        groups.append(group)
        cases.append(found.cases[chosen].sum())
        least.append(found.smallest(chosen))
        moments.append(Moments(found.products(chosen, *sums), found.columns_of(
            chosen & found.favourable, *hits[:2])))  # fmt: skip
    return tuple(groups), np.array(cases), np.array(least), tuple(moments)


def _misses(
    found: Design, attribute: str, groups: tuple[str, ...], reference: Reference
) -> tuple[Misses, ...]:
    """What the reference misses in each group: a decision less a constant less a linear form."""
    several = []
    chosen_by = dict(found.by(attribute))
    for at, group in enumerate(groups):
        chosen = chosen_by[group]
        fixed = found.fixed(chosen) @ found.of_fixed(reference.coefficients)
        off = found.favourable[chosen] - reference.shifts[at] - fixed
        plain, once, twice = (found.sums(name, chosen) for name in _names(found, attribute))
        missed = _sum(_scaled(plain, off), _scaled(once, -np.ones_like(off)))
        squared = _sum(
            _sum(_scaled(plain, off**2), _scaled(once, -2.0 * off)),
            twice,
        )
        hit = found.favourable[chosen].astype(float)
        several.append(
            Misses(
                found.products(chosen, *plain),
                found.products(chosen, *missed),
                found.products(chosen, *squared),
                found.columns_of(chosen, *_scaled(plain, hit)[:2]),
                found.columns_of(chosen, *_scaled(missed, hit)[:2]),
            )
        )
    return tuple(several)


def _names(found: Design, attribute: str) -> tuple[str, str, str]:
    form = _form(found, attribute)
    return "first", f"{form}p1", f"{form}p2"


def _form(found: Design, attribute: str) -> str:
    """What the linear form of an attribute's reference is called among the sums."""
    return f"a{found.attributes.index(attribute)}"


Sums = tuple[Floats, Floats, Floats]
"""Of cells: of nothing else, of each number, of each product of two numbers."""


def _scaled(sums: Sums, by: Floats) -> Sums:
    one, numbers, products = sums
    return one * by, numbers * by[:, None], products * by[:, None, None]


def _sum(ours: Sums, theirs: Sums) -> Sums:
    return ours[0] + theirs[0], ours[1] + theirs[1], ours[2] + theirs[2]
