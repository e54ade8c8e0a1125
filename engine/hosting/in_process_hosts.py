"""Where a program runs that is to show what that does to the window: on its thread, in its process, in another one."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.frame import Knob
from engine.hosting.block_reader import Block
from engine.hosting.host import Exit, Host, InProcess
from engine.protocol.messages import Order, RunOrder

IN_WINDOW, IN_THREAD = "window", "thread"  # where a program runs, by its knob
FRAMES_BEFORE = 2  # that are drawn before the program begins, so that what they take is not taken for its doing


class OnWindow(InProcess):
    """A stage that runs the program on the thread that says "run": meanwhile nothing is drawn.

    Nobody can stop it: who would is busy.
    """

    def __init__(self) -> None:
        super().__init__()
        self._over = False

    def send(self, order: Order) -> None:
        """Carries out an order before it returns."""
        if not isinstance(order, RunOrder):
            super().send(order)
            return
        self._inbox.close()  # who would wait there for room waits for this thread
        self._run(order)
        self._over = True

    def exit(self) -> Exit | None:
        """Ended when the program is."""
        return Exit(self._code, "") if self._over and not self._inbox.size else None


class Later:
    """Any stage; its program begins when some frames were drawn."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._order: RunOrder | None = None
        self._frames = 0
        self._never = False

    @property
    def executable(self) -> str:
        """The Python that runs the program."""
        return self._host.executable

    @property
    def backlog(self) -> int:
        """Bytes that are not read yet."""
        return self._host.backlog

    @property
    def alive(self) -> bool:
        """Whether it can still be given an order."""
        return self._host.alive

    def send(self, order: Order) -> None:
        """Keeps the order to run; passes any other on."""
        if isinstance(order, RunOrder):
            self._order = order
        else:
            self._host.send(order)

    def read(self, limit: int) -> list[Block]:
        """What was reported, asked for once a frame. Before the program has begun there is nothing."""
        if self._order is not None:
            self._frames += 1
            if self._frames <= FRAMES_BEFORE:
                return []
            order, self._order = self._order, None
            self._host.send(order)
        return self._host.read(limit)

    def stray(self) -> str:
        """What was printed past the program's own streams."""
        return self._host.stray()

    def suspend(self) -> None:
        """Stops every thread where that is possible."""
        self._host.suspend()

    def resume(self) -> None:
        """Lets them go on."""
        self._host.resume()

    def kill(self) -> None:
        """Ends it; a program that has not begun never does."""
        self._never, self._order = self._order is not None, None
        self._host.kill()

    def exit(self) -> Exit | None:
        """How it ended, once it has."""
        return Exit(0, "") if self._never else self._host.exit()

    def close(self) -> None:
        """Ends it and leaves nothing."""
        self._host.close()


def choice(runs_in: str, knobs: Iterable[Knob]) -> str:
    """What the knob that says where a program runs is set to; "" when there is none."""
    return next((str(knob.value) for knob in knobs if runs_in and knob.name == runs_in), "")


def maker(where: str) -> Callable[[], Host] | None:
    """Makes a stage of the window's own process; None for one of another process."""
    return {IN_WINDOW: OnWindow, IN_THREAD: InProcess}.get(where)
