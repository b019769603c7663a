"""Every number of the report becomes text here, rounded once and by one rule: half away from zero.

Rates have one decimal, ratios two, people none. Imports `evidence` for what kind of number a metric
is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from isg_audit.evidence import Kind, kind_of

DASH = "—"
MINUS = "−"
NO_BREAK = "\u00a0"
MOST_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Form:
    """How a kind of number is written: `value × scale`, decimals, a plus sign, what follows."""

    scale: int = 1
    decimals: int = 0
    signed: bool = False
    suffix: str = ""
    significant: int = 0
    """Where above 0: so many figures in all, decimals as they need; for numbers of any size."""


COUNT = Form()
RATE = Form(scale=100, decimals=1, suffix="%")
RATIO = Form(decimals=2)
POINTS = Form(scale=100, decimals=1, signed=True, suffix=f"{NO_BREAK}points")
INDEX = Form(decimals=3)
SCORE = Form(decimals=2)
SIGNED = Form(decimals=2, signed=True)
NUMBER = Form(significant=3)
PER_THOUSAND = Form(decimals=1)
DAYS = Form(decimals=1, suffix=f"{NO_BREAK}days")

BY_UNIT = {
    "days": DAYS, "count": COUNT, "people": COUNT, "index": INDEX, "per 1,000 people": PER_THOUSAND,
}  # fmt: skip
BY_KIND: dict[Kind, Form] = {
    "percent": RATE, "points": POINTS, "count": COUNT, "days": DAYS, "index": INDEX,
    "per thousand": PER_THOUSAND, "weight": SCORE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers and dates as one locale writes them."""

    locale: Locale

    def bare(self, value: float | None, form: Form) -> str:
        """The digits alone: `67.5`, `−4.2`; a dash where there is no value, `∞` without a limit."""
        if value is None or math.isnan(value):
            return DASH
        if math.isinf(value):
            return "∞" if value > 0 else f"{MINUS}∞"
        exact = Decimal(repr(float(value))) * form.scale
        decimals = form.decimals
        if form.significant and exact:
            decimals += min(max(0, form.significant - 1 - exact.adjusted()), MOST_DECIMALS)
        rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        said = format_decimal(abs(rounded), format=pattern, locale=self.locale)
        if rounded < 0:
            return MINUS + said
        return f"+{said}" if form.signed and rounded > 0 else said

    def said(self, value: float | None, form: Form) -> str:
        """With its unit: `67.5%`, `+4.2 points`."""
        bare = self.bare(value, form)
        return bare if bare == DASH else bare + form.suffix

    def apart(self, value: float, limit: float, form: Form) -> Form:
        """The form with as many decimals as tell `value` from `limit`, three more at most.

        A ratio of 0.797 that fails a limit of 0.80 must not be printed as 0.80.
        """
        for more in range(4):
            finer = replace(form, decimals=form.decimals + more)
            if value == limit or self.bare(value, finer) != self.bare(limit, finer):
                return finer
        return finer

    def spread(self, low: float | None, high: float | None, form: Form) -> str:
        """An interval in running text: `60.1% to 73.7%`, `0.66 to 0.76`, `0.66 or more`."""
        if low is None or high is None:
            return ""
        unit = "" if form.suffix.startswith(NO_BREAK) else form.suffix
        first = self.bare(low, form) + unit
        last = self.bare(high, form) + form.suffix
        if math.isinf(high):
            return f"{self.bare(low, form)}{form.suffix} or more"
        if math.isinf(low):
            return f"{last} or less"
        return f"{first} to {last}"

    def bracket(self, low: float | None, high: float | None, form: Form) -> str:
        """An interval in a table: `(60.1–73.7)`; `to` where a sign would meet the dash."""
        if low is None:
            return ""
        first, last = self.bare(low, form), self.bare(math.inf if high is None else high, form)
        joined = f"{first}–{last}" if low >= 0 and not form.signed else f"{first} to {last}"
        return f"({joined})"

    def count(self, value: float | None) -> str:
        """A whole number of people or cases."""
        return self.bare(value, COUNT)

    def about(self, people: float) -> str:
        """An estimated number of people with two leading digits: 2,864 is 2,900."""
        places = max(0, len(str(int(people))) - 2)
        return self.count(float(Decimal(people).quantize(Decimal(1).scaleb(places), ROUND_HALF_UP)))

    def percent(self, share: float) -> str:
        """A share with one decimal, or none where it is declared in whole percent: `95%`."""
        whole = abs(share * 100 - round(share * 100)) < 1e-9
        return self.said(share, Form(100, 0 if whole else 1, False, "%"))

    def limit(self, value: float, form: Form) -> str:
        """A declared limit, at least as exact as it was declared: `0.80`, `0.025`."""
        for more in range(5):
            finer = replace(form, decimals=form.decimals + more)
            said = Decimal(repr(float(value))) * form.scale
            if said == said.quantize(Decimal(1).scaleb(-finer.decimals), rounding=ROUND_HALF_UP):
                return self.said(value, finer)
        return self.said(value, finer)

    def day(self, when: date | str | None) -> str:
        """A date in words: `12 February 2026`; text that is no date is handed back."""
        if when is None or when == "":
            return DASH
        if isinstance(when, str):
            try:
                when = datetime.fromisoformat(when).date()
            except ValueError:
                return str(when)
        return str(
            format_date(
                when,
                format="d MMMM y" if self.locale.language == "en" else "long",
                locale=self.locale,
            )
        )


def form_of(metric: str, unit: str = "") -> Form:
    """How values of a metric are written, by its comparison first and its unit second."""
    quantity, _, comparison = metric.partition(".")
    kind = kind_of(metric)
    if kind == "ratio" or unit == "ratio":
        return RATIO
    if kind == "number" or unit == "number":
        return replace(NUMBER, signed=quantity == "mean_error" or comparison == "difference")
    if unit in ("log-odds", "softmax margin", "score"):
        return SIGNED if quantity != "shap_importance" else SCORE
    if unit in BY_UNIT:
        return BY_UNIT[unit]
    form = BY_KIND.get(kind) or (RATE if unit in ("proportion", "difference") else INDEX)
    if form == RATE and comparison:
        form = POINTS
    return replace(form, signed=comparison == "difference" or (form == POINTS and not comparison))
