"""The filter of system calls, as the few instructions that the kernel runs at each call.

Imports `syscalls` and the standard library. What is denied gets an error and not a killed process,
so that libraries which only try go on without it.

Source: https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

from __future__ import annotations

import errno
import struct

from .syscalls import CLONE3, Processor

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_X32 = 0x40000000
_THREAD = 0x00010000
_DENY = _ERROR | errno.EPERM


def instructions(processor: Processor, process: int) -> bytes:
    """The filter's program, 8 bytes an instruction.

    Args:
        processor: on which it runs.
        process: the number of this process: it may signal and limit itself and nobody else.
    """
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, processor.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _DENY),
    ]
    for call in processor.denied:
        program += [(_EQUAL, 0, 1, call), (_RETURN, 0, 0, _DENY)]
    program += [(_EQUAL, 0, 1, CLONE3), (_RETURN, 0, 0, _ERROR | errno.ENOSYS)]
    program += _only(processor.clone, [(_ANY_BIT, 0, 1, _THREAD)])
    program += _only(processor.tgkill, [(_EQUAL, 0, 1, process)])
    program += _only(processor.prlimit64, [(_EQUAL, 1, 0, 0), (_EQUAL, 0, 1, process)])
    program.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *one) for one in program)


def _only(call: int, tests: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """A call that is allowed only where its first argument passes one of the tests."""
    inside = [
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        *tests,
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _DENY),
    ]
    return [(_EQUAL, 0, len(inside), call), *inside]
