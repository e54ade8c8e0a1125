"""The facades of `http.client` and `urllib.request`: their connections wait as the program's own sockets do."""

from __future__ import annotations

import http.client
import urllib.request
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from engine.stage.facade.base.binding import bind
from engine.stage.facade.base.module import FacadeModule
from engine.stage.facade.base.module_copies import functions_of
from engine.stage.facade.network import sockets
from engine.stage.run_services import RunServices, one_per_run

try:
    import ssl
except ImportError:  # a Python without it has no HTTPS
    ssl = None  # type: ignore[assignment]

OPENING = ("urlopen", "build_opener", "install_opener", "urlretrieve", "urlcleanup")


if TYPE_CHECKING:
    from urllib.request import _HTTPConnectionProtocol

    _Handler = urllib.request.AbstractHTTPHandler
else:
    _Handler = object


class FacadeConnection:
    """Beside a connection of `http.client`."""

    _stage_connecting: Callable[..., object]  # the run's create_connection
    _stage_secure: type[ssl.SSLSocket]  # the run's class of encrypted sockets
    _context: ssl.SSLContext
    _create_connection: Callable[..., object]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._create_connection = self._stage_connecting
        context: ssl.SSLContext | None = getattr(self, "_context", None)
        if context is not None and context.sslsocket_class is ssl.SSLSocket:
            context.sslsocket_class = self._stage_secure


class FacadeHandler(_Handler):
    """Beside a handler of `urllib.request`."""

    _stage_classes: Mapping[object, _HTTPConnectionProtocol]  # connections by the real class

    def do_open(self, http_class: _HTTPConnectionProtocol, *args: Any, **kwargs: Any) -> http.client.HTTPResponse:
        return super().do_open(self._stage_classes.get(http_class, http_class), *args, **kwargs)


def _secure(context: RunServices) -> type[ssl.SSLSocket]:
    """The run's class of encrypted sockets; made where there is `ssl`."""

    class FacadeSecure(sockets.Waiting, ssl.SSLSocket):
        """An `ssl.SSLSocket` that reports what it waits for."""

        _stage_thing = _stage_from = 0

        def _stage_about(self) -> int:
            host = self.server_hostname
            if host and not self._stage_thing:
                self._stage_thing = self._stage_net.thing(host)
            return super()._stage_about()

        def _stage_has_data(self) -> bool:
            return self.pending() > 0

        def do_handshake(self, block: bool = False) -> None:
            def go() -> None:
                self._stage_hurried(lambda: super(FacadeSecure, self).do_handshake(block))

            if self.gettimeout() == 0:
                super().do_handshake(block)
            else:
                self._stage_net.wait(self._stage_about(), self.gettimeout(), go, to=sockets.TO_REACH)

        recv = sockets.watched(ssl.SSLSocket.recv, len)
        recv_into = sockets.watched(ssl.SSLSocket.recv_into, int)
        send = sockets.watched(ssl.SSLSocket.send, int, writing=True)

    return bind(context, "SSLSocket", (FacadeSecure,), "ssl", _stage_net=sockets.net_of(context))


@one_per_run
def _connections(context: RunServices) -> dict[str, type]:
    """The run's classes of connections by name."""
    given = {"_stage_connecting": staticmethod(sockets.connecting(context)), "_stage_secure": ssl and _secure(context)}
    own: dict[str, type] = {}
    for name in ("HTTPConnection", "HTTPSConnection"):
        if hasattr(http.client, name):
            bases = (own.get("HTTPConnection", FacadeConnection), getattr(http.client, name))
            own[name] = bind(context, name, bases, "http.client", **given)
    return own


def make_client(context: RunServices) -> FacadeModule:
    """The facade of `http.client`."""
    return FacadeModule(http.client, _connections(context))


def make_request(context: RunServices) -> FacadeModule:
    """The facade of `urllib.request`. What opens FTP and files is the real module's."""
    classes = {getattr(http.client, name): own for name, own in _connections(context).items()}
    handlers = {
        name: bind(context, name, (FacadeHandler, real), "urllib.request", _stage_classes=classes)
        for name, real in vars(urllib.request).items()
        if name in {"HTTPHandler", "HTTPSHandler"}
    }
    space = functions_of(urllib.request, _opener=None, **handlers)
    return FacadeModule(urllib.request, {**handlers, **{name: space[name] for name in OPENING}})
