"""`Explaining`: what every measure of this family receives. Imports `sources`, numpy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

    from isg_audit.measures.explain.recourse.seeking import Seeking
    from isg_audit.sources.models.model import Model

FEWEST_PEOPLE = 10
"""Explained people a group needs before a mean over it is given."""


@dataclass(frozen=True, eq=False)
class Explaining:
    """A model, the people whose decisions are explained, and the people they are compared with.

    Attributes:
        model: the model.
        favourable: the class that is good for the person.
        sample: rows to explain, with at least the model's features; a simple random sample of
            the log, else the figures for everybody describe the sample and not the log.
        background: rows that an input is replaced from, drawn from the log and never chosen by
            whoever is audited; with at least the model's features.
        groups: for each attribute, or several joined, the group of each row of `sample`, shape
            (rows,), None where unknown.
        columns: for each declared attribute, the column it comes from.
        seed: makes every draw repeatable.
        confidence: of the intervals.
        people: how many people `sample` stands for; None where that is not known.
        directions: inputs of which more may only help a person (1) or only hurt one (-1).
        recourse: among whom refusals are looked at, and what they could change; else None.
        legitimate: columns of `sample` that may explain a gap, as the audit file names them.
        logged_reasons: for each row of `sample` the inputs that the log names as reasons, the first
            first, or a code where it is of no input; None where the log has no such columns.
        persons: who stands behind each row of `sample`, shape (rows,); None: each row its own.
    """

    model: Model
    favourable: object
    sample: pd.DataFrame
    background: pd.DataFrame
    groups: Mapping[str, NDArray[Any]]
    columns: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    confidence: float = 0.95
    people: int | None = None
    directions: Mapping[str, int] = field(default_factory=dict)
    recourse: Seeking | None = None
    legitimate: tuple[str, ...] = ()
    logged_reasons: tuple[tuple[str, ...], ...] | None = None
    persons: NDArray[np.int64] | None = None

    def some(self, rows: NDArray[np.int64]) -> Explaining:
        """The same about some people of the sample only.

        Args:
            rows: their positions.
        """
        labels = {by: np.asarray(group)[rows] for by, group in self.groups.items()}
        persons = None if self.persons is None else self.persons[rows]
        return replace(self, sample=self.sample.iloc[rows], groups=labels, persons=persons)

    def members(self, by: str, rows: NDArray[Any]) -> Iterator[tuple[str, NDArray[Any]]]:
        """Each group of `by` and who of `rows` is in it, groups in the order of their names.

        Args:
            by: a key of `groups`.
            rows: positions in `sample`.

        Yields:
            The group, and a mask of shape (rows,).
        """
        names, codes = self._codes[by]
        here = codes[rows]
        for code in np.unique(here[here >= 0]):
            yield names[code], here == code

    def known(self, by: str, rows: NDArray[Any]) -> NDArray[Any]:
        """Mask of shape (rows,): whose group of `by` is known."""
        known: NDArray[np.bool_] = self._codes[by][1][rows] >= 0
        return known

    @cached_property
    def _codes(self) -> dict[str, tuple[tuple[str, ...], NDArray[np.int64]]]:
        """For each `by`, its groups by name, and the place of everybody's among them, or -1."""
        return {by: _coded(labels) for by, labels in self.groups.items()}

    def drawn(self, rows: int, most: int, purpose: int) -> NDArray[np.int64]:
        """Positions of at most `most` of `rows` rows, in order, the same at every run."""
        if rows <= most:
            return np.arange(rows)
        draw = np.random.default_rng([self.seed, purpose])
        return np.sort(draw.choice(rows, most, replace=False))

    @property
    def everybody(self) -> pd.DataFrame:
        """The model's features of the sample and, after it, of the background."""
        import pandas as pd

        features = list(self.model.features)
        return pd.concat([self.sample[features], self.background[features]], ignore_index=True)

    def interventional(self, background: int) -> str:
        """The game and its background, for notes: size, seed and hash."""
        return (
            f"Interventional game; background of {background} rows drawn from the log, seed "
            f"{self.seed}, sha256:{self.background_hash[:16]}."
        )

    @cached_property
    def background_hash(self) -> str:
        """SHA-256 of the background's features, in hexadecimal."""
        import pandas as pd

        rows = self.background[list(self.model.features)].reset_index(drop=True)
        hashed = pd.util.hash_pandas_object(rows, index=False).to_numpy()
        return hashlib.sha256(np.ascontiguousarray(hashed).tobytes()).hexdigest()

    @property
    def described_background(self) -> str:
        """Size, seed and hash of the background, for the report."""
        rows = len(self.background)
        return f"{rows} rows drawn from the log, seed {self.seed}, sha256:{self.background_hash}"


def _coded(labels: NDArray[Any]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    said = [None if label is None else str(label) for label in labels]
    names = tuple(sorted({label for label in said if label is not None}))
    place = {name: at for at, name in enumerate(names)}
    codes = [-1 if label is None else place[label] for label in said]
    return names, np.array(codes, dtype=np.int64)
