"""What models may do to us: a plain message, and never more."""

import pickle
import time

import numpy as np
import pytest

from isg_audit.errors import ModelError, ModelFailed
from isg_audit.sources.scoring import SCORE, score
from tests.sources.child.conftest import ROWS


@pytest.mark.parametrize(
    ("harm", "limits", "said"),
    [
        ("crash", {}, r"could not be scored: its process was killed \(SIGSEGV\)\.$"),
        ("abort", {}, r"could not be scored: its process was killed \(SIGABRT\)\.$"),
        ("exit", {}, r"could not be scored: its process ended by itself \(code 7\)"),
        ("hang", {"call": 0.5}, "gave no answer within 0 s and was stopped|within 1 s"),
        ("spin", {"processor": 3}, "used up the 3 s of processor time it is allowed"),
        ("eat", {}, "more memory than it is allowed"),
        ("leave", {}, r"failed in predict with SystemExit: 0\.$"),
        ("short", {}, "2 x 2 came back as probabilities, 3 x 2 were due"),
        ("wide", {}, "3 x 3 came back as probabilities, 3 x 2 were due"),
        ("nothing", {}, "3 rows came back with a probability that is no number"),
        ("percent", {}, "came back as a probability"),
        ("text", {}, "what came back are not numbers"),
        ("forge", {}, r"what came back is no answer \(it begins with something else\)"),
        ("other labels", {}, "label 'perhaps' came back; its classes are 0, 1"),
    ],
)
def test_a_plain_message_and_exit_code_3(harm, limits, said, hostile):
    model = hostile(harm, **limits)
    with pytest.raises(ModelFailed, match=said) as told:
        list(score(model, [ROWS], 1))
    assert told.value.exit_code == 3
    assert str(told.value).startswith("model.bin")


def test_whoever_is_gone_stays_gone(hostile):
    model = hostile("crash")
    for _ in range(2):
        with pytest.raises(ModelFailed, match="SIGSEGV"):
            model.predict_proba(ROWS)
    model.close()


def test_what_a_model_prints_reaches_nobody(hostile, capfd):
    model = hostile("talk")
    (found,) = score(model, [ROWS], 1)
    np.testing.assert_allclose(found[SCORE], 1 / (1 + np.exp(-ROWS.x)))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("crash while opening", r"damaged: while it was opened, its process was killed \(SIGSEGV"),
        ("hang while opening", "damaged: while it was opened, it gave no answer within 1 s"),
    ],
)
def test_a_file_that_ends_its_process_is_a_wrong_file(harm, said, hostile):
    with pytest.raises(ModelError, match=said) as told:
        hostile(harm, opening=1.4 if "hang" in harm else 60)
    assert told.value.exit_code == 2


def test_a_closed_model_says_so_and_its_process_is_gone(hostile):
    model = hostile("sound")
    process = model.conversation._process
    assert process.poll() is None
    model.close()
    model.close()
    assert process.poll() is not None
    with pytest.raises(ModelFailed, match="ended with the audit"):
        model.predict(ROWS)


def test_a_forgotten_model_takes_its_process_with_it(hostile, monkeypatch):
    from isg_audit.sources.child.conversation import Conversation
    from isg_audit.sources.child.limits import Limits

    alone = Conversation(Limits(), 0, False)
    process = alone._process
    del alone
    began = time.monotonic()
    while process.poll() is None and time.monotonic() - began < 5:
        time.sleep(0.01)
    assert process.poll() is not None


def test_a_model_travels_as_its_file(hostile):
    model = hostile("sound")
    again = pickle.loads(pickle.dumps(model))  # noqa: S301 - our own
    try:
        np.testing.assert_array_equal(again.predict_proba(ROWS), model.predict_proba(ROWS))
        assert (again.name, again.kind, again.fingerprint) == (
            model.name, model.kind, model.fingerprint,
        )  # fmt: skip
    finally:
        again.close()


def test_batches_come_back_in_their_order_and_empty_ones_too(hostile):
    model = hostile("sound")
    several = [ROWS, ROWS.iloc[:0], ROWS.iloc[:1], ROWS.iloc[1:]]
    found = list(model.placed(several))
    assert [len(places) for places, _ in found] == [3, 0, 1, 2]
    np.testing.assert_array_equal(found[3][1], model.predict_proba(ROWS)[1:])
