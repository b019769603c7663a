"""People, models and an `Explaining` of them for the tests of this folder."""

from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from isg_audit.measures.explain import Explaining
from isg_audit.sources.models.open_model import open_model


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Many small predictions wait for threads on a busy machine, 0.4 s each."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="session")
def people():
    draw = np.random.default_rng(11)
    sex = draw.choice(["f", "m"], 240)
    return pd.DataFrame(
        {
            "income": draw.normal(40, 8, 240) + 6 * (sex == "m"),
            "debt": draw.gamma(2, 3, 240),
            "area": draw.choice(["north", "south", "west"], 240),
            "sex": sex,
        }
    )


@pytest.fixture(scope="session")
def granted(people):
    noise = np.random.default_rng(12).normal(0, 5, 240)
    worth = people.income - people.debt + 4 * (people.area == "north") + noise
    return np.where(worth > 38, "grant", "refuse")


@pytest.fixture(scope="session")
def explaining(people):
    """Of a fitted model: the first 120 people explained against the other 120."""

    def make(fitted, favourable="grant", features=(), **changed):
        sample = people[:120]
        given = {
            "model": open_model(fitted, features) if hasattr(fitted, "classes_") else fitted,
            "favourable": favourable,
            "sample": sample,
            "background": people[120:].reset_index(drop=True),
            "groups": {"sex": sample.sex.to_numpy(dtype=object)},
            "columns": {"sex": "sex"},
            "seed": 7,
        }
        return Explaining(**(given | changed))

    return make


@pytest.fixture(scope="session")
def shapley_values():
    return by_every_coalition


def by_every_coalition(explained, people, background):
    """Of the interventional game, shape (people, features), for a function of frames."""
    features = list(people.columns)
    worth = {}
    for size in range(len(features) + 1):
        for inside in combinations(range(len(features)), size):
            means = []
            for at in range(len(people)):
                mixed = background.copy()
                for place in inside:
                    name = features[place]
                    mixed[name] = people[name].array[np.full(len(background), at)]
                means.append(explained(mixed).mean())
            worth[inside] = np.array(means)
    values = np.zeros((len(people), len(features)))
    for place in range(len(features)):
        others = [one for one in range(len(features)) if one != place]
        for size in range(len(others) + 1):
            share = factorial(size) * factorial(len(others) - size) / factorial(len(features))
            for inside in combinations(others, size):
                together = tuple(sorted((*inside, place)))
                values[:, place] += share * (worth[together] - worth[inside])
    return values
