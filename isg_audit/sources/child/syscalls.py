"""System calls that a model has no business with, by number, for the two processors we know.

Imports nothing: it is read before anything else in the child.

Source: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux.
"""

from __future__ import annotations

from typing import NamedTuple


class Processor(NamedTuple):
    """What a filter must know of a processor: its audit number and the numbers of its calls."""

    audit: int
    denied: tuple[int, ...]
    clone: int
    tgkill: int
    prlimit64: int
    seccomp: int
    capset: int


# The same numbers everywhere: calls that came after 2019.
_NEW = (
    424,  # pidfd_send_signal
    425, 426, 427,  # io_uring_setup, _enter, _register
    428, 429, 430, 431, 432, 433, 442,  # open_tree, move_mount, fsopen, fsconfig, fsmount, ...
    434, 438,  # pidfd_open, pidfd_getfd
    440,  # process_madvise
    447,  # memfd_secret
    452,  # fchmodat2
)  # fmt: skip

CLONE3 = 435
"""Its flags lie in memory that a filter cannot read; libraries fall back to `clone`."""

LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446

_X86_64 = Processor(
    audit=0xC000003E,
    denied=(
        59, 322, 57, 58,  # execve, execveat, fork, vfork
        41, 53, 42, 49, 50, 43, 288, 44, 46, 307,  # socket.., connect, bind, ..., sendmmsg
        101, 310, 311, 312,  # ptrace, process_vm_readv, process_vm_writev, kcmp
        62, 200, 129, 297,  # kill, tkill, rt_sigqueueinfo, rt_tgsigqueueinfo
        165, 166, 155, 161, 272, 308,  # mount, umount2, pivot_root, chroot, unshare, setns
        321, 319, 323, 298,  # bpf, memfd_create, userfaultfd, perf_event_open
        82, 264, 316, 87, 263, 84, 83, 258,  # rename.., unlink.., rmdir, mkdir, mkdirat
        86, 265, 88, 266, 133, 259, 85, 76,  # link.., symlink.., mknod.., creat, truncate
        90, 91, 268, 92, 93, 94, 260,  # chmod.., chown..
        132, 235, 261, 280,  # utime..
        188, 189, 190, 197, 198, 199,  # setxattr.., removexattr..
        304, 303, 300,  # open_by_handle_at, name_to_handle_at, fanotify_init
        29, 30, 64, 68, 240,  # shmget, shmat, semget, msgget, mq_open
        175, 313, 176, 246, 320, 169,  # init_module.., delete_module, kexec_load.., reboot
        167, 168, 170, 171, 164, 227, 305, 159,  # swapon.., sethostname.., clock_settime..
        163, 179, 103, 248, 249, 250,  # acct, quotactl, syslog, add_key, request_key, keyctl
        172, 173, 135, 256, 279,  # iopl, ioperm, personality, migrate_pages, move_pages
        *_NEW,
    ),
    clone=56,
    tgkill=234,
    prlimit64=302,
    seccomp=317,
    capset=126,
)  # fmt: skip

_AARCH64 = Processor(
    audit=0xC00000B7,
    denied=(
        221, 281,  # execve, execveat; fork and vfork are `clone` here
        198, 199, 203, 200, 201, 202, 242, 206, 211, 269,  # socket, socketpair, ..., sendmmsg
        117, 270, 271, 272,  # ptrace, process_vm_readv, process_vm_writev, kcmp
        129, 130, 138, 240,  # kill, tkill, rt_sigqueueinfo, rt_tgsigqueueinfo
        40, 39, 41, 51, 97, 268,  # mount, umount2, pivot_root, chroot, unshare, setns
        280, 279, 282, 241,  # bpf, memfd_create, userfaultfd, perf_event_open
        38, 276, 35, 34,  # renameat, renameat2, unlinkat, mkdirat
        37, 36, 33, 45,  # linkat, symlinkat, mknodat, truncate
        52, 53, 54, 55,  # fchmod, fchmodat, fchownat, fchown
        88,  # utimensat
        5, 6, 7, 14, 15, 16,  # setxattr.., removexattr..
        265, 264, 262,  # open_by_handle_at, name_to_handle_at, fanotify_init
        194, 196, 190, 186, 180,  # shmget, shmat, semget, msgget, mq_open
        105, 273, 106, 104, 294, 142,  # init_module.., delete_module, kexec_load.., reboot
        224, 225, 161, 162, 170, 112, 266, 171,  # swapon.., sethostname.., clock_settime..
        89, 60, 116, 217, 218, 219,  # acct, quotactl, syslog, add_key, request_key, keyctl
        92, 238, 239,  # personality, migrate_pages, move_pages
        *_NEW,
    ),
    clone=220,
    tgkill=131,
    prlimit64=261,
    seccomp=277,
    capset=91,
)  # fmt: skip

PROCESSORS = {"x86_64": _X86_64, "aarch64": _AARCH64}
"""By what `os.uname().machine` says."""
