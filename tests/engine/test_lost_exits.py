"""sys.exit in a thread: it ends that thread alone, and where that is what was meant nothing is said."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.frame import Finding, FindingKind
from engine.session.session import Session
from engine.words.findings import cure, sentence
from tests.pythons import pythons

PATIENCE = 60  # seconds; far more than any of these programs takes
EXITS = """
import argparse, sys, threading
def status():
    sys.exit(3)
def raised():
    raise SystemExit(4)
def words():
    exit("disk full")
def parser():
    argparse.ArgumentParser().parse_args(["--none"])
def later():
    sys.exit(1)
threads = [threading.Thread(target=one, name=one.__name__) for one in (status, raised, words, parser)]
threads.append(threading.Timer(0.01, later))
threads[-1].name = "timer"
for one in threads:
    one.start()
    one.join()
"""
MEANT = """
import concurrent.futures, sys, threading
def ended(status=None):
    sys.exit(status)
def caught():
    try:
        sys.exit(3)
    except SystemExit as error:
        codes.append(error.code)
codes = []
for target, args in ((ended, ()), (ended, (0,)), (caught, ())):
    thread = threading.Thread(target=target, args=args)
    thread.start()
    thread.join()
threading.excepthook = lambda args: codes.append(args.exc_value.code)
thread = threading.Thread(target=ended, args=(5,))
thread.start()
thread.join()
with concurrent.futures.ThreadPoolExecutor(1) as pool:
    future = pool.submit(ended, 6)
    print(repr(future.exception()))
print(codes)
sys.exit(codes[0])
"""

Told = Callable[..., list[Finding]]


@pytest.fixture
def told(open_program: Callable[..., Session], tmp_path: Path) -> Told:
    """Runs a text; returns what is found."""

    def run(text: str, **options: str) -> list[Finding]:
        path = tmp_path / "program.py"
        path.write_text(text)
        session = open_program(path, **options)
        session.run()
        frame = session.wait(PATIENCE)
        assert frame.run.ended is not None
        return [*frame.result.findings]

    return run


@pytest.mark.parametrize("executable", pythons())
def test_that_an_exit_in_a_thread_is_told_with_its_line_and_what_to_do(told: Told, executable: str) -> None:
    found = told(EXITS, executable=executable)
    assert [(one.kind, one.thread, one.line) for one in found] == [
        (FindingKind.LOST_EXIT, name, line)
        for name, line in (("status", 4), ("raised", 6), ("words", 8), ("parser", 10), ("timer", 12))
    ]
    assert [sentence(one).split(" ended only ")[0] for one in found] == [
        "sys.exit(3) in line 4",
        "raise SystemExit(4) in line 6",
        "exit('disk full') in line 8",
        "sys.exit(2) in line 10",
        "sys.exit(1) in line 12",
    ]
    assert "main thread" in cure(found[0])


def test_that_an_exit_that_is_meant_for_the_thread_or_is_caught_is_no_finding(told: Told) -> None:
    assert told(MEANT) == []


def test_that_an_exit_without_a_status_is_told_where_the_program_went_on_until_it_was_stopped(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import sys, threading\nthread = threading.Thread(target=sys.exit, name='quits')\n"
        "thread.start()\nthread.join()\nprint('goes on', flush=True)\nthreading.Event().wait(600)\n"
    )
    session = open_program(path)
    session.run()
    while not session.frame.recording.output:
        session.pump()
    assert not [one for one in session.frame.result.findings if one.kind is FindingKind.LOST_EXIT]
    session.stop()
    frame = session.wait(PATIENCE)
    (found,) = (one for one in frame.result.findings if one.kind is FindingKind.LOST_EXIT)
    assert sentence(found) == "sys.exit() ended only quits, and not the program, which went on."
