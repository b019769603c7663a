"""PostgreSQL as it answers when something is wrong, and what it is never asked to do."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from sklearn.linear_model import LogisticRegression

from isg_audit.errors import DataError, EngineFailed, InputError, SpecError
from isg_audit.sources import open_decisions, open_model, scored_by
from isg_audit.sources.decisions import Decisions
from isg_audit.sources.postgres import PostgresEngine
from isg_audit.spec import AuditFile
from isg_audit.tally.build import count
from tests.audits import spec_of
from tests.engines.tables import into_postgres, rows_of
from tests.postgres_server import PASSWORD, Server, free_port

LOG = pa.table(
    {"group": ["a", "b"] * 500, "decision": [1, 0, 0] * 333 + [1], "row": list(range(1000))}
)


@pytest.fixture
def server(postgres: Server) -> Server:
    into_postgres(postgres, LOG, "log")
    return postgres


def opened(server: Server, told: list[str] | None = None, **source: Any) -> Decisions:
    part = {"source": server.source, "table": "log"} | source
    spec = spec_of(**part)
    waiting = [] if told is None else told
    return open_decisions(AuditFile(spec, "", Path(), "audit.toml"), tell=waiting.append)


def error_of(server: Server, kind: type[Exception], **source: Any) -> str:
    with pytest.raises(kind) as told:
        opened(server, **source).close()
    assert PASSWORD not in str(told.value)
    return str(told.value)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({"table": "lag"}, "there is no table 'lag'. There is: .*log.*Did you mean 'log'"),
        ({"table": "nowhere.log"}, "there is no table 'nowhere.log'"),
        ({"table": "Log"}, "Did you mean 'log'"),
        ({"table": 'log"; drop table log; --'}, "is no name of a table"),
        ({"table": '"log""; drop table log; --"'}, "there is no table"),
        ({"table": None, "query": "select nothing from log"}, 'column "nothing" does not exist'),
        ({"table": None, "query": "selec 1"}, "decisions.query"),
        ({"table": None, "query": "select 1 from"}, "syntax error|cannot be read as SQL"),
        ({"table": None, "query": "select 1; drop table log"}, "is 2 statements"),
        ({"table": None, "query": "with x as (delete from log returning *) select * from x"},
         "holds DELETE"),
        ({"table": None, "query": "select 1 a, 2 a"}, "several columns are called 'a'"),
        ({"table": None, "query": 'select "group", decision from log where 1/(row-row) = 1'},
         "division by zero"),
        ({"decision": "decisions"}, "no column 'decisions'. There is: group, decision, row"),
    ],
)  # fmt: skip
def test_wrong_input_is_told_as_such(server: Server, source: Any, said: str) -> None:
    assert re.search(said, error_of(server, InputError, **source))
    assert rows_of(server, "select count(*) from log") == [(1000,)]


def test_a_day_that_is_in_no_calendar(server: Server) -> None:
    query = "select 'infinity'::date \"group\", 1 decision union select '2024-01-01', 0"
    decisions = opened(server, table=None, query=query)
    with pytest.raises(DataError, match="no place in a calendar"):
        count(decisions, spec_of(table=None, query=query))
    decisions.close()


def test_a_database_that_is_not_there(server: Server) -> None:
    source = f"postgres://127.0.0.1:{server.port}/nothing"
    assert "has no database 'nothing'" in error_of(server, DataError, source=source)


def test_logins_that_are_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "wrong")
    told: list[str] = []
    with pytest.raises(EngineFailed, match="refused the login. Set PGUSER, and PGPASSWORD"):
        opened(server, told)
    assert told == []  # not tried again
    monkeypatch.setenv("PGUSER", "nobody")
    with pytest.raises(EngineFailed, match="refused the login"):
        opened(server)


def test_a_table_that_may_not_be_read(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with server.connect() as connection:
        connection.execute("drop role if exists guest")
        connection.execute(f"create role guest login password '{PASSWORD}'")
    monkeypatch.setenv("PGUSER", "guest")
    assert "does not permit it: permission denied for table log" in error_of(server, EngineFailed)


def test_a_server_that_is_not_there_is_tried_four_times(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    told: list[str] = []
    with pytest.raises(EngineFailed, match="does not answer; it was tried 4 times. Is it running"):
        opened(server, told, source=f"postgres://127.0.0.1:{free_port()}/postgres")
    assert pauses == [0.5, 1.0, 2.0]
    assert told == ["Waiting for PostgreSQL at 127.0.0.1"] * 3


def test_a_computer_that_nobody_knows(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    source = "postgres://no-such-computer.invalid/postgres"
    assert "no computer of this name is known" in error_of(server, EngineFailed, source=source)


def test_a_statement_that_takes_too_long(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c statement_timeout=50")
    query = "select *, pg_sleep(0.01) from log"
    said = error_of(server, EngineFailed, table=None, query=query)
    assert "statement_timeout" in said


def test_nothing_can_be_changed(server: Server) -> None:
    with server.connect() as connection:
        connection.execute(
            "create or replace function spoil() returns int language sql volatile as "
            "$$ delete from log; select 1 $$"
        )
    said = error_of(server, EngineFailed, table=None, query="select *, spoil() from log")
    assert "refused to change anything" in said
    off = "select *, set_config('transaction_read_only', 'off', false) from log"
    assert "read-write" in error_of(server, EngineFailed, table=None, query=off)
    assert rows_of(server, "select count(*) from log") == [(1000,)]


def test_every_question_sees_one_state_of_the_data(server: Server) -> None:
    decisions = opened(server)
    with server.connect() as connection:
        connection.execute("delete from log where row < 500")
    assert decisions.ask(n=decisions.table.count())["n"] == 1000
    decisions.close()


@pytest.mark.parametrize(
    "source",
    [
        "postgres://auditor:{}@127.0.0.1/postgres",
        "postgresql://:{}@127.0.0.1/postgres",
        "postgres://127.0.0.1/postgres?password={}",
        "postgres://127.0.0.1/postgres?sslpassword={}",
        "postgres://127.0.0.1/postgres?pass%77ord={}",
        "postgres://auditor:{}/x?y@127.0.0.1/postgres",
        "spark://auditor:{}@127.0.0.1:7077",
        "mysql://auditor:{}@127.0.0.1/db",
    ],
)
def test_no_password_stands_in_an_address(source: str, server: Server) -> None:
    secret = "hunter2-secret"  # noqa: S105
    given = spec_of(source=source.format(secret), table="log")
    for attempt in (
        lambda: AuditFile.in_memory(given),
        lambda: open_decisions(AuditFile(given, "", Path(), "audit.toml")),
    ):
        with pytest.raises(SpecError) as told:
            attempt()
        assert secret not in str(told.value)
        assert "PGPASSWORD" in str(told.value)


def test_a_sample_is_the_same_whatever_the_order_of_the_rows(server: Server) -> None:
    def drawn(seed: int, table: str = "log") -> list[int]:
        decisions = opened(server, table=table)
        try:
            return [int(row) for row in decisions.sample(50, seed)["row"]]
        finally:
            decisions.close()

    into_postgres(server, LOG.take(list(range(999, -1, -1))), "backwards")
    assert drawn(1) == drawn(1) == drawn(1, "backwards")
    assert drawn(1) != drawn(2)
    assert len(set(drawn(1))) == 50
    decisions = opened(server)
    whole = decisions.sample(5_000, 3)
    decisions.close()
    assert sorted(whole["row"]) == list(range(1000))


def test_a_sample_keeps_the_shares_of_rows_that_look_alike(server: Server) -> None:
    many = pa.table({"group": ["a"] * 9_000 + ["b"] * 1_000, "decision": ([1] * 9 + [0]) * 1_000})
    into_postgres(server, many, "alike")
    decisions = opened(server, table="alike")
    shares = [(decisions.sample(400, seed)["group"] == "b").mean() for seed in range(12)]
    decisions.close()
    # 12 x 400 draws of a tenth: the standard error of the mean share is 0.0043.
    assert sum(shares) / 12 == pytest.approx(0.1, abs=4 * 0.0043)
    assert len(set(shares)) > 3


def test_the_fingerprint_knows_the_content_and_not_the_order(server: Server) -> None:
    def fingerprint(table: pa.Table) -> str:
        into_postgres(server, table, "other")
        decisions = opened(server, table="other")
        decisions.close()
        return decisions.fingerprint

    frame = LOG.to_pandas()
    changed = frame.assign(decision=frame["decision"].where(frame["row"] != 7, 5))
    swapped = frame.assign(group=frame["group"].to_numpy()[::-1].copy())
    tables = [LOG, LOG.take(list(range(999, -1, -1)))]
    tables += [pa.Table.from_pandas(one, preserve_index=False) for one in (changed, swapped)]
    tables += [LOG.slice(1), pa.concat_tables([LOG, LOG.slice(0, 1)])]
    same, again, *others = [fingerprint(one) for one in tables]
    assert same == again
    assert len({same, *others}) == 5


def test_rows_come_in_pieces_and_the_server_keeps_the_rest(server: Server) -> None:
    decisions = opened(server)
    batches = decisions.engine.batches(decisions.table, 300)
    first = next(batches)
    assert first.num_rows == 300
    assert isinstance(decisions.engine, PostgresEngine)
    held = decisions.engine.connection.execute("select count(*) from pg_cursors")
    assert held.fetchone() == (1,)
    assert first.num_rows + sum(batch.num_rows for batch in batches) == 1000
    decisions.close()


def test_values_that_only_postgres_has(server: Server) -> None:
    with server.connect() as connection:
        connection.execute(
            """
            drop table if exists odd; drop type if exists mood;
            drop collation if exists any_case;
            create collation any_case (provider = icu, locale = 'und-u-ks-level2',
                                       deterministic = false);
            create type mood as enum ('sad', 'ok');
            create table odd (padded char(5), any_case text collate any_case, mood mood,
                              number numeric, id uuid, decision boolean);
            insert into odd values
                ('F', 'a', 'sad', 1.50, '00000000-0000-0000-0000-000000000001', true),
                ('F ', 'A', 'ok', 1.5, '00000000-0000-0000-0000-000000000002', false),
                ('M', 'b', 'ok', 'NaN', '00000000-0000-0000-0000-000000000001', true),
                (null, '', null, 123456789012345678901234567890.1234567890123456789, null, false);
            """
        )
    names = ("padded", "any_case", "mood", "number", "id")
    spec = spec_of(names, favourable=True, table="odd", source=server.source)
    decisions = open_decisions(AuditFile(spec, "", Path(), "audit.toml"))
    levels = dict(zip(names, count(decisions, spec).levels, strict=True))
    decisions.close()
    assert levels["padded"] == ("F", "M")
    assert levels["any_case"] == ("A", "a", "b")
    assert levels["mood"] == ("ok", "sad")
    assert levels["number"] == ("1.5", "123456789012345678901234567890.1234567890123456789")
    assert len(levels["id"]) == 2


def test_times_as_text_that_are_none_are_named(server: Server) -> None:
    said = pa.table({"group": ["a", "b"], "decision": [1, 0], "on": ["2023-02-29", "2024-02-29"]})
    into_postgres(server, said, "dated")
    message = error_of(server, DataError, table="dated", time="on")
    assert "holds no time in 1 rows, such as '2023-02-29'" in message


def test_a_server_that_starts_up_is_waited_for(server: Server) -> None:
    server.control("-m", "fast", "stop")
    starting = threading.Timer(1.0, server.control, ["start"])
    starting.start()
    told: list[str] = []
    decisions = opened(server, told)
    starting.join()
    decisions.close()
    assert told
    assert set(told) == {"Waiting for PostgreSQL at 127.0.0.1"}


def test_a_model_scores_what_streams_from_the_server(server: Server, tmp_path: Path) -> None:
    with server.connect() as connection:
        connection.execute(
            "drop table if exists people; create table people as select "
            "case when i % 2 = 0 then 'a' else 'b' end as \"group\", i % 3 = 0 as decision, "
            "(i % 37)::numeric / 7 as income, i::numeric as id from generate_series(1, 120000) i"
        )
    frame = pd.DataFrame({"income": [at % 37 / 7 for at in range(200)]})
    model = open_model(LogisticRegression().fit(frame, frame["income"] > 3))
    decisions = opened(server, table="people", favourable=True)
    done: list[int] = []
    own = scored_by(model, decisions, True, tmp_path, done.append)
    assert done == [50_000, 100_000, 120_000]
    counts = count(own, spec_of(table=None, favourable=True))
    assert counts.total == 120_000
    expected = sum(at % 37 / 7 > 3 for at in range(1, 120_001))
    favourable = counts.table().cases[0, :, 0].sum()
    assert favourable == pytest.approx(expected, abs=4_000)  # the cut of the fit lies near 3
    own.close()
    decisions.close()


def test_an_identifier_does_not_become_another_one(server: Server, tmp_path: Path) -> None:
    with server.connect() as connection:
        connection.execute(
            "drop table if exists ids; create table ids as select * from (values "
            "(12345678901234567890::numeric, 1, 2.0::float8), (12345678901234567891, 0, 1.0)) "
            'as t("group", decision, income)'
        )
    model = open_model(LogisticRegression().fit(pd.DataFrame({"income": [1.0, 2.0]}), [0, 1]))
    decisions = opened(server, table="ids")
    assert len(count(decisions, spec_of(table="ids")).levels[0]) == 2
    with pytest.raises(DataError, match="more digits than a model can take"):
        scored_by(model, decisions, 1, tmp_path, lambda done: None)
    decisions.close()


def test_pandas_frames_of_the_sample_keep_kinds(server: Server) -> None:
    decisions = opened(server)
    frame = decisions.sample(10, 1)
    decisions.close()
    assert isinstance(frame, pd.DataFrame)
    assert frame["row"].dtype == "int64"
