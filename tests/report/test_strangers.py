"""Names come from other people's data: whatever they hold is printed as text or refused."""

from __future__ import annotations

import io
import logging
import subprocess
from pathlib import Path

import page
import pikepdf
import pytest

from isg_audit.errors import OutputFailed
from isg_audit.evidence import Results
from isg_audit.report import pdf
from isg_audit.report.publish import Documents, documents_of
from isg_audit.report.wording import visible
from tests.report.specimen import results

NAMES = {
    "Black": '<b onmouseover="x()">Black</b>',
    "Hispanic": "{{7*7}}{% raw %}",
    "White": "شركة بيضاء",
    "Female": "ж" * 300,
    "Male": "=1+1",
    "Married": "a\u202eb\x07c\u2028d",
    "Not married": 'O\'Neil & "Söhne" \\ %s %(n)s',
}


def renamed() -> Results:
    """The hand-made audit with other names of its groups, everywhere they stand."""

    def change(value: object) -> object:
        if isinstance(value, str):
            parts = value.split(" × ")
            return " × ".join(NAMES.get(part, part) for part in parts)
        if isinstance(value, dict):
            return {key: change(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [change(one) for one in value]
        return value

    whole = results().model_dump()
    whole["subject"]["name"] = "<script>alert(1)</script> {{ config }} " + "lengthy " * 30
    return Results.model_validate(change(whole))


@pytest.fixture(scope="module")
def strange() -> Documents:
    return documents_of(renamed())


def test_markup_in_names_is_text(strange: Documents) -> None:
    html = strange.report_html.decode()
    assert "<script>" not in html
    assert "<b onmouseover" not in html
    assert "&lt;b onmouseover" in html


def test_templates_in_names_are_text(strange: Documents) -> None:
    html = strange.report_html.decode()
    assert "{{7*7}}" in html
    assert "{{ config }}" in html
    assert "{% raw %}" in html


def test_what_hides_text_becomes_visible(strange: Documents) -> None:
    html = strange.report_html.decode()
    assert "\u202e" not in html
    assert "\x07" not in html
    assert visible("a\u202eb\x07c\u2028d") == "a\ufffdb\ufffdc\ufffdd"


@pytest.mark.parametrize("name", ["report_pdf", "summary_pdf"])
def test_strange_names_leave_the_pdf_accessible(strange: Documents, name: str) -> None:
    report = page.validate_pdf_bytes(
        getattr(strange, name), profile=page.ValidationProfile.PDF_A_3A
    )
    assert [str(one) for one in report.failures] == []


def test_the_summary_keeps_to_two_pages(strange: Documents) -> None:
    with pikepdf.open(io.BytesIO(strange.summary_pdf)) as opened:
        assert len(opened.pages) == 2


HTML = '<html lang="en"><head><title>t</title></head><body><h1>{}</h1></body></html>'


def test_a_character_without_a_font_is_named() -> None:
    # No font covers U+1E7FF, a code point that no script uses yet.
    document = pdf.layout(HTML.format("\U0001e7ff"))
    with pytest.raises(OutputFailed, match=r"U\+1E7FF"):
        pdf.written(document, (), "2026-03-09T10:12:00+00:00")


def test_a_character_without_a_font_stands_as_its_code(tmp_path: Path) -> None:
    named = results().model_dump_json().replace("Hispanic", "His\U0001e7ffpanic")
    made = documents_of(Results.model_validate_json(named))
    for content in (made.report_pdf, made.summary_pdf):
        (tmp_path / "made.pdf").write_bytes(content)
        told = subprocess.run(
            ["pdftotext", str(tmp_path / "made.pdf"), "-"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "His[U+1E7FF]panic" in told.stdout
        assert "\U0001e7ff" not in told.stdout
    assert "they stand as their code" in " ".join(made.report_html.decode().split())


@pytest.mark.parametrize(
    "asked",
    [
        '<img src="file:///etc/hostname" alt="a">',
        '<img src="https://example.org/a.png" alt="a">',
        '<img src="../pyproject.toml" alt="a">',
        '<link rel="stylesheet" href="http://example.org/a.css">',
    ],
)
def test_nothing_is_fetched_but_bundled_files(asked: str) -> None:
    with pytest.raises(OutputFailed):
        pdf.layout(HTML.format(asked))


def test_a_missing_library_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    opened = builtins.__import__

    def refuse(name: str, *more: object, **named: object) -> object:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return opened(name, *more, **named)  # type: ignore[arg-type]

    pdf._press.cache_clear()
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(OutputFailed, match="apt-get install libpango"):
        pdf.layout(HTML.format("a"))


def test_listening_leaves_the_log_as_it_was() -> None:
    logger = logging.getLogger("weasyprint")
    before = (list(logger.handlers), logger.level, logger.propagate)
    pdf.layout(HTML.format("a"))
    assert (list(logger.handlers), logger.level, logger.propagate) == before
