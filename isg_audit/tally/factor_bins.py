"""Counts of each factor by group and true outcome: what a factor tells of either.

One GROUP BY a factor; a number is counted in fine bins, of which tenths are made. Imports
`sources`, `spec` and this room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.tally.amounts import sums_of
from isg_audit.tally.codes import NO_VALUE
from isg_audit.tally.distinct import distinct
from isg_audit.tally.factor_kinds import Number
from isg_audit.tally.groups import group_key, levels_of
from isg_audit.tally.literal import double
from isg_audit.tally.meaning import outcome_meaning
from isg_audit.tally.moments import Factors
from isg_audit.tally.table import Floats
from isg_audit.tally.within import BESIDE

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions
    from isg_audit.spec.audit_file import Spec

TENTHS, FINE = 10, 2_000

MUCH = 0.2
"""Part of all cases in one fine bin that is too much to make tenths of."""

MOST_CELLS = 500_000


@dataclass(frozen=True, eq=False)
class FactorBins:
    """One factor: cells of groups, bins and outcomes; the first axis of every array is the cell.

    Attributes:
        attributes: names of the declared attributes.
        levels: the values of each.
        codes: index into `levels`, -1 unknown, shape (cells, attributes).
        bin: of the factor; a missing value is a bin of its own.
        values: what each bin holds, empty for a missing value; none where bins are coarse.
        outcome: 0 favourable, 1 unfavourable, 2 not known.
        sums: cases, Σw, Σw², shape (cells, 3).
    """

    attributes: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    codes: NDArray[np.int32]
    bin: NDArray[np.intp]
    values: NDArray[np.str_] | tuple[()]
    outcome: NDArray[np.int32]
    sums: Floats

    def against_rest(self, attribute: str, group: str) -> Floats:
        """Effective cases of the group and of everybody else, by bin and outcome.

        Returns:
            Shape (2, bins, 3 outcomes).
        """
        place = self.attributes.index(attribute)
        code = self.codes[:, place]
        known = code >= 0
        side = (code != self.levels[place].index(group)).astype(np.intp)
        shape = (2, int(self.bin.max(initial=0)) + 1, 3)
        counts = np.zeros(shape)
        weight, squares = self.sums[known, 1], self.sums[known, 2]
        effective = weight.sum() / squares.sum() if squares.sum() > 0 else 0.0
        where = (side[known], self.bin[known], self.outcome[known])
        np.add.at(counts, where, weight * effective)
        return counts


def count_factor_bins(
    decisions: Decisions, spec: Spec, factors: Factors
) -> Mapping[str, FactorBins]:
    """Count each factor that the audit file names, by group and outcome; none where they cannot be.

    Args:
        decisions: where they are, and the roles of the columns.
        spec: attributes.
        factors: which of them are numbers, and how these are centred.

    Raises:
        DataError: weights or counts are wrong.
        EngineFailed: the engine could not answer.
    """
    if factors.kinds is None:
        return {}
    numbers = {one.name: one for one in factors.kinds.numbers}
    found = {}
    for name in factors.factors:
        number = numbers.get(name)
        key = decisions.table[name] if number is None else _fine(decisions, number)
        bins = _bins(decisions, spec, key)
        if bins is not None and number is not None:
            bins = _coarse(bins)
            if bins is None:  # one far value among others: only ranks help
                bins = _bins(decisions, spec, _by_rank(decisions, number))
        if bins is not None:
            found[name] = bins
    return found


def _fine(decisions: Decisions, number: Number) -> Any:
    """A fine bin of a number, finer near its mean; -1 where it is missing."""
    centred = number.centred(decisions.table)
    place = ((centred / (centred.abs() + double(1.0)) + double(1.0)) * double(FINE / 2)).floor()
    return number.there(decisions.table).ifelse(place.cast("int32"), -1)


def _coarse(bins: FactorBins) -> FactorBins | None:
    """About ten bins of equally many cases; None where one fine bin holds too much of them."""
    cases = np.bincount(bins.bin, bins.sums[:, 0])
    missing = bins.values == "-1"
    known = np.where(missing, 0.0, cases)
    if known.max(initial=0.0) > MUCH * known.sum():
        return None
    order = np.argsort([float(one) for one in bins.values], kind="stable")
    below = np.cumsum(known[order]) - known[order] / 2
    tenth = np.empty(len(order), dtype=np.intp)
    tenth[order] = np.minimum(TENTHS * below / max(known.sum(), 1.0), TENTHS - 1).astype(np.intp)
    tenth[missing] = TENTHS
    _, place = np.unique(tenth[bins.bin], return_inverse=True)
    return replace(bins, bin=place.reshape(-1).astype(np.intp), values=())


def _by_rank(decisions: Decisions, number: Number) -> Any:
    """The tenth of a number among all, from its deciles; -1 where it is missing."""
    table = decisions.table
    value = table[number.name].cast("float64")
    known = number.there(table).ifelse(value, None)
    asked = {f"q{at}": known.quantile(at / TENTHS) for at in range(1, TENTHS)}
    edges = sorted({float(one) for one in decisions.ask(**asked).values()})
    above = sum((value > double(edge)).cast("int32") for edge in edges)
    return number.there(table).ifelse(above, -1)


def _bins(decisions: Decisions, spec: Spec, key: Any) -> FactorBins | None:
    table, roles = decisions.table, decisions.roles
    keys = {
        f"g{at}": group_key(decisions, name, group)
        for at, (name, group) in enumerate(spec.groups.items())
    }
    keys["factor"] = key
    if roles.outcome is not None:
        keys["outcome"] = table[roles.outcome]
    bare = roles.model_copy(update=dict.fromkeys(BESIDE))
    cells = decisions.count(keys, sums_of(replace(decisions, roles=bare)), MOST_CELLS)
    if cells.num_rows > MOST_CELLS:
        return None
    levels, codes = [], []
    for at, group in enumerate(spec.groups.values()):
        raw = distinct(cells, f"g{at}")
        its_levels, its_codes = levels_of(raw.values, group)
        levels.append(its_levels)
        codes.append(its_codes[raw.place])
    factor = distinct(cells, "factor")
    texts = [text or "" for text in factor.texts]
    its = {text: at for at, text in enumerate(sorted({texts[at] for at in set(factor.place)}))}
    cases = np.nan_to_num(cells["cases"].to_numpy().astype(float))
    weighted = "weight" in cells.column_names
    several = (
        np.nan_to_num(cells[one].to_numpy().astype(float)) if weighted else cases
        for one in ("weight", "squares")
    )
    return FactorBins(
        attributes=tuple(spec.groups),
        levels=tuple(levels),
        codes=np.column_stack(codes) if codes else np.zeros((len(cases), 0), dtype=np.int32),
        bin=np.array([its.get(text, -1) for text in texts], dtype=np.intp)[factor.place],
        values=np.array(list(its)),
        outcome=_outcomes(decisions, cells),
        sums=np.column_stack([cases, *several]),
    )


def _outcomes(decisions: Decisions, cells: Any) -> NDArray[np.int32]:
    if "outcome" not in cells.column_names or decisions.roles.audited != "binary":
        return np.full(cells.num_rows, NO_VALUE, dtype=np.int32)
    raw = distinct(cells, "outcome")
    texts = raw.numbers_or_texts
    meaning = outcome_meaning(decisions.roles, texts)
    return np.array([meaning.code(text) for text in texts], dtype=np.int32)[raw.place]
