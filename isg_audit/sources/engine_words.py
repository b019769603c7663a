"""What the engine says when it cannot go on, in the words of whoever owns the data.

Imports nothing of ours. An engine's advice names its own settings, which nobody here can set.
"""

from __future__ import annotations

import re

_KIND = re.compile(r"^[\w ]+ Error: ")
_LINE = re.compile(r"CSV Error on Line: (\d+)")
_FIELDS = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")
_VALUE = re.compile(r'converting column "(.+?)"\. Could not convert string "(.*?)" to \'(\w+)\'')
_KINDS = {"BIGINT": "whole numbers", "DOUBLE": "numbers", "DATE": "dates", "TIMESTAMP": "times"}


def words_of(error: Exception) -> str:
    """The engine's error in one sentence or two, with the line of the file where it names one."""
    said = str(error).strip()
    if len(error.args) > 1:  # Arrow's errors of a column
        said = " ".join(str(part) for part in error.args)
    line = _LINE.search(said)
    if "sniffing" in said:
        return "lines and columns cannot be told apart. Is it a table of text?"
    if "No magic bytes found at end" in said:
        return "it ends too early. Fetch or write it again."
    if line is None:
        return _KIND.sub("", said.partition("\n")[0])[:300]
    where = f"line {int(line[1]):,}"
    if "not utf-8" in said:
        return f"{where} is not text in UTF-8. Save the file as UTF-8."
    if fields := _FIELDS.search(said):
        return f"{where} has {fields[2]} fields; {fields[1]} were due."
    if value := _VALUE.search(said):
        column, text, kind = value.groups()
        return (
            f"{where} has '{text[:80]}' in column '{column}', which holds "
            f"{_KINDS.get(kind, kind)} before it. Leave a value that is not known empty."
        )
    rest = [one for one in said.splitlines()[1:] if not one.startswith("Original Line:")]
    return f"{where}: {rest[0] if rest else 'cannot be read.'}"[:300]
