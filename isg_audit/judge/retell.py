"""The sentence of a measured item, made from its comparisons alone.

So it can be told again after some of them were withheld: what is not published is in no sentence.
Imports this room's `verdict`, `sentences`, `words`, `ahead` and `comparison`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from isg_audit.judge import sentences, words
from isg_audit.judge.ahead import told_ahead, turned
from isg_audit.judge.comparison import edges
from isg_audit.judge.verdict import ItemVerdict, JudgedGroup

GroupKey = tuple[str, str]


def retell(item: ItemVerdict, confidence: float, unnamed: Collection[GroupKey] = ()) -> ItemVerdict:
    """The item with its sentence made anew.

    Args:
        item: a verdict; one without comparisons (answered, not applicable) comes back as it is.
        confidence: of the plain intervals.
        unnamed: groups, as (`by`, `group`), too small to be named. Of those merely `withheld` the
            name is told, and no number.
    """
    if not item.groups:
        return item
    said = _Telling(item, confidence, frozenset(unnamed)).said()
    return with_waiver(item.model_copy(update={"sentence": said}))


def with_waiver(item: ItemVerdict) -> ItemVerdict:
    """The item with its waiver told in the sentence; unchanged where it has none."""
    if item.waiver is None:
        return item
    tell = sentences.waived if item.word == "waived" else sentences.waiver_ended
    return item.model_copy(update={"sentence": tell(item.sentence, item.waiver)})


@dataclass(frozen=True)
class _Telling:
    """One item being told."""

    item: ItemVerdict
    confidence: float
    unnamed: frozenset[GroupKey]

    def said(self) -> str:
        word = self.item.real_word if self.item.word == "waived" else self.item.word
        tell = {
            "fail": self.fail,
            "inconclusive": self.inconclusive,
            "pass": self.passed,
            "not applicable": self.no_pass_mark,
        }.get(word or "", self.not_assessed)
        return " ".join(filter(None, (*tell(), self._compared())))

    def fail(self) -> list[str]:
        failed = self._with("fail")
        shown = self._nameable(failed)
        if not shown:
            told = sentences.FAILS_UNNAMED.format(
                n=len(failed),
                total=self._total(),
                noun=self._noun(),
                names=words.listed(self._name(one) for one in failed),
            )
            return [told, self._missing(), self._small()]
        return [self._fails(shown[0]), self._turned(shown[0]), self._fails_too(failed, shown[0]),
                self._missing(), self._small()]  # fmt: skip

    def inconclusive(self) -> list[str]:
        open_ = self._with("inconclusive")
        shown = self._nameable(open_)
        if not shown:
            told = sentences.OPEN_UNNAMED.format(
                n=len(open_),
                total=self._total(),
                noun=self._noun(),
                names=words.listed(self._name(one) for one in open_),
            )
            return [told, self._missing(), self._small()]
        many = (
            sentences.OPEN_MANY.format(n=len(open_), total=self._total(), noun=self._noun())
            if len(open_) > 1
            else ""
        )
        told = self._open(shown[0])
        return [
            many + told if many else sentences.sentence(told),
            self._turned(shown[0]),
            told_ahead(shown[0]),
            self._missing(),
            self._small(),
        ]

    def passed(self) -> list[str]:
        judged = self._with("pass")
        shown = self._nameable(judged)
        allowed = self._tolerance()
        if len(judged) == 1 and shown:
            template = sentences.PASSES_EXACTLY if sentences.exact(shown[0]) else sentences.PASSES
            told = template.format(clause=self._clause(shown[0]), tolerance=allowed)
            return [sentences.sentence(told), self._turned(shown[0]), self._small()]
        every = sentences.ALL_INSIDE.format(n=len(judged), noun=self._noun(), tolerance=allowed)
        closest = (
            sentences.CLOSEST.format(clause=self._clause(shown[0]))
            if shown and not sentences.exact(shown[0])
            else ""
        )
        return [every, closest, self._turned(shown[0]) if closest else "", self._small()]

    def not_assessed(self) -> list[str]:
        passed = self._with("pass")
        missing = self._with("not assessed")
        inside = sentences.INSIDE_OTHERWISE.format(
            n=len(passed), total=self._total(), noun=self._noun()
        )
        why = self._reasons(missing) or "No comparison could decide"
        return [sentences.NOT_ASSESSED.format(reasons=why), inside if passed else "", self._small()]

    def no_pass_mark(self) -> list[str]:
        first = self.item.groups[0]
        told = sentences.NO_THRESHOLD.format(measure=first.measure, metric=first.metric)
        figures = self._nameable(self._with("not applicable"))
        # Of comparisons look at the lowest; of a share by itself, e.g. of unknown, the highest.
        pick, template = (min, sentences.LOWEST) if first.versus else (max, sentences.HIGHEST)
        if not figures:
            return [told, self._missing()]
        shown = pick(figures, key=lambda one: one.value or 0.0)
        clause = self._people(shown) + self._clause(shown)
        return [told, template.format(clause=clause), self._missing()]

    def _fails(self, judged: JudgedGroup) -> str:
        clause, metric = self._clause(judged), judged.metric
        low, high = self._edges()
        ends = (judged.fail_low or 0.0, judged.fail_high or 0.0)
        below = ends[1] < low
        strict = self.item.comparisons > 1
        template = sentences.FAILS_STRICTLY if strict else sentences.FAILS
        if sentences.exact(judged):
            template = sentences.FAILS_EXACTLY
        told = template.format(
            clause=clause,
            comparisons=self.item.comparisons,
            interval=words.interval(metric, *ends, self._edges()),
            side="below" if below else "above",
            limit=words.limit(metric, low if below else high),
            tolerance=self._tolerance(),
        )
        return sentences.sentence(self._people(judged) + told)

    def _people(self, judged: JudgedGroup) -> str:
        """People before shares, where the gap stands for a number of them; else nothing."""
        low, high = judged.affected_low, judged.affected_high
        if judged.affected is None or low is None or high is None or abs(judged.affected) < 1:
            return ""
        if low * high < 0:
            return ""
        ends = sorted((abs(low), abs(high)))
        return sentences.STANDS_FOR.format(
            people=words.whole(abs(judged.affected)),
            confidence=words.percent(self.confidence),
            interval=f"{words.whole(ends[0])} to {words.whole(ends[1])}",
        )

    def _fails_too(self, failed: Sequence[JudgedGroup], first: JudgedGroup) -> str:
        if len(failed) < 2:
            return ""
        others = [self._name(one) for one in failed if one is not first]
        return sentences.FAILS_TOO.format(
            n=len(failed), total=self._total(), noun=self._noun(), names=words.listed(others)
        )

    def _open(self, judged: JudgedGroup) -> str:
        low, high = self._edges()
        ends = (judged.low or 0.0, judged.high or 0.0)
        outside = ends[1] < low or ends[0] > high
        template = sentences.OPEN_STRICTLY if outside else sentences.OPEN
        if sentences.exact(judged):
            template = sentences.OPEN_EXACTLY
        wide = (judged.fail_low or 0.0, judged.fail_high or 0.0)
        return template.format(
            clause=self._clause(judged),
            comparisons=self.item.comparisons,
            interval=words.interval(judged.metric, *wide, (low, high)),
            tolerance=self._tolerance(),
        )

    def _turned(self, judged: JudgedGroup) -> str:
        return turned(judged, self.item.tolerance)

    def _compared(self) -> str:
        """How many comparisons the item made, and how sure each fail had to be: always told."""
        strict = self.item.fail_confidence
        if not self.item.comparisons or strict is None or self._exact():
            return ""
        n, confidence = f"{self.item.comparisons:,}", words.strict(strict)
        return sentences.COMPARED.format(n=n, confidence=confidence)

    def _exact(self) -> bool:
        return all(sentences.exact(one) for one in self.item.groups)

    def _missing(self) -> str:
        why = self._reasons(self._with("not assessed"))
        return sentences.ALSO_NOT_ASSESSED.format(reasons=why) if why else ""

    def _reasons(self, missing: Sequence[JudgedGroup]) -> str:
        names = [self._name(one) if one.by else "" for one in missing]
        return sentences.reasons(missing, names)

    def _small(self) -> str:
        small = [self._name(one) for one in self.item.groups if not one.decides]
        return sentences.TOO_SMALL.format(names=words.listed(small)) if small else ""

    def _with(self, word: str) -> list[JudgedGroup]:
        return [one for one in self.item.groups if one.decides and one.word == word]

    def _total(self) -> int:
        return sum(one.decides for one in self.item.groups)

    def _hidden(self, judged: JudgedGroup) -> bool:
        return judged.withheld or (judged.by, judged.group) in self.unnamed

    def _name(self, judged: JudgedGroup) -> str:
        if (judged.by, judged.group) in self.unnamed:
            return sentences.UNNAMED
        name = words.label(judged)
        if ".model_" in judged.measure:
            name = sentences.BY_THE_MODEL.format(name=name)
        # A group of any size goes without numbers where those of its comparison group do.
        return sentences.WITHOUT_NUMBERS.format(name=name) if judged.withheld else name

    def _noun(self) -> str:
        """Comparisons with others, or figures that stand by themselves."""
        return sentences.COMPARISONS if self.item.groups[0].versus else sentences.FIGURES

    def _nameable(self, groups: Sequence[JudgedGroup]) -> list[JudgedGroup]:
        """Those with figures that may be told, farthest outside the tolerance first."""
        shown = [one for one in groups if not self._hidden(one) and one.value is not None]
        return sorted(shown, key=self._inside)

    def _inside(self, judged: JudgedGroup) -> float:
        """How far inside the tolerance the estimate lies; negative outside."""
        low, high = self._edges()
        value = judged.value or 0.0
        return min(value - low, high - value)

    def _edges(self) -> tuple[float, float]:
        allowed = self.item.tolerance
        return edges(allowed) if allowed else (-math.inf, math.inf)

    def _tolerance(self) -> str:
        allowed = self.item.tolerance
        return words.tolerance(self.item.groups[0].metric, allowed) if allowed else ""

    def _clause(self, judged: JudgedGroup) -> str:
        return sentences.clause(judged, self.confidence, self._edges())
