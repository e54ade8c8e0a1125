"""The facade of `socket`: connecting, accepting, sending and receiving are spans of waiting for the network."""

from __future__ import annotations

import _thread
import select
import socket
from collections.abc import Callable
from typing import Any

from engine.protocol.records import Flag, Kind, what
from engine.stage.control.program_clock import Cancelled
from engine.stage.facade.base.binding import bind
from engine.stage.facade.base.function import FacadeFunction
from engine.stage.facade.base.module import FacadeModule
from engine.stage.facade.base.module_copies import functions_of
from engine.stage.outcome import exception_report
from engine.stage.run_services import RunServices, one_per_run

WELL_KNOWN = (80, 443)  # ports that go without saying
NAMELESS = "connection"
MADE_HERE = ("create_server", "fromfd", "fromshare", "socketpair")  # functions that return sockets

_WANT = what(Kind.NET_WANT)
_WANT_TIMED = what(Kind.NET_WANT, Flag.TIMED)
_GOT = what(Kind.NET_GOT)
_GAVE_UP = what(Kind.NET_GAVE_UP)


def name_of(address: Any) -> str:
    """Such as "127.0.0.1:8000", "example.org" or the path of a socket of the file system."""
    if isinstance(address, tuple) and len(address) >= 2:
        host, port = str(address[0]) or "*", address[1]
        if ":" in host:
            host = f"[{host}]"
        return host if port in WELL_KNOWN else f"{host}:{port}"
    if isinstance(address, bytes):
        return address.decode("utf-8", "replace").strip("\0") or NAMELESS
    return str(address) or NAMELESS


def _nothing(result: Any) -> int:
    """Bytes of what carries none."""
    del result
    return 0


class Net:
    """Connections of one run by their names, and who waits for the network around smaller waits."""

    def __init__(self, context: RunServices) -> None:
        self.clock = context.clock
        self._context = context
        self._report = context.reporter.report
        self._things: dict[str, int] = {}
        self._inside: set[int] = set()  # threads

    def thing(self, name: str) -> int:
        """The connection of this name."""
        found = self._things.get(name)
        if found is None:
            found = self._things[name] = self._context.reporter.new_thing("connection", name, switch=False)[0]
        return found

    def wait(self, thing: int, timed: bool, go: Callable[[], Any], size: Callable[[Any], int] = _nothing) -> Any:
        """Does `go()` as one span; what it waits for inside is a part of it. Returns what it returns."""
        ident = _thread.get_ident()
        if ident in self._inside:
            return go()
        self._inside.add(ident)
        self._report(_WANT_TIMED if timed else _WANT, thing)
        try:
            result = go()
        except BaseException as error:
            late = isinstance(error, (socket.timeout, Cancelled))  # not TimeoutError before 3.10
            self._report(
                _GAVE_UP, thing, 0 if late else self._context.channel.text(exception_report.one_line(error), error=True)
            )
            raise
        finally:
            self._inside.discard(ident)
        self._report(_GOT, thing, size(result))
        return result


@one_per_run
def net_of(context: RunServices) -> Net:
    """The one of this run."""
    return Net(context)


def is_ready(sock: Any, writing: bool, seconds: float) -> bool:
    """Waits so many real seconds until a socket can be read or written."""
    number = sock.fileno()
    if number < 0:
        return True  # closed meanwhile: the real function says so
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(number, select.POLLOUT if writing else select.POLLIN)
        return bool(poll.poll(seconds * 1000))
    reading = [] if writing else [number]
    return any(select.select(reading, [number] if writing else [], [number], seconds))


def _no_switch() -> bool:
    return False


class Waiting:
    """Beside a real class of sockets: how its calls become spans, and their time-outs program time."""

    _stage: RunServices
    _stage_thing: int

    def _stage_about(self) -> int:
        """The connection: with whom, or where it waits for somebody."""
        if not self._stage_thing:
            for ask in (self.getpeername, self.getsockname):  # type: ignore[attr-defined]  # of the real class
                try:
                    self._stage_thing = net_of(self._stage).thing(name_of(ask()))
                    break
                except OSError:
                    continue
        return self._stage_thing

    def _stage_call(self, go: Callable[[], Any], size: Callable[[Any], int], writing: bool = False) -> Any:
        """Does `go()`, one call of the real socket, once it can be done. A socket that never waits just does it."""
        timeout = self.gettimeout()  # type: ignore[attr-defined]
        if timeout == 0:
            return go()
        net = net_of(self._stage)

        def when_ready() -> Any:
            if timeout is not None and not self._stage_has_data():
                ready = net.clock.attempt(lambda seconds: is_ready(self, writing, seconds), timeout, _no_switch)
                if not ready:
                    raise socket.timeout("timed out")
            return go()

        return net.wait(self._stage_about(), timeout is not None, when_ready, size)

    def _stage_has_data(self) -> bool:
        """Whether something was received already that the system knows nothing of."""
        return False

    def _stage_hurried(self, go: Callable[[], Any]) -> Any:
        """Does `go()`, which has a time-out of its own, with as many real seconds as that takes at this speed."""
        timeout = self.gettimeout()  # type: ignore[attr-defined]
        speed = net_of(self._stage).clock.speed
        if not timeout or speed == 1.0:
            return go()
        self.settimeout(timeout / speed)  # type: ignore[attr-defined]
        try:
            return go()
        finally:
            if self.fileno() >= 0:  # type: ignore[attr-defined]
                self.settimeout(timeout)  # type: ignore[attr-defined]


def _first(result: Any) -> int:
    return result[0] if isinstance(result[0], int) else len(result[0])


def _itself(result: Any) -> int:
    return int(result)


class FacadeSocket(Waiting, socket.socket):
    """A `socket.socket` that reports what it waits for."""

    __slots__ = ("_stage_thing",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._stage_thing = 0
        super().__init__(*args, **kwargs)

    def connect(self, address: Any) -> None:
        self._stage_connect(super().connect, address)

    def connect_ex(self, address: Any) -> int:
        return int(self._stage_connect(super().connect_ex, address))

    def _stage_connect(self, real: Callable[[Any], Any], address: Any) -> Any:
        timeout, net = self.gettimeout(), net_of(self._stage)
        if timeout == 0:
            return real(address)
        self._stage_thing = net.thing(name_of(address))
        return net.wait(self._stage_thing, timeout is not None, lambda: self._stage_hurried(lambda: real(address)))

    def accept(self) -> tuple[Any, Any]:
        sock, address = self._stage_call(super().accept, _nothing)
        own = type(self)._stage_own(sock.family, sock.type, sock.proto, fileno=sock.detach())  # type: ignore[attr-defined]
        if socket.getdefaulttimeout() is None and self.gettimeout():
            own.setblocking(True)  # as the real one does
        return own, address

    def recv(self, *args: Any) -> bytes:
        found: bytes = self._stage_call(lambda: super(FacadeSocket, self).recv(*args), len)
        return found

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        return int(self._stage_call(lambda: super(FacadeSocket, self).recv_into(*args, **kwargs), _itself))

    def recvfrom(self, *args: Any) -> Any:
        return self._stage_call(lambda: super(FacadeSocket, self).recvfrom(*args), _first)

    def recvfrom_into(self, *args: Any, **kwargs: Any) -> Any:
        return self._stage_call(lambda: super(FacadeSocket, self).recvfrom_into(*args, **kwargs), _first)

    def recvmsg(self, *args: Any) -> Any:
        return self._stage_call(lambda: super(FacadeSocket, self).recvmsg(*args), _first)

    def recvmsg_into(self, *args: Any) -> Any:
        return self._stage_call(lambda: super(FacadeSocket, self).recvmsg_into(*args), _first)

    def send(self, *args: Any) -> int:
        return int(self._stage_call(lambda: super(FacadeSocket, self).send(*args), _itself, writing=True))

    def sendto(self, *args: Any) -> int:
        return int(self._stage_call(lambda: super(FacadeSocket, self).sendto(*args), _itself, writing=True))

    def sendmsg(self, *args: Any) -> int:
        return int(self._stage_call(lambda: super(FacadeSocket, self).sendmsg(*args), _itself, writing=True))

    def sendall(self, data: Any, *args: Any) -> None:
        def go() -> None:
            self._stage_hurried(lambda: super(FacadeSocket, self).sendall(data, *args))

        self._stage_call(go, lambda _none: memoryview(data).nbytes, writing=True)


@one_per_run
def _class(context: RunServices) -> Any:
    """The run's class of sockets."""
    made = bind(context, "socket", (FacadeSocket,), "socket", __slots__=())
    made._stage_own = made  # what accept() returns, also for a class that the program derives
    return made


def connecting(context: RunServices) -> Callable[..., Any]:
    """create_connection: looking the name up and trying its addresses is one wait."""
    space = functions_of(socket, socket=_class(context))
    real, net = space["create_connection"], net_of(context)

    def create_connection(*args: Any, **kwargs: Any) -> Any:
        address = args[0] if args else kwargs.get("address")
        thing = net.thing(name_of(address)) if isinstance(address, tuple) and len(address) == 2 else 0
        sock = net.wait(thing, False, lambda: real(*args, **kwargs))
        sock._stage_thing = thing
        return sock

    return FacadeFunction(socket.create_connection, create_connection)


def _looking_up(context: RunServices, name: str) -> FacadeFunction:
    """A function that asks for the address of a host."""
    real, net = getattr(socket, name), net_of(context)

    def call(*args: Any, **kwargs: Any) -> Any:
        host = args[0] if args else kwargs.get("host")
        thing = net.thing(host) if isinstance(host, str) and host else 0
        return net.wait(thing, False, lambda: real(*args, **kwargs))

    return FacadeFunction(real, call)


def make(context: RunServices) -> FacadeModule:
    """The facade of `socket`."""
    space = functions_of(socket, socket=_class(context))
    own: dict[str, Any] = {name: space[name] for name in MADE_HERE if name in space}
    own.update({name: _looking_up(context, name) for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex")})
    own["create_connection"] = connecting(context)
    own["socket"] = _class(context)
    return FacadeModule(socket, own)
