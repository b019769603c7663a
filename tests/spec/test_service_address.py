"""The keys of a model behind an address: every fault at once, and no secret repeated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from isg_audit.errors import SpecError
from isg_audit.spec import AuditFile, read
from isg_audit.spec.audit_file import ModelPart
from isg_audit.spec.write import to_toml
from tests.audits import spec_of

SERVICE: dict[str, Any] = {"protocol": "mlflow", "classes": [0, 1]}


def faults(source: str, service: dict[str, Any] | None, **model: Any) -> list[str]:
    spec = spec_of()
    part = {"source": source, "features": ["a"]} | model
    if service is not None:
        part["service"] = service
    whole = spec.model_copy(update={"model": ModelPart.model_validate(part)})
    try:
        AuditFile.in_memory(whole)
    except SpecError as error:
        return [str(one) for one in error.faults]
    return []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("https://u:hunter2@h/x", "a login or a password stands in the address"),
        ("https://hunter2@h/x", "a login or a password stands in the address"),
        ("https://h/x?key=hunter2", "nothing may stand after '?' or '#'"),
        ("https://h/x#hunter2", "nothing may stand after '?' or '#'"),
        ("https:///x", "this is no address"),
        ("https://h:hunter2/x", "this is no address"),
        ("https://h/hunter2 x", "this is no address"),
    ],
)
def test_an_address_that_may_not_stand_there(source: str, words: str) -> None:
    (told,) = faults(source, SERVICE)
    assert words in told and "hunter2" not in told


@pytest.mark.parametrize(
    ("service", "words"),
    [
        ({"classes": [1]}, "two classes or more are needed"),
        ({"classes": [1, 1]}, "a class stands twice"),
        ({"score_of": 2}, "'score_of' is none of the classes"),
        ({"classes": [0, 1, 2], "score_of": 1}, "one number tells of two classes only"),
        ({"gives": "labels", "score_of": 1}, "the service gives labels"),
        ({"records": "rows"}, "'records' is no key of 'mlflow'"),
        ({"protocol": "open-inference"}, "'name' is missing"),
        ({"protocol": "open-inference", "name": "../x"}, "letters, digits"),
        ({"token": "hunter2"}, "environment variable that starts with ISG_AUDIT_"),
        ({"token": "AWS_SECRET_ACCESS_KEY"}, "starts with ISG_AUDIT_"),
        ({"headers": {"X-Key": "hunter2"}}, "start with ISG_AUDIT_"),
        ({"headers": {"Host": "ISG_AUDIT_X"}}, "'Host' is not for an audit file to set"),
        ({"headers": {"X\r\nY": "ISG_AUDIT_X"}}, "a name of a header is letters"),
    ],
)
def test_keys_that_do_not_fit(service: dict[str, Any], words: str) -> None:
    told = "\n".join(faults("https://h/x", SERVICE | service))
    assert words in told and "hunter2" not in told


def test_what_belongs_together() -> None:
    assert faults("https://h/x", SERVICE) == []
    assert "needs the table [model.service]" in faults("https://h/x", None)[0]
    assert "the source is a file" in faults("model.onnx", SERVICE)[0]
    assert "'features' is missing" in faults("https://h/x", SERVICE, features=[])[0]


def test_an_unknown_key_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "audit.toml"
    text = to_toml(spec_of()) + (
        '[model]\nsource = "https://h"\nfeatures = ["a"]\n[model.service]\n'
        'protocol = "mlflow"\nclasses = [0, 1]\nbacth = 10\nbatch = 20000\n'
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as told:
        read(path)
    assert "there is no key 'bacth'" in str(told.value) and "'batch'" in str(told.value)


def test_it_is_written_as_it_is_read(tmp_path: Path) -> None:
    service = SERVICE | {"headers": {"X-Key": "ISG_AUDIT_KEY"}, "token": "ISG_AUDIT_TOKEN"}
    part = {"source": "https://h/x", "features": ["a"], "service": service}
    spec = spec_of()
    spec = spec.model_copy(update={"model": ModelPart.model_validate(part)})
    path = tmp_path / "audit.toml"
    path.write_text(to_toml(spec), encoding="utf-8")
    assert read(path).spec == spec
