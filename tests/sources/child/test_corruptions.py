"""150 random edits of a file of each format: answered, refused or its process ended, never ours.

One child opens one file after another here, which no audit does, and is replaced when it ends.
"""

import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from isg_audit.errors import ModelError, ModelFailed
from isg_audit.sources.child import taken_over, wire
from isg_audit.sources.child.child_model import taken
from isg_audit.sources.child.columns import in_bytes
from isg_audit.sources.child.conversation import Conversation, Ended
from isg_audit.sources.child.limits import Limits
from isg_audit.sources.child.opening import opened
from isg_audit.sources.child.wire import NotOurs
from tests.sources import pmml_made

FEATURES = ("income", "debt", "age")
DRAW = np.random.default_rng(11)
PEOPLE = pd.DataFrame(DRAW.normal(size=(200, 3)), columns=list(FEATURES))
LABEL = (PEOPLE.income - PEOPLE.debt > 0).astype(int)
ALLOWED = Limits(opening=20, call=20)
EDITS, FEW = 150, 12


def onnx():
    skl2onnx = pytest.importorskip("skl2onnx")
    pytest.importorskip("onnxruntime")
    fitted = GradientBoostingClassifier(n_estimators=5).fit(PEOPLE.to_numpy(), LABEL)
    kinds = [("X", skl2onnx.common.data_types.FloatTensorType([None, 3]))]
    return skl2onnx.to_onnx(
        fitted, initial_types=kinds, options={id(fitted): {"zipmap": False}}
    ).SerializeToString()


def skops(final):
    return pytest.importorskip("skops.io").dumps(final.fit(PEOPLE, LABEL))


def xgboost(kind):
    library = pytest.importorskip("xgboost")
    fitted = library.XGBClassifier(n_estimators=5, max_depth=3).fit(PEOPLE, LABEL)
    return bytes(fitted.get_booster().save_raw(kind))


def lightgbm():
    library = pytest.importorskip("lightgbm")
    fitted = library.LGBMClassifier(n_estimators=5, verbose=-1).fit(PEOPLE, LABEL)
    return fitted.booster_.model_to_string().encode()


def catboost(folder):
    library = pytest.importorskip("catboost")
    fitted = library.CatBoostClassifier(
        iterations=5, verbose=False, allow_writing_files=False, thread_count=1
    ).fit(PEOPLE, LABEL)
    fitted.save_model(str(folder / "model.cbm"))
    return (folder / "model.cbm").read_bytes()


def pmml():
    columns = dict.fromkeys(FEATURES)
    fitted = DecisionTreeClassifier(max_depth=4).fit(PEOPLE.to_numpy(), LABEL.astype(str))
    return pmml_made.pmml(pmml_made.tree(fitted, columns), columns, ["0", "1"]).encode()


MADE = {
    "model.onnx": lambda folder: onnx(),
    "boosting.skops": lambda folder: skops(HistGradientBoostingClassifier(max_iter=3)),
    "forest.skops": lambda folder: skops(RandomForestClassifier(3)),
    "linear.skops": lambda folder: skops(LogisticRegression()),
    "model.txt": lambda folder: lightgbm(),
    "model.json": lambda folder: xgboost("json"),
    "model.ubj": lambda folder: xgboost("ubj"),
    "model.cbm": catboost,
    "model.pmml": lambda folder: pmml(),
}
OFTEN_FATAL = ("model.json", "model.ubj", "model.cbm")
"""Libraries that crash: each crash costs the start of a process."""


def edited(content, draw, *, digits):
    """One to eight bytes changed; digits only where a text is to stay one."""
    changed = bytearray(content)
    places = [at for at, byte in enumerate(changed) if 48 <= byte <= 57] if digits else None
    for _ in range(int(draw.integers(1, 9))):
        at = int(draw.choice(places)) if places else int(draw.integers(len(changed)))
        changed[at] = int(draw.integers(48, 58)) if digits else int(draw.integers(256))
    return bytes(changed)


class Opener:
    """Opens files in a child, in another one when that has ended."""

    def __init__(self):
        self.talk = Conversation(ALLOWED, 0, False)

    def outcome(self, content, name):
        try:
            said = opened(self.talk, content, name, FEATURES, limits=ALLOWED)
            self.use(said, name)
        except ModelError as error:
            assert str(error).startswith(name)
            outcome = "damaged" if "while it was opened" in str(error) else "refused"
        except (ModelFailed, NotOurs) as error:
            assert str(error)
            return "failed"
        except Ended:
            outcome = "ended"
        else:
            return "answered"
        if outcome in ("damaged", "ended"):
            self.talk = Conversation(ALLOWED, 0, False)
        return outcome

    def use(self, said, name):
        rows = in_bytes(PEOPLE, FEATURES, name)
        answer = taken(self.talk.asked(wire.PLACED, [rows]), name, "predict")
        for block in answer.blocks:
            assert math.prod(block.shape) < 10**6
        if said["readable"]:
            inside = taken(self.talk.asked(wire.INSIDE, []), name, "inside")
            if inside.said.get("made_of"):
                taken_over.read(inside.said, inside.blocks)


def outcomes(name, edits, folder):
    content = MADE[name](folder)
    draw, opener = np.random.default_rng(5), Opener()
    try:
        assert opener.outcome(content, name) == "answered"
        digits = name.endswith((".json", ".txt", ".pmml"))
        return Counter(
            opener.outcome(edited(content, draw, digits=digits), name) for _ in range(edits)
        )
    finally:
        opener.talk.close()


@pytest.mark.parametrize("name", MADE)
def test_random_edits_end_no_process_but_its_own(name, tmp_path):
    edits = FEW if name in OFTEN_FATAL else EDITS
    found = outcomes(name, edits, tmp_path)
    assert found.total() == edits


@pytest.mark.slow
@pytest.mark.parametrize("name", OFTEN_FATAL)
def test_many_random_edits_of_files_that_crash_their_library(name, tmp_path):
    found = outcomes(name, EDITS, tmp_path)
    print(name, dict(found))
    assert found.total() == EDITS
