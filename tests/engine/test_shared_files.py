"""One file object in several threads is told where they came between one another, and nowhere else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.frame.finding import SharedFile
from engine.session.session import Session
from engine.words.findings import cure, sentence
from tests.pythons import pythons

Open = Callable[..., Session]
PROGRAM = """
import threading

both, lock = threading.Barrier(2), threading.Lock()
with open("data.bin", "wb") as file:
    file.write(bytes(4000))
source, guarded, shared = (open("data.bin", "rb") for _ in range(3))
out, whole, kept = (open(f"{name}.txt", "w") for name in ("out", "whole", "kept"))
shared.seek(1000)


def work(number):
    source.seek(number * 1000)
    both.wait()
    source.read(1000)
    out.write(f"{number}: ")
    both.wait()
    out.write("done\\n")
    with lock:
        guarded.seek(number * 1000)
        guarded.read(1000)
        kept.write("a whole ")
        kept.write("line\\n")
    both.wait()
    shared.read(100)
    whole.write("a line\\n")
    with open("data.bin", "rb") as own:
        own.seek(100)
        both.wait()
        own.read(10)


threads = [threading.Thread(target=work, args=(n,), name=f"part {n}") for n in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for file in (source, guarded, shared, out, whole, kept):
    file.close()
"""
LINES = {text.strip(): number for number, text in enumerate(PROGRAM.split("\n"), 1)}


@pytest.mark.parametrize("executable", pythons()[-2:])
def test_that_one_file_object_is_told_where_threads_came_between_one_another(
    open_program: Open, tmp_path: Path, executable: str
) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    session = open_program(program, executable=executable)
    session.run()
    found = [one for one in session.wait(120).result.findings if isinstance(one, SharedFile)]
    assert sorted((one.form, one.name, one.line) for one in found) == [
        ("moved", "source", LINES["source.read(1000)"]),
        ("torn", "out", LINES['out.write("done\\n")']),
    ], [sentence(one) for one in found]
    assert all(len(one.threads) == 2 for one in found)
    between = [("part 0", 1), ("part 1", 1), ("part 0, part 1", 2)]
    assert all((one.who, one.count) in between for one in found), "whoever came between, not whom it befell"
    assert "os.pread()" in cure(next(one for one in found if one.form == "moved"))


PRINTS = """\
import sys, threading
begun, over = threading.Event(), threading.Event()
def pieces():
    sys.stdout.write("one ")
    begun.set()
    over.wait()
    {ends}
one = threading.Thread(target=pieces, name="one")
one.start()
begun.wait()
print("two")
over.set()
one.join()
"""


@pytest.mark.parametrize(("ends", "torn"), [('sys.stdout.write("done\\n")', True), ("pass", False)])
def test_that_a_printed_line_into_which_another_thread_printed_is_told(
    open_program: Open, tmp_path: Path, ends: str, *, torn: bool
) -> None:
    program = tmp_path / "program.py"
    program.write_text(PRINTS.format(ends=ends))
    session = open_program(program)
    session.run()
    found = [one for one in session.wait(120).result.findings if isinstance(one, SharedFile)]
    assert [(one.form, one.name, one.line, one.who) for one in found] == (
        [("torn", "sys.stdout", 7, "MainThread")] if torn else []
    )
    assert all("one print()" in cure(one) for one in found)
