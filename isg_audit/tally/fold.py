"""The fold of a case: one of sixteen, by person, so that all cases of a person are in one.

In a ranking the list stands where the person would: places in one list depend on one another.

Imports `sources`. A fold is the first hexadecimal digit of the MD5 hash of the person's name: every
engine has that function, and it gives each the same folds whatever the order of the rows. MD5
serves as a shuffle here, not as a secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions

DIGITS = "0123456789abcdef"
FOLDS = len(DIGITS)


def fold_key(decisions: Decisions) -> Any | None:
    """The Ibis expression of a case's fold, a digit; null where the person is not known.

    None where no column of persons (of lists) is declared.
    """
    roles = decisions.roles
    name = roles.list if roles.audited == "ranking" else roles.person
    if name is None:
        return None
    person = decisions.table[name]
    kind = person.type()
    if kind.is_floating() or kind.is_decimal():
        person = person.floor().cast("int64")  # engines write 1.0 in different ways
    return _md5()(person.cast("string")).substr(0, 1)


def _md5() -> Any:
    import ibis

    def md5(text: str) -> str:
        raise AssertionError("the engine computes it")

    return ibis.udf.scalar.builtin(md5)
