"""The facades of `socketserver` and `http.server`: a thread that serves waits for the network, except while it answers.

What a handler does with its connection is the library's own and silent.
"""

from __future__ import annotations

import http.server
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from engine.stage.facade.base.binding import bind
from engine.stage.facade.base.module import FacadeModule
from engine.stage.facade.network import sockets
from engine.stage.run_services import RunServices


class FacadeServer:
    """Beside a class of servers."""

    _stage: RunServices
    _stage_net: sockets.Net
    server_address: object  # of whichever family

    @contextmanager
    def _stage_tells(self, begins: int, ends: int) -> Iterator[None]:
        report, thing = self._stage.reporter.report, self._stage_net.thing(sockets.name_of(self.server_address))
        report(begins, thing)
        try:
            yield
        finally:
            report(ends, thing)

    def serve_forever(self, *args: object, **kwargs: object) -> None:
        with self._stage_tells(sockets.NET.want, sockets.NET.got):
            super().serve_forever(*args, **kwargs)  # type: ignore[misc]  # of the server

    def handle_request(self) -> object:
        with self._stage_tells(sockets.NET.want, sockets.NET.got):
            return super().handle_request()  # type: ignore[misc]

    def shutdown(self) -> None:
        """Waits for the thread that serves to notice."""
        with self._stage_tells(sockets.NET.want, sockets.NET.got):
            super().shutdown()  # type: ignore[misc]

    def _handle_request_noblock(self) -> None:
        """Somebody is there: called by the two that serve."""
        with self._stage_tells(sockets.NET.got, sockets.NET.want):
            super()._handle_request_noblock()  # type: ignore[misc]


def _facade(context: RunServices, module: ModuleType) -> FacadeModule:
    """A facade of a module with classes of servers."""
    own = {
        name: bind(context, name, (FacadeServer, real), module.__name__, _stage_net=sockets.net_of(context))
        for name, real in vars(module).items()
        if isinstance(real, type) and issubclass(real, socketserver.BaseServer) and real.__module__ == module.__name__
    }
    return FacadeModule(module, own)


def make(context: RunServices) -> FacadeModule:
    """The facade of `socketserver`."""
    return _facade(context, socketserver)


def make_http(context: RunServices) -> FacadeModule:
    """The facade of `http.server`."""
    return _facade(context, http.server)
