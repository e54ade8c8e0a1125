"""Where a stage runs: in a process of its own, or inside this one, behind the same few methods."""

from __future__ import annotations

import abc
import codecs
import ctypes
import locale
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from engine.hosting import work_folder
from engine.hosting.cut_off import CutOffWatch
from engine.hosting.pipe_reader import Block, BlockReader, PipeReader, StrayOutput
from engine.hosting.processes.family import Family, family_of
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.messages import ORDERS, FinishOrder, InputOrder, Order, RunOrder
from engine.stage.control.program_clock import Cancelled

if TYPE_CHECKING:
    from engine.frame import Written

STAGE = Path(__file__).parent.parent / "stage" / "__main__.py"
READ_SIZE = 1 << 20  # bytes that one read of the pipe may bring
STDERR_LIMIT = 64 << 10  # characters kept of what C code and child processes print
LAST_WAIT = 0.4  # seconds that whoever closes a stage waits until it is gone
LAST_PRINT = 2.0  # seconds after which who lives on and prints without end is not waited for
LAST_FAMILY = 1.0  # seconds after its end in which who stops it waits for those that it started
SHORT = 0.005  # seconds between two looks at who still lives
LETTING_GO = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)  # seconds between looks: Windows keeps the folder of a process
LAST_BYTES = 20.0  # seconds after the end of a process in which what is in its pipe is read: 1 MB, and 4 MB here
LAST_WORDS = 0.2  # seconds without a byte after which the pipe of an ended process counts as dry
IN_WINDOW, IN_THREAD = "window", "thread"  # where a program runs that is to show what that does to the window
FRAMES_BEFORE = 2  # that are drawn before that one begins, so that what they take is not taken for its doing
OR_LOCALE = "or-locale"  # how what is not UTF-8 is read: other programs print as the system does
NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)


def _by_locale(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8, as the system's own encoding has them."""
    assert isinstance(error, UnicodeDecodeError)
    piece = error.object[error.start : error.end]
    return piece.decode(locale.getpreferredencoding(False), "replace"), error.end


codecs.register_error(OR_LOCALE, _by_locale)


@lazy_dataclass(frozen=True)
class Exit:
    """How a stage ended: `code` is the exit status, negative for a signal as in subprocess."""

    code: int
    stderr: str
    cut_off: bool = False  # the program closed the stage's pipe: from then on nothing is known


class Host(abc.ABC):
    """A stage as its session sees it. No method blocks, except `close`, which does for at most half a second."""

    runs_program = True  # what is told here happens now, files are written
    left: Written | None = None  # where nothing runs: the files that the program wrote when it did

    def __init__(self, executable: str) -> None:
        self.executable = executable
        self.frames_before = 0  # the program begins when so many frames were drawn
        self._held: RunOrder | None = None  # the order to run, until then
        self.inbox = BlockReader()  # what it has sent
        self._folder = work_folder.make()  # for scratch

    @property
    def backlog(self) -> int:
        """Bytes that arrived and are not read yet."""
        return self.inbox.size

    def hand_over_folder(self) -> str:
        """The folder that a program runs in which is given none. From now on the caller removes it."""
        folder, self._folder = self._folder, ""
        return folder

    def hand_over_family(self) -> Family | None:
        """What a program that has ended left running, if anything can. From now on the caller ends it."""
        return None

    @property
    def alive(self) -> bool:
        """Whether it can still be given an order."""
        return True

    def send(self, order: Order) -> None:
        """Sends an order; to a stage that is gone it does nothing."""
        if isinstance(order, RunOrder) and self.frames_before:
            self._held = order
        else:
            self._pass_on(order)

    def read(self, limit: int) -> list[Block]:
        """Whole blocks that arrived, until they hold `limit` records. Asked for once a frame."""
        if self._held is not None:
            self.frames_before -= 1
            if self.frames_before >= 0:
                return []
            order, self._held = self._held, None
            self._pass_on(order)
        return self.inbox.take(limit)

    def _remove_folder(self) -> None:
        if self._folder:
            work_folder.remove(self._folder)

    def stray(self) -> str:
        """What C code and child processes printed since the last call, past the program's own streams."""
        return ""  # it is where this process prints

    @abc.abstractmethod
    def _pass_on(self, order: Order) -> None: ...

    @abc.abstractmethod
    def suspend(self) -> None:
        """Really stops every thread, busy loops too, where that is possible."""

    @abc.abstractmethod
    def resume(self) -> None:
        """Lets them go on."""

    @abc.abstractmethod
    def kill(self) -> None:
        """Ends it at once, whatever it does, with every process it started. A program that has not begun never does."""

    @abc.abstractmethod
    def exit(self) -> Exit | None:
        """How it ended, once it has ended and everything it sent has been read; None before."""

    @abc.abstractmethod
    def close(self) -> None:
        """Ends it and leaves no process, thread or file."""


def widen(pipe: IO[bytes] | None) -> None:
    """A pipe of 1 MB instead of 64 KB where the system can: fewer reads, each of which waits for the window's GIL."""
    if pipe is None or not sys.platform.startswith("linux"):
        return
    import fcntl  # noqa: PLC0415  # not on Windows

    try:
        fcntl.fcntl(pipe.fileno(), getattr(fcntl, "F_SETPIPE_SZ", 1031), READ_SIZE)
    except OSError:
        pass  # the user's share of pipe memory is used up: it works with what there is


class ChildProcess(Host):
    """A stage in a process of its own, in a scratch folder that goes with it.

    Raises OSError when the interpreter cannot be started. Must be made by a thread that lives as long as the
    stage: on Linux the stage dies with the thread that started it.
    """

    def __init__(self, executable: str = sys.executable) -> None:
        super().__init__(executable)
        try:
            self._process = subprocess.Popen(
                [executable, str(STAGE)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=self._folder,
                start_new_session=os.name == "posix",
                creationflags=NO_WINDOW,
                env=dict(os.environ),  # without what C code of ours has set, such as readline: it is not the program's
                bufsize=0,
            )
        except BaseException:
            work_folder.remove(self._folder)
            raise
        self._family: Family | None = family_of(self._process.pid)
        widen(self._process.stdout)
        widen(self._process.stdin)
        self._stderr: deque[str] = deque()
        self._kept = 0  # characters of it
        self._ending = False  # it is ended by us, with all that it started
        self._suspended = False
        self._held_orders: list[bytes] = []  # nobody reads while the stage is suspended: a full pipe would block
        self._stray = StrayOutput()
        self._cut_off = CutOffWatch()
        self._over = False  # it has ended, and all that it sent is read
        self._ended_at: float | None = None
        self._decoder = codecs.getincrementaldecoder("utf-8")(OR_LOCALE)
        self._readers = (
            PipeReader("stage blocks", self._process.stdout, READ_SIZE, self.inbox.put),
            PipeReader("stage stderr", self._process.stderr, 65536, self._take_stderr),
        )

    @property
    def pid(self) -> int:
        """Of the stage."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def dry(self) -> bool:
        """Whether all that it sent and printed so far has arrived."""
        return all(reader.dry for reader in self._readers)

    def _pass_on(self, order: Order) -> None:
        line = ORDERS.line(order)
        if isinstance(order, FinishOrder):
            self._ending = True
        if self._suspended:
            self._held_orders.append(line)
        else:
            self._write(line)

    def _write(self, line: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line)
        except (OSError, ValueError):
            pass  # gone, or closed by us: `exit` tells

    def stray(self) -> str:
        """That, in whole lines as long as more may come."""
        return self._stray.take(everything=self._over) if self._stray.text else ""

    def suspend(self) -> None:
        """Stops the process and whatever it started where they are."""
        self._suspended = True
        if self._family is not None:
            self._family.suspend()

    def resume(self) -> None:
        if self._family is not None:
            self._family.resume()
        self._suspended = False
        orders, self._held_orders = self._held_orders, []
        for line in orders:
            self._write(line)

    def kill(self) -> None:
        self._ending, self._held = True, None
        self._end_family()

    def _end_family(self) -> bool:
        """Ends all of it. True when nobody of it lives any more, which takes the system a moment."""
        return self._family is None or self._family.end()

    def hand_over_family(self) -> Family | None:
        family, self._family = self._family, None
        return family

    def exit(self) -> Exit | None:
        code = self._process.poll()
        if code is None:
            return None
        if self._ended_at is None:
            self._ended_at = time.monotonic()
        if self._ending and not self._end_family() and time.monotonic() - self._ended_at < LAST_FAMILY:
            return None
        blocks, stderr = self._readers
        late = time.monotonic() - self._ended_at
        if late > LAST_BYTES:
            self.inbox.drop()  # somebody who lives on has the pipe, and writes without end
        if not (self.inbox.dropping or blocks.dry) or not (late > LAST_PRINT or stderr.dry):
            return None  # what is in the pipes and in the readers' hands is still to come
        quiet = time.monotonic() - max(self._ended_at, self.inbox.moved_at)
        if quiet < LAST_WORDS and not all(reader.ended for reader in self._readers) and not self.inbox.dropping:
            return None  # whoever has the pipe still, such as a child that lives on, may be in the middle of a line
        if self.inbox.waiting:
            return None
        self.inbox.end()  # a stage that was killed while it wrote leaves a part of a block
        self._over = not self.inbox.size
        return Exit(code, "".join(self._stderr), self._cut_off.seen) if self._over else None

    def close(self) -> None:
        self.inbox.close()
        deadline = time.monotonic() + LAST_WAIT
        left = not self._end_family()
        if self._process.stdin is not None:
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(LAST_WAIT)
        while left and time.monotonic() < deadline:
            time.sleep(SHORT)
            left = not self._end_family()
        for reader in self._readers:
            reader.join(0.1)
        self._remove_folder()
        if left or self._process.poll() is None or os.path.isdir(self._folder):
            # The kernel of a busy machine has not let go of it yet; it is dead all the same.
            threading.Thread(target=self._reap, name="stage reaper", daemon=True).start()
        elif self._family is not None:
            self._family.close()

    def _reap(self) -> None:
        self._process.wait()
        for pause in LETTING_GO:
            self._remove_folder()
            if self._end_family() and not os.path.isdir(self._folder):
                break
            time.sleep(pause)
        if self._family is not None:
            self._family.close()

    def _take_stderr(self, data: bytes) -> None:
        text = self._decoder.decode(self._cut_off.without(data))
        if self._over:
            return  # what a program left running prints to nobody
        self._stray.put(text)
        self._kept += len(text)
        if self._kept > STDERR_LIMIT and self._stderr:
            self._kept -= len(self._stderr.popleft())
        self._stderr.append(text)


class InProcess(Host):
    """A stage inside this process: for tests, and for showing what that does to a window.

    The program keeps this process's own working folder. A busy loop cannot be stopped; `kill` asks each thread to end
    where it next waits or runs a line.
    """

    def __init__(self, executable: str = sys.executable) -> None:
        from engine.stage.server import Server  # noqa: PLC0415 - a window with its stage in a process has no use for it

        super().__init__(executable)
        self._server = Server(self.inbox.put, lambda _code: None)
        self._thread: threading.Thread | None = None
        self._code = 0
        self._over = False  # no thread runs the program, and none will
        self._server.greet()

    def _pass_on(self, order: Order) -> None:
        if isinstance(order, RunOrder):
            self._begin(order)
        else:
            self._server.carry_out(order)

    def _begin(self, order: RunOrder) -> None:
        self._thread = threading.Thread(target=self._run, args=(order,), name="stage", daemon=True)
        self._thread.start()

    def _run(self, order: RunOrder) -> None:
        self._server.adopt_main_thread()
        self._code = self._server.run(order, alone=False)

    def suspend(self) -> None:
        """Program time stands still; the threads go on until they next sleep or wait."""

    def resume(self) -> None:
        """Nothing was stopped."""

    def kill(self) -> None:
        """Ends waits and sleeps, and raises in threads that run Python code."""
        self._over, self._held = self._over or self._held is not None, None
        self._server.context.clock.cancel()
        if self._thread is None:
            return  # no program runs, and the only thread known is the caller
        for ident in set(self._server.context.reporter.threads) - {threading.get_ident()}:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(Cancelled))

    def exit(self) -> Exit | None:
        """Ended when the program's main thread is."""
        over = self._over if self._thread is None else not self._thread.is_alive()
        return Exit(self._code, "") if over and not self.inbox.size else None

    def close(self) -> None:
        """Asks it to end and waits a little."""
        self.inbox.close()
        if self._thread is not None:
            if self._thread.is_alive():
                self.kill()
            self._thread.join(0.5)
        self._remove_folder()


class OnWindow(InProcess):
    """A stage that runs the program on the thread that says "run": meanwhile nothing is drawn.

    Nobody can stop it: who would is busy.
    """

    def _begin(self, order: RunOrder) -> None:
        self.inbox.close()  # who would wait there for room waits for this thread
        self._server.carry_out(InputOrder(end=True, shown=False))  # and so does who would answer
        self._run(order)
        self._over = True


OF_THIS_PROCESS: dict[str, Callable[[], Host]] = {IN_WINDOW: OnWindow, IN_THREAD: InProcess}  # by the knob's value
