"""The facade of `socket`: connecting, accepting, sending and receiving are spans of waiting for the network."""

from __future__ import annotations

import _thread
import functools
import select
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from engine.protocol.records import Kind, what
from engine.stage.control.program_clock import Cancelled, never
from engine.stage.facade.base.binding import TIMED, WaitCodes, bind
from engine.stage.facade.base.module import FacadeFunction, FacadeModule
from engine.stage.facade.base.module_copies import functions_of
from engine.stage.facade.network.late_messages import LateMessages
from engine.stage.outcome import exception_report
from engine.stage.run_services import RunServices, one_per_run

WELL_KNOWN = (80, 443)  # ports that go without saying
NAMELESS = "connection"
MADE_HERE = ("create_server", "fromfd", "fromshare")  # functions that return sockets
NET = WaitCodes(what(Kind.NET_WANT), what(Kind.NET_GAVE_UP), what(Kind.NET_GOT))
TO_GET, TO_SEND, TO_REACH = 0, 1, 2  # what NET_WANT says of the wait

_Result = TypeVar("_Result")

if TYPE_CHECKING:
    from _socket import _Address

    _Beside = socket.socket  # a real class of sockets
else:
    _Beside = object


def name_of(address: object) -> str:
    """Such as "127.0.0.1:8000", "example.org" or the path of a socket of the file system."""
    if isinstance(address, tuple) and len(address) >= 2:
        host, port = str(address[0]) or "*", address[1]
        if ":" in host:
            host = f"[{host}]"
        return host if port in WELL_KNOWN else f"{host}:{port}"
    if isinstance(address, bytes):
        return address.decode("utf-8", "replace").strip("\0") or NAMELESS
    return str(address) or NAMELESS


def _nothing(result: object) -> int:
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
        self.late = LateMessages(context)

    def thing(self, name: str) -> int:
        """The connection of this name."""
        found = self._things.get(name)
        if found is None:
            found = self._things[name] = self._context.reporter.new_thing("connection", name, switch=False)[0]
        return found

    def known(self, name: str) -> int:
        """The connection of this name, 0 where nobody has used one."""
        return self._things.get(name, 0)

    def wait(
        self,
        thing: int,
        timeout: float | None,
        go: Callable[[], _Result],
        size: Callable[[_Result], int] = _nothing,
        *,
        to: int = TO_GET,
    ) -> _Result:
        """Does `go()` as one span; what it waits for inside is a part of it. Returns what it returns."""
        ident = _thread.get_ident()
        if ident in self._inside:
            return go()
        self._inside.add(ident)
        self._report(NET.want if timeout is None else NET.want | TIMED, thing, to)
        try:
            result = go()
        except BaseException as error:  # it may have something to say
            late = isinstance(error, (socket.timeout, Cancelled))  # not TimeoutError before 3.10
            text = 0 if late else self._context.channel.text(exception_report.one_line(error), error=True)
            self._report(NET.gave_up, thing, text)
            raise
        finally:
            self._inside.discard(ident)
        self._report(NET.got, thing, size(result))
        return result

    def untold(self, go: Callable[..., _Result], *args: object, **kwargs: object) -> _Result:
        """Does `go()`, and nothing of what it waits for inside is reported."""
        ident = _thread.get_ident()
        if ident in self._inside:
            return go(*args, **kwargs)
        self._inside.add(ident)
        try:
            return go(*args, **kwargs)
        finally:
            self._inside.discard(ident)


@one_per_run
def net_of(context: RunServices) -> Net:
    """The one of this run."""
    return Net(context)


def is_ready(sock: socket.socket, writing: bool, seconds: float) -> bool:
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


class Waiting(_Beside):
    """Beside a real class of sockets: how its calls become spans, and their time-outs program time."""

    _stage_net: Net  # asked at each call, so it is the class's
    _stage_thing: int
    _stage_from: int

    def _stage_about(self) -> int:
        """The connection: with whom, or where it waits for somebody."""
        if not self._stage_thing:
            for ask in (self.getpeername, self.getsockname):
                try:
                    self._stage_thing = self._stage_net.thing(name_of(ask()))
                    break
                except OSError:
                    continue
        return self._stage_thing

    def _stage_call(self, go: Callable[[], _Result], size: Callable[[_Result], int], writing: bool = False) -> _Result:
        """Does `go()`, one call of the real socket, once it can be done. A socket that never waits just does it."""
        timeout = self.gettimeout()
        if timeout == 0:
            return go()
        net, thing = self._stage_net, self._stage_about()
        late = net.late if size is not _nothing and net.late.known else None

        def when_ready() -> _Result:
            began = 0 if late is None else late.begins(thing if writing else 0)
            waits = timeout is not None and not self._stage_has_data()
            if waits and not net.clock.attempt(lambda seconds: is_ready(self, writing, seconds), timeout, never):
                raise socket.timeout("timed out")
            result = go()
            if late is not None and writing:
                late.sent(began, thing, size(result))
            elif late is not None:
                late.received(began, thing, self._stage_whence(), size(result))
            return result

        return net.wait(thing, timeout, when_ready, size, to=TO_SEND if writing else TO_GET)

    def _stage_whence(self) -> int:
        """The connection as who sends to it from this process calls it; 0: nobody has yet."""
        if not self._stage_from:
            try:
                self._stage_from = self._stage_net.known(name_of(self.getsockname()))
            except OSError:
                return 0
        return self._stage_from

    def _stage_has_data(self) -> bool:
        """Whether something was received already that the system knows nothing of."""
        return False

    def _stage_hurried(self, go: Callable[[], _Result]) -> _Result:
        """Does `go()`, which has a time-out of its own, with as many real seconds as that takes at this speed."""
        timeout = self.gettimeout()
        speed = self._stage_net.clock.speed
        if not timeout or speed == 1.0:
            return go()
        self.settimeout(timeout / speed)
        try:
            return go()
        finally:
            if self.fileno() >= 0:
                self.settimeout(timeout)


def watched(
    real: Callable[..., _Result], size: Callable[[_Result], int], writing: bool = False
) -> Callable[..., _Result]:
    """A method of a real class of sockets, done as one span that ends with `size` of its result."""

    @functools.wraps(real)
    def method(self: Waiting, *args: object, **kwargs: object) -> _Result:
        return self._stage_call(lambda: real(self, *args, **kwargs), size, writing)

    return method


def _first(result: tuple[object, ...]) -> int:
    moved = result[0]
    return len(moved) if isinstance(moved, bytes) else moved if isinstance(moved, int) else 0


class FacadeSocket(Waiting, socket.socket):
    """A `socket.socket` that reports what it waits for."""

    __slots__ = ("_stage_from", "_stage_thing")
    _stage_own: type[FacadeSocket]  # what accept() returns, also in a class that the program derives

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._stage_thing = self._stage_from = 0
        super().__init__(*args, **kwargs)

    def connect(self, address: _Address) -> None:
        self._stage_connect(super().connect, address)

    def connect_ex(self, address: _Address) -> int:
        return self._stage_connect(super().connect_ex, address)

    def _stage_connect(self, real: Callable[[_Address], _Result], address: _Address) -> _Result:
        timeout, net = self.gettimeout(), self._stage_net
        if timeout == 0:
            return real(address)
        self._stage_thing = net.thing(name_of(address))
        return net.wait(self._stage_thing, timeout, lambda: self._stage_hurried(lambda: real(address)), to=TO_REACH)

    def accept(self) -> tuple[socket.socket, object]:
        sock, address = self._stage_call(super().accept, _nothing)
        own = type(self)._stage_own(sock.family, sock.type, sock.proto, fileno=sock.detach())
        if socket.getdefaulttimeout() is None and self.gettimeout():
            own.setblocking(True)  # as the real one does
        return own, address

    recv = watched(socket.socket.recv, len)
    recv_into = watched(socket.socket.recv_into, int)
    recvfrom = watched(socket.socket.recvfrom, _first)
    recvfrom_into = watched(socket.socket.recvfrom_into, _first)
    send = watched(socket.socket.send, int, writing=True)
    sendto = watched(socket.socket.sendto, int, writing=True)
    if hasattr(socket.socket, "sendmsg"):  # not on Windows
        recvmsg = watched(socket.socket.recvmsg, _first)
        recvmsg_into = watched(socket.socket.recvmsg_into, _first)
        sendmsg = watched(socket.socket.sendmsg, int, writing=True)

    def sendall(self, data: Any, *args: int) -> None:
        def go() -> None:
            self._stage_hurried(lambda: super(FacadeSocket, self).sendall(data, *args))

        self._stage_call(go, lambda _none: memoryview(data).nbytes, writing=True)


@one_per_run
def _class(context: RunServices) -> type[FacadeSocket]:
    """The run's class of sockets."""
    made = bind(context, "socket", (FacadeSocket,), "socket", __slots__=(), _stage_net=net_of(context))
    made._stage_own = made  # what accept() returns, also for a class that the program derives
    return made


def connecting(context: RunServices) -> FacadeFunction:
    """create_connection: looking the name up and trying its addresses is one wait."""
    space = functions_of(socket, socket=_class(context))
    real: Callable[..., FacadeSocket] = space["create_connection"]
    net = net_of(context)

    def create_connection(*args: object, **kwargs: object) -> FacadeSocket:
        address = args[0] if args else kwargs.get("address")
        thing = net.thing(name_of(address)) if isinstance(address, tuple) and len(address) == 2 else 0
        sock = net.wait(thing, None, lambda: real(*args, **kwargs), to=TO_REACH)
        sock._stage_thing = thing
        return sock

    return FacadeFunction(socket.create_connection, create_connection)


def _looking_up(context: RunServices, name: str) -> FacadeFunction:
    """A function that asks for the address of a host."""
    real: Callable[..., object] = getattr(socket, name)
    net = net_of(context)

    def call(*args: object, **kwargs: object) -> object:
        host = args[0] if args else kwargs.get("host")
        thing = net.thing(host) if isinstance(host, str) and host else 0
        return net.wait(thing, None, lambda: real(*args, **kwargs), to=TO_REACH)

    return FacadeFunction(real, call)


def make(context: RunServices) -> FacadeModule:
    """The facade of `socket`."""
    space = functions_of(socket, socket=_class(context))
    own: dict[str, object] = {name: space[name] for name in MADE_HERE if name in space}
    own.update({name: _looking_up(context, name) for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex")})
    pair, net = space["socketpair"], net_of(context)  # on Windows it connects two that listen: nobody waits there
    own["socketpair"] = FacadeFunction(socket.socketpair, lambda *args, **kwargs: net.untold(pair, *args, **kwargs))
    own["create_connection"] = connecting(context)
    own["socket"] = _class(context)
    return FacadeModule(socket, own)
