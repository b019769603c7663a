"""Real model servers for tests: MLflow's and MLServer, in an environment of their own.

`make pytest` makes that environment from `requirements/servers.lock`; where it is missing, whoever
asks for a server is skipped.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres_server import free_port

FIT = """
import json, sys
import numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression

folder = sys.argv[1]
frame = pd.read_csv(folder + "/fit.csv", float_precision="round_trip")
inputs = frame[["income", "debt"]]
fitted = LogisticRegression().fit(inputs, frame["approved"])
import joblib
joblib.dump(fitted, folder + "/model.joblib")
import mlflow.sklearn
for name, gives in (("scores", "predict_proba"), ("labels", "predict")):
    mlflow.sklearn.save_model(
        fitted, folder + "/mlflow-" + name, serialization_format="cloudpickle",
        pyfunc_predict_fn=gives, pip_requirements=[],
    )
log = pd.read_csv(folder + "/log.csv", float_precision="round_trip")[["income", "debt"]]
json.dump(fitted.predict_proba(log)[:, 1].tolist(), open(folder + "/expected.json", "w"))
"""
"""Fits the model where the servers live, and writes what it gives there for the rows of the log."""


def servers_folder() -> Path | None:
    """The folder of the programs of the servers' environment; None where it was not made."""
    venv = os.environ.get("ISG_AUDIT_SERVERS_VENV")
    folder = Path(__file__).parents[1] / (venv or ".venv-servers")
    return folder / "bin" if (folder / "bin" / "mlserver").is_file() else None


def environment(programs: Path) -> dict[str, str]:
    """Quiet, alone, and with the servers' own programs first."""
    return {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "OMP_NUM_THREADS": "1",
        "PYTHONWARNINGS": "ignore",
    }


def fit(programs: Path, folder: Path) -> None:
    """Fit on `folder/fit.csv`; write the models and what they give for `folder/log.csv`."""
    subprocess.run(
        [programs / "python", "-c", FIT, folder], check=True, capture_output=True,
        env=environment(programs), cwd=folder, timeout=120,
    )  # fmt: skip


@contextmanager
def mlflow_server(programs: Path, model: Path, port: int) -> Iterator[str]:
    """`mlflow models serve`; gives its address."""
    words = ["-m", "mlflow", "models", "serve", "-m", model, "-h", "127.0.0.1", "-p", port]
    command = [programs / "python", *words, "--env-manager", "local"]
    with _running(programs, command, model, f"http://127.0.0.1:{port}/ping"):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def open_inference_server(programs: Path, model: Path, folder: Path, port: int) -> Iterator[str]:
    """MLServer with one scikit-learn model called `lending`; gives its address."""
    folder.mkdir(exist_ok=True)
    settings = {
        "http_port": port, "grpc_port": free_port(), "metrics_port": free_port(),
        "host": "127.0.0.1", "parallel_workers": 0, "debug": False,
    }  # fmt: skip
    (folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    about = {
        "name": "lending", "implementation": "mlserver_sklearn.SKLearnModel",
        "parameters": {"uri": str(model)},
    }  # fmt: skip
    (folder / "model-settings.json").write_text(json.dumps(about), encoding="utf-8")
    ready = f"http://127.0.0.1:{port}/v2/models/lending/ready"
    with _running(programs, [programs / "mlserver", "start", folder], folder, ready):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _running(
    programs: Path, command: list[object], folder: Path, ready: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A server with all that it starts, until the end; then all of it is killed, as by a fault."""
    log = folder.parent / f"{folder.name}.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [str(word) for word in command], stdout=out, stderr=out, stdin=subprocess.DEVNULL,
            env=environment(programs), cwd=folder, start_new_session=True,
        )  # fmt: skip
    try:
        _wait(server, ready, log)
        yield server
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _wait(server: subprocess.Popen[bytes], ready: str, log: Path) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(ready, timeout=2):  # noqa: S310 - our own, on loopback
                return
        except (OSError, urllib.error.URLError):
            assert server.poll() is None, log.read_text(errors="replace")[-2000:]
            time.sleep(0.1)
    raise AssertionError(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")
