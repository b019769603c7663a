"""The files as others read them: conformance, structure, attachments, the same bytes."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import page
import pikepdf
import pytest

from isg_audit.report import pdf as press
from isg_audit.report.attachments import Attached, measurements_csv
from isg_audit.report.publish import Documents, documents_of
from tests.report.specimen import results

PROFILES = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda one: one.name)
@pytest.mark.parametrize("name", ["report_pdf", "summary_pdf"])
def test_the_pdf_is_accessible_and_archivable(
    documents: Documents, name: str, profile: page.ValidationProfile
) -> None:
    report = page.validate_pdf_bytes(getattr(documents, name), profile=profile)
    assert [str(one) for one in report.failures] == []


def test_two_builds_are_the_same_bytes(documents: Documents) -> None:
    assert documents_of(results()) == documents


def test_a_pdf_written_anew_for_its_last_byte_conforms_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = iter([True, True, False])
    monkeypatch.setattr(press, "ends_in_return", lambda content: next(said))
    attached = (Attached("a.csv", "Two numbers.", b"a,b\n1,2\n"),)
    head = '<html lang="en"><head><title>One</title></head>'
    content = press.written(press.layout(f"{head}<body><h1>One</h1></body></html>"), attached, "")
    assert next(said, None) is None
    for profile in PROFILES:
        report = page.validate_pdf_bytes(content, profile=profile)
        assert [str(one) for one in report.failures] == []


def elements(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    waiting = [pdf.Root.StructTreeRoot.K]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Array):
            waiting.extend(reversed(list(one)))  # type: ignore[call-overload]
        elif isinstance(one, pikepdf.Dictionary) and "/S" in one:
            yield one
            if "/K" in one:
                waiting.append(one.K)


@pytest.fixture(scope="module")
def pdf(documents: Documents) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(documents.report_pdf)) as opened:
        yield opened


def test_headings_never_skip_a_level_and_start_with_one(pdf: pikepdf.Pdf) -> None:
    levels = [int(str(one.S)[2]) for one in elements(pdf) if re.fullmatch(r"/H[1-6]", str(one.S))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def test_every_figure_says_what_it_shows(pdf: pikepdf.Pdf) -> None:
    figures = [one for one in elements(pdf) if str(one.S) == "/Figure"]
    assert len(figures) >= 9
    for one in figures:
        assert len(str(one.Alt)) > 20
        assert str(one.Alt).endswith(".")
        left, bottom, right, top = (float(side) for side in one.A.BBox)
        assert 0 <= left < right <= 596
        assert 0 <= bottom < top <= 842, "points of an A4 page, from its foot"


def test_tables_have_heads_and_equal_rows(pdf: pikepdf.Pdf) -> None:
    tables = [one for one in elements(pdf) if str(one.S) == "/Table"]
    assert len(tables) > 10
    heads = [one for one in elements(pdf) if str(one.S) == "/TH"]
    assert all("/ID" in one for one in heads)
    names = pdf.Root.StructTreeRoot.IDTree.Kids[0].Names
    assert len(names) // 2 == len({bytes(one.ID) for one in heads})


def test_the_evidence_is_attached_once_with_the_date_of_the_audit(pdf: pikepdf.Pdf) -> None:
    assert set(pdf.attachments) == {"results.json", "measurements.csv"}
    assert len(pdf.Root.AF) == 2
    assert {str(one.AFRelationship) for one in pdf.Root.AF} == {"/Data"}
    kept = json.loads(pdf.attachments["results.json"].get_file().read_bytes())
    assert kept == json.loads(results().model_dump_json())
    assert pdf.attachments["measurements.csv"].get_file().read_bytes() == measurements_csv(
        results()
    )
    assert pdf.attachments["results.json"].get_file().creation_date is not None
    assert "20260309101200" in str(pdf.Root.AF[0].EF.F.Params.CreationDate)


def test_the_document_says_its_language_title_and_parts(pdf: pikepdf.Pdf) -> None:
    assert str(pdf.Root.Lang) == "en"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    with pdf.open_outline() as outline:
        titles = [one.title for one in outline.root]
    assert titles == ["Mortgage underwriting, Boston 1990"]
    with pdf.open_metadata() as metadata:
        assert (
            metadata["dc:title"] == "Mortgage underwriting, Boston 1990: algorithmic impact audit"
        )
        assert metadata["pdfuaid:part"] == "1"


def test_the_summary_has_two_pages(documents: Documents) -> None:
    with pikepdf.open(io.BytesIO(documents.summary_pdf)) as opened:
        assert len(opened.pages) == 2


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.outside: list[str] = []
        self.targets: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            if name == "href" and value:
                self.targets.append(value.removeprefix("#"))
            if name in ("src", "href", "action") and value and not value.startswith("#"):
                self.outside.append(value)


def test_the_web_page_stands_alone(documents: Documents) -> None:
    html = documents.report_html.decode()
    found = _Links()
    found.feed(html)
    assert "script" not in found.tags
    assert found.outside == []
    assert set(found.targets) <= found.ids
    fetched = re.findall(r"url\(\"?([a-z]+:)", html)
    assert set(fetched) == {"data:"}
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html
