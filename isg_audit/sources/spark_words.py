"""What Spark says when it cannot go on, as one plain sentence and the right kind of error.

Imports `errors`; pyspark inside the functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from isg_audit.errors import AuditError, DataError, EngineFailed, Fault, ModelFailed, nearest

if TYPE_CHECKING:
    from isg_audit.spec.audit_file import DecisionsPart

_OF_A_WORKER = re.compile(r"^(?:isg_audit\.errors\.)?ModelFailed: (.+)$", re.MULTILINE)
_CONDITION = re.compile(r"^\[[\w.]+\] ")
_STATE = re.compile(r" SQLSTATE: \w+.*$", re.DOTALL)


@contextmanager
def refused(what: str) -> Iterator[None]:
    """Turns what Spark raises into our own errors.

    Args:
        what: was asked, in words.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, ConnectionError) as error:
        if _is_interrupted(error):
            raise KeyboardInterrupt from error
        raise _told(error, what) from error


@contextmanager
def looked_at(spark: Any, part: DecisionsPart, where: str) -> Iterator[None]:
    """The same for a first look at the table or the query: what is wrong in it is the user's."""
    from pyspark.errors import AnalysisException, ParseException

    try:
        with refused("look at the table"):
            yield
    except EngineFailed as failed:
        error = failed.__cause__
        if not isinstance(error, AnalysisException | ParseException):
            raise
        condition = str(error.getCondition() or "")
        if condition == "PATH_NOT_FOUND":
            raise DataError(Fault(where, "there is no such file or folder.")) from error
        if condition == "TABLE_OR_VIEW_NOT_FOUND" and part.table:
            there = [row.tableName for row in spark.sql("SHOW TABLES").collect()]
            what = f"there is no table '{part.table}'."
            raise DataError(Fault(where, what, nearest(part.table, there))) from error
        raise DataError(Fault(where, f"cannot be run: {_sentence(error)}")) from error


def _is_interrupted(error: BaseException) -> bool:
    """Whether it came of Ctrl-C: PySpark asks Java once more for what it has just stopped."""
    before: BaseException | None = error
    while before is not None:
        if isinstance(before, KeyboardInterrupt):
            return True
        before = before.__context__
    return False


def _told(error: Exception, what: str) -> AuditError:
    if of_model := _OF_A_WORKER.search(str(error)):
        return ModelFailed(of_model[1].strip())
    state = _state_of(error)
    if state.startswith("22"):
        said = f"Spark could not {what}: {_sentence(error)}"
        return DataError(Fault("decisions.source", said))
    return EngineFailed(f"Spark could not {what}: {_sentence(error)}")


def _state_of(error: Exception) -> str:
    from pyspark.errors import PySparkException

    return str(error.getSqlState() or "") if isinstance(error, PySparkException) else ""


def _sentence(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = next((one for one in reversed(lines) if "Error: " in one), lines[0] if lines else "")
    if "An exception was thrown from the Python worker" not in str(error):
        said = lines[0] if lines else type(error).__name__
    return _STATE.sub("", _CONDITION.sub("", said))[:300].rstrip(".") + "."
