"""Insides on their way out of the child: the same trees, and none that lead outside."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier

from isg_audit.sources.child import plain_labels, taken_over, wire
from isg_audit.sources.child.wire import Answer, NotOurs
from isg_audit.sources.models.inside import Inside, Native
from isg_audit.sources.models.inside_estimator import inside_of
from isg_audit.sources.models.split_trees import SplitTree


@pytest.fixture(scope="module")
def inside():
    draw = np.random.default_rng(2)
    rows = np.column_stack([draw.integers(0, 5, 300), draw.normal(size=300)]).astype(float)
    label = (rows[:, 0] % 2 + rows[:, 1] > 0.5).astype(int)
    found = inside_of(
        HistGradientBoostingClassifier(max_iter=3, categorical_features=[0]).fit(rows, label)
    )
    assert any(tree.left_categories for tree in found.made_of.trees)
    return found


def travelled(inside, change=lambda said, blocks: None):
    said, blocks = taken_over.written(inside)
    head, *rest = wire.packed(Answer(wire.DONE, said, blocks))
    kind, length, _ = wire.lengths(bytes(head[: wire.ANSWER.size]))
    body = bytes(head[wire.ANSWER.size :])
    answer = wire.unpacked(kind, body[:length], b"".join(bytes(piece) for piece in rest))
    numbers = [block.copy() for block in answer.blocks]
    change(answer.said, numbers)
    return taken_over.read(answer.said, tuple(numbers))


def test_trees_come_over_as_they_are(inside):
    again = travelled(inside)
    assert len(again.made_of.trees) == len(inside.made_of.trees)
    np.testing.assert_array_equal(again.made_of.base, inside.made_of.base)
    np.testing.assert_array_equal(again.made_of.output, inside.made_of.output)
    for ours, due in zip(again.made_of.trees, inside.made_of.trees, strict=True):
        for one in dataclasses.fields(SplitTree):
            got, wanted = getattr(ours, one.name), getattr(due, one.name)
            if isinstance(wanted, dict):
                assert list(got) == list(wanted)
                assert all((got[key] == wanted[key]).all() for key in wanted)
            else:
                np.testing.assert_array_equal(got, wanted)
                assert getattr(got, "dtype", None) == getattr(wanted, "dtype", None)


def test_a_model_with_values_of_its_own_comes_over():
    assert travelled(Inside(Native("paths"), "log-odds", True)).made_of == Native("paths")


# Blocks: output, base, then of each tree feature, threshold, left, right, value, ...
@pytest.mark.parametrize(
    ("block", "value"),
    [(0, 1.0), (0, -1.0), (2, -1.0), (2, 0.5), (2, np.nan), (4, 0.0), (4, 1e6), (5, -1.0),
     (1, np.inf), (7, 0.5)],
)  # fmt: skip
def test_numbers_that_lead_outside_are_refused(block, value, inside):
    def change(said, blocks):
        blocks[block][0] = value

    with pytest.raises(NotOurs):
        travelled(inside, change)


def test_too_few_arrays_and_unknown_units_are_refused(inside):
    with pytest.raises(NotOurs):
        travelled(inside, lambda said, blocks: blocks.pop())
    with pytest.raises(NotOurs):
        travelled(inside, lambda said, blocks: said.update(unit="pounds"))
    with pytest.raises(NotOurs):
        travelled(inside, lambda said, blocks: said["trees"].pop())


labels = st.one_of(st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.none())


@given(labels)
def test_a_label_keeps_its_value_and_its_type(label):
    again = plain_labels.read(plain_labels.written(label))
    assert type(again) is type(label)
    assert again == label


@pytest.mark.parametrize("kept", [None, [], ["int", "x"], ["list", "1"], ["bool", "true"], ["str"]])
def test_what_is_no_label_is_told(kept):
    with pytest.raises(plain_labels.NoPlainLabel):
        plain_labels.read(kept)
    with pytest.raises(plain_labels.NoPlainLabel):
        plain_labels.written(pd.Timestamp("2026-01-01"))


@pytest.mark.parametrize(
    "said", [b"[]", b"{}", b'{"shapes": [[2]]}', b'{"shapes": [[-1]]}', b"\xff", b"[" * 10_000]
)
def test_what_is_no_answer_is_told(said):
    with pytest.raises(NotOurs):
        wire.unpacked(wire.DONE, said, b"")
