"""Audits of services, end to end over loopback: plain JSON, MLflow's scoring server, MLServer."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from isg_audit.errors import ModelError, ModelFailed
from isg_audit.evidence import bundle
from isg_audit.run import Audit, run
from isg_audit.sources import in_use, open_service
from isg_audit.sources.services.service import ASKED_AGAIN
from isg_audit.spec import read
from tests.http_service import Reply, chance, serving, shares
from tests.journeys.journey import audit_toml, rows_of, typed, value
from tests.model_servers import fit, mlflow_server, open_inference_server, servers_folder
from tests.postgres_server import free_port

PEOPLE = 600


def people(rows: int = PEOPLE, seed: int = 11) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame({"income": draw.normal(50, 10, rows), "debt": draw.normal(45, 9, rows)})
    frame["sex"] = draw.choice(["F", "M"], rows)
    frame["approved"] = (frame.income - frame.debt + draw.normal(0, 5, rows) > 0).astype(int)
    return frame


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def service_toml(folder: Path, source: str, service: str, log: pd.DataFrame | None = None) -> Path:
    (people() if log is None else log).to_parquet(folder / "log.parquet")
    model = f"""\
[model]
source = "{source}"
features = ["income", "debt"]
[model.service]
classes = [0, 1]
{service}
"""
    return audit_toml(folder, "log.parquet", rest=model)


def unfinished(folder: Path) -> list[Path]:
    return list((folder / "cache").rglob("*.sqlite"))


def test_a_service_that_answers_nonsense_leaves_the_findings_of_the_log(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with serving(lambda body: Reply([[2.0, -1.0]] * len(body))) as service:
        audit = service_toml(tmp_path, f"{service.source}/score", 'protocol = "json"')
        words = (audit, "--quiet", "--allow-private-address")
        told = typed("run", *words, "--out", out)
        gate = typed("gate", *words, "--allow", "inconclusive,unanswered,not assessed")
    assert (told.exit_code, gate.exit_code) == (3, 3)
    assert "The results are of the decisions in the log alone." in told.stderr
    results = bundle.read(out / "bundle").results
    assert results.limits[0].startswith("The model failed")
    assert (
        "The model failed when it was asked; the log alone was audited."
        in (out / "report.html").read_text()
    )
    rate = value(rows_of(out / "bundle"), "fairness.favourable_rate", "favourable_rate")
    assert rate == pytest.approx(people().approved.mean())
    assert typed("verify", out).exit_code == 0


def pairs(body: Any) -> list[tuple[float, float]]:
    return [(row["income"], row["debt"]) for row in body]


def test_a_service_that_dies_halfway_is_gone_on_with(tmp_path: Path) -> None:
    port, rows, answered = free_port(), people(), set[tuple[float, float]]()
    audit = service_toml(
        tmp_path, f"http://127.0.0.1:{port}/score", 'protocol = "json"\nbatch = 200'
    )

    def dies_halfway(body: Any) -> Reply:
        if len(answered) > PEOPLE / 2:
            return Reply("out of memory", 500)
        answered.update(pairs(body))
        return shares(body)

    out = tmp_path / "out"
    words = ("run", audit, "--out", out, "--quiet", "--allow-private-address")
    with serving(dies_halfway, port):
        stopped = typed(*words)
    assert stopped.exit_code == 3
    assert "the service failed (status 500)" in stopped.output
    assert "run the audit again to go on" in stopped.output
    assert not out.exists() and len(unfinished(tmp_path)) == 1
    with serving(shares, port) as service:
        done = typed(*words)
    assert done.exit_code == 0, done.output
    missing = {tuple(row) for row in rows[["income", "debt"]].itertuples(index=False)} - answered
    due, asked = len(missing), 0
    for body in service.asked:  # until everybody has an answer: the rest explains
        if missing:
            asked += len(body)
            missing -= set(pairs(body))
    assert asked == due + ASKED_AGAIN
    lines = (out / "bundle" / "requests.jsonl").read_text().splitlines()
    assert 500 in [json.loads(line)["status"] for line in lines]  # the interrupted part is there
    assert bundle.read(out / "bundle").results.model is not None
    assert typed("verify", out / "bundle").exit_code == 0
    assert not unfinished(tmp_path)
    rate = np.mean([chance(row) > 0.5 for row in rows.to_dict("records")])
    found = value(rows_of(out / "bundle"), "fairness.model_selection_rate", "selection_rate")
    assert found == pytest.approx(rate, abs=1e-12)


def test_without_leave_no_address_of_ones_own_is_asked(tmp_path: Path) -> None:
    with serving(shares) as service:
        audit = service_toml(tmp_path, service.source, 'protocol = "json"', people(50))
        refused = typed("run", audit, "--out", tmp_path / "out", "--quiet")
    assert refused.exit_code == 2
    assert "--allow-private-address" in refused.output and not service.asked


def test_credentials_come_from_the_environment_and_are_kept_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = 'protocol = "json"\ntoken = "ISG_AUDIT_T"\nheaders = {X-Key = "ISG_AUDIT_K"}'
    out = tmp_path / "out"
    with serving(shares) as service:
        audit = service_toml(tmp_path, service.source, more, people(300))
        words = ("run", audit, "--out", out, "--quiet", "--allow-private-address")
        missing = typed(*words)
        monkeypatch.setenv("ISG_AUDIT_T", "hunter2")
        monkeypatch.setenv("ISG_AUDIT_K", "correct-horse")
        done = typed(*words)
    assert missing.exit_code == 2 and "ISG_AUDIT_T is not set" in missing.output
    assert done.exit_code == 0, done.output
    assert service.headers[0]["Authorization"] == "Bearer hunter2"
    assert service.headers[0]["X-Key"] == "correct-horse"
    for path in tmp_path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"hunter2" not in content and b"correct-horse" not in content, path


# Real servers


@pytest.fixture(scope="module")
def programs() -> Path:
    found = servers_folder()
    if found is None:
        assert "CI" not in os.environ, "the servers' environment is missing: make pytest"
        pytest.skip("no environment of the model servers here: make pytest")
    return found


@pytest.fixture(scope="module")
def fitted(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("servers")
    people(seed=5).to_csv(folder / "fit.csv", index=False)
    people().to_csv(folder / "log.csv", index=False)
    fit(programs, folder)
    yield folder


def rate_of(audited: Audit) -> float:
    """The model's own selection rate of everybody."""
    (found,) = [
        one.value for one in audited.findings.measured
        if one.measure == "fairness.model_selection_rate" and one.metric == "selection_rate"
        and not one.by
    ]  # fmt: skip
    assert found is not None
    return float(found)


def expected(fitted: Path) -> np.ndarray[Any, Any]:
    return np.array(json.loads((fitted / "expected.json").read_text()))


def test_mlflow_killed_and_started_again(programs: Path, fitted: Path, tmp_path: Path) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    audit = service_toml(tmp_path, address, 'protocol = "mlflow"\nbatch = 100')
    spec = read(audit).spec.model
    assert spec is not None
    log = people()
    with mlflow_server(programs, fitted / "mlflow-scores", port):
        model = open_service(spec, private=True)
        model.predict(log.iloc[:200])
    with pytest.raises(ModelFailed, match="refuses the connection"), in_use(model):
        model.predict(log)
    with mlflow_server(programs, fitted / "mlflow-scores", port):
        model = open_service(spec, private=True)
        with in_use(model):
            found = model.predict_proba(log)
            asked = [json.loads(line) for line in model.requests().splitlines()]
        audited = run(audit, private_address=True)
    assert np.array_equal(found[:, 1], expected(fitted))  # to the last digit
    posted = [line["rows"] for line in asked if line.get("status") == 200 and line["rows"]]
    assert sum(posted) == PEOPLE + ASKED_AGAIN
    assert rate_of(audited) == pytest.approx(np.mean(expected(fitted) > 0.5), abs=1e-12)


def test_mlflow_that_gives_labels_alone(programs: Path, fitted: Path, tmp_path: Path) -> None:
    with mlflow_server(programs, fitted / "mlflow-labels", free_port()) as address:
        text = service_toml(tmp_path, f"{address}/invocations", 'protocol = "mlflow"')
        spec = read(text).spec.model
        assert spec is not None
        model = open_service(spec, private=True)
        with pytest.raises(ModelFailed, match='write gives = "labels"'), in_use(model):
            model.predict(people())
        wrong = people().assign(income="no number")
        with pytest.raises(ModelFailed, match=r"refuses these rows \(status 400\)"):
            open_and_ask(spec, wrong)
        text = service_toml(tmp_path, address, 'protocol = "mlflow"\ngives = "labels"')
        labels = open_and_ask(read(text).spec.model, people())
    assert labels.tolist() == (expected(fitted) > 0.5).astype(int).tolist()


def open_and_ask(part: Any, frame: pd.DataFrame) -> Any:
    model = open_service(part, private=True)
    with in_use(model):
        return model.predict(frame)


def test_open_inference(programs: Path, fitted: Path, tmp_path: Path) -> None:
    more = 'protocol = "open-inference"\nname = "lending"'
    found = []
    model = fitted / "model.joblib"
    with open_inference_server(programs, model, tmp_path / "server", free_port()) as address:
        audit = service_toml(tmp_path, address, more)
        audited = run(audit, private_address=True)
        for inputs in ("tensor", "columns"):
            one = f'{more}\ninputs = "{inputs}"\nlabel = "predict"'
            part = read(service_toml(tmp_path, f"{address}/v2", one)).spec.model
            assert part is not None
            asked = open_service(part, private=True)
            with in_use(asked):
                found.append(asked.predict_proba(people())[:, 1])
        wrong = service_toml(tmp_path, address, more.replace("lending", "other"))
        with pytest.raises(ModelError, match="no such model or path"):
            run(wrong, private_address=True)
    assert np.array_equal(found[0], expected(fitted))  # to the last digit
    assert np.array_equal(found[1], expected(fitted))
    assert rate_of(audited) == pytest.approx(np.mean(expected(fitted) > 0.5), abs=1e-12)
