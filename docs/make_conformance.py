"""Writes docs/conformance.md from the record of the conformance run that ships.

What stands above the mark is written by hand, the rest is replaced. Run
`isg-audit conformance --full --json isg_audit/conformance/record.json` and then
`python docs/make_conformance.py` after a change; a test compares the page with what this makes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from isg_audit.evidence import ConformanceRecord, read_record

PAGE = Path(__file__).with_name("conformance.md")

BEGIN = "<!-- written by docs/make_conformance.py from isg_audit/conformance/record.json -->"


def page(written: str) -> str:
    """The page with its tables made anew.

    Args:
        written: the page as it is.
    """
    record = read_record()
    if record is None:
        raise SystemExit("There is no record: run isg-audit conformance --full --json first.")
    made = "\n".join((*_run(record), *_coverage(record), *_checks(record)))
    return f"{written.partition(BEGIN)[0]}{BEGIN}\n\n{made}\n"


def _run(record: ConformanceRecord) -> Iterator[str]:
    run = record.summary
    packages = ", ".join(f"{name} {version}" for name, version in record.packages.items())
    yield "## The run that ships\n"
    yield (
        f"Conformance suite {run.suite}, {run.run}, {run.made}, isg_audit {run.isg_audit}: "
        f"{run.passed} checks passed, {run.failed} failed, {run.not_run} not run.\n"
        f"Python {record.python}; {packages}. Digest `{run.digest}`.\n"
    )


def _coverage(record: ConformanceRecord) -> Iterator[str]:
    yield "## Coverage of 95 % intervals\n"
    yield (
        "How often the interval holds the true value, in percent: the mean over the true values "
        "named, and in brackets the least at any of them.\n`~`: fewer cases than the interval "
        "makes a claim for.\n"
    )
    yield "| interval | of | cases: mean (least) | claim | true values | by |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for name, of in dict.fromkeys((one.interval, one.of) for one in record.coverage):
        lines = [one for one in record.coverage if (one.interval, one.of) == (name, of)]
        first = lines[0]
        cells = ", ".join(
            f"{one.cases}: {_percent(one.mean)} ({_percent(one.least)})"
            + ("" if one.cases >= one.claims_from else " ~")
            for one in lines
        )
        claim = "95 or more" if first.at_least else "93.5 to 96.5"
        drawn = max(one.error for one in lines)
        how = f"simulation, error {100 * drawn:.2f}" if drawn else "enumeration"
        yield (
            f"| {name} | {of} | {cells} | {claim} from {first.claims_from} cases | {first.grid} "
            f"| {how} |"
        )
    yield ""


def _checks(record: ConformanceRecord) -> Iterator[str]:
    yield "## Answers\n"
    yield "| checked | furthest apart | allowed | source |"
    yield "| --- | --- | --- | --- |"
    for one in record.checks:
        if one.area == "coverage":
            continue
        apart = one.found if one.difference is None else f"{one.difference:.1e}"
        allowed = "" if one.allowed is None else f"{one.allowed:.1e}"
        yield f"| {one.name} | {apart} | {allowed} | {one.source} |"


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{100 * share:.1f}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
