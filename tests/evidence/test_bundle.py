"""A bundle is written the same twice, read back as it was, and broken ones are told in full."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from isg_audit.errors import BundleError
from isg_audit.evidence import keep, manifest, read, read_record, results_schema
from isg_audit.evidence.canonical import to_json, without_credentials
from isg_audit.run import Audit
from tests.evidence.made import fixed_up

SECRET = "hunter2"  # noqa: S105 - nobody's


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    shutil.copytree(kept, tmp_path / "bundle")
    return tmp_path / "bundle"


def test_two_bundles_of_one_audit_are_the_same_bytes(
    audit: Audit, kept: Path, tmp_path: Path
) -> None:
    keep(audit, tmp_path / "again")
    names = sorted(p.relative_to(kept).as_posix() for p in kept.rglob("*") if p.is_file())
    assert names == [
        "audit.toml", "checklists/us-ugesp.toml", "manifest.json", "measurements.parquet",
        "results.json", "tally.parquet",
    ]  # fmt: skip
    for name in names:
        assert (kept / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


def test_what_is_read_is_what_was_kept(audit: Audit, tmp_path: Path) -> None:
    written = keep(audit, tmp_path / "bundle")
    again = read(tmp_path / "bundle")
    assert again.results == written.results
    assert again.manifest == written.manifest
    assert again.manifest.data_fingerprint == audit.facts.fingerprint
    assert again.manifest.seed == audit.plan.seed


def test_no_password_is_kept(audit: Audit, kept: Path, tmp_path: Path) -> None:
    assert SECRET in audit.audit_file.text
    secretive = replace(audit, facts=replace(audit.facts, source=f"postgres://a:{SECRET}@b/c"))
    keep(secretive, tmp_path / "bundle")
    for folder in (kept, tmp_path / "bundle"):
        for path in folder.rglob("*"):
            assert path.is_dir() or SECRET.encode() not in path.read_bytes(), path.name


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("postgres://a:b@host/db", "postgres://REMOVED@host/db"),
        ("https://user:p%40ss@host/x?a=1", "https://REMOVED@host/x?a=1"),
        ("https://host/x?token=abc&b=2", "https://host/x?token=REMOVED&b=2"),
        ("mail a@b.example", "mail a@b.example"),
        ("s3://bucket/key", "s3://bucket/key"),
    ],
)
def test_credentials_are_taken_out_of_urls(given: str, kept: str) -> None:
    assert without_credentials(f'source = "{given}"') == f'source = "{kept}"'


def test_json_has_no_number_that_json_has_not() -> None:
    text = to_json({"b": float("inf"), "a": [float("nan"), 0.1, "ü"]})
    assert json.loads(text) == {"b": None, "a": [None, 0.1, "ü"]}
    assert list(json.loads(text)) == ["b", "a"]


def test_an_answers_file_is_kept(audit: Audit, tmp_path: Path) -> None:
    from isg_audit.judge import Answers

    answered = replace(audit, answers=Answers("isg_answers = 1\n", "0" * 64, {}, {}, {}))
    keep(answered, tmp_path / "bundle")
    assert (tmp_path / "bundle" / "answers.toml").read_text() == "isg_answers = 1\n"
    assert "answers.toml" in read(tmp_path / "bundle").manifest.files


def edit(folder: Path, name: str, change: Callable[[dict[str, object]], object]) -> None:
    content = json.loads((folder / name).read_text())
    change(content)
    (folder / name).write_text(json.dumps(content))


def missing(folder: Path) -> None:
    (folder / "tally.parquet").unlink()


def extra(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine")


def extra_folder(folder: Path) -> None:
    (folder / "more").mkdir()


def link(folder: Path) -> None:
    (folder / "audit.toml").rename(folder.parent / "elsewhere.toml")
    (folder / "audit.toml").symlink_to(folder.parent / "elsewhere.toml")


def linked_folder(folder: Path) -> None:
    (folder / "checklists").rename(folder.parent / "elsewhere")
    (folder / "checklists").symlink_to(folder.parent / "elsewhere")


def climbs_out(folder: Path) -> None:
    entry = {"sha256": "0" * 64, "size": 1}
    edit(folder, "manifest.json", lambda m: m["files"].update({"../secret.toml": entry}))


def changed(folder: Path) -> None:
    path = folder / "audit.toml"
    path.write_bytes(path.read_bytes().swapcase())


def shorter(folder: Path) -> None:
    (folder / "audit.toml").write_text("")


def unlisted(folder: Path) -> None:
    edit(folder, "manifest.json", lambda m: m["files"].pop("tally.parquet"))


def manifest_gone(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def manifest_not_json(folder: Path) -> None:
    (folder / "manifest.json").write_text("{")


def manifest_of_the_future(folder: Path) -> None:
    edit(folder, "manifest.json", lambda m: m.update(isg_audit_bundle=2))


def manifest_of_wrong_types(folder: Path) -> None:
    edit(folder, "manifest.json", lambda m: m.update(seed="7", colour="red"))


def results_not_json(folder: Path) -> None:
    (folder / "results.json").write_text("[1, 2")
    fixed_up(folder)


def results_with_nan(folder: Path) -> None:
    (folder / "results.json").write_text('{"confidence": NaN}')
    fixed_up(folder)


def results_of_the_future(folder: Path) -> None:
    edit(folder, "results.json", lambda r: r.update(isg_audit_results=2))
    fixed_up(folder)


def results_of_wrong_types(folder: Path) -> None:
    edit(folder, "results.json", lambda r: r["subject"].update(cases="many"))
    fixed_up(folder)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (missing, "tally.parquet: is missing."),
        (extra, "notes.txt: is not in the manifest."),
        (extra_folder, "more: is a folder that does not belong"),
        (link, "audit.toml: is a link"),
        (linked_folder, "checklists: is a link"),
        (climbs_out, "'../secret.toml' does not belong to a bundle"),
        (changed, "audit.toml: was changed"),
        (shorter, "audit.toml: has 0 bytes"),
        (unlisted, "tally.parquet is not listed"),
        (manifest_gone, "manifest.json: is missing"),
        (manifest_not_json, "manifest.json: is not JSON"),
        (manifest_of_the_future, "manifest.json: is of version 2"),
        (manifest_of_wrong_types, "manifest.json, seed: Input should be a valid integer"),
        (results_not_json, "results.json: is not JSON"),
        (results_with_nan, "results.json: is not JSON: NaN is no number"),
        (results_of_the_future, "results.json: is of version 2"),
        (results_of_wrong_types, "results.json, subject.cases: Input should be a valid integer"),
    ],
)
def test_a_broken_bundle_is_refused(folder: Path, harm: Callable[[Path], None], said: str) -> None:
    harm(folder)
    with pytest.raises(BundleError) as refused:
        read(folder)
    assert said in str(refused.value)


def test_every_fault_is_told_at_once(folder: Path) -> None:
    for harm in (missing, extra, changed, link, climbs_out):
        harm(folder)
    with pytest.raises(BundleError) as refused:
        read(folder)
    assert len(refused.value.faults) == 4
    where = {fault.where for fault in refused.value.faults}
    assert where == {"audit.toml", "tally.parquet", "notes.txt", "manifest.json, files"}


def test_a_file_too_large_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(manifest.LARGEST, "results.json", 100)
    with pytest.raises(BundleError, match="at most 100 are read"):
        read(folder)


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="is no folder"):
        read(tmp_path / "nothing")


def test_the_conformance_run_of_this_release_stands_in_the_provenance(kept: Path) -> None:
    record = read_record()
    assert record is not None
    assert read(kept).results.provenance.conformance == record.summary


def test_the_schema_names_every_part_of_the_results(kept: Path) -> None:
    schema = results_schema()
    content = json.loads((kept / "results.json").read_text())
    assert schema["$schema"].endswith("2020-12/schema")
    assert set(content) == set(schema["properties"]) - {"examples"}  # of recourse: there are none
    row = schema["$defs"]["Row"]["properties"]
    assert all(set(one) == set(row) for one in content["measurements"])
