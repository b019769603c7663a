"""Pages made from code and data are up to date, and leave nothing out."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any, get_args

import pytest

from isg_audit.evidence.measurements_file import ORDER
from isg_audit.judge import KNOWN, Word, checklist_ids, read_answers, read_checklist
from isg_audit.spec import audit_schema, read
from tests.docs.blocks import TOP, blocks_of

DOCS = TOP / "docs"


def script(name: str) -> dict[str, Any]:
    return runpy.run_path(str(DOCS / f"{name}.py"))


def text_of(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def test_the_page_of_measures_is_up_to_date() -> None:
    page = text_of("measures.md")
    assert script("make_measures")["page"](page) == page, "run: python docs/make_measures.py"


def test_every_measure_has_a_manual_page_with_words_in_it() -> None:
    entries = script("make_measures")["entries"]()
    of_the_log = {name for name in KNOWN if ".model_" not in name}
    assert set(entries) == of_the_log | set(script("make_measures")["OF_PARTS"])
    for name, entry in entries.items():
        manual = entry.partition("\n\n")[2].partition("\n\n- ")[0]
        assert len(manual.split()) >= 8, name
        assert f"\n{entry}" in text_of("measures.md"), name


def test_a_measure_without_a_docstring_is_refused() -> None:
    def silent() -> None: ...

    with pytest.raises(ValueError, match="fairness.silent has no manual page"):
        script("make_measures")["_entry"]("fairness.silent", {}, silent)


def test_the_page_of_conformance_is_up_to_date() -> None:
    page = text_of("conformance.md")
    assert script("make_conformance")["page"](page) == page, "run: python docs/make_conformance.py"


def test_the_pages_of_checklists_are_up_to_date() -> None:
    made = script("make_checklists")["pages"]()
    there = {path.name: path.read_text("utf-8") for path in (DOCS / "checklists").iterdir()}
    assert there == made, "run: python docs/make_checklists.py"


@pytest.mark.parametrize("name", checklist_ids())
def test_a_checklist_page_holds_every_item_limit_and_source(name: str) -> None:
    page = text_of(f"checklists/{name}.md")
    for item in read_checklist(name).checklist.items:
        part = page[page.index(f"## {item.id}: ") :].partition("\n## ")[0]
        assert all(source.instrument in part for source in item.sources)
        assert part.count("unverified") == sum(not source.verified for source in item.sources)
        if item.kind == "measured" and item.tolerance is not None:
            limits = (item.at_least, item.at_most, *(item.within or ()))
            assert all(f" {limit:g}" in part for limit in limits if limit is not None)


def test_the_page_of_the_audit_file_is_up_to_date_and_names_every_key() -> None:
    page = text_of("audit-file.md")
    assert script("make_audit_file")["page"](page) == page, "run: python docs/make_audit_file.py"
    schema = audit_schema()
    for name in schema["properties"]:
        assert re.search(rf"^### \[+{name}[\].]", page, re.MULTILINE) or f"`{name} =" in page, name
    for part in schema["$defs"].values():
        for key in part["properties"]:
            assert f"\n| `{key}` |" in page, key


def test_its_example_is_an_audit_file(tmp_path: Path) -> None:
    (example,) = [one.text for one in blocks_of(DOCS / "audit-file.md") if one.language == "toml"]
    (tmp_path / "audit.toml").write_text(example, encoding="utf-8")
    (tmp_path / "answers.toml").touch()
    assert read(tmp_path / "audit.toml").spec.groups["race"].column == "race_eth"


def test_the_example_of_answers_is_one(tmp_path: Path) -> None:
    (example,) = [one.text for one in blocks_of(DOCS / "answers.md") if one.language == "toml"]
    (tmp_path / "answers.toml").write_text(example, encoding="utf-8")
    (tmp_path / "minutes.pdf").write_bytes(b"%PDF")
    found = read_answers(tmp_path / "answers.toml", [read_checklist("people-oriented")])
    assert list(found.answers) == [("people-oriented", "PART-01")]
    assert list(found.waivers) == [("people-oriented", "FAIR-01")]


def test_every_column_of_the_table_of_measurements_is_explained() -> None:
    page = text_of("exit-codes-and-output.md").partition("## The table of measurements")[2]
    assert [name for name in ORDER if f"`{name}`" not in page] == []


def test_every_verdict_is_explained_in_the_tutorial() -> None:
    words = re.findall(r"^\| ([a-z ]+) \| ", text_of("tutorial.md"), re.MULTILINE)
    assert set(words) - {"word"} == set(get_args(Word))


def pages() -> list[Path]:
    return [TOP / "README.md", TOP / "SECURITY.md", *sorted(DOCS.rglob("*.md"))]


def links(page: Path) -> set[Path]:
    """Files of ours that a page links to."""
    found = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    return {(page.parent / one).resolve() for one in found if "://" not in one}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_no_link_leads_nowhere(page: Path) -> None:
    assert [str(one) for one in links(page) if not one.exists()] == []


def test_every_page_is_reached_from_the_index() -> None:
    reached = links(DOCS / "index.md")
    template = DOCS / "decisions" / "0000-template.md"
    wanted = {path.resolve() for path in DOCS.rglob("*.md")} - {DOCS / "index.md", template}
    assert wanted <= reached


def test_the_picture_stays_small() -> None:
    picture = DOCS / "images" / "report.png"
    assert 10_000 < picture.stat().st_size < 300_000
