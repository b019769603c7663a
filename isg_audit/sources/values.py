"""One text for one value, whichever engine or file it came from.

A column of 1.0 and 0.0, of 1 and 0, and of Decimal('1.00') hold the same values; so do NaN and
null. Categories are told apart by this text alone, so a tally does not depend on the engine.
Imports nothing of ours.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal


def as_text(value: object) -> str | None:
    """The text by which a value is known, or None where there is no value.

    Whole numbers lose their decimal point (1.0 is "1"), negative zero is "0", truth values are
    "true" and "false", dates are ISO 8601 (midnight is the day alone; a moment is told in UTC).
    Text stays as it is, the empty text included.
    """
    if value is None or value is Ellipsis:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (float, Decimal)):
        return _number(value)
    if isinstance(value, datetime):
        if value.tzinfo is not None:  # a moment: engines name it in zones of their own
            return value.astimezone(UTC).isoformat(sep=" ")
        midnight = value.time() == value.time().min
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def _number(value: float | Decimal) -> str | None:
    if math.isnan(value):
        return None
    if math.isinf(value):
        return "infinity" if value > 0 else "-infinity"
    if value == int(value):
        return str(int(value))
    # All digits, never an exponent: 1e-07 of a float and 0.0000001 of a decimal are one value.
    return format(Decimal(repr(value)) if isinstance(value, float) else value, "f").rstrip("0")


def as_number_or_text(text: str) -> str:
    """The text of the number that `text` is ("1.0" and "1" are one value), else `text` itself.

    For decisions and outcomes in text files, where a column of 1 and 0 with gaps is often written
    1.0 and 0.0. Not for groups: a postcode "02139" is no number.
    """
    try:
        return as_text(float(text)) or text
    except ValueError:
        return text


def same_value(said: object, text: str) -> bool:
    """Whether a value written in the audit file means the value known by `text`.

    1, 1.0, true and "1" in the audit file all mean the text "1"; true and 1 also mean "true",
    and a number means any text that is that number ("1.0" of a CSV file).
    """
    if as_text(said) == text:
        return True
    if isinstance(said, bool):
        return text == ("1" if said else "0") or text.lower() == as_text(said)
    if isinstance(said, (int, float)):
        if text in ("true", "false"):
            return said == (1 if text == "true" else 0)
        try:
            return float(text) == float(said)
        except ValueError:
            return False
    return False
