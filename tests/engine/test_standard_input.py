"""Standard input: what a program is told when it asks, beside plain Python with the same lines in a pipe."""

from __future__ import annotations

import io
import locale
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from engine.findings.standing.standstill import stands_still
from engine.frame import Ended, Frame, Phase, State
from engine.frame.finding import FindingKind
from engine.hosting.host import OnWindow
from engine.protocol.messages import RunOrder
from engine.protocol.records import Kind
from engine.session import replay
from engine.session.session import Session
from engine.stage.facade import standard_input
from tests.engine.facade_kit import Stage, Working, raised
from tests.engine.outside import PATIENCE, TERMINAL, printed
from tests.pythons import pythons

Open = Callable[..., Session]
posix = pytest.mark.skipif(os.name != "posix", reason="there is no fork, and no such signal, on Windows")

READERS = {
    "a sum": ('a = int(input("a? "))\nb = int(input("b? "))\nprint("sum", a + b)\n', b"3\n4\n"),
    "no prompt": ("print(repr(input()), repr(input()))\n", b"one\n\n"),
    "a last line without its end": ("print(repr(input()), repr(input()))\n", b"one\ntwo"),
    "a loop over the stream": ("import sys\nfor line in sys.stdin:\n    print(repr(line))\n", b"a\n\nb b\nlast"),
    "all at once": ("import sys\nprint(repr(sys.stdin.read()), repr(sys.stdin.read()))\n", b"a\nb\n"),
    "all lines": ("import sys\nprint(sys.stdin.readlines(), sys.stdin.readline())\n", b"a\nb\nc"),
    "letters": (
        "import sys\nprint([sys.stdin.read(1) for _ in range(4)], sys.stdin.readline(2))\n",
        "ä€b\ncd".encode(),
    ),
    "lines and letters": (
        "import sys\nprint(input(), sys.stdin.read(2), input(), sys.stdin.read())\n",
        b"a\nbcd\ne\nf\n",
    ),
    "bytes": (
        "import sys\nb = sys.stdin.buffer\nprint(b.read(2), b.read1(1), b.peek()[:1], b.readline(), b.read())\n",
        b"ab\ncd\nefgh\n\xff\x00i",
    ),
    "bytes by lines": ("import sys\nprint(list(sys.stdin.buffer), sys.stdin.buffer.read())\n", b"a\nb\r\n\nc"),
    "into a buffer": (
        "import sys\nroom = bytearray(4)\nprint(sys.stdin.buffer.readinto(room), room, sys.stdin.buffer.readlines())\n",
        b"abcdefg\nh\n",
    ),
    "letters of other alphabets": ("print(input(), input(), input())\n", "naïve\n日本語\n🧵\n".encode()),
    "bytes that are no text": ("print(ascii(input()))\n", b"a\xffb\n"),
    "both ends of a line": ("print(repr(input()))\n", b"dos\r\n"),
    "asked too often": ('input("a? ")\ninput("b? ")\n', b"1\n"),
    "end, and again": (
        "for _ in range(3):\n    try:\n        print(input('? '))\n    except EOFError as end:\n        print(end)\n",
        b"1\n",
    ),
    "nothing": ("import sys\nprint(repr(sys.stdin.read()), list(sys.stdin), repr(sys.stdin.buffer.read(3)))\n", b""),
    "a stream of the program's own": (
        "import io, sys\nsys.stdin = io.StringIO('own\\n')\nprint(input('? '))\nsys.stdin = sys.__stdin__\n",
        b"real\n",
    ),
    "lost": ("import sys\nsys.stdin = None\ntry:\n    input()\nexcept RuntimeError as lost:\n    print(lost)\n", b""),
    "closed": (
        "import sys\nprint(input())\nsys.stdin.close()\ntry:\n    input('? ')\nexcept ValueError as closed:\n"
        "    print(closed, sys.stdin.closed)\n",
        b"1\n2\n",
    ),
    "bad arguments": (
        "for given in ((1, 2), (3,), (None,)):\n    try:\n        print(repr(input(*given)))\n"
        "    except TypeError as bad:\n        print(bad)\ntry:\n    input(prompt='x')\nexcept TypeError as bad:\n"
        "    print(bad)\n",
        b"x\ny\n",
    ),
    "a prompt that cannot be said": (
        "class Bad:\n    def __str__(self):\n        raise ValueError('no words')\ntry:\n    input(Bad())\n"
        "except ValueError as bad:\n    print(bad)\nprint(input())\n",
        b"still there\n",
    ),
    "what kind of stream it is": (
        "import io, os, sys\ns = sys.stdin\nprint(s.encoding, os.name == 'nt' or s.errors, s.name, s.mode,"
        " s.closed, s.isatty(), s.readable(), s.writable(), s.seekable(), s.fileno(), isinstance(s, io.TextIOWrapper),"
        " s.buffer.name, s.buffer.mode, s)\n"
        "for call in (s.tell, lambda: s.seek(0), lambda: s.write('x'), s.buffer.tell):\n    try:\n        call()\n"
        "    except OSError:\n        print('no')\n",
        b"",
    ),
    "set up anew": (
        "import sys\nsys.stdin.reconfigure(encoding='latin-1')\nprint(ascii(input()), sys.stdin.encoding)\n",
        b"\xe9\n",
    ),
    "fileinput": (
        "import fileinput\nfor line in fileinput.input():\n    print(fileinput.lineno(), repr(line))\n",
        b"a\nb\nc",
    ),
    "a library that asks": (
        "import code\ncode.InteractiveConsole({}).interact('hi', exitmsg='bye')\nprint('after')\n",
        b"1 + 1\nx = 2\nx\n",
    ),
    "asyncio": (
        "import asyncio\nasync def main():\n    loop = asyncio.get_running_loop()\n"
        "    tick = asyncio.sleep(0.01, 'ran')\n"
        "    print(await asyncio.gather(loop.run_in_executor(None, input), tick))\nasyncio.run(main())\n",
        b"typed\n",
    ),
    "descriptor 0": ("print(open(0).read().split())\n", b"1 2\n3"),
    "descriptor 0 in all ways": (
        "import os\nwith os.fdopen(0, 'rb', closefd=False) as raw:\n    print(raw.readline(), raw.name, raw.read())\n"
        "print(open(0, encoding='latin-1', closefd=False).readline(1))\n",
        b"a\n\xe9\n",
    ),
    "a wrong mode": ("try:\n    open(0, 'q')\nexcept ValueError as bad:\n    print(bad)\nprint(input())\n", b"a\n"),
    "reading the descriptor": (
        "import os, sys\nfd, found = sys.stdin.fileno(), b''\n"
        "while piece := os.read(fd, max(os.fstat(fd).st_size, 8192)):\n    found += piece\n"
        "print(found, os.read(0, 3))\ntry:\n    os.read(0, -1)\nexcept OSError as bad:\n    print(bad)\n",
        b"a\nbc\nd",
    ),
    "another thing as descriptor 0": (
        "import os\nours, theirs = os.pipe()\nos.write(theirs, b'piped')\nos.close(theirs)\nos.dup2(ours, 0)\n"
        "print(os.read(0, 10), open(0).read())\n",
        b"typed\n",
    ),
    "a long line": (
        "import sys\nline = input()\nprint(len(line), len(sys.stdin.read()))\n",
        b"x" * 300_000 + b"\nrest",
    ),
}


def plain(
    path: Path, typed: bytes, executable: str = sys.executable, terminal: Mapping[str, str] = TERMINAL
) -> tuple[int, str, str]:
    """Exit status and what is printed with these bytes in a pipe."""
    env = {**os.environ, **terminal, "PYTHONDONTWRITEBYTECODE": "1"}  # the user's, which the stage has, too
    done = subprocess.run(
        [executable, str(path)],
        input=typed, capture_output=True, timeout=PATIENCE, check=False, cwd=path.parent, env=env,
    )  # fmt: skip
    return done.returncode, printed(done.stdout), printed(done.stderr)


def staged(session: Session, typed: bytes) -> tuple[int, str, str]:
    """The same on the stage."""
    session.run()
    session.answer(typed.decode("utf-8", "surrogateescape"))
    session.end_input()
    return told(session)


def told(session: Session) -> tuple[int, str, str]:
    frame = session.wait(PATIENCE)
    assert frame.run.ended in (Ended.FINISHED, Ended.DIED)
    assert frame.recording.output_left_out == 0
    shown = [one for one in frame.recording.output if not one.typed]
    out, err = (
        "".join(one.text + "\n" * (not one.open) for one in shown if one.error is error) for error in (False, True)
    )
    return session.summary()["exit"], out, err


def pump_until(session: Session, so: Callable[[Frame], object]) -> Frame:
    deadline = time.monotonic() + PATIENCE
    while not so(frame := session.pump()):
        assert time.monotonic() < deadline, "it did not come about"
        assert frame.run.phase is not Phase.ENDED, [one.text for one in frame.recording.output]
        time.sleep(0.001)
    return frame


def asking(frame: Frame, count: int = 1) -> bool:
    return len(frame.recording.questions.asking) == count


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "program.py"
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.mark.parametrize("name", READERS)
def test_that_a_program_reads_what_it_reads_from_a_pipe(
    open_program: Open, written: Callable[[str], Path], name: str
) -> None:
    text, typed = READERS[name]
    path = written(text)
    terminal = {} if name == "bytes that are no text" else TERMINAL  # on Windows these are the system's own letters
    assert staged(open_program(path), typed) == plain(path, typed, terminal=terminal)


def test_that_on_windows_what_is_not_utf8_is_read_as_the_system_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locale, "getpreferredencoding", lambda _set: "cp1252")
    piped = "Zoë €\n".encode() + "Zoë €\n".encode("cp1252") + b"\x81\n"
    assert piped.decode("utf-8", standard_input.OR_LOCALE) == "Zoë €\nZoë €\n\udc81\n"
    stream = io.TextIOWrapper(io.BytesIO(piped), "utf-8", standard_input.OR_LOCALE)
    assert stream.readline() == stream.readline() == "Zoë €\n"


@pytest.mark.parametrize("executable", pythons()[1:])
@pytest.mark.parametrize("name", ["a sum", "a loop over the stream", "bytes", "what kind of stream it is", "closed"])
def test_that_it_does_so_on_every_python(
    open_program: Open, written: Callable[[str], Path], name: str, executable: str
) -> None:
    text, typed = READERS[name]
    path = written(text)
    assert staged(open_program(path, executable=executable), typed) == plain(path, typed, executable)


def test_that_an_answer_stands_behind_its_question_and_is_no_output(
    open_program: Open, written: Callable[[str], Path]
) -> None:
    session = open_program(written('name = input("Name: ")\nprint("Hello", name)\n'))
    session.run()
    frame = pump_until(session, asking)
    question = frame.recording.questions.asking[0]
    assert (question.lane, question.prompt, question.line) == (1, "Name: ", 1)
    assert frame.recording.lanes[0].spans.states[-1] == State.WAIT_INPUT
    session.answer("Ada\n")
    frame = session.wait(PATIENCE)
    said = [(one.thread, one.text, one.open, one.typed) for one in frame.recording.output]
    assert said == [(1, "Name: ", True, False), (1, "Ada", False, True), (1, "Hello Ada", False, False)]
    assert session.summary()["output"] == "Name: Hello Ada\n"
    assert frame.recording.questions.asked
    assert not frame.recording.questions.asking


THREE = """
import threading
got = {}
def ask(name):
    got[name] = input(name)
threads = [threading.Thread(target=ask, args=(name,), name=name) for name in ("a", "b", "c")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(got["a"], got["b"], got["c"])
"""


def test_that_of_threads_that_ask_the_first_is_answered_first(
    open_program: Open, written: Callable[[str], Path]
) -> None:
    session = open_program(written(THREE))
    session.run()
    frame = pump_until(session, lambda frame: asking(frame, 3))
    order = [one.prompt for one in frame.recording.questions.asking]
    session.answer("1\n")
    frame = pump_until(session, lambda frame: asking(frame, 2))
    assert [one.prompt for one in frame.recording.questions.asking] == order[1:]
    session.answer("2\n3\n")
    given = dict(zip(order, "123"))
    assert told(session)[1].endswith(f"{given['a']} {given['b']} {given['c']}\n")
    names = {lane.id: lane.name for lane in frame.recording.lanes}
    assert {names[one.thread]: one.text for one in session.frame.recording.output if one.typed} == given


def test_that_the_end_of_input_is_told_to_all_who_ask(open_program: Open, written: Callable[[str], Path]) -> None:
    session = open_program(written(THREE))
    session.run()
    pump_until(session, lambda frame: asking(frame, 3))
    session.end_input()
    assert session.frame.run.input_ended
    frame = session.wait(PATIENCE)
    assert [one.error.type for one in frame.recording.lanes[1:]] == ["EOFError"] * 3  # type: ignore[union-attr]
    assert [one.text for one in frame.recording.output if one.typed] == ["^D"]


def test_that_what_is_typed_too_early_is_kept_and_too_late_is_nothing(
    open_program: Open, written: Callable[[str], Path]
) -> None:
    session = open_program(written("import time\ntime.sleep(0.05)\nprint(input(), input())\ninput()\n"))
    session.answer("nobody is there\n")
    session.end_input()
    session.run()
    session.answer("ear")
    session.answer("ly\n")
    session.answer("also\n")
    session.end_input()
    session.answer("late\n")
    assert told(session)[1] == "early also\n"
    session.answer("it is over\n")
    assert session.frame.run.phase is Phase.ENDED


def test_that_ten_thousand_lines_at_once_arrive(open_program: Open, written: Callable[[str], Path]) -> None:
    lines = [f"line {number}" for number in range(10_000)]
    session = open_program(written("import sys\nprint(input())\nrest = list(sys.stdin)\nprint(len(rest), rest[-1])\n"))
    session.run()
    pump_until(session, asking)
    session.answer("".join(f"{line}\n" for line in lines))
    session.end_input()
    assert told(session)[1] == "line 0\n9999 line 9999\n\n"
    assert [one.text for one in session.frame.recording.output if one.typed] == lines


def test_that_much_input_leaves_room_for_what_is_printed(open_program: Open, written: Callable[[str], Path]) -> None:
    session = open_program(written("import sys\nprint(len(sys.stdin.readlines()))\n"))
    session.run()
    session.answer("x\n" * 25_000)
    session.end_input()
    frame = session.wait(PATIENCE)
    assert frame.recording.output_left_out == 5_000
    assert session.summary()["output"] == "25000\n"


def test_that_a_run_is_stopped_while_it_asks(open_program: Open, written: Callable[[str], Path]) -> None:
    session = open_program(written("input('? ')\n"))
    session.run()
    pump_until(session, asking)
    session.stop()
    frame = session.wait(PATIENCE)
    assert frame.run.ended is Ended.STOPPED
    assert not frame.recording.questions.asking


def test_that_an_answer_given_in_a_pause_is_read_after_it(open_program: Open, written: Callable[[str], Path]) -> None:
    session = open_program(written("import time\nprint(input('? '), time.monotonic() > 0)\n"))
    session.run()
    pump_until(session, asking)
    session.pause()
    pump_until(session, lambda frame: frame.run.phase is Phase.PAUSED)
    session.answer("in the pause\n")
    before = session.pump()
    for _ in range(20):
        session.pump()
    assert session.frame.recording.questions is before.recording.questions
    session.resume()
    assert told(session)[1] == "? in the pause True\n"


def test_that_program_time_goes_on_while_it_asks_at_whatever_speed(
    open_program: Open, written: Callable[[str], Path]
) -> None:
    session = open_program(
        written("import time\nbegan = time.monotonic()\ninput()\nprint(time.monotonic() - began > 1)\n")
    )
    session.run()
    pump_until(session, asking)
    session.set_speed(20)
    pump_until(session, lambda frame: frame.run.now > frame.recording.questions.asking[0].since + 1)
    session.answer("\n")
    assert told(session)[1] == "True\n"


def test_that_who_waits_for_an_answer_is_not_stuck(open_program: Open, written: Callable[[str], Path]) -> None:
    """Nor is a thread that waits for that one."""
    session = open_program(
        written(
            "import threading\nlock = threading.Lock()\ndef want():\n    with lock:\n        print('had it')\n"
            "with lock:\n    other = threading.Thread(target=want)\n    other.start()\n    input('? ')\nother.join()\n"
        )
    )
    session.set_speed(20)
    session.run()
    frame = pump_until(session, lambda frame: asking(frame) and frame.run.now > 5)
    assert not [one for one in frame.result.findings if one.kind in (FindingKind.STUCK, FindingKind.DEADLOCK)]
    assert not stands_still(frame)
    session.answer("\n")
    assert told(session)[1] == "? had it\n"


def test_that_a_deadlock_beside_a_thread_that_asks_is_one(open_program: Open, written: Callable[[str], Path]) -> None:
    session = open_program(
        written(
            "import threading\na, b = threading.Lock(), threading.Lock()\nboth = threading.Barrier(2)\n"
            "def take(first, second):\n    with first:\n        both.wait()\n        second.acquire()\n"
            "for pair in ((a, b), (b, a)):\n    threading.Thread(target=take, args=pair).start()\ninput('? ')\n"
        )
    )
    session.run()
    frame = pump_until(session, lambda frame: asking(frame) and frame.result.findings)
    assert [one.kind for one in frame.result.findings] == [FindingKind.DEADLOCK]
    session.stop()
    session.wait(PATIENCE)


def test_that_getpass_asks_with_its_warning_and_hides_nothing(
    open_program: Open, written: Callable[[str], Path]
) -> None:
    session = open_program(written("import getpass\nprint(getpass.getpass('secret: ')[::-1])\n"))
    status, out, err = staged(session, b"abc\n")
    assert (status, out) == (0, "cba\n")
    assert "Password input may be echoed" in err


def test_that_an_interrupt_ends_the_wait_and_the_line_is_left(
    open_program: Open, written: Callable[[str], Path], tmp_path: Path
) -> None:
    asked = tmp_path / "asked"
    session = open_program(
        written(
            "import _thread, os, threading, time\ndef interrupt():\n"
            f"    while not os.path.exists({str(asked)!r}):\n        time.sleep(0.01)\n    _thread.interrupt_main()\n"
            "threading.Thread(target=interrupt).start()\ntry:\n    input('? ')\n"
            "except KeyboardInterrupt:\n    print('interrupted')\nprint(input())\n"
        )
    )
    session.run()
    pump_until(session, asking)
    asked.touch()
    pump_until(session, lambda frame: "interrupted" in [one.text for one in frame.recording.output] and asking(frame))
    session.answer("whole\n")
    assert told(session)[1].splitlines()[-2:] == ["? interrupted", "whole"]


@posix
def test_that_a_signals_handler_may_ask_while_its_thread_asks(
    open_program: Open, written: Callable[[str], Path]
) -> None:
    session = open_program(
        written(
            "import signal\nsignal.signal(signal.SIGALRM, lambda *_: print('inner', input()))\n"
            "signal.setitimer(signal.ITIMER_REAL, 0.05)\nprint('outer', input())\n"
        )
    )
    session.run()
    pump_until(session, lambda frame: frame.recording.questions.asked)
    deadline = time.monotonic() + PATIENCE
    while not session.frame.run.now > 0.3 and time.monotonic() < deadline:
        session.pump()
    session.answer("1\n2\n")
    assert sorted(told(session)[1].splitlines()) in (["inner 1", "outer 2"], ["inner 2", "outer 1"])


def test_that_other_processes_of_a_program_have_no_input(open_program: Open, written: Callable[[str], Path]) -> None:
    session = open_program(
        written("""
import multiprocessing, os, subprocess, sys
def child():
    try:
        print("child", input("c? "))
    except EOFError as end:
        print(end)
if __name__ == "__main__":
    print(input())
    for how in multiprocessing.get_all_start_methods():
        process = multiprocessing.get_context(how).Process(target=child)
        process.start()
        process.join()
    if hasattr(os, "fork"):
        pid = os.fork()
        if pid == 0:
            child()
            sys.stdout.flush()
            os._exit(0)
        os.waitpid(pid, 0)
    read = "import sys; print(repr(sys.stdin.read()))"
    print(subprocess.run([sys.executable, "-c", read], stdout=subprocess.PIPE, text=True).stdout.strip())
    print(input())
""")
    )
    status, out, err = staged(session, b"first\nlast\n")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert (lines[0], lines[-2:]) == ("first", ["''", "last"])
    assert set(lines[1:-2]) == {"c? EOF when reading a line"}


def test_that_a_daemon_that_asks_keeps_no_program(open_program: Open, written: Callable[[str], Path]) -> None:
    session = open_program(
        written("import threading\nthreading.Thread(target=input, daemon=True).start()\nprint('done')\n")
    )
    session.run()
    frame = session.wait(PATIENCE)
    assert frame.run.ended is Ended.FINISHED
    assert not frame.recording.questions.asking


def test_that_a_kept_run_asks_and_is_answered_again(
    open_program: Open, written: Callable[[str], Path], tmp_path: Path
) -> None:
    path = written(THREE)
    session = open_program(path)
    session.run()
    pump_until(session, lambda frame: asking(frame, 3))
    session.answer("1\n2\n")
    pump_until(session, asking)
    session.end_input()
    live = session.wait(PATIENCE)
    session.save(tmp_path / "kept.run")
    playback = replay.Playback(replay.load(tmp_path / "kept.run"))
    again, most = open_program(path, make_host=playback.host), 0
    again.run()
    while not playback.over:
        playback.until += 0.001
        most = max(most, len(again.pump().recording.questions.asking))
    for _ in range(3):
        replay.at_end(playback, again.stop)
        again.pump()
    assert most == 3
    assert [(one.text, one.typed) for one in again.frame.recording.output] == [
        (one.text, one.typed) for one in live.recording.output
    ]


def test_that_a_program_on_the_windows_own_thread_is_never_waited_for(tmp_path: Path) -> None:
    """Who would answer waits for it."""
    host = OnWindow()
    try:
        host.send(RunOrder("input('? ')\n", str(tmp_path / "program.py")))
        blocks = host.read(1000)
        assert b"EOFError" in b"".join(bytes(payload) for _, payload in blocks)
    finally:
        host.close()


# on a stage of this process


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_that_the_records_say_who_asks_what_and_where(stage: Stage) -> None:
    typed = standard_input.lines_of(stage.context)
    program = Working(stage.program, 'a = input("Name: ")\nb = input()\n')
    stage.wait_for(Kind.INPUT_WANT)
    typed.put("Ada\nB\n", shown=True)
    program.result()
    assert stage.names["a"], stage.names["b"] == ("Ada", "B")
    kinds = (Kind.PRINT, Kind.INPUT_WANT, Kind.INPUT_GOT)
    assert [record.kind for record in stage.records()] == [*kinds, Kind.INPUT_GOT]
    assert [record.line for record in stage.records()] == [1, 1, 1, 2]
    assert stage.texts(*kinds) == ["Name: ", "Name: ", "Ada\n", "B\n"]


def test_that_what_is_not_to_be_shown_is_not_reported_unless_somebody_waits(stage: Stage) -> None:
    typed = standard_input.lines_of(stage.context)
    typed.put("1\n2\n", shown=False)
    typed.end()
    stage.program("a, b = input(), input()\n")
    assert stage.records() == []
    assert raised(standard_input.make_input(stage.context)) == (EOFError, "EOF when reading a line")


def test_that_a_line_goes_to_one_and_the_next_to_the_next(stage: Stage) -> None:
    typed, ask = standard_input.lines_of(stage.context), standard_input.make_input(stage.context)
    asking = []
    for number in range(5):
        asking.append(Working(ask))
        stage.wait_for(Kind.INPUT_WANT, number + 1)
    typed.put("0\n1\n2\n", shown=True)
    assert [one.result() for one in asking[:3]] == ["0", "1", "2"]
    typed.put("3\n", shown=True)
    assert asking[3].result() == "3"
    typed.put("4", shown=True)
    assert asking[4].is_alive()
    typed.end()
    assert asking[4].result() == "4"


def test_that_no_line_is_lost_or_parted_among_many_who_read(stage: Stage) -> None:
    typed, stream = standard_input.lines_of(stage.context), standard_input.stdin_of(stage.context)
    lines = [f"{number:06} {'x' * (number % 50)}\n" for number in range(3000)]
    readers = [Working(list, stream) for _ in range(6)]
    for line in lines:
        typed.put(line, shown=False)
    typed.end()
    taken = [line for one in readers for line in one.result()]
    assert sorted(taken) == lines


def test_that_a_stopped_run_lets_go_of_who_asks(stage: Stage) -> None:
    asking = Working(standard_input.make_input(stage.context))
    stage.wait_for(Kind.INPUT_WANT)
    stage.context.clock.cancel()
    asking.join(PATIENCE)
    assert type(asking.error).__name__ == "Cancelled"
    assert stage.has(Kind.INPUT_GAVE_UP)


def test_that_text_that_is_no_unicode_does_no_harm(stage: Stage) -> None:
    typed = standard_input.lines_of(stage.context)
    typed.put("\ud83d\n", shown=True)
    assert standard_input.make_input(stage.context)() == "?"


def test_that_input_from_what_the_program_put_in_the_place_of_the_keyboard_works(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = standard_input.make_input(stage.context)
    monkeypatch.setattr(sys, "stdin", io.StringIO("Ada\n"))
    assert own() == "Ada"
    assert raised(own, 1, 2) == raised(input, 1, 2)
    assert own.__name__ == "input"
