"""An interrupted audit goes on where it was, and never with half of another model."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from isg_audit.errors import ModelFailed
from isg_audit.sources.models.model import asked_afresh
from isg_audit.sources.services.kept import OLDEST, Kept, default_folder
from isg_audit.sources.services.open_service import open_service
from isg_audit.sources.services.service import ASKED_AGAIN, ServiceModel, in_use
from isg_audit.spec.audit_file import ModelPart
from tests.http_service import Reply, chance, serving, shares
from tests.postgres_server import free_port
from tests.sources.services.test_faults import HASTY

OPEN: list[ServiceModel] = []


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close(finished=False)


def opened(source: str, folder: Path, **service: Any) -> ServiceModel:
    part = {"protocol": "json", "classes": [0, 1], "batch": 50} | service
    model = open_service(
        ModelPart.model_validate(
            {"source": source, "features": ["income", "debt"], "service": part}
        ),
        private=True, patience=HASTY, folder=folder,
    )  # fmt: skip
    OPEN.append(model)
    return model


def frame(rows: int) -> pd.DataFrame:
    draw = np.random.default_rng(3)
    return pd.DataFrame({"income": draw.normal(50, 10, rows), "debt": draw.normal(45, 9, rows)})


def test_each_row_is_asked_once_even_over_an_interruption(tmp_path: Path) -> None:
    rows, port, answered = frame(500), free_port(), [0]

    def dies_halfway(body: Any) -> Reply:
        if answered[0] >= 250:
            return Reply(raw=lambda handler: handler.connection.close())
        answered[0] += len(body)
        return shares(body)

    with serving(dies_halfway, port) as service:
        model = opened(service.source, tmp_path)
        with pytest.raises(ModelFailed, match="run the audit again"), in_use(model):
            model.predict_proba(rows)
    with serving(shares, port) as service:
        model = opened(service.source, tmp_path)
        with in_use(model):
            found = model.predict_proba(rows)
            labels = model.predict(rows)
    assert answered[0] == 250
    assert service.rows == 250 + ASKED_AGAIN
    expected = [chance(row) for row in rows.to_dict("records")]
    assert found[:, 1].tolist() == expected
    assert labels.tolist() == [int(one > 0.5) for one in expected]
    assert not list(tmp_path.iterdir())  # the audit is finished, its answers are gone


def test_another_model_at_the_same_address_is_noticed(tmp_path: Path) -> None:
    port, rows = free_port(), frame(100)
    with serving(shares, port) as service:
        model = opened(service.source, tmp_path)
        model.predict(rows.iloc[:50])
        model.close(finished=False)
    other = [Reply([[0.4, 0.6] for _ in range(50)])]
    with serving(lambda body: Reply(other[0].body[: len(body)]), port) as service:
        model = opened(service.source, tmp_path)
        with pytest.raises(ModelFailed, match="answers otherwise than before .* Delete"):
            model.predict(rows)


def test_only_hashes_are_kept_and_only_for_oneself(tmp_path: Path) -> None:
    rows = pd.DataFrame({"income": [12345.678], "debt": ["Charlotte Example"]})
    with serving(lambda body: Reply([[0.5, 0.5]])) as service:
        model = opened(service.source, tmp_path)
        model.predict(rows)
        model.close(finished=False)
    (kept,) = tmp_path.glob("*.sqlite")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert b"Charlotte" not in kept.read_bytes() and b"12345" not in kept.read_bytes()
    here = Kept(tmp_path, "here"), Kept(tmp_path, "there")
    names = [one.name((12345.678, "Charlotte Example")) for one in here]
    for one in here:
        one.close(finished=True)
    assert names[0] != names[1]  # salted: answers of two audits cannot be joined


def test_answers_that_cannot_be_true_are_not_kept(tmp_path: Path) -> None:
    with serving(lambda body: Reply([[None, 0.5] for _ in body])) as service:
        model = opened(service.source, tmp_path)
        model.predict_proba(frame(20))
        model.predict_proba(frame(20))
    assert service.rows == 40


def test_whoever_asks_afresh_asks_indeed(tmp_path: Path) -> None:
    draw = np.random.default_rng(1)

    def at_random(body: Any) -> Reply:
        found = draw.uniform(size=len(body))
        return Reply([[1 - one, one] for one in found])

    with serving(at_random) as service:
        model = opened(service.source, tmp_path)
        assert (model.predict_proba(frame(20)) == model.predict_proba(frame(20))).all()
        other = asked_afresh(model)
        assert (other.predict_proba(frame(20)) != other.predict_proba(frame(20))).any()
    assert service.rows == 60
    plain: Any = object()
    assert asked_afresh(plain) is plain


def test_two_audits_at_once_do_not_share(tmp_path: Path) -> None:
    with serving(shares) as service:
        one, two = opened(service.source, tmp_path), opened(service.source, tmp_path)
        assert one.kept.path is not None and two.kept.path is None
        one.predict(frame(20))
        two.predict(frame(20))
        one.close(finished=True)
        two.predict_proba(frame(20))
    assert service.rows == 40


@pytest.mark.parametrize("how", ["old", "damaged"])
def test_old_or_damaged_answers_are_not_used(how: str, tmp_path: Path) -> None:
    kept = Kept(tmp_path, "k")
    kept.keep({b"row": b"answer"})
    kept.close(finished=False)
    again = Kept(tmp_path, "k")
    assert again.earlier == 1
    again.close(finished=False)
    path = tmp_path / "k.sqlite"
    if how == "old":
        long_ago = time.time() - OLDEST - 10
        os.utime(path, (long_ago, long_ago))
    else:
        path.write_bytes(b"nothing of the kind" * 1000)
    anew = Kept(tmp_path, "k")
    assert anew.earlier == 0
    anew.close(finished=True)


def test_the_users_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = default_folder()
    assert folder == tmp_path / "isg-audit" / "answers"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert default_folder() is None
