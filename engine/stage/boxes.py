"""What Python or one of its threads keeps for ever, and that lets go of the engine all the same: see `finalization`.

Nothing here reaches the engine, or a module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.stage.own_pipe import OwnPipe

PIECE = 65536  # bytes that one read may bring


class Box:
    """Calls what is in it, as long as it holds something."""

    __slots__ = ("call",)

    def __init__(self, call: Callable[..., object]) -> None:
        self.call: Callable[..., object] | None = call

    def __call__(self, *args: object) -> None:
        call = self.call
        if call is not None:
            call(*args)

    def empty(self) -> None:
        """From here on it calls nothing."""
        self.call = None


def carry_lines(pipe: OwnPipe, rest: bytes, line: Box, end: Box) -> None:
    """Hands each further line of a pipe to a box, and says when there are no more: a thread that waits at that pipe.

    Where the program has closed the pipe, nobody is heard any more, and nothing else is so.
    """
    rest = hand_out(rest, line)
    while True:
        try:
            piece = pipe.read(PIECE)
        except OSError:
            return
        if not piece:
            end()
            return
        rest = hand_out(rest + piece, line)


def hand_out(data: bytes, line: Box) -> bytes:
    """Hands the whole lines to a box; returns what is left."""
    at = 0
    while (end := data.find(b"\n", at)) >= 0:
        line(data[at:end])
        at = end + 1
    return data[at:]
