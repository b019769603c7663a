"""The kernel: its definition, the laws of Shapley values, and models of every kind of trees."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

from isg_audit.measures.explain import Explaining, attributing, input_columns, trees
from isg_audit.measures.explain.attributing import attributed
from isg_audit.measures.explain.margins import Margin
from isg_audit.measures.explain.sampling import sampled_attributions
from isg_audit.sources.models.open_model import open_model
from tests.measures.explain.leaf_by_leaf import by_leaves, comb, grown
from tests.sources import boosted

pytest.importorskip("numba")

from isg_audit.measures.explain import forest_values, leaf_tables  # noqa: E402
from isg_audit.measures.explain.forest_values import add_values  # noqa: E402
from isg_audit.measures.explain.paths import laid_out  # noqa: E402

COLUMNS, CODED = 6, (4, 5)
SOURCE = np.array([0, 1, 1, 2, 3, 4])  # two columns are one input


def rows(draw, many, columns=COLUMNS, coded=CODED):
    made = draw.normal(size=(many, columns))
    for place in coded:
        made[:, place] = draw.integers(-1, 7, many)  # some codes nobody knows
    made[draw.random(made.shape) < 0.1] = np.nan
    return made


def values_of(some, scale, source, people, background, inputs):
    paid = np.zeros((inputs + 1, -(-len(people) // 256) * 256))
    here = np.zeros((people.shape[1], paid.shape[1]))
    here[:, : len(people)] = people.T
    add_values(laid_out(some, scale, source), background.T.copy(), here, paid)
    return paid[:, : len(people)].T


def random_case(seed, depth=6, trees_=3, people=40, background=60):
    draw = np.random.default_rng(seed)
    some = [grown(draw, depth, COLUMNS, CODED) for _ in range(trees_)]
    some = [tree for tree in some if tree.leaves > 1]
    return some, np.ones(len(some)), rows(draw, people), rows(draw, background)


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32 - 1), depth=st.integers(1, 7))
def test_any_trees_pay_what_the_definition_says(seed, depth):
    some, scale, people, background = random_case(seed, depth)
    due = by_leaves(some, scale, SOURCE, people, background, 5)
    found = values_of(some, scale, SOURCE, people, background, 5)
    np.testing.assert_allclose(found, due, atol=1e-12)


@pytest.mark.parametrize("depth", [10, 11, 12, 16, 17, 22, 40])
def test_deep_leaves_pay_what_the_definition_says(depth):
    draw = np.random.default_rng(depth)
    tree = comb(draw, depth)
    people, background = rows(draw, 300, depth, ()), rows(draw, 70, depth, ())
    source = np.arange(depth)
    due = by_leaves([tree], [2.0], source, people, background, depth)
    found = values_of([tree], np.array([2.0]), source, people, background, depth)
    np.testing.assert_allclose(found, due, atol=1e-12)


def test_little_room_for_tables_changes_nothing(monkeypatch):
    some, scale, people, background = random_case(3, trees_=8)
    once = values_of(some, scale, SOURCE, people, background, 5)
    monkeypatch.setattr(forest_values, "MOST_NUMBERS", 100)
    monkeypatch.setattr(forest_values, "threads", lambda: 1)
    assert len(list(forest_values._groups(laid_out(some, scale, SOURCE), 60))) == len(some)
    np.testing.assert_array_equal(values_of(some, scale, SOURCE, people, background, 5), once)


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32 - 1))
def test_laws_of_shapley_values(seed):
    some, scale, people, background = random_case(seed)
    found = values_of(some, scale, SOURCE, people, background, 5)
    # they add up to what the trees say of each person, less the background's mean
    total = sum(boosted_sum(tree, np.concatenate([people, background])) for tree in some)
    np.testing.assert_allclose(
        found.sum(axis=1), total[: len(people)] - total[len(people) :].mean(), atol=1e-12
    )
    # an input that no tree reads gets nothing
    read = {int(SOURCE[one]) for tree in some for one in tree.feature[tree.left >= 0]}
    for place in set(range(6)) - read:
        assert (found[:, place] == 0).all()
    # other numbers for the inputs only move the columns
    order = np.random.default_rng(seed).permutation(5)
    moved = values_of(some, scale, order[SOURCE], people, background, 5)
    np.testing.assert_allclose(moved[:, order], found[:, :5], atol=1e-12)
    # a background told twice is the same background
    twice = values_of(some, scale, SOURCE, people, np.tile(background, (2, 1)), 5)
    np.testing.assert_allclose(twice, found, atol=1e-12)
    # against two backgrounds of one size, the mean of what each says
    halves = [values_of(some, scale, SOURCE, people, background[at::2], 5) for at in range(2)]
    np.testing.assert_allclose(np.mean(halves, axis=0), found, atol=1e-12)
    # linear in the trees
    double = values_of(some, 2 * scale, SOURCE, people, background, 5)
    np.testing.assert_allclose(double, 2 * found, atol=1e-12)


def boosted_sum(tree, columns):
    at = np.zeros(len(columns), dtype=np.int64)
    for node in np.flatnonzero(tree.left >= 0):
        here = at == node
        left = tree.goes_left(int(node), columns[here])
        at[here] = np.where(left, tree.left[node], tree.right[node])
    return tree.value[at]


def test_inputs_that_do_the_same_get_the_same():
    draw = np.random.default_rng(5)
    one = grown(draw, 4, 2, chance=1.0)
    other = replace(one, feature=1 - one.feature)
    column = draw.normal(size=90)
    both = np.column_stack([column, column])
    found = values_of([one, other], np.ones(2), np.arange(2), both[:30], both[30:], 2)
    np.testing.assert_allclose(found[:, 0], found[:, 1], atol=1e-13)


def test_ways_are_factorials():
    from math import factorial as f

    way = leaf_tables.ways(9)
    for met in range(1, 10):
        for lacked in range(10):
            due = f(met - 1) * f(lacked) / f(met + lacked)
            assert way[met, lacked] == pytest.approx(due, rel=1e-14)
    assert (way[0] == 0).all()


def explained(model, frame, **changed):
    sample, background = frame[:40], frame[40:90].reset_index(drop=True)
    return attributed(Explaining(model, 1, sample, background, {}, **changed))


def boosted_files(kind, classes):
    frame = boosted.people(500)
    labels = boosted.answers(frame, classes)
    if kind == "XGBoost":
        package = pytest.importorskip("xgboost")
        fitted = package.XGBClassifier(
            n_jobs=1, n_estimators=6, max_depth=4, enable_categorical=True, max_cat_to_onehot=1
        ).fit(frame, labels)
        return frame, fitted.save_model, "model.ubj"
    package = pytest.importorskip("lightgbm")
    fitted = package.LGBMClassifier(
        n_jobs=1, n_estimators=6, min_child_samples=5, min_data_per_group=5, verbose=-1
    ).fit(frame, labels)
    return frame, fitted.booster_.save_model, "model.txt"


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("kind", ["XGBoost", "LightGBM"])
def test_boosted_files_are_explained_exactly(kind, classes, tmp_path, shapley_values):
    frame, save, name = boosted_files(kind, classes)
    save(str(tmp_path / name))
    model = open_model(name, folder=tmp_path)
    people = boosted.as_logged(frame)[list(model.features)]
    found = explained(model, people)
    assert found.method == "tree SHAP, exact"
    assert found.unit == ("log-odds" if classes == 2 else "softmax margin")
    assert ("single precision" in found.note) == (kind == "XGBoost")

    def output(rows):
        outputs = model.margins(rows)
        return outputs[:, 0] if classes == 2 else outputs[:, 1] - outputs.mean(axis=1)

    due = shapley_values(output, people[:6], people[40:90].reset_index(drop=True))
    np.testing.assert_allclose(found.values[:6], due, atol=1e-5 if kind == "XGBoost" else 1e-10)


def test_deep_forests_are_exact_and_blocks_change_nothing(monkeypatch):
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(draw.normal(size=(1500, 20)), columns=[f"x{at}" for at in range(20)])
    label = (frame.sum(axis=1) + draw.normal(0, 3, 1500) > 0).astype(int)
    model = open_model(RandomForestClassifier(3, random_state=0, n_jobs=1).fit(frame, label))
    given_ = Explaining(model, 1, frame[:600], frame[600:900], {})
    found = attributed(given_)
    assert found.method == "tree SHAP, exact"
    assert found.people_missed == 0
    made = model.inside().made_of
    due = by_leaves(
        made.trees, np.ones(3), np.arange(20),
        *(one.to_numpy().astype(np.float32).astype(float) for one in (frame[:600], frame[600:900])),
        20,
    )  # fmt: skip
    np.testing.assert_allclose(found.values, due[:, :-1], atol=1e-12)
    monkeypatch.setattr(trees, "AT_ONCE", 256)
    np.testing.assert_allclose(attributed(given_).values, found.values, atol=1e-15)


def test_columns_are_traced_at_a_few_people_and_rare_values_are_not_missed(monkeypatch, people):
    from sklearn.compose import make_column_transformer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    frame = people[["income", "area"]].copy()
    frame.loc[239, "area"] = "island"
    coded = make_column_transformer((OneHotEncoder(), ["area"]), remainder="passthrough")
    fitted = make_pipeline(coded, RandomForestClassifier(3, random_state=0)).fit(frame, people.sex)
    monkeypatch.setattr(input_columns, "ROWS_TRIED", 5)
    source = input_columns.source_of_columns(open_model(fitted), False, ("income", "area"), frame)
    assert source.tolist() == [1, 1, 1, 1, 0]


def test_without_numba_trees_are_sampled_and_the_note_says_why(monkeypatch, people, granted):
    fitted = HistGradientBoostingClassifier(max_iter=3).fit(people[["income", "debt"]], granted)
    monkeypatch.setattr(attributing, "can_read_trees", lambda: False)
    found = attributed(Explaining(open_model(fitted), "grant", people[:20], people[20:60], {}))
    assert found.method == "permutation SHAP, antithetic"
    assert "pip install 'isg-audit[explain]'" in found.note


def test_sizes_of_sampled_values_are_freed_of_noise():
    draw = np.random.default_rng(2)
    frame = pd.DataFrame(draw.normal(size=(600, 6)), columns=[*"abcdef"])
    worth = frame @ [1.0, 0.6, 0.3, 0.1, 0.05, 0.02] + frame.a * frame.b + 2 * np.sin(2 * frame.c)
    label = (worth + draw.logistic(size=600) > 0).astype(int)
    model = open_model(HistGradientBoostingClassifier(max_iter=15).fit(frame, label))
    asked = Explaining(model, 1, frame[:200], frame[200:].reset_index(drop=True), {}, seed=1)
    due = np.abs(attributed(asked).values).mean(axis=0)
    raw, freed = [], []
    for seed in range(6):
        found = sampled_attributions(
            replace(asked, seed=seed), Margin("log-odds", lambda rows: model.margins(rows)[:, 0]), 8
        )
        error = found.sizes.std(axis=0, ddof=1) / np.sqrt(200)
        assert (np.abs(found.sizes.mean(axis=0) - due) < 3.5 * error).all()
        raw.append(np.abs(found.values).mean(axis=0) / due - 1)
        freed.append(found.sizes.mean(axis=0) / due - 1)
    assert np.mean(raw) > 0.02  # what noise adds
    assert abs(np.mean(freed)) < np.mean(raw) / 2
