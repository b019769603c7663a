"""Locks the process in which it is called: limits and every layer that this system has.

Called once, before any library starts a thread: threads that run already would stay outside, and a
user namespace cannot be entered beside them. Imports `filter`, `syscalls` and the standard library.

Source:
    https://docs.kernel.org/userspace-api/landlock.html, man 2 prctl, unshare, setrlimit, capset.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from .filter import instructions
from .syscalls import LANDLOCK_ADD, LANDLOCK_CREATE, LANDLOCK_RESTRICT, PROCESSORS, Processor

_NO_NEW_PRIVILEGES, _DIE_WITH_PARENT, _KILLED = 38, 1, 9
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_READ_FILE, _READ_DIRECTORY = 1 << 2, 1 << 3
_OPEN_FILES, _WARNING = 256, 2


class Layer(NamedTuple):
    """One layer: whether it holds, and why not."""

    name: str
    active: bool
    why: str = ""


class Limits(NamedTuple):
    """What a process may use: bytes of address space, seconds of processor time."""

    memory: int
    processor: int


def locked(
    limits: Limits, readable: Sequence[str], parent: int, dies_with_parent: bool
) -> list[Layer]:  # fmt: skip
    """Lock this process and say what holds.

    Args:
        limits: what it may use.
        readable: folders and files that may be read; nothing may be written.
        parent: the number of the process that started this one.
        dies_with_parent: whether the kernel ends this process with the thread that started it.

    Returns:
        One entry a layer, in the order in which they were put on.
    """
    processor = PROCESSORS.get(os.uname().machine) if sys.platform == "linux" else None
    layers = [
        _tried("limits", lambda: _limit(limits)),
        _tried("no new privileges", lambda: _control(_NO_NEW_PRIVILEGES, 1)),
        _tried("no network", _leave_network),
        _tried("read-only files", lambda: _landlock(readable)),
        _tried("no capabilities", lambda: _drop_capabilities(processor)),
    ]
    if dies_with_parent:  # after what changes credentials, which takes it back
        layers.append(_tried("ends with its parent", lambda: _follow(parent)))
    layers.append(_tried("filtered system calls", lambda: _filter(processor)))
    return layers


def _tried(name: str, put_on: Callable[[], None]) -> Layer:
    try:
        put_on()
    except (OSError, ValueError, AttributeError) as error:  # another kernel, or not allowed here
        return Layer(name, False, str(error))
    return Layer(name, True)


def _limit(limits: Limits) -> None:
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CPU, limits.processor + _WARNING),
        (resource.RLIMIT_AS, limits.memory),
    ):
        hard = resource.getrlimit(what)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, allowed))
    # A little before the end comes a signal that says why.
    last = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (max(1, last - _WARNING), last))


def _library() -> Any:
    if sys.platform != "linux":
        raise OSError(f"not there on {sys.platform}")
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _control(what: int, value: int) -> None:
    _checked(_library().prctl(what, ctypes.c_ulong(value), *(ctypes.c_ulong(0),) * 3))


def _call(number: int, *arguments: Any) -> int:
    library = _library()
    library.syscall.restype = ctypes.c_long
    return _checked(library.syscall(ctypes.c_long(number), *arguments))


def _leave_network() -> None:
    """A network of its own, with nothing in it; an ordinary user needs its own user names too."""
    _checked(_library().unshare(_NEW_USER | _NEW_NETWORK))


def _landlock(readable: Sequence[str]) -> None:
    version = _call(LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    files = (1 << 13) - 1
    for added, bit in ((2, 13), (3, 14), (5, 15)):  # refer, truncate, ioctl on devices
        files |= 1 << bit if version >= added else 0
    network = 3 if version >= 4 else 0  # bind and connect
    scoped = 3 if version >= 6 else 0  # abstract sockets and signals to others
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    attributes = struct.pack("=QQQ", files, network, scoped)[:size]
    rules = _call(LANDLOCK_CREATE, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        for path in readable:
            _allow_reading(rules, path)
        _call(LANDLOCK_RESTRICT, ctypes.c_int(rules), ctypes.c_uint32(0))
    finally:
        os.close(rules)


def _allow_reading(rules: int, path: str) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # not on this system: then there is nothing to allow
        return
    try:
        rights = _READ_FILE | (_READ_DIRECTORY if os.path.isdir(path) else 0)  # noqa: PTH112
        beneath = struct.pack("=Qi", rights, place)
        _call(
            LANDLOCK_ADD, ctypes.c_int(rules), ctypes.c_int(1), beneath, ctypes.c_uint32(0)
        )  # fmt: skip
    finally:
        os.close(place)


def _drop_capabilities(processor: Processor | None) -> None:
    if processor is None:
        raise OSError("this processor is not known here")
    header, nothing = struct.pack("=Ii", 0x20080522, 0), bytes(24)
    _call(processor.capset, header, nothing)


def _follow(parent: int) -> None:
    _control(_DIE_WITH_PARENT, _KILLED)
    if os.getppid() != parent:
        raise SystemExit("the process that started this one has ended")


def _filter(processor: Processor | None) -> None:
    if processor is None:
        raise OSError("this processor is not known here")
    program = instructions(processor, os.getpid())
    held = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("=HxxxxxxQ", len(program) // 8, ctypes.addressof(held))
    _call(processor.seccomp, ctypes.c_uint(1), ctypes.c_uint(0), head)
