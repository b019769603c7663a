"""Numbers as every engine reads them alike. Imports nothing of ours."""

from __future__ import annotations

from typing import Any


def double(number: float) -> Any:
    """The Ibis expression of exactly this number.

    Engines read a bare 0.1234567890123456 as a decimal and turn it into a floating number each in
    its own way, sometimes a digit off; the text of one they all read alike.
    """
    import ibis

    return ibis.literal(repr(float(number))).cast("float64")
