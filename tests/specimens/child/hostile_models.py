"""Models that do harm: read by `hostile_start.py` into the locked child, never imported here."""

import os
import socket
import subprocess
import sys
import time

import numpy as np


class Hostile:
    name, kind, features, classes, gives_scores = "hostile", "hostile", ("x",), (0, 1), True

    def __init__(self, harm, argument):
        self.harm, self.argument = harm, argument

    def predict(self, frame):
        return (frame["x"].to_numpy() > 0).astype(int)

    def predict_proba(self, frame):
        done = getattr(self, self.harm, None)
        if done is not None:
            return done(frame)
        return self.sound(frame)

    def sound(self, frame):
        up = 1 / (1 + np.exp(-frame["x"].to_numpy()))
        return np.column_stack([1 - up, up])

    def crash(self, frame):
        import ctypes

        ctypes.string_at(0)

    def abort(self, frame):
        os.abort()

    def hang(self, frame):
        while True:
            time.sleep(0.01)

    def spin(self, frame):
        while True:
            pass

    def eat(self, frame):
        np.ones(6 * 2**30, dtype=np.uint8)
        return self.sound(frame)

    def talk(self, frame):
        print("x" * 100_000)
        sys.stderr.write("y" * 100_000)
        sys.stdout.flush()
        os.write(1, b"+" * 100_000)
        return self.sound(frame)

    def exit(self, frame):
        os._exit(7)

    def leave(self, frame):
        raise SystemExit(0)

    def short(self, frame):
        return self.sound(frame)[:-1]

    def wide(self, frame):
        return np.ones((len(frame), 3)) / 3

    def nothing(self, frame):
        return np.full((len(frame), 2), np.nan)

    def percent(self, frame):
        return 100 * self.sound(frame)

    def text(self, frame):
        return np.full((len(frame), 2), "much")

    def forge(self, frame):
        for pipe in range(3, 20):
            try:
                os.write(pipe, b"not an answer of ours, and longer than the head of one")
            except OSError:
                continue
        return self.sound(frame)

    def probe(self, frame):
        """Whether something that must not succeed does: 1 in the first row's second column."""
        shares = np.zeros((len(frame), 2))
        shares[:, 0] = 1
        try:
            done = PROBES[self.argument]()
        except (OSError, ValueError, MemoryError, subprocess.SubprocessError) as error:
            sys.stderr.write(str(error))
            done = False
        if done:
            shares[:] = (0, 1)
        return shares


class OtherLabels(Hostile):
    def predict(self, frame):
        return np.full(len(frame), "perhaps", dtype=object)


def system():
    return os.system("true") == 0


def fork():
    child = os.fork()
    if not child:
        os._exit(0)
    return True


def connect(kind=socket.AF_INET, where=("127.0.0.1", 9)):
    with socket.socket(kind, socket.SOCK_STREAM) as made:
        made.connect_ex(where)
    return True


def written(path):
    with open(path, "w") as file:
        file.write("here")
    return True


def truncated():
    os.truncate(os.environ["HOME_OF_THE_TESTS"] + "/hostile_models.py", 0)
    return True


def signal_parent():
    os.kill(os.getppid(), 0)
    return True


def limits_back():
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (2**40, 2**40))
    return True


def limits_of_parent():
    import resource

    resource.prlimit(os.getppid(), resource.RLIMIT_CPU)
    return True


def module_from_elsewhere():
    return bool(os.listdir(os.environ["HOME_OF_THE_TESTS"]))


PROBES = {
    "os.system": system,
    "subprocess": lambda: subprocess.run(["/bin/true"], check=True) is not None,
    "posix_spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}) > 0,
    "exec": lambda: os.execv("/bin/true", ["true"]),
    "fork": fork,
    "socket": connect,
    "unix socket": lambda: connect(socket.AF_UNIX, "/tmp/nowhere"),
    "socket pair": lambda: bool(socket.socketpair()),
    "DNS": lambda: bool(socket.getaddrinfo("example.org", 80)),
    "/etc/passwd": lambda: bool(open("/etc/passwd").read()),
    "home": lambda: bool(os.listdir("/root") or os.listdir("/home")),
    "root folder": lambda: bool(os.listdir("/")),
    "other processes": lambda: bool(open(f"/proc/{os.getppid()}/environ", "rb").read()),
    "the tests": module_from_elsewhere,
    "write to /tmp": lambda: written("/tmp/isg-audit-was-here"),
    "write to /dev/shm": lambda: written("/dev/shm/isg-audit-was-here"),
    "write here": lambda: written("isg-audit-was-here"),
    "truncate": truncated,
    "remove": lambda: os.remove(os.environ["HOME_OF_THE_TESTS"] + "/none") is None,
    "kill the parent": signal_parent,
    "wider limits": limits_back,
    "limits of the parent": limits_of_parent,
    "6 GB": lambda: bool(np.ones(6 * 10**9, dtype=np.uint8).any()),
    "arithmetic": lambda: 1 + 1 == 2,
}


def open_hostile(content, name, features):
    harm, _, argument = content.decode().partition(": ")
    if harm == "crash while opening":
        Hostile("", "").crash(None)
    if harm == "hang while opening":
        Hostile("", "").hang(None)
    return (OtherLabels if harm == "other labels" else Hostile)(harm, argument)
