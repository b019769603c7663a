"""From a bundle to the three documents; from an audit to a folder of results.

Imports `evidence` and the other modules of this room.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from isg_audit.errors import OutputFailed
from isg_audit.evidence import Bundle, Results, keep, read, replacing
from isg_audit.report import pdf
from isg_audit.report.attachments import attachments_of
from isg_audit.report.document import document_of
from isg_audit.report.lookup import Lookup, lookup_of
from isg_audit.report.pages import Report
from isg_audit.report.summary import summary_of
from isg_audit.report.templates import html_of

Progress = Callable[[str, int, int | None], None]
REPORT, SUMMARY, PAGE = "report.pdf", "summary.pdf", "report.html"
SUMMARY_PAGES = 2
GLANCE_PAGE = 3
"""The results at a glance stand on page 3: cover, one page of summary, then they."""


@dataclass(frozen=True, slots=True)
class Documents:
    """The rendered documents, in memory."""

    report_pdf: bytes
    summary_pdf: bytes
    report_html: bytes


@dataclass(frozen=True)
class Published:
    """Where the results of an audit are."""

    report_pdf: Path
    summary_pdf: Path
    report_html: Path
    bundle: Path
    results: Results


def publish(audit: Any, out: Path, progress: Progress | None = None) -> Published:
    """Keep the evidence of an audit and render its report, whole or not at all.

    Args:
        audit: an `isg_audit.run.Audit`. The type is not named: this room knows the bundle alone.
        out: the folder of results; an earlier one of ours is replaced when all is written.
        progress: told the step, how much is done, and of how much.

    Raises:
        OutputFailed: something could not be written or rendered; what stood in `out` is untouched.
    """
    tell = progress or _silent
    out = Path(out)
    with replacing(out) as folder:
        tell("Keeping the evidence", 0, 2)
        bundle = keep(audit, folder / "bundle")
        tell("Writing the report", 1, 2)
        render(bundle, folder)
    tell("Writing the report", 2, 2)
    return Published(out / REPORT, out / SUMMARY, out / PAGE, out / "bundle", bundle.results)


def _silent(step: str, done: int, total: int | None) -> None:
    del step, done, total


def render(bundle: Bundle | Path, out: Path) -> Published:
    """Render the documents of a bundle; neither data nor model is needed.

    The same bundle gives the same bytes.

    Args:
        bundle: a bundle, or the folder of one, which is read and checked first.
        out: a folder, made if need be; the three documents in it are replaced.

    Raises:
        BundleError: the folder is no whole bundle.
        OutputFailed: a document could not be rendered or written.
    """
    kept = bundle if isinstance(bundle, Bundle) else read(Path(bundle))
    made = documents_of(kept.results, kept.folder)
    out = Path(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputFailed(f"{out} could not be made: {error.strerror or error}.") from error
    return Published(
        pdf.save(made.report_pdf, out / REPORT),
        pdf.save(made.summary_pdf, out / SUMMARY),
        pdf.save(made.report_html, out / PAGE),
        kept.folder,
        kept.results,
    )


def documents_of(results: Results, folder: Path | None = None) -> Documents:
    """The three documents of some results.

    Args:
        results: what the audit found, as published.
        folder: of the bundle, whose `results.json` is attached as it is; None: written anew.
    """
    attached = attachments_of(results, folder)
    shown, absent = results, dict[str, int]()
    with _without_collection():
        while True:
            look = lookup_of(shown)
            page = document_of(look, [(one.name, one.sha256) for one in attached])
            try:
                page = _fitted(page, look)
                report = _laid_out("report.html.j2", page, look)
                return Documents(
                    pdf.written(report, attached, results.provenance.made),
                    _summary(page, look),
                    html_of("report.html.j2", page, look.words, screen=True).encode("utf-8"),
                )
            except pdf.MissingGlyphs as missing:
                if absent.keys() >= missing.characters.keys():
                    raise
                absent |= missing.characters
                shown = by_code(results, absent)


def by_code(results: Results, absent: Mapping[str, int]) -> Results:
    """The results with characters that no font can draw told by their code, and that said.

    Args:
        results: as they are kept; the attached files stay as they are.
        absent: characters and their code points.
    """
    text = results.model_dump_json()
    for character, code in absent.items():
        text = text.replace(character, f"[U+{code:04X}]")
    told = Results.model_validate_json(text)
    said = (
        "No font on the computer that made this report has some characters of the names; they "
        "stand as their code, such as [U+6F22]. The attached files hold them as they are."
    )
    return told.model_copy(update={"limits": (*told.limits, said)})


@contextmanager
def _without_collection() -> Iterator[None]:
    """Layout makes millions of small objects that stay: walking them is a fifth of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _laid_out(template: str, page: Report, look: Lookup) -> Any:
    return pdf.layout(html_of(template, page, look.words, screen=False))


def _fitted(page: Report, look: Lookup) -> Report:
    """The report with as many findings in its summary as leave that on one page."""
    cover = replace(page.cover, field=Markup(""))
    short = replace(page, cover=cover, findings=(), sections=(), contents=())
    for most in (3, 2, 1):
        summary = summary_of(look, most)
        tried = _laid_out("report.html.j2", replace(short, summary=summary), look)
        if pdf.page_of(tried, page.glance.anchor) <= GLANCE_PAGE:
            break
    return replace(page, summary=summary)


def _summary(page: Report, look: Lookup) -> bytes:
    """The public summary: two pages, with as many findings as fit."""
    most, pictured = 4, True
    while most:
        summary = summary_of(look, most)
        if not pictured:
            summary = replace(summary, picture=None)
        laid_out = _laid_out("summary.html.j2", replace(page, summary=summary), look)
        if pdf.pages(laid_out) <= SUMMARY_PAGES:
            return pdf.written(laid_out, (), look.results.provenance.made)
        if pdf.page_of(laid_out, "second") > SUMMARY_PAGES and pictured:
            pictured = False
        else:
            most -= 1
    raise OutputFailed("The summary does not fit on two pages, even with one finding.")
