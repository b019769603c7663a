"""Random damage to a file of each format: answered or refused in plain words, never our crash.

One child serves until a file ends it, so that 150 files take seconds and not minutes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from isg_audit.errors import ModelError
from isg_audit.sources.child import wire
from isg_audit.sources.child.columns import in_bytes
from isg_audit.sources.child.conversation import Conversation, Ended
from isg_audit.sources.child.limits import Limits
from isg_audit.sources.child.opening import opened
from tests.sources.boosted import answers, people
from tests.sources.pmml_made import pmml, tree

TIMES = 150
NUMBERS = ["debt", "priors"]
LIMITS = Limits(opening=60.0, call=60.0)


def frame_and_labels() -> tuple[pd.DataFrame, Any]:
    return people(200)[NUMBERS].astype("float64"), answers(people(200))


def xgboost_file(suffix: str) -> bytes:
    xgboost = pytest.importorskip("xgboost")
    frame, labels = frame_and_labels()
    fitted = xgboost.XGBClassifier(n_estimators=4, n_jobs=1).fit(frame, labels)
    return bytes(fitted.get_booster().save_raw(suffix))


def lightgbm_file() -> bytes:
    lightgbm = pytest.importorskip("lightgbm")
    fitted = lightgbm.LGBMClassifier(n_estimators=4, n_jobs=1, verbose=-1).fit(*frame_and_labels())
    text: str = fitted.booster_.model_to_string()
    return text.encode()


def catboost_file() -> bytes:
    catboost = pytest.importorskip("catboost")
    fitted = catboost.CatBoostClassifier(iterations=4, verbose=0, allow_writing_files=False)
    serialized: bytes = fitted.fit(*frame_and_labels())._serialize_model()
    return serialized


def onnx_file() -> bytes:
    pytest.importorskip("onnxruntime")
    skl2onnx = pytest.importorskip("skl2onnx")
    from sklearn.linear_model import LogisticRegression

    frame, labels = frame_and_labels()
    fitted = LogisticRegression().fit(frame.to_numpy(), labels)
    made = skl2onnx.to_onnx(fitted, frame.to_numpy(np.float32), options={"zipmap": False})
    content: bytes = made.SerializeToString()
    return content


def skops_file() -> bytes:
    skops = pytest.importorskip("skops.io")
    from sklearn.ensemble import HistGradientBoostingClassifier

    content: bytes = skops.dumps(
        HistGradientBoostingClassifier(max_iter=3).fit(*frame_and_labels())
    )
    return content


def pmml_file() -> bytes:
    from sklearn.tree import DecisionTreeClassifier

    columns = dict.fromkeys(NUMBERS)
    frame, labels = frame_and_labels()
    fitted = DecisionTreeClassifier(max_depth=4).fit(frame.to_numpy(), labels.astype(str))
    return pmml(tree(fitted, columns), columns, ["0", "1"]).encode()


FILES: dict[str, Callable[[], bytes]] = {
    "m.json": lambda: xgboost_file("json"),
    "m.ubj": lambda: xgboost_file("ubj"),
    "m.txt": lightgbm_file,
    "m.cbm": catboost_file,
    "m.onnx": onnx_file,
    "m.skops": skops_file,
    "m.pmml": pmml_file,
}


def damaged(content: bytes, draw: np.random.Generator, text: bool) -> bytes:
    """One to four bytes changed; in text only digits, so that it still reads as text."""
    changed = bytearray(content)
    places = [at for at, byte in enumerate(content) if 48 <= byte <= 57] if text else None
    for _ in range(draw.integers(1, 5)):
        at = int(draw.choice(places)) if places else int(draw.integers(len(changed)))
        changed[at] = int(draw.integers(48, 58)) if text else int(draw.integers(256))
    return bytes(changed)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(FILES))
def test_damaged_files_are_answered_or_refused(name: str, tmp_path: Path) -> None:
    content = FILES[name]()
    draw = np.random.default_rng(len(name) + len(content))
    text = name.endswith(("json", "txt", "pmml"))
    talk = Conversation(LIMITS, len(content), strict=False)
    frame, _ = frame_and_labels()
    met: Counter[str] = Counter()
    try:
        for _ in range(TIMES):
            bad = damaged(content, draw, text)
            try:
                said = opened(talk, bad, name, NUMBERS, limits=LIMITS)
                if said["features"] == NUMBERS:  # else a name was hit, and the data lacks it
                    talk.asked(wire.PLACED, [in_bytes(frame, NUMBERS, name)], LIMITS.call)
                met["opened"] += 1
                continue
            except ModelError as error:
                assert str(error).startswith(f"{name}: ")
                assert len(str(error)) < 1_000
                ended = "while it was opened" in str(error)
            except Ended as error:
                ended = True
                assert str(error)
            met["ended the child" if ended else "refused"] += 1
            if ended:
                talk.close()
                talk = Conversation(LIMITS, len(content), strict=False)
    finally:
        talk.close()
    assert met.total() == TIMES
    assert met["opened"] + met["refused"] > 0
    print(name, dict(met))
