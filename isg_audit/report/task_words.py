"""What is said of an audit whose task is not decisions for or against people.

Imports `evidence` and the wording of this room. Text only.
"""

from __future__ import annotations

from dataclasses import dataclass

from isg_audit.report.lookup import Lookup
from isg_audit.report.wording import short, visible


@dataclass(frozen=True, slots=True)
class TaskWords:
    """Sentences where those of an audit of decisions would be untrue.

    Attributes:
        source: what was audited, in the facts on the cover.
        covered: label of the number of cases.
        cases: what a case is, in a figure of the summary: "cases with a predicted number".
        purpose: what was done to people, and what is good for them.
        about_you: heading and first sentence for people who are concerned.
        terms: for the glossary, instead of the terms of decisions.
    """

    source: str
    covered: str
    cases: str
    purpose: str
    about_you: tuple[str, str]
    terms: tuple[tuple[str, str], ...]


def task_words(look: Lookup) -> TaskWords | None:
    """The words of the audit's task; None where a favourable decision is named."""
    if look.results.subject.favourable:
        return None
    several = {"number": _number, "score": _score, "classes": _classes, "ranking": _ranking}
    told = several.get(look.results.subject.task)
    return told(look) if told else None


def _number(look: Lookup) -> TaskWords:
    words, subject = look.words, look.results.subject
    score = short(visible(subject.score), 60)
    purpose = words.say("A number is predicted for each person; it stands in column %(score)s.",
                        score=score)  # fmt: skip
    if subject.outcome:
        purpose += " " + words.say(
            "What came true stands in column %(outcome)s. The error is the predicted number minus "
            "the true one: above zero, people are expected to have more than they have.",
            outcome=short(visible(subject.outcome), 60),
        )
    else:
        purpose += " " + words.say("What came true is not in the data, so errors are not known.")
    return TaskWords(
        source=words.say("A log of predicted numbers; no model was examined"),
        covered=words.say("Predictions covered"),
        cases=words.say("cases"),
        purpose=purpose,
        about_you=(
            words.say("If a number was predicted about you"),
            words.say(
                "This report describes groups. It cannot say whether the number predicted about "
                "you is right."
            ),
        ),
        terms=(
            (words.say("Case"), words.say("One row of the data: one number predicted for one "
                                          "person.")),
            (words.say("Error"), words.say("The predicted number minus the true one, in the unit "
                                           "of the number itself.")),
            (words.say("Mean absolute error"), words.say("The mean size of the error, whatever "
                                                         "its direction.")),
            (words.say("Root mean squared error"), words.say("The same, with large errors "
                                                             "weighing more.")),
        ),
    )  # fmt: skip


def _score(look: Lookup) -> TaskWords:
    words, subject = look.words, look.results.subject
    purpose = words.say(
        "A score is given to each person; it stands in column %(score)s. No decisions are in the "
        "data: the audit shows who would be selected at several thresholds of the score.",
        score=short(visible(subject.score), 60),
    )
    purpose += " " + (
        words.say("A high score is good for the person.")
        if subject.positive == "favourable"
        else words.say("A high score is bad for the person.")
    )
    return TaskWords(
        source=words.say("A score, from which nobody has decided yet; no model was examined"),
        covered=words.say("Scores covered"),
        cases=words.say("cases"),
        purpose=purpose,
        about_you=(
            words.say("If you were given a score"),
            words.say("This report describes groups. It cannot say whether your score is right."),
        ),
        terms=(
            (words.say("Case"), words.say("One row of the data: one score of one person.")),
            (
                words.say("Threshold"),
                words.say(
                    "A score from which on people would be selected. Ties at a threshold are all "
                    "selected."
                ),
            ),
            (
                words.say("Selected"),
                words.say("The score reaches the threshold: nobody has decided so yet."),
            ),
        ),
    )


def _classes(look: Lookup) -> TaskWords:
    words, subject = look.words, look.results.subject
    purpose = words.say(
        "Each person gets one of several classes; it stands in column %(column)s. No class is "
        "named as the one that is good for people.",
        column=short(visible(subject.decision), 60),
    )
    return TaskWords(
        source=words.say("A log of decisions into classes; no model was examined"),
        covered=words.say("Decisions covered"),
        cases=words.say("cases"),
        purpose=purpose,
        about_you=(
            words.say("If you were put into a class"),
            words.say("This report describes groups. It cannot say why you got your class."),
        ),
        terms=(
            (words.say("Case"), words.say("One row of the data: one decision about one person.")),
            (words.say("Class"), words.say("One of the decisions that people can get.")),
            (
                words.say("Total variation"),
                words.say(
                    "The least share of a group’s people whose class would have to be another for "
                    "the group to be like the one it is compared with."
                ),
            ),
        ),
    )


def _ranking(look: Lookup) -> TaskWords:
    words, first = look.words, look.results.subject.positive == "favourable"
    purpose = words.say(
        "Entries are put in order, in one list or several. The audit shows where each group stands."
    )
    purpose += " " + (
        words.say("To stand first is good for an entry.")
        if first
        else words.say("To stand first is bad for an entry.")
    )
    return TaskWords(
        source=words.say("Places in ranked lists; no model was examined"),
        covered=words.say("Entries covered"),
        cases=words.say("entries of lists"),
        purpose=purpose,
        about_you=(
            words.say("If you stand in such a list"),
            words.say("This report describes groups. It cannot say whether your place is right."),
        ),
        terms=(
            (words.say("Case"), words.say("One row of the data: one entry of one list.")),
            (
                words.say("Exposure"),
                words.say(
                    "How much attention a place is taken to get: 1 for the first, 0.5 for the "
                    "third, 0.29 for the tenth."
                ),
            ),
            (
                words.say("Among the first places"),
                words.say("The entry stands in one of the first places of its list."),
            ),
        ),
    )
