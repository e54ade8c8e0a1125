"""The program's processes, and whether a pipe or a socket ends in one of them: else somebody outside may act."""

from __future__ import annotations

import os
import struct

from engine.protocol.still_facts import WaitCause
from engine.stage.stillness.system_calls import Blocked, Call, descriptors, registered, text_of, threads_of

_OF_MULTIPROCESSING = "/pymp-"  # in the path of a socket at which one of its servers listens
_DIAGNOSTICS = (16, 3, 4)  # AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG
_ASK_UNIX = struct.pack("=BBHIIIII", 1, 0, 0, 0xFFFFFFFF, 0, 4, 0xFFFFFFFF, 0xFFFFFFFF)  # all, with their peers
_HEAD = struct.Struct("=IHHII")  # length, type, flags, number, port
_UNIX = struct.Struct("=BBBBIII")  # family, type, state, pad, inode, cookie
_ATTRIBUTE = struct.Struct("=HH")
_PEER = 2  # UNIX_DIAG_PEER
_DONE = (2, 3)  # NLMSG_ERROR, NLMSG_DONE

_WITHOUT_DESCRIPTOR = {
    Call.FUTEX: WaitCause.LOCK,
    Call.SEMAPHORE: WaitCause.SHARED_LOCK,
    Call.WAIT: WaitCause.PROCESS,
    Call.SIGNAL: WaitCause.SIGNAL,
    Call.SIGNAL_TIMED: WaitCause.SIGNAL,
}
_ALIKE = (WaitCause.PROCESS, WaitCause.SIGNAL)  # who waits for several of these waits for one of them
_KNOWN = {  # what else a descriptor may be of which the program has both ends
    "anon_inode:[pidfd]": WaitCause.PROCESS,
    "anon_inode:[signalfd]": WaitCause.SIGNAL,
    "anon_inode:[eventfd]": WaitCause.PIPE,
}


def descendants(root: int) -> set[int]:
    """A process and all that it and its children started, as far as their parents live."""
    if not os.path.exists(f"/proc/{root}/task/{root}/children"):  # a kernel may be built without it
        return _by_parents(root)
    found, new = {root}, [root]
    while new:
        new = [child for one in new for child in _children(one) if child not in found]
        found.update(new)
    return found


def _children(pid: int) -> list[int]:
    said = " ".join(text_of(f"/proc/{pid}/task/{tid}/children") for tid in threads_of(pid))
    return [
        int(child) for child in said.split() if text_of(f"/proc/{child}/stat").rpartition(")")[2].split()[:1] != ["Z"]
    ]


def _by_parents(root: int) -> set[int]:
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            fields = text_of(f"/proc/{name}/stat").rpartition(")")[2].split()
            if len(fields) > 1 and fields[0] not in "ZX":
                children.setdefault(int(fields[1]), []).append(int(name))
    found, new = {root}, [root]
    while new:
        new = [child for one in new for child in children.get(one, ()) if child not in found]
        found.update(new)
    return found


def is_of_multiprocessing(pid: int) -> bool:
    """Whether it is a helper that `multiprocessing` has started, which waits for whatever comes."""
    return "multiprocessing" in text_of(f"/proc/{pid}/cmdline")


def link_of(pid: int, descriptor: int) -> str:
    """What a descriptor is, such as "pipe:[4711]"; "": nobody says."""
    try:
        return os.readlink(f"/proc/{pid}/fd/{descriptor}")
    except OSError:
        return ""


class Surroundings:
    """What is known at one moment, and stays so while nothing moves."""

    def __init__(self, root: int, outside: frozenset[str]) -> None:
        self._root = root
        self._outside = outside  # pipes and files with which the run began
        self._processes: set[int] | None = None
        self._held: set[str] | None = None
        self._peers: dict[int, int] | None = None
        self._inside: dict[int, bool] = {}  # sockets

    @property
    def processes(self) -> set[int]:
        """Those of the program."""
        if self._processes is None:
            self._processes = descendants(self._root)
        return self._processes

    def cause(self, pid: int, blocked: Blocked) -> WaitCause | None:
        """What a thread waits for that only the program can bring; None: somebody else may, or it ends by itself."""
        call = blocked.call
        if not blocked.for_ever or call is None:
            return None
        if call in _WITHOUT_DESCRIPTOR:
            return WaitCause.SHARED_LOCK if blocked.shared else _WITHOUT_DESCRIPTOR[call]
        numbers = descriptors(pid, blocked)
        causes = [None] if numbers is None else [self.of_descriptor(pid, number) for number in numbers]
        if None in causes:
            return None
        if call is Call.WRITE:
            return WaitCause.FULL_PIPE
        return causes[0] if len(set(causes)) == 1 and (call is Call.READ or causes[0] in _ALIKE) else WaitCause.SELECT

    def of_descriptor(self, pid: int, number: int) -> WaitCause | None:
        """What who reads or writes there waits for; None: somebody outside may bring it."""
        link = link_of(pid, number)
        if not link or link in self._outside:
            return None
        kind, _, inode = link.partition(":[")
        if kind == "socket":
            socket = int(inode.rstrip("]"))
            if socket not in self._inside:
                self._inside[socket] = self._is_inside(socket)
            return WaitCause.PIPE if self._inside[socket] else None
        if link == "anon_inode:[eventpoll]":
            inner = registered(pid, number) or [number]
            inside = all(one != number and self.of_descriptor(pid, one) is not None for one in inner)
            return WaitCause.SELECT if inside else None
        return WaitCause.PIPE if kind == "pipe" else _KNOWN.get(link)

    def _is_inside(self, inode: int) -> bool:
        """Whether the other end of a socket belongs to the program, or nobody but it knows the socket's name."""
        if self._peers is None:
            self._peers = {**_peers_of_unix(), **_peers_of_tcp()}
        peer = self._peers.get(inode)
        if peer:
            return f"socket:[{peer}]" in self.held
        return any(
            _OF_MULTIPROCESSING in line and line.split()[6:7] == [str(inode)]
            for line in _long_text("/proc/net/unix").splitlines()
        )

    @property
    def held(self) -> set[str]:
        """What the program's processes have open."""
        if self._held is None:
            self._held = set()
            for pid in self.processes:
                try:
                    numbers = os.listdir(f"/proc/{pid}/fd")
                except OSError:
                    continue
                self._held.update(link_of(pid, int(number)) for number in numbers)
        return self._held


def _peers_of_unix() -> dict[int, int]:
    """Both ends of each pair of connected sockets of this machine, by inode; nothing where the kernel refuses."""
    try:
        import _socket  # noqa: PLC0415  # most programs have no socket

        with_kernel = _socket.socket(*_DIAGNOSTICS)
    except (ImportError, OSError):
        return {}
    found: dict[int, int] = {}
    try:
        with_kernel.settimeout(1.0)
        with_kernel.sendto(_HEAD.pack(_HEAD.size + len(_ASK_UNIX), 20, 0x301, 1, 0) + _ASK_UNIX, (0, 0))
        while _take_peers(with_kernel.recv(1 << 17), found):
            pass
    except (OSError, struct.error):
        return {}
    finally:
        with_kernel.close()
    return found


def _take_peers(data: bytes, found: dict[int, int]) -> bool:
    """Takes in one answer; False: it was the last one."""
    at = 0
    while at < len(data):
        size, kind, *_ = _HEAD.unpack_from(data, at)
        if kind in _DONE or size < _HEAD.size:
            return False
        inode = _UNIX.unpack_from(data, at + _HEAD.size)[4]
        inner, end = at + _HEAD.size + _UNIX.size, at + size
        while inner + _ATTRIBUTE.size <= end:
            length, attribute = _ATTRIBUTE.unpack_from(data, inner)
            if attribute == _PEER:
                found[inode] = struct.unpack_from("=I", data, inner + _ATTRIBUTE.size)[0]
            inner += max(4, length + 3 & ~3)
        at += size + 3 & ~3
    return bool(data)


def _peers_of_tcp() -> dict[int, int]:
    """The same for connections by TCP of which both ends are on this machine."""
    ends: dict[tuple[str, str], int] = {}
    for table in ("tcp", "tcp6"):
        for line in _long_text(f"/proc/net/{table}").splitlines()[1:]:
            fields = line.split()
            if len(fields) > 9 and fields[3] == "01":  # established
                ends[fields[1], fields[2]] = int(fields[9])
    return {inode: ends[far, near] for (near, far), inode in ends.items() if (far, near) in ends}


def _long_text(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
