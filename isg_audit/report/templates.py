"""Templates to HTML: sandboxed, everything escaped, an unknown name is an error.

Imports `resources` and the page models of this room.
"""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from isg_audit.report.pages import Report
from isg_audit.report.wording import Words
from isg_audit.resources import templates_folder

KINDS = {".woff2": "font/woff2", ".svg": "image/svg+xml"}


def html_of(template: str, page: Report, words: Words, *, screen: bool) -> str:
    """The document as HTML.

    Args:
        template: file name in the folder of templates.
        page: the page models.
        words: the language, for the words that stand in the templates.
        screen: True for a browser: fonts and marks stand inside the file; False for the PDF.
    """
    environment = _environment(words.translations)
    css = _inside(_sheets("base", "screen")) if screen else ""
    # Our own style sheets, no text of strangers.
    return environment.get_template(template).render(page=page, css=Markup(css))  # noqa: S704


@lru_cache(maxsize=2)
def _environment(translations: NullTranslations) -> SandboxedEnvironment:
    """The templates in one language, read once for the documents of a report."""
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    return environment


def print_css() -> str:
    """The style sheet of the PDF; fonts and marks are named relative to the templates folder."""
    return _sheets("base", "print")


def _sheets(*names: str) -> str:
    folder = templates_folder() / "css"
    return "\n".join((folder / f"{name}.css").read_text(encoding="utf-8") for name in names)


def _inside(css: str) -> str:
    """Every bundled file that the style sheet names, written into it."""

    def written(found: re.Match[str]) -> str:
        path = templates_folder() / Path(found[1])
        data = base64.b64encode(path.read_bytes()).decode("ascii")
        return f'url("data:{KINDS[path.suffix]};base64,{data}")'

    return re.sub(r'url\("((?:fonts|marks)/[\w.-]+)"\)', written, css)
