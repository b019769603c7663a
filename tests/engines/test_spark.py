"""Spark: what it is asked, what it is never asked to do, and models that work on its workers."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.linear_model import LogisticRegression

from isg_audit.errors import DataError, EngineFailed, InputError, ModelFailed
from isg_audit.sources import open_decisions, open_model, scored_by
from isg_audit.sources.decisions import Decisions
from isg_audit.sources.spark_session import master_of
from isg_audit.spec import AuditFile
from isg_audit.spec.address import read_address
from isg_audit.tally.build import count
from tests.audits import spec_of
from tests.engines.awkward import write_parquet
from tests.postgres_server import free_port

LOG = pa.table(
    {
        "group": ["a", "b"] * 500,
        "decision": [1, 0, 0] * 333 + [1],
        "row": list(range(1000)),
        "income": [float(at % 37) for at in range(1000)],
    }
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, spark: Any) -> Path:
    path = tmp_path_factory.mktemp("spark")
    (path / "log").mkdir()
    write_parquet(LOG.slice(0, 400), path / "log" / "part-0.parquet")
    write_parquet(LOG.slice(400), path / "log" / "part-1.parquet")
    return path


def opened(folder: Path, told: list[str] | None = None, **source: Any) -> Decisions:
    part = {"source": "spark://", "table": "parquet.`log`"} | source
    waiting = [] if told is None else told
    audit_file = AuditFile(spec_of(**part), "", folder, "audit.toml")
    return open_decisions(audit_file, tell=waiting.append)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({"table": "nothing"}, "there is no table 'nothing'"),
        ({"table": "parquet.`lag`"}, "there is no such file or folder"),
        ({"table": "log`; drop table x; --"}, "is no name of a table"),
        ({"table": None, "query": "select nothing from parquet.`{}/log`"},
         "cannot be run: .*nothing"),
        ({"table": None, "query": "drop table x"}, "holds DROP"),
        ({"table": None, "query": "select 1 a, 2 a"}, "several columns are called 'a'"),
        ({"table": None, "query": "select assert_true(row < 5) decision, `group` "
                                  "from parquet.`{}/log`"}, "could not take the fingerprint"),
        ({"decision": "decisions"}, "no column 'decisions'. There is: group, decision, row"),
    ],
)  # fmt: skip
def test_wrong_input_is_told_as_such(folder: Path, source: Any, said: str) -> None:
    if source.get("query"):
        source = source | {"query": source["query"].format(folder)}
    kind = EngineFailed if "fingerprint" in said else InputError
    with pytest.raises(kind, match=said) as told:
        opened(folder, **source)
    assert "\n" not in str(told.value)


def test_a_glob_a_folder_and_a_query_are_the_same_rows(folder: Path) -> None:
    query = "select * from parquet.`{}/log` where `row` >= 0".format(folder)  # noqa: UP032, S608
    several = [{}, {"table": "parquet.`log/*.parquet`"}, {"table": None, "query": query}]
    found = set()
    for source in several:
        decisions = opened(folder, **source)
        found.add(decisions.fingerprint)
        decisions.close()
    assert len(found) == 1


def test_a_sample_is_the_same_for_the_same_seed(folder: Path) -> None:
    decisions = opened(folder)
    one, again, other = (decisions.sample(50, seed)["row"].tolist() for seed in (1, 1, 2))
    decisions.close()
    assert one == again
    assert one != other
    assert len(set(one)) == 50


def test_blanks_that_fill_up_and_collations_make_no_groups(folder: Path, spark: Any) -> None:
    spark.sql(
        "create or replace temp view odd as select * from values "
        "('a', 1), ('A', 0), ('b', 1) as t(name, decision)"
    )
    # A view of another session: only its own tables are seen, so that nothing of theirs is changed.
    with pytest.raises(DataError, match="no table 'odd'"):
        opened(folder, table="odd")
    query = (
        "select name collate UTF8_LCASE as `group`, decision from values "
        "('a', 1), ('A', 0), ('b', 1) as t(name, decision)"
    )
    spec = spec_of(table=None, query=query)
    decisions = opened(folder, table=None, query=query)
    assert count(decisions, spec).levels == (("A", "a", "b"),)
    decisions.close()


def test_batches_come_one_after_the_other(folder: Path) -> None:
    decisions = opened(folder)
    rows = [batch.num_rows for batch in decisions.batches(300)]
    decisions.close()
    assert rows == [300, 300, 300, 100]


def test_the_model_works_where_the_rows_are(folder: Path, tmp_path: Path) -> None:
    frame = LOG.to_pandas()
    fitted = LogisticRegression().fit(frame[["income"]], frame["income"] > 20)
    decisions = opened(folder)
    done: list[int] = []
    own = scored_by(open_model(fitted), decisions, True, tmp_path, done.append)
    counts = count(own, spec_of(table=None))
    own.close()
    decisions.close()
    here = open_decisions(AuditFile.in_memory(spec_of()), frame)
    expected = scored_by(open_model(fitted), here, True, tmp_path, done.append)
    assert counts == count(expected, spec_of())
    expected.close()
    here.close()
    assert done == [1000, 1000]
    assert [path.name for path in tmp_path.iterdir()] == ["kept.parquet"]  # of the frame alone


class Odd:
    """A model that fails on the workers."""

    classes_ = np.array([0, 1])
    feature_names_in_ = np.array(["income"])

    def predict(self, frame: pd.DataFrame) -> Any:
        raise ValueError("income is not what I was fitted on")

    def predict_proba(self, frame: pd.DataFrame) -> Any:
        return np.full((len(frame), 2), 0.7)


def test_what_a_model_says_on_a_worker_reaches_people(folder: Path, tmp_path: Path) -> None:
    decisions = opened(folder)
    with pytest.raises(ModelFailed, match=r"Odd, batch 1 \(\d+ rows\): the model failed in predict "
                       "with ValueError: income is not what I was fitted on.$"):  # fmt: skip
        scored_by(open_model(Odd()), decisions, 1, tmp_path, lambda done: None)
    decisions.close()


@pytest.mark.parametrize(
    ("source", "master"),
    [
        ("spark://", None),
        ("spark://local", "local[*]"),
        ("spark://local[2]", "local[2]"),
        ("spark://localhost", "spark://localhost:7077"),
        ("spark://10.0.0.1:7078", "spark://10.0.0.1:7078"),
        ("spark://yarn", "yarn"),
    ],
)
def test_the_address_names_the_master(source: str, master: str | None) -> None:
    assert master_of(read_address(source)) == master


def test_another_master_is_not_mistaken_for_the_one_that_runs(folder: Path) -> None:
    with pytest.raises(EngineFailed, match=r"already runs in this process, with the master local"):
        opened(folder, source="spark://local[7]")


def test_a_master_that_is_not_there_is_tried_four_times(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from pyspark.sql import SparkSession

    pauses: list[float] = []
    told: list[str] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    monkeypatch.setattr(SparkSession, "getActiveSession", lambda: None)
    port = free_port()
    with pytest.raises(EngineFailed, match="does not answer; it was tried 4 times. Is the Spark"):
        opened(tmp_path, told, source=f"spark://127.0.0.1:{port}")
    assert pauses == [0.5, 1.0, 2.0]
    assert told == [f"Waiting for Spark at 127.0.0.1:{port}"] * 3
