"""Descriptors of the stage that a program has no part in: where it closes what it has, they are not there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.stage.own_pipe import copy, identity

if TYPE_CHECKING:
    import socket

    from engine.stage.own_pipe import Identity, OwnPipe


class PrivateDescriptors:
    """Those of one process, by their numbers. One that leads elsewhere meanwhile is the program's."""

    def __init__(self) -> None:
        self._known: dict[int, Identity | None] = {}
        self._pipes: list[OwnPipe] = []

    def keep(self, *pipes: OwnPipe) -> None:
        """These are the stage's, but what is one of the standard three is not its own alone."""
        self._pipes += [one for one in pipes if one not in self._pipes]
        for pipe in pipes:
            self._known.update({number: pipe.what for number in pipe.copies if number > 2})

    def away(self, link: socket.socket) -> socket.socket:
        """The same connection with a number that is out of the way, as one of the stage's. The given one is closed."""
        if os.name == "posix":  # a socket of Windows is no descriptor
            moved = copy(link.fileno())
            made = type(link)(link.family, link.type, link.proto, moved)
            made.settimeout(link.gettimeout())
            link.close()
            link = made
            self._known[moved] = identity(moved)
        return link

    def is_whole(self, link: socket.socket) -> bool:
        """Whether a connection that was put away still is what it was."""
        number = link.fileno()
        return os.name != "posix" or (number in self._known and self._known[number] == identity(number))

    def let_go(self, link: socket.socket) -> None:
        """Closes it, unless it is somebody else's by now."""
        if self.is_whole(link):
            self._known.pop(link.fileno(), None)
            link.close()
        else:
            self._known.pop(link.detach(), None)

    def has(self, number: object) -> bool:
        """Whether this is the number of one."""
        if type(number) is not int:
            return False
        known = self._known.get(number)
        return known is not None and identity(number) == known

    def make_way(self, number: object) -> None:
        """The program puts a file of its own there."""
        for pipe in self._pipes if self.has(number) else ():
            if number in pipe.copies:
                pipe.copies[pipe.copies.index(number)] = copy(number)
                self.keep(pipe)

    def without(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        """A range of numbers, from the first up to the second, in the pieces between ours."""
        for number in sorted(one for one in self._known.copy() if low <= one < high and self.has(one)):
            if low < number:
                yield low, number
            low = number + 1
        if low < high:
            yield low, high
