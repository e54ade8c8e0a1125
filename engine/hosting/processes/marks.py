"""On Linux: a mark that every process of a run has, however it was started, and who has it.

The mark is the soft limit of "file locks" (RLIMIT_LOCKS). Every child inherits it, through fork, exec, a new session
and a new parent; Linux itself has not looked at it since 2.4 (`man getrlimit`), Python has no name for it, and anybody
may read it in /proc/PID/limits. So the program sees its parents, its children and its signals as without a mark, which
it would not below a subreaper, and a daemon cannot leave it behind as it leaves its group. `ulimit -a` shows it. The
standard library alone: the guard reads this too.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time

RLIMIT_LOCKS = 10
_TITLE = b"Max file locks"
_GONE = (b"Z", b"X")  # ended, and not asked for by its parent yet
_STATE, _PARENT, _STARTED = 0, 1, 19  # in /proc/PID/stat, counted from behind the name: see `man proc`
_READ = 4096  # bytes: neither file has more
_HUNT = 0.012  # seconds in which the newest processes are looked at
_NEWEST = 16  # of them at least: a number is given before the process can be seen
_MOST = 512  # of them at most, in one look

Known = tuple[int, int]  # a process: its number, and when it began, in ticks since the machine did


def put(pid: int, mark: int) -> None:
    """Marks a process and what it starts from now on. Raises OSError where that is not possible."""
    if sys.platform != "linux":
        raise OSError("marks are Linux's")
    resource.prlimit(pid, RLIMIT_LOCKS, (mark, resource.prlimit(pid, RLIMIT_LOCKS)[1]))
    if _mark(pid) != mark:
        raise OSError("the system does not say which process is marked")


def take_off() -> None:
    """This process has no mark any more, if it had one."""
    hard = resource.getrlimit(RLIMIT_LOCKS)[1]
    resource.setrlimit(RLIMIT_LOCKS, (hard, hard))


def living(first: int, last: int, since: int = 0) -> list[Known]:
    """Who lives with a mark from `first` to `last`, or has a parent who does: one look at each process of the machine.

    Those that began before `since` are not looked at.
    """
    parents: dict[int, tuple[int, int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (told := _stat(int(name))) is not None and told[1] >= since:
            parents[int(name)] = told
    found = [pid for pid in parents if first <= _mark(pid) <= last]
    return [(pid, parents[pid][1]) for pid in _with_children(found, parents)]


def end(first: int, last: int, since: int = 0) -> bool:
    """Ends who lives with such a mark. Returns whether there was nobody.

    Who forks itself again and again, and ends, is gone whenever a look at all processes comes to it: for a moment
    the newest ones alone are looked at, and ended at once.
    """
    left = living(first, last, since)
    for one in left:
        send(one, signal.SIGKILL)
    nobody, until, seen = not left, time.monotonic() + _HUNT, _newest()
    while time.monotonic() < until:
        newest = _newest()
        for pid in range(max(min(seen, newest) - _NEWEST, newest - _MOST, 1), newest + 1):
            if first <= _mark(pid) <= last and (told := _stat(pid)) is not None:
                send((pid, told[1]), signal.SIGKILL)
                nobody = False
        seen = newest
    return nobody


def _newest() -> int:
    """The number that was given last to a process or thread."""
    return int(_read("loadavg").split()[-1])


def began(pid: int) -> int:
    """When a process began, in ticks; 0: it is gone."""
    told = _stat(pid)
    return told[1] if told is not None else 0


def send(known: Known, number: int) -> None:
    """Sends a signal to that very process, to no later one of the same number."""
    pid = known[0]
    try:
        handle = os.pidfd_open(pid) if sys.platform == "linux" else -1
    except ProcessLookupError:
        return
    except (OSError, AttributeError):  # Linux before 5.3
        handle = -1
    try:
        if began(pid) != known[1]:
            return
        if handle < 0:
            os.kill(pid, number)
        elif sys.platform == "linux":
            signal.pidfd_send_signal(handle, number)
    except (ProcessLookupError, PermissionError):
        pass  # it has ended meanwhile, or has become somebody else's
    finally:
        if handle >= 0:
            os.close(handle)


def _with_children(found: list[int], parents: dict[int, tuple[int, int]]) -> list[int]:
    """Also children that have set that limit for themselves, and theirs."""
    family = set(found)
    children: dict[int, list[int]] = {}
    for pid, (parent, _) in parents.items():
        children.setdefault(parent, []).append(pid)
    for pid in found:  # it grows
        more = [child for child in children.get(pid, ()) if child not in family]
        family.update(more)
        found.extend(more)
    return found


def _stat(pid: int) -> tuple[int, int] | None:
    """The parent of a process that lives, and when it began."""
    data = _read(f"{pid}/stat")
    told = data[data.rfind(b")") + 2 :].split()
    if len(told) <= _STARTED or told[_STATE] in _GONE:
        return None
    return int(told[_PARENT]), int(told[_STARTED])


def _mark(pid: int) -> int:
    """The mark of a process; -1: it has none."""
    data = _read(f"{pid}/limits")
    at = data.find(_TITLE)
    word = data[at + len(_TITLE) :].split(None, 1)[0] if at >= 0 else b""
    return int(word) if word.isdigit() else -1


def _read(name: str) -> bytes:
    try:
        descriptor = os.open(f"/proc/{name}", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.read(descriptor, _READ)
    except OSError:
        return b""
    finally:
        os.close(descriptor)
