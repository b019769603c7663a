"""`look_at`: what a file is and could do, for any bytes, with nothing run."""

import gzip
import io
import json
import pickle
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sklearn.linear_model import LogisticRegression

from isg_audit.cli import main
from isg_audit.errors import ModelError
from isg_audit.sources.looking import look_at
from tests.shared_data import real_data
from tests.sources.hostile_pickles import joblib_of, pipeline, specimens, touching


def looked(content, tmp_path, name="model.bin"):
    (tmp_path / name).write_bytes(content)
    return look_at(tmp_path / name)


def told(seen):
    return " | ".join((*(f"{a}: {b}" for a, b in seen.found.facts), *seen.found.dangers))


@pytest.mark.parametrize("fault", list(specimens(Path("nowhere"))))
def test_hostile_pickles_are_told_and_run_nothing(fault, tmp_path, monkeypatch):
    monkeypatch.setattr("isg_audit.sources.models.pickle_reading.MOST_STEPS", 200_000)
    seen = looked(specimens(tmp_path / "ran")[fault], tmp_path)
    assert not (tmp_path / "ran").exists()
    assert seen.kind in {"pickle", "compressed file of no known format", "of no known format",
                         "text of no known format"}  # fmt: skip
    if seen.kind == "pickle":
        assert "could run any code" in told(seen)


def test_what_a_trojan_would_call_is_named(tmp_path):
    for content in (
        pickle.dumps([touching(tmp_path / "ran")]),
        joblib_of([pipeline(), touching(tmp_path / "ran")], 3),
        joblib_of(np.array([touching(tmp_path / "ran"), 1], dtype=object)),
    ):
        seen = looked(content, tmp_path, "model.pkl")
        assert "names that our reader refuses: posix.system" in told(seen)
        assert "of these it would call: posix.system" in told(seen)
        assert not seen.found.unread


def test_names_after_a_break_are_still_found(tmp_path):
    for protocol in (0, 2, 4):
        hidden = pickle.dumps(touching(tmp_path / "x"), protocol)
        seen = looked(pickle.dumps(pipeline())[:-40] + b"\x00\xff" + hidden, tmp_path, "model.pkl")
        assert seen.found.unread
        assert "seem to name: " in told(seen)
        assert "posix.system" in told(seen)


@pytest.mark.parametrize("noise", [b"U", b"c", b"a\n", b"\x93", b"X\x01\x00\x00\x00a\x93", b"\x8c"])
def test_noise_that_looks_like_names_costs_seconds_at_most(noise, tmp_path):
    before = time.process_time()
    seen = looked(b"\x80\x04\xff" + noise * (2**22 // len(noise)), tmp_path, "model.pkl")
    assert seen.found.unread
    assert time.process_time() - before < 20


def test_an_honest_pipeline_has_names_from_the_list_alone(tmp_path):
    seen = looked(joblib_of(pipeline(), 3), tmp_path, "model.joblib")
    assert "every name is on the list" in told(seen)
    assert "compressed with: zlib" in told(seen)


def test_a_name_that_promises_another_format_is_told(tmp_path):
    seen = looked(pickle.dumps(pipeline()), tmp_path, "model.onnx")
    assert "is called .onnx, which promises ONNX, but holds pickle" in told(seen)


@pytest.mark.parametrize(
    ("file", "kind", "said"),
    [
        ("logistic_compas.onnx", "ONNX", "inputs: X (float32, ? x 5)"),
        ("xgboost_compas.json", "XGBoost JSON", "trees: 10"),
        ("lightgbm_compas.txt", "LightGBM text", "trees: 100"),
        ("lightgbm_sklearn.joblib.sav", "pickle", "lightgbm.sklearn.LGBMClassifier"),
    ],
)
def test_models_of_somebody_else_are_described(file, kind, said):
    seen = look_at(real_data("compas_models") / file)
    assert seen.kind == kind
    assert said in told(seen)
    assert not seen.found.unread


def test_ubj_says_what_json_says(tmp_path):
    xgboost = pytest.importorskip("xgboost")
    booster = xgboost.Booster(model_file=real_data("compas_models") / "xgboost_compas.json")
    seen = looked(bytes(booster.save_raw("ubj")), tmp_path, "model.ubj")
    assert seen.kind == "XGBoost UBJ"
    assert "trees: 10" in told(seen)
    assert "objective: binary:logistic" in told(seen)


def test_skops_types_are_listed_and_strangers_named(tmp_path):
    skops_io = pytest.importorskip("skops.io")
    fitted = pipeline()
    seen = looked(skops_io.dumps(fitted), tmp_path, "model.skops")
    assert seen.kind == "skops"
    assert "sklearn.linear_model._logistic.LogisticRegression" in told(seen)
    assert "not trusted" not in told(seen)
    fitted.steps.append(("last", zipfile.ZipInfo))
    seen = looked(skops_io.dumps(fitted), tmp_path, "model.skops")
    assert "not trusted, so that it is refused: zipfile.ZipInfo" in told(seen)


def test_pickles_in_archives_are_followed(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(touching(tmp_path / "ran")))
        archive.writestr("../outside", b"x")
    seen = looked(stream.getvalue(), tmp_path, "model.pt")
    assert "posix.system" in told(seen)
    assert "leads out of its folder" in told(seen)
    np.savez(tmp_path / "arrays.npz", a=np.array([touching(tmp_path / "ran")], dtype=object))
    assert "posix.system" in told(look_at(tmp_path / "arrays.npz"))


def part(number, content):
    return bytes([number << 3 | 2]) + len(content).to_bytes(1, "little") + content


def test_onnx_with_foreign_operators_and_files_is_told(tmp_path):
    outside = part(8, b"w") + part(13, part(1, b"location") + part(2, b"../secret"))
    graph = part(1, part(4, b"Run") + part(7, b"evil.ops")) + part(5, outside)
    seen = looked(b"\x08\x07" + part(7, graph) + part(8, b"\x10\x0f"), tmp_path, "model.onnx")
    assert seen.kind == "ONNX"
    assert "need a library of somebody's code: evil.ops.Run" in told(seen)
    assert "reads other files: ../secret" in told(seen)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;">]>
<PMML><a>&c;</a></PMML>"""


def test_pmml_is_read_up_to_a_doctype(tmp_path):
    seen = looked(BOMB, tmp_path, "model.pmml")
    assert seen.kind == "PMML"
    assert "DOCTYPE" in told(seen)
    assert "not read past" in seen.found.unread
    good = b'<PMML><DataDictionary><DataField name="a" dataType="double"/></DataDictionary></PMML>'
    assert "fields: a (double)" in told(looked(good, tmp_path, "model.pmml"))


def test_what_mlflow_would_run_is_told(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "MLmodel").write_text(
        "flavors:\n  python_function:\n    loader_module: evil\n    code: code\n"
        "  sklearn:\n    pickled_model: model.pkl\n    skops_trusted_types: [os.system]\n"
    )
    (folder / "model.pkl").write_bytes(pickle.dumps(pipeline()))
    (folder / "evil.py").write_text("")
    (folder / "link").symlink_to("/etc/passwd")
    said = told(look_at(folder))
    for one in ("would import and run evil", "model.pkl is a pickle", "evil.py is code",
                "link leads elsewhere", "os.system"):  # fmt: skip
        assert one in said
    (folder / "MLmodel").write_text("a: &a [1]\nb: [*a, *a]\n")
    assert "by reference" in look_at(folder).found.unread


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty", b""),
        ("text", b"gender,score\nF,1\n"),
        ("zeros", bytes(5000)),
        ("gzip of text", gzip.compress(b"hello" * 100, mtime=0)),
        ("zip that is none", b"PK\x03\x04 not a zip archive"),
        ("skops without a schema", b""),
        ("deep json", b'{"learner":' + b"[" * 100_000),
        ("deep ubj", b"{L\x00\x00\x00\x00\x00\x00\x00\x01a" + b"[" * 100_000),
        ("catboost", b"CBM1\xff\xff\xff\xff"),
        ("lightgbm", b"tree\n"),
        ("xml", b"<a><b>"),
        ("control codes", b"c\x1b[2J\nos\n"),
    ],
)
def test_any_bytes_are_taken(name, content, tmp_path):
    seen = looked(content, tmp_path)
    assert seen.kind
    assert seen.size == len(content)


def test_150_random_edits_of_each_format_are_taken(tmp_path):
    skops_io = pytest.importorskip("skops.io")
    draw = np.random.default_rng(5)
    folder = real_data("compas_models")
    files = {
        "model.onnx": (folder / "logistic_compas.onnx").read_bytes(),
        "model.json": (folder / "xgboost_compas.json").read_bytes(),
        "model.pkl": joblib_of(pipeline()),
        "model.skops": skops_io.dumps(LogisticRegression().fit([[0.0], [1.0]], [0, 1])),
    }
    for name, content in files.items():
        for _ in range(150 if name != "model.skops" else 30):
            edited = bytearray(content)
            for place in draw.integers(0, len(content), 3):
                edited[place] = draw.integers(0, 256)
            assert looked(bytes(edited), tmp_path, name).kind


def test_the_command_says_it_and_its_code(tmp_path):
    (tmp_path / "model.pkl").write_bytes(pickle.dumps([touching(tmp_path / "ran")]))
    typed = CliRunner().invoke(main, ["model", "inspect", str(tmp_path / "model.pkl")])
    assert typed.exit_code == 0
    assert "posix.system" in typed.stdout
    assert "--allow-pickle" in typed.stdout
    typed = CliRunner().invoke(main, ["model", "inspect", str(tmp_path / "model.pkl"), "--json"])
    assert json.loads(typed.stdout)["kind"] == "pickle"
    typed = CliRunner().invoke(main, ["model", "inspect", str(tmp_path / "nothing")])
    assert typed.exit_code == 2
    with pytest.raises(ModelError, match="folder without MLmodel"):
        look_at(tmp_path)
