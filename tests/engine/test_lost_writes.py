"""Updates of files that were lost are told at the write that came from an old reading; nothing else is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.analysis.run_model import RunModel
from engine.frame import FindingKind
from engine.frame.finding import LostWrite
from engine.protocol.messages import Ending, OutcomeFact, ThingFact
from engine.protocol.records import Kind
from engine.session.session import Session
from engine.words.findings import sentence
from tests.engine.building import findings_of, named, record, records, running
from tests.pythons import pythons

Open = Callable[..., Session]
PROGRAM = """
import threading
from pathlib import Path

both = threading.Barrier(2)
path = Path("hits.txt")
path.write_text("0")
lock = threading.Lock()
with open("kept.txt", "w") as file:
    file.write("0")


def hit():
    seen = int(path.read_text())
    both.wait()
    path.write_text(str(seen + 1))
    with lock:
        with open("kept.txt") as file:
            seen = int(file.read())
        with open("kept.txt", "w") as file:
            file.write(str(seen + 1))


threads = [threading.Thread(target=hit, name=n) for n in ("Left", "Right")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(path.read_text(), Path("kept.txt").read_text())
"""
FILE = 6


def test_that_an_update_of_a_file_that_was_lost_is_told_once_and_at_its_line(
    open_program: Open, tmp_path: Path
) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    session = open_program(program, executable=pythons()[-1])
    session.run()
    findings = session.wait(120).result.findings
    (lost,) = [one for one in findings if one.kind in (FindingKind.LOST_WRITE, FindingKind.SHARED_NAME)]
    assert isinstance(lost, LostWrite)
    assert (lost.name, lost.count, lost.line) == ("hits.txt", 1, 16)
    assert {lost.thread, lost.other} == {"Left", "Right"}
    assert "line 16" in sentence(lost)


def told(*rows: tuple[int, int, Kind, int]) -> list[tuple[str, int]]:
    made = RunModel()
    made.note([*named({1: "MainThread", 2: "Left", 3: "Right"}), ThingFact(FILE, "file", "hits.txt")])
    told = [record(time, lane, kind, FILE, value, line=10 * lane) for time, lane, kind, value in rows]
    made.feed(records(*running(0, 1, 2, 3), *told))
    assert not [one for one in findings_of(made) if isinstance(one, LostWrite)], "the program has not ended"
    made.note([OutcomeFact(Ending.FINISHED)])
    return [(one.thread, one.line) for one in findings_of(made) if isinstance(one, LostWrite)]


READ, OPENED = Kind.FILE_READ_DONE, Kind.FILE_OPENED


def test_that_the_later_of_two_writes_from_one_reading_is_the_stale_one() -> None:
    assert told((1, 2, READ, 3), (2, 3, READ, 3), (3, 2, OPENED, 1), (4, 3, OPENED, 1)) == [("Right", 30)]


@pytest.mark.parametrize(
    "rows",
    [
        ((1, 2, READ, 3), (2, 2, OPENED, 1), (3, 3, READ, 3), (4, 3, OPENED, 1)),
        ((1, 2, READ, 3), (3, 3, OPENED, 1), (4, 2, OPENED, 1)),
        ((1, 2, READ, 3), (2, 3, READ, 3), (3, 2, OPENED, 0), (4, 3, OPENED, 0)),
        ((1, 2, READ, 3), (2, 2, OPENED, 1), (3, 2, READ, 3), (4, 2, OPENED, 1)),
    ],
    ids=["one after another", "the other one had not read it", "they add to it", "one alone"],
)
def test_that_writes_that_undo_nothing_are_not_told(rows: tuple[tuple[int, int, Kind, int], ...]) -> None:
    assert told(*rows) == []
