"""HTML to PDF by WeasyPrint: PDF/A-3a and PDF/UA-1 in one file, the same bytes each time.

Imports `errors`, `resources` and this room. WeasyPrint is imported where it is used.
"""

from __future__ import annotations

import atexit
import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from isg_audit.errors import OutputFailed
from isg_audit.report.attachments import Attached
from isg_audit.report.finisher import ends_in_return, finish
from isg_audit.report.templates import print_css
from isg_audit.resources import templates_folder

NO_PANGO = (
    "The PDF could not be made: the library Pango is missing on this computer. On Debian and "
    "Ubuntu: "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0. On Fedora: dnf "
    "install pango. "
    "On macOS: brew install pango."
)
PADDINGS = 4
"""Tries to write a PDF none of whose streams ends in a line end; the second is seldom needed."""
MISSING_GLYPH = ".notdef glyph rendered"


class MissingGlyphs(OutputFailed):
    """No font of this computer has these characters: character to code point."""

    def __init__(self, characters: dict[str, int]) -> None:
        self.characters = characters
        named = ", ".join(f"“{one}” (U+{code:04X})" for one, code in sorted(characters.items())[:8])
        super().__init__(
            f"The PDF would show empty boxes: no font on this computer has {named}. Install a font "
            "for that script, for example fonts-noto-core or fonts-noto-cjk, and render the report "
            "again."
        )


class _Listener(logging.Handler):
    """Collects the characters that WeasyPrint found no font for, and whatever else went wrong."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.characters: dict[str, int] = {}
        self.troubles: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith(MISSING_GLYPH) and isinstance(record.args, tuple):
            self.characters[str(record.args[0])] = int(str(record.args[1]))
        elif record.levelno >= logging.ERROR:
            self.troubles.append(record.getMessage())


@contextmanager
def _listening() -> Iterator[_Listener]:
    logger = logging.getLogger("weasyprint")
    listener, before, passes = _Listener(), logger.level, logger.propagate
    logger.addHandler(listener)
    logger.propagate = False
    try:
        yield listener
    finally:
        logger.removeHandler(listener)
        logger.setLevel(before)
        logger.propagate = passes


@dataclass(frozen=True, slots=True)
class _Press:
    """Fonts and style sheet, read once a process: unpacking fonts is a third of a render."""

    fonts: Any
    sheet: Any
    fetcher: Any


@cache
def _press() -> _Press:
    try:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise OutputFailed(NO_PANGO) from error
    home = templates_folder().as_uri() + "/"

    class Bundled(URLFetcher):  # type: ignore[misc]
        """Opens files of the templates folder and nothing else: no network, no other file."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith(home) or ".." in url:
                raise ValueError(f"not a bundled file: {url[:80]}")
            return super().fetch(url, headers)

    # Freed before the interpreter takes its modules apart, which the fonts need for it.
    atexit.register(_press.cache_clear)
    fonts, fetcher = FontConfiguration(), Bundled(allowed_protocols=["file"])
    sheet = weasyprint.CSS(
        string=print_css(), base_url=home, font_config=fonts, url_fetcher=fetcher
    )
    return _Press(fonts, sheet, fetcher)


def layout(html: str) -> Any:
    """The pages, laid out.

    Args:
        html: a whole document without style sheets; the one for print is applied.

    Raises:
        OutputFailed: Pango is missing, or the document asks for anything that is not bundled.
    """
    press = _press()
    import weasyprint

    with _listening() as listener:
        document = weasyprint.HTML(
            string=html, base_url=templates_folder().as_uri() + "/", url_fetcher=press.fetcher
        ).render(stylesheets=[press.sheet], font_config=press.fonts, pdf_variant="pdf/a-3a")
    if listener.troubles:
        raise OutputFailed("The PDF could not be laid out: " + "; ".join(listener.troubles[:3]))
    return document


def written(document: Any, attached: Sequence[Attached], made: str) -> bytes:
    """The pages as a PDF file.

    Args:
        document: what `layout` gave.
        attached: files to put inside.
        made: ISO 8601 time that the attachments carry; no clock is read.

    Raises:
        MissingGlyphs: a character has no glyph in any font of this computer.
    """
    with _listening() as listener, warnings.catch_warnings():
        # WeasyPrint 70 leaves its colour profile open until it is collected.
        warnings.simplefilter("ignore", ResourceWarning)
        for padding in range(PADDINGS):
            content = document.write_pdf(
                finisher=partial(finish, padding=padding),
                pdf_variant="pdf/a-3a",
                attachments=_inside(attached, made),  # each can be read once
            )
            if not ends_in_return(content):
                break
    if listener.characters:
        raise MissingGlyphs(listener.characters)
    return bytes(content)


def _inside(attached: Sequence[Attached], made: str) -> list[Any]:
    import weasyprint

    when = _moment(made)
    return [
        weasyprint.Attachment(
            string=one.content,
            name=one.name,
            description=one.description,
            relationship="Data",
            created=when,
            modified=when,
        )
        for one in attached
    ]


def _moment(made: str) -> datetime:
    try:
        when = datetime.fromisoformat(made)
    except ValueError:
        return datetime(1980, 1, 1, tzinfo=UTC)
    return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)


def page_of(document: Any, anchor: str) -> int:
    """The page, from 1, on which the element with this id stands.

    Raises:
        KeyError: there is none.
    """
    for number, page in enumerate(document.pages, start=1):
        if anchor in page.anchors:
            return number
    raise KeyError(anchor)


def pages(document: Any) -> int:
    """How many pages were laid out."""
    return len(document.pages)


def save(content: bytes, path: Path) -> Path:
    """Writes a file.

    Raises:
        OutputFailed: the disk is full or the folder cannot be written.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise OutputFailed(
            f"{path.name} could not be written: {error.strerror or error}."
        ) from error
    return path
