"""Broken audit files, each named after its fault, and what a person is told about it."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

import pytest

from isg_audit.errors import SpecError
from isg_audit.spec import AuditFile, DecisionsPart, Group, ModelPart, Spec, System, read
from isg_audit.spec.checks import JOINT
from isg_audit.tally import table

SPECIMENS = Path(__file__).parents[1] / "specimens" / "audit_file"

GOOD = """\
isg_audit = 1
[system]
name = "Loans"
[decisions]
source = "decisions.csv"
decision = "approved"
favourable = 1
[groups.sex]
"""


def expected() -> dict[str, list[str]]:
    """The whole output for each specimen, from the one file where it is written out."""
    told: dict[str, list[str]] = defaultdict(list)
    for line in (SPECIMENS / "faults.txt").read_text(encoding="utf-8").splitlines():
        told[line.partition(".toml")[0]].append(line)
    return told


@pytest.mark.parametrize("name", sorted(path.stem for path in SPECIMENS.glob("*.toml")))
def test_each_fault_is_told_with_its_line_and_key(name: str) -> None:
    with pytest.raises(SpecError) as told:
        read(SPECIMENS / f"{name}.toml")
    assert str(told.value).splitlines() == expected()[name]
    assert told.value.exit_code == 2


def test_every_expected_fault_has_its_specimen() -> None:
    assert set(expected()) == {path.stem for path in SPECIMENS.glob("*.toml")}


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "audit.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def fault(path: Path) -> str:
    with pytest.raises(SpecError) as told:
        read(path)
    return str(told.value)


def test_a_whole_file_is_read_with_its_text_and_folder(tmp_path: Path) -> None:
    audit_file = read(write(tmp_path, GOOD))
    assert audit_file.text == GOOD
    assert audit_file.spec.decisions.favourable == 1
    assert audit_file.resolve("decisions.csv") == tmp_path / "decisions.csv"
    assert audit_file.name == "audit.toml"


def test_windows_line_ends_and_a_byte_order_mark_are_no_fault(tmp_path: Path) -> None:
    audit_file = read(write(tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()))
    assert audit_file.spec.system.name == "Loans"


def test_a_file_that_is_not_there_names_those_beside_it(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    told = fault(tmp_path / "adit.toml")
    assert told.startswith("adit.toml: there is no such file. Beside it: audit.toml.")


def test_a_folder_is_not_an_audit_file(tmp_path: Path) -> None:
    assert "this is a folder" in fault(tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "audit.toml")
    assert "not a plain file" in fault(tmp_path / "audit.toml")


def test_a_file_larger_than_a_megabyte_is_refused_unread(tmp_path: Path) -> None:
    assert "larger than 1 MB" in fault(write(tmp_path, GOOD + "#" * 1_000_000))


def test_text_that_is_not_utf_8_has_its_line(tmp_path: Path) -> None:
    told = fault(write(tmp_path, GOOD.replace("Loans", "Pr\xeats").encode("latin-1")))
    assert told == "audit.toml, line 3: this is not UTF-8 text. Save the file as UTF-8."


def test_lists_nested_without_end_do_not_end_the_program(tmp_path: Path) -> None:
    told = fault(write(tmp_path, GOOD + f"cut = {'[' * 50_000}{']' * 50_000}\n"))
    assert "nested too deeply" in told


@pytest.mark.parametrize("line", ["a." * 2_000 + "b = 1", "cut = " + "{a = " * 40 + "1" + "}" * 40])
def test_tables_nested_without_end_do_not_either(tmp_path: Path, line: str) -> None:
    assert "nested too deeply" in fault(write(tmp_path, GOOD + line + "\n"))


def test_thousands_of_faults_are_told_in_seconds(tmp_path: Path) -> None:
    names = ", ".join(f'"{at // 2}"' for at in range(20_000))
    with pytest.raises(SpecError) as told:
        read(write(tmp_path, GOOD + f"[audit]\nlegitimate = [{names}]\n"))
    assert len(told.value.faults) == 10_000


def test_a_number_of_ten_thousand_digits_is_told_not_raised(tmp_path: Path) -> None:
    assert "this is not TOML" in fault(write(tmp_path, GOOD + f"cut = [{'9' * 10_000}]\n"))


@pytest.mark.parametrize("odd", ['"; drop table people; --', "<b>", "{{7*7}}", "ا", "a.b", " a"])
def test_odd_names_are_nobodys_fault(tmp_path: Path, odd: str) -> None:
    text = GOOD.replace("[groups.sex]", f"[groups.'{odd}']\ncolumn = '{odd}'")
    assert read(write(tmp_path, text)).spec.groups[odd].column == odd


def test_a_misspelt_key_is_one_fault_not_also_a_missing_one(tmp_path: Path) -> None:
    told = fault(write(tmp_path, GOOD.replace("favourable", "favorable")))
    assert told.count("\n") == 0
    assert "Did you mean 'favourable'?" in told


def test_a_spec_made_in_a_program_has_a_text_that_reads_back(tmp_path: Path) -> None:
    spec = Spec(
        system=System(name="Loans"),
        decisions=DecisionsPart(source="d.csv", decision="approved", favourable=True),
        groups={"sex": Group(column='a "b"', cut=(1, 2.5))},
        model=ModelPart(source="m.onnx"),
    )
    audit_file = AuditFile.in_memory(spec, tmp_path)
    assert read(write(tmp_path, audit_file.text)).spec == spec


def test_a_spec_made_in_a_program_is_checked_too() -> None:
    spec = Spec(system=System(name="Loans"), decisions=DecisionsPart(decision="approved"))
    with pytest.raises(SpecError, match="'favourable' is missing"):
        AuditFile.in_memory(spec)


def test_a_file_for_data_in_memory_needs_no_source(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace('source = "decisions.csv"\n', ""))
    assert read(path, needs_source=False).spec.decisions.source == ""
    assert "'source' is missing" in fault(path)


def test_the_joint_is_the_one_that_tallies_use() -> None:
    assert JOINT == table.JOINT
