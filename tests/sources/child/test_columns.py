"""Frames become one batch, however their columns lie in memory."""

import numpy as np
import pandas as pd
import pyarrow as pa

from isg_audit.sources.child.columns import in_bytes


def test_text_in_several_pieces_goes_over_as_one_batch():
    part = pd.DataFrame({"word": ["a", None, "c"], "number": [1.0, np.nan, 3.0]})
    frame = pd.concat([part, part], ignore_index=True)
    (batch,) = pa.ipc.open_stream(
        in_bytes(frame, ["word", "number"], "m")
    ).iter_batches_with_custom_metadata()
    assert batch.batch.to_pydict() == {
        "word": ["a", None, "c"] * 2, "number": [1.0, None, 3.0] * 2,
    }  # fmt: skip


def test_nobody_is_a_batch_without_rows():
    frame = pd.DataFrame({"word": pd.array([], dtype="str"), "number": np.zeros(0)})
    assert pa.ipc.open_stream(in_bytes(frame, ["word"], "m")).read_all().num_rows == 0
