"""os.close, os.closerange and os.dup2 as a program sees them: the stage's own descriptors are not there."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable

from engine.stage.facade.base.module import FacadeFunction
from engine.stage.run_services import RunServices


def functions(context: RunServices) -> dict[str, FacadeFunction]:
    """Those of them that this system has, by name."""
    private = context.private

    def close(*args: object, **kwargs: object) -> object:
        if private.has(args[0] if args else kwargs.get("fd")):
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        real: Callable[..., object] = os.close
        return real(*args, **kwargs)

    def closerange(*args: object) -> object:
        if len(args) != 2 or not all(type(one) is int for one in args):
            real: Callable[..., object] = os.closerange
            return real(*args)
        low, high = args
        for piece in private.without(low, high):  # type: ignore[arg-type]  # they are whole numbers
            os.closerange(*piece)
        return None

    def dup2(*args: object, **kwargs: object) -> object:
        if private.has(args[0] if args else kwargs.get("fd")):
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        private.make_way(args[1] if len(args) > 1 else kwargs.get("fd2"))
        real: Callable[..., object] = os.dup2
        return real(*args, **kwargs)

    own: dict[str, Callable[..., object]] = {"close": close, "closerange": closerange, "dup2": dup2}
    return {name: FacadeFunction(getattr(os, name), call) for name, call in own.items() if hasattr(os, name)}
