"""Words of one language: sentences from the catalogue, verdict words, lists, numbers.

Imports `numbers` of this room and `resources`. Sentences use `%(name)s`, so a literal percent sign
is written twice. Catalogues are gettext files in `report_templates/locale`; English is the source.
"""

from __future__ import annotations

import gettext
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError
from babel.lists import format_list

from isg_audit.report.numbers import Numbers
from isg_audit.resources import templates_folder

DOMAIN = "report"


@dataclass(frozen=True, slots=True)
class Words:
    """What is said, in one language."""

    language: str
    direction: str
    numbers: Numbers
    translations: gettext.NullTranslations

    def say(self, message: str, /, **values: object) -> str:
        """A sentence of the catalogue with its values."""
        return self.translations.gettext(message) % values

    def plural(self, one: str, many: str, count: int, /, **values: object) -> str:
        """The singular or plural that the language asks for; `%(n)s` is the count, formatted."""
        said = self.numbers.count(count)
        return self.translations.ngettext(one, many, count) % {"n": said, **values}

    def verdict(self, word: str) -> str:
        """A verdict word as it is printed."""
        return self.say(VERDICTS[word])

    def listed(self, names: Sequence[str], at_most: int = 4) -> str:
        """`a, b and c`; from the fifth on `a, b, c and 7 more`."""
        shown = list(names)
        if len(shown) > at_most:
            more = len(shown) - at_most + 1
            shown = [*shown[: at_most - 1], self.plural("%(n)s more", "%(n)s more", more)]
        said = format_list(shown, locale=self.numbers.locale)
        return said.replace(", and ", " and ") if self.language.startswith("en") else said


def _mark(message: str) -> str:
    """Marks a message for extraction."""
    return message


VERDICTS = {
    "error": _mark("Error"),
    "fail": _mark("Fail"),
    "inconclusive": _mark("Inconclusive"),
    "unanswered": _mark("Unanswered"),
    "not assessed": _mark("Not assessed"),
    "waived": _mark("Waived"),
    "pass": _mark("Pass"),
    "not applicable": _mark("Not applicable"),
}
SEVERITIES = {
    "critical": _mark("Critical"),
    "high": _mark("High"),
    "medium": _mark("Medium"),
    "low": _mark("Low"),
}


def words_of(language: str) -> Words:
    """The words of a language; English where no catalogue has been written for it.

    A language without a catalogue still prints: sentences in English, and the document says so
    by carrying the language `en`.
    """
    folder = templates_folder() / "locale"
    try:
        locale = Locale.parse(language.replace("-", "_"))
        found = gettext.find(DOMAIN, str(folder), [str(locale), locale.language])
    except (UnknownLocaleError, ValueError):
        found = None
    if found is None:
        locale = Locale.parse("en_GB" if language.lower() in ("en-gb", "en_gb") else "en")
        translations = gettext.NullTranslations()
    else:
        with open(found, "rb") as catalogue:  # noqa: PTH123 (what gettext found)
            translations = gettext.GNUTranslations(catalogue)
    direction = "rtl" if locale.text_direction == "rtl" else "ltr"
    return Words(str(locale).replace("_", "-"), direction, Numbers(locale), translations)


def visible(said: str) -> str:
    """Text of strangers without the characters that hide or turn other text round.

    Control characters and the marks that force a direction become a visible replacement
    character; line breaks become spaces.
    """
    return "".join(
        " " if one in "\n\r\t" else "\ufffd" if _hides(one) else one
        for one in unicodedata.normalize("NFC", said)
    )


def _hides(one: str) -> bool:
    return unicodedata.category(one) in ("Cc", "Cs", "Co", "Cn") or one in (
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2028\u2029\ufeff"
    )


def short(said: str, at_most: int) -> str:
    """The text, or its beginning up to a word and an ellipsis, in at most `at_most` characters."""
    if len(said) <= at_most:
        return said
    cut = said[: at_most - 1]
    spaced = cut.rsplit(" ", 1)[0]
    return (spaced if len(spaced) > at_most // 2 else cut).rstrip(" ,;:") + "…"


def first_sentences(said: str, at_most: int) -> str:
    """As many whole clauses as fit into `at_most` characters, or a part of the first."""
    kept = ""
    for part in re.split(r"(?<=;) |(?<=\.) (?=[A-Z(])", said):
        longer = f"{kept} {part}".strip()
        if len(longer) > at_most:
            break
        kept = longer
    return re.sub(";$", ".", kept) or short(said, at_most)
