"""Whose decision hangs on small errors in the data, on missing values, on values never seen.

Imports this family, `errors`, numpy. Run last: what is tried here may bring a model down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.errors import ModelFailed, NotReached
from isg_audit.measures.explain.asking import decided, goes_in_steps, inputs_of, scored, seen
from isg_audit.measures.explain.by_group import About, shares, single
from isg_audit.measures.explain.changing import (
    another_step,
    beyond,
    noisy,
    taken_away,
)
from isg_audit.measures.explain.explaining import FEWEST_PEOPLE, Explaining
from isg_audit.measures.measurement import Measurement, NotMeasured

if TYPE_CHECKING:
    import pandas as pd

MEASURE = "explain.robustness"
NOISE, TRIES = 0.05, 5
MOST_PEOPLE, EVALUATIONS = 1_000, 50_000

Change = Callable[[Explaining, "pd.Series"], tuple["pd.Series", ...]]


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing that is done to an input: what its metrics are called, and how it is done."""

    name: str
    fails: str
    change: Change
    method: str


TRIALS = (
    Trial("step_flip_rate", "", another_step, "one input moved by a step"),
    Trial("missing_flip_rate", "fails_on_missing", taken_away, "one input missing"),
    Trial("out_of_range_flip_rate", "fails_out_of_range", beyond, "one input out of range"),
)


def robustness(explaining: Explaining) -> Iterator[Measurement | NotMeasured]:
    """How many decisions flip when the data are a little wrong, incomplete, or out of range?

    `noise_flip_rate` is the share of people whose decision changes in at least one of 5 tries in
    which every number is moved by noise of 5 % of its standard deviation, whole numbers rounded,
    and within the values seen. `step_flip_rate` is the share whose decision changes when an
    input that goes in steps takes one: the next value seen for numbers with at most 12 whole
    values, another value by lot for text. `missing_flip_rate`: when an input is missing.
    `out_of_range_flip_rate`: when a number lies as far outside the values seen, on either side, as
    these lie apart, or a text is one never seen. With `feature`: when that input alone is changed
    (for everybody and the groups of single attributes); without: when any one of the inputs is, one
    at a time. A flip needs not be wrong: that a decision changes with a missing income may be
    right. It says how many decisions hang on the quality of the data, and whose.

    `fails_on_missing` and `fails_out_of_range` are 1 where the model gives no decision for such an
    input, or a score that is no probability (asked of 10 people), with what it said in the note,
    else 0. A decision that comes with a score that is no number is worth nothing.

    Interval: Wilson. `affected`: the share times the people the sample stands for. At most 1,000
    people and 50,000 rows. No published threshold; all amounts are this project's defaults.

    Raises:
        ModelFailed: the model failed on people as they are, or with a little noise.

    Source:
        Perturbation tests as in NIST AI 100-1 (2023), "secure and resilient", and ISO/IEC TR
        24029-1 (2021), robustness of neural networks; amounts are ours.
    """
    features = explaining.model.features
    people = max(FEWEST_PEOPLE, min(MOST_PEOPLE, EVALUATIONS // (TRIES + 1 + 4 * len(features))))
    rows = explaining.drawn(len(explaining.sample), people, 14)
    if len(rows) < FEWEST_PEOPLE:
        yield NotMeasured(MEASURE, f"{len(rows)} people; {FEWEST_PEOPLE} are needed")
        return
    inputs = inputs_of(explaining, rows)
    before = decided(explaining, inputs, "before a small change")
    yield from _noise(explaining, inputs, before, rows)
    down = ""
    for trial in TRIALS:
        if down:
            yield NotMeasured(MEASURE, down, trial.name)
            continue
        try:
            yield from _tried(explaining, trial, inputs, before, rows)
        except _DownError as after:
            down = str(after)
            yield NotMeasured(MEASURE, down, trial.name)


def _noise(
    explaining: Explaining, inputs: pd.DataFrame, before: NDArray[Any], rows: NDArray[np.int64]
) -> Iterator[Measurement | NotMeasured]:
    features = explaining.model.features
    numbers = [name for name in features if not goes_in_steps(seen(explaining, name))]
    if not numbers:
        yield NotMeasured(MEASURE, "no input is a number with many values", "noise_flip_rate")
        return
    draw = np.random.default_rng([explaining.seed, 15])
    flips = np.zeros(len(rows), dtype=bool)
    for _ in range(TRIES):
        moved = {name: noisy(seen(explaining, name), inputs[name], NOISE, draw) for name in numbers}
        flips |= decided(explaining, inputs.assign(**moved), "with a little noise") != before
    about = About(
        MEASURE,
        "noise_flip_rate",
        method=f"{TRIES} tries of {NOISE:.0%} noise",
        note=f"Numbers moved: {', '.join(numbers)}.",
        drawn=len(rows),
    )
    yield from shares(explaining, about, rows, flips)


def _tried(
    explaining: Explaining,
    trial: Trial,
    inputs: pd.DataFrame,
    before: NDArray[Any],
    rows: NDArray[np.int64],
) -> Iterator[Measurement | NotMeasured]:
    anywhere, tried, failed = np.zeros(len(rows), dtype=bool), 0, 0
    for feature in explaining.model.features:
        changed = trial.change(explaining, inputs[feature])
        if not changed:
            continue
        flips, failure = _flips(explaining, inputs, changed, before, trial)
        if trial.fails:
            yield _fails(explaining, trial, feature, failure, len(rows))
        if failure:
            failed += 1
            _require_alive(explaining, inputs, f"{trial.method} ({feature})")
            continue
        tried += 1
        anywhere |= flips
        about = About(MEASURE, trial.name, feature, method=trial.method, drawn=len(rows))
        yield from shares(explaining, about, rows, flips, single(explaining))
    if tried:
        note = f"Any one of {tried} inputs, one at a time."
        about = About(MEASURE, trial.name, method=trial.method, note=note, drawn=len(rows))
        yield from shares(explaining, about, rows, anywhere)
    elif failed:
        yield NotMeasured(MEASURE, f"the model gave no decision: {trial.method}", trial.name)
    else:
        yield NotMeasured(MEASURE, f"no input can be changed so: {trial.method}", trial.name)


class _DownError(Exception):
    """The model answers no more, not even what it answered before."""


def _require_alive(explaining: Explaining, inputs: pd.DataFrame, after: str) -> None:
    """Asks about one person as they are.

    Raises:
        _DownError: there is no answer any more.
    """
    try:
        decided(explaining, inputs.iloc[:1], "asking whether it still answers")
    except NotReached:
        raise
    except ModelFailed as failed:
        raise _DownError(f"the model answers no more after {after}: {failed}") from failed


def _flips(
    explaining: Explaining,
    inputs: pd.DataFrame,
    changed: tuple[pd.Series, ...],
    before: NDArray[Any],
    trial: Trial,
) -> tuple[NDArray[np.bool_], str]:
    """Whose decision changes with any of the changed columns; what the model said if it failed."""
    flips = np.zeros(len(inputs), dtype=bool)
    for column in changed:
        name = str(column.name)
        try:
            moved = inputs.assign(**{name: column})
            after = decided(explaining, moved, trial.method)
            if trial.fails and explaining.model.gives_scores:
                scored(explaining, moved.iloc[:FEWEST_PEOPLE], trial.method)
        except ModelFailed as failed:
            if isinstance(failed, NotReached) or not trial.fails:
                raise
            return flips, str(failed)
        flips |= after != before
    return flips, ""


def _fails(
    explaining: Explaining, trial: Trial, feature: str, failure: str, people: int
) -> Measurement:
    fails = float(bool(failure))
    return Measurement(
        measure=MEASURE,
        metric=trial.fails,
        feature=feature,
        value=fails,
        low=fails,
        high=fails,
        confidence=explaining.confidence,
        n=people,
        unit="yes/no",
        method=trial.method,
        note=failure or "The model decided all the same.",
        limits=lambda _: (fails, fails),
    )
