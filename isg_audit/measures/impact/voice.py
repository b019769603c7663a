"""Who is told of a decision, complains, appeals, and is heard against the model.

Imports `measures` (the level above), `tally`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from isg_audit.measures.marked_rates import Rate, rates
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.tally.cells import Truths
from isg_audit.tally.table import Counted
from isg_audit.tally.voice import RESOLVED, Voice

NO_TABLE = "the audit file has no table [voice]"

Rows = Iterator[Measurement | NotMeasured]


def lacking(voice: Voice | None, *keys: str) -> str:
    """Why something cannot be measured: the keys that the audit file does not name."""
    if voice is None:
        return NO_TABLE
    gone = [key for key in keys if key not in voice.asked]
    if not gone:
        return ""
    named = " and ".join(f"'{key}'" for key in gone if key != "decision")
    why = f"the audit file names no {named} under [voice]" if named else ""
    none = "no decision for or against people is recorded" if "decision" in gone else ""
    return "; ".join(filter(None, (why, none)))


def notice(
    counted: Counted, plan: Plan, voice: Voice | None, measure: str = "impact.notice"
) -> Rows:
    """Who is told of an unfavourable decision, in a language they read.

    `notice_rate`: of the people with an unfavourable decision, the share with a notice (a valid
    one, where the log says whether its language fits). `notice_language_rate`: of those told, the
    share told in a language they read. A gap stands for people who were not told although they
    would have been at the others' rate. That a notice was sent does not show that it was read or
    understood. With Wilson's interval; compared with everybody else, the reference, the best-off.

    Source:
        Frameworks: notice of automated decisions (GDPR 22 with 13-15; NYC Local Law 144).
    """
    if voice is None or (why := lacking(voice, "notice", "decision")):
        yield NotMeasured(measure, NO_TABLE if voice is None else why)
        return
    one = Rate(measure, "notice_rate", "people with an unfavourable decision")
    told = [voice.adverse]
    yield from rates(one, voice.marked, voice.notified, voice.adverse, told, counted, plan)
    if "notice_language" in voice.asked:
        got = voice.adverse & voice.is_yes("notice")
        fits = Rate(measure, "notice_language_rate", "people who were told")
        told += [got, voice.adverse & ~got]
        yield from rates(fits, voice.marked, voice.notified, got, told, counted, plan)


def appeals(
    counted: Counted, plan: Plan, voice: Voice | None, measure: str = "impact.appeals"
) -> Rows:
    """Who appeals against an unfavourable decision, and how it goes until it is decided.

    `appeal_rate`: appeals among unfavourable decisions; `appeal_rate_notified`: among those told.
    Low is not good: read it beside notices and overturned decisions. Of the appeals:
    `withdrawal_rate`, `pending_rate` (marked as open, else without a day of an answer),
    `representation_rate` (somebody helped), `pause_rate` (the effect waited for the appeal).
    Appeals against favourable decisions are not counted. With Wilson's interval and comparisons;
    weights and repeated persons as for any share.

    Source:
        Frameworks 5.2: appeals filed / adverse decisions; UN Guiding Principle 31.
    """
    if voice is None or (why := lacking(voice, "appeal", "decision")):
        yield NotMeasured(measure, NO_TABLE if voice is None else why)
        return
    everyone = "people with an unfavourable decision"
    told = of_appeals(voice)
    one = Rate(measure, "appeal_rate", everyone)
    yield from rates(one, voice.marked, voice.appeals, voice.adverse, told[:3], counted, plan)
    if "notice" in voice.asked:
        among = voice.notified
        one = Rate(measure, "appeal_rate_notified", "people who were told")
        both = [*told[:3], among, voice.adverse & ~among, voice.appeals & ~among,
                voice.adverse & ~among & ~voice.appeals]  # fmt: skip
        yield from rates(one, voice.marked, voice.appeals, among, both, counted, plan)
    for key, metric, better in (
        ("withdrawn", "withdrawal_rate", "low"),
        ("pending", "pending_rate", "low"),
        ("represented", "representation_rate", "high"),
        ("paused", "pause_rate", "high"),
    ):
        known = {key, RESOLVED} if key == "pending" else {key}
        if not known & voice.asked:
            yield NotMeasured(measure, lacking(voice, key), metric)
            continue
        hits = voice.pending if key == "pending" else voice.is_yes(key)
        share = Rate(measure, metric, "appeals", "low" if better == "low" else "high")
        yield from rates(share, voice.marked, hits, voice.appeals, told, counted, plan)


def of_appeals(voice: Voice) -> list[Truths]:
    """Kinds of people of whom the rows of appeals tell, those of the appeals alone first."""
    adverse, filed = voice.adverse, voice.appeals
    open_, gone = voice.pending, filed & voice.is_yes("withdrawn")
    return [adverse, filed, adverse & ~filed, gone, filed & ~gone, open_, filed & ~open_,
            filed & ~open_ & ~gone]  # fmt: skip


def complaints(
    counted: Counted, plan: Plan, voice: Voice | None, measure: str = "impact.complaints"
) -> Rows:
    """Share of people in the log who complained, by group (`complaint_rate`).

    With Wilson's interval and comparisons. Few complaints may mean few grounds, or that nobody
    knows where to complain.
    """
    if voice is None or (why := lacking(voice, "complaint")):
        yield NotMeasured(measure, NO_TABLE if voice is None else why)
        return
    one = Rate(measure, "complaint_rate", "people in the log", "low")
    said = voice.is_yes("complaint")
    yield from rates(one, voice.marked, said, voice.everybody, [], counted, plan)


def overrides(
    counted: Counted, plan: Plan, voice: Voice | None, measure: str = "impact.overrides"
) -> Rows:
    """Whose decision a human turned round, and which way.

    The model decided otherwise than the log where a human overrode it. `override_in_favour_rate`:
    of the people whom the model decided against, the share decided for by a human;
    `override_against_rate`: of those the model decided for, the share decided against. A group
    that is helped less, or hurt more, by the same second look is treated otherwise by people, not
    by the model.
    """
    if voice is None or (why := lacking(voice, "override", "decision")):
        yield NotMeasured(measure, NO_TABLE if voice is None else why)
        return
    turned = voice.is_yes("override")
    against = (voice.adverse & ~turned) | (voice.favourable & turned)
    model_for = (voice.favourable & ~turned) | (voice.adverse & turned)
    told = [voice.adverse, voice.favourable, against, model_for]
    one = Rate(measure, "override_in_favour_rate", "people whom the model decided against")
    yield from rates(one, voice.marked, turned, against, told, counted, plan)
    other = Rate(measure, "override_against_rate", "people whom the model decided for", "low")
    told += [against & turned, against & ~turned]
    yield from rates(other, voice.marked, turned, model_for, told, counted, plan)


MEASURES: tuple[Callable[[Counted, Plan, Voice | None], Rows], ...] = (
    notice, appeals, complaints, overrides,
)  # fmt: skip
