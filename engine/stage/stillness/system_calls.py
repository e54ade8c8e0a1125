"""Which call of the system a thread waits in, as Linux tells it, and whether that ends by itself."""

from __future__ import annotations

import enum
import os
import struct
from dataclasses import dataclass


class Call(enum.Enum):
    """Calls that wait. Those that are not here are taken for work."""

    FUTEX = enum.auto()
    READ = enum.auto()  # or to accept a connection
    WRITE = enum.auto()
    POLL = enum.auto()  # with a number of milliseconds
    PPOLL = enum.auto()  # with a time, or none
    SELECT = enum.auto()
    EPOLL = enum.auto()
    EPOLL2 = enum.auto()  # with a time, or none
    WAIT = enum.auto()  # for a process
    SIGNAL = enum.auto()
    SIGNAL_TIMED = enum.auto()
    SEMAPHORE = enum.auto()  # of System V


_X86_64 = {
    Call.FUTEX: (202,),
    Call.READ: (0, 19, 43, 45, 47, 288),
    Call.WRITE: (1, 20, 44, 46),
    Call.POLL: (7,),
    Call.PPOLL: (271,),
    Call.SELECT: (23, 270),
    Call.EPOLL: (232, 281),
    Call.EPOLL2: (441,),
    Call.WAIT: (61, 247),
    Call.SIGNAL: (34, 130),
    Call.SIGNAL_TIMED: (128,),
    Call.SEMAPHORE: (65,),
}
_AARCH64 = {
    Call.FUTEX: (98,),
    Call.READ: (63, 65, 202, 207, 212, 242),
    Call.WRITE: (64, 66, 206, 211),
    Call.PPOLL: (73,),
    Call.SELECT: (72,),
    Call.EPOLL: (22,),
    Call.EPOLL2: (441,),
    Call.WAIT: (95, 260),
    Call.SIGNAL: (133,),
    Call.SIGNAL_TIMED: (137,),
    Call.SEMAPHORE: (193,),
}
_TABLES = {"x86_64": _X86_64, "aarch64": _AARCH64}

_FUTEX_PRIVATE = 128  # FUTEX_PRIVATE_FLAG: no other process knows the lock
_MOST_POLLED = 1024  # descriptors of one call that are looked at
_POLLFD = struct.Struct("=iHH")


@dataclass(frozen=True)
class Blocked:
    """A thread in a call of the system: its arguments, and its stack."""

    call: Call | None  # None: one that is not known
    arguments: tuple[int, ...]
    stack: int  # its stack pointer

    @property
    def for_ever(self) -> bool:
        """Whether it ends by nothing but what it waits for: it has no time-out."""
        call, arguments = self.call, self.arguments
        if call in (Call.FUTEX, Call.EPOLL2):
            return not arguments[3]
        if call is Call.POLL:
            return _signed(arguments[2]) < 0
        if call in (Call.PPOLL, Call.SIGNAL_TIMED):
            return not arguments[2]
        if call is Call.SELECT:
            return not arguments[4]
        if call is Call.EPOLL:
            return _signed(arguments[3]) < 0
        return call is not None

    @property
    def shared(self) -> bool:
        """Whether it is a lock that other processes may know, too."""
        return self.call is Call.SEMAPHORE or (self.call is Call.FUTEX and not self.arguments[1] & _FUTEX_PRIVATE)


def _signed(value: int) -> int:
    """An int of C of the lower half of a register."""
    low = value & 0xFFFFFFFF
    return low - (1 << 32) if low >> 31 else low


class SystemCalls:
    """Reads what the kernel says on this machine; nothing where it says nothing."""

    def __init__(self) -> None:
        table = _TABLES.get(os.uname().machine, {}) if hasattr(os, "uname") else {}
        self._calls = {number: call for call, numbers in table.items() for number in numbers}

    @property
    def known(self) -> bool:
        """Whether the kernel tells."""
        return bool(self._calls) and os.path.exists(f"/proc/self/task/{os.getpid()}/syscall")

    def of(self, pid: int, tid: int) -> Blocked | None:
        """The call that a thread waits in; None: it runs, or nobody says."""
        said = text_of(f"/proc/{pid}/task/{tid}/syscall").split()
        if len(said) != 9:  # "running", or "-1" with two addresses: in no call, and yet asleep
            return None
        number, *arguments, stack, _ = (int(word, 0) for word in said)
        return Blocked(self._calls.get(number), tuple(arguments), stack)


def text_of(path: str) -> str:
    """A small file of /proc, "" where it cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        return os.read(descriptor, 65536).decode("utf-8", "replace")
    except OSError:
        return ""
    finally:
        os.close(descriptor)


def time_of(pid: int, tid: int) -> int:
    """Nanoseconds for which a thread has run; -1: nobody says."""
    said = text_of(f"/proc/{pid}/task/{tid}/schedstat").split()
    return int(said[0]) if said else -1


def is_asleep(pid: int, tid: int) -> bool:
    """Whether the kernel calls a thread asleep, or dead."""
    state = text_of(f"/proc/{pid}/task/{tid}/stat").rpartition(")")[2].split()
    return bool(state) and state[0] in "SZX"


def threads_of(pid: int) -> list[int]:
    """The kernel's numbers of the threads of a process."""
    try:
        return [int(name) for name in os.listdir(f"/proc/{pid}/task")]
    except OSError:
        return []


def descriptors(pid: int, blocked: Blocked) -> list[int] | None:
    """The descriptors that a call waits at; None: nobody says."""
    call, arguments = blocked.call, blocked.arguments
    if call in (Call.READ, Call.WRITE):
        return [_signed(arguments[0])]
    if call in (Call.POLL, Call.PPOLL):
        return _polled(pid, arguments[0], arguments[1])
    if call is Call.SELECT:
        return _selected(pid, arguments)
    if call in (Call.EPOLL, Call.EPOLL2):
        return registered(pid, _signed(arguments[0]))
    return []


def registered(pid: int, selector: int) -> list[int] | None:
    """The descriptors that an epoll looks at."""
    said = text_of(f"/proc/{pid}/fdinfo/{selector}")
    if not said:
        return None
    return [int(line.split()[1]) for line in said.splitlines() if line.startswith("tfd:")]


def _polled(pid: int, address: int, count: int) -> list[int] | None:
    data = _memory(pid, address, min(count, _MOST_POLLED) * _POLLFD.size)
    if data is None or count > _MOST_POLLED:
        return None
    return [number for number, _, _ in _POLLFD.iter_unpack(data) if number >= 0]


def _selected(pid: int, arguments: tuple[int, ...]) -> list[int] | None:
    most = min(_signed(arguments[0]), _MOST_POLLED)
    found: set[int] = set()
    for address in arguments[1:4]:
        data = _memory(pid, address, (most + 7) // 8) if address else b""
        if data is None:
            return None
        found.update(
            number for number in range(most) if number // 8 < len(data) and data[number // 8] >> number % 8 & 1
        )
    return sorted(found)


def _memory(pid: int, address: int, size: int) -> bytes | None:
    """What a thread that waits handed to the kernel."""
    if not size:
        return b""
    try:
        descriptor = os.open(f"/proc/{pid}/mem", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        data = os.pread(descriptor, size, address)
    except (OSError, OverflowError):
        return None
    finally:
        os.close(descriptor)
    return data if len(data) == size else None
