"""Events that are set and cleared: marks in the lanes of those who did it, from a real program."""

from collections.abc import Callable
from pathlib import Path

from engine.frame import Ended
from engine.session.session import Session

PROGRAM = """\
import threading
ready = threading.Event()
gone = threading.Event()
def boss():
    ready.set()
    gone.wait()
    ready.clear()
def worker():
    ready.wait()
    gone.set()
team = [threading.Thread(target=work, name=work.__name__) for work in (boss, worker)]
for one in team:
    one.start()
for one in team:
    one.join()
"""


def test_that_who_set_and_cleared_an_event_is_known(open_program: Callable[..., Session], tmp_path: Path) -> None:
    path = tmp_path / "events.py"
    path.write_text(PROGRAM)
    session = open_program(path)
    session.run()
    frame = session.wait(30)
    assert frame.run.ended is Ended.FINISHED
    names = {lane.id: lane.name for lane in frame.recording.lanes}
    marks = frame.recording.marks
    rows = zip(marks.lanes.tolist(), marks.events.tolist(), marks.sets.tolist(), strict=True)
    assert [(names[lane], frame.recording.things[event].name, up) for lane, event, up in rows] == [
        ("boss", "ready", True),
        ("worker", "gone", True),
        ("boss", "ready", False),
    ]
    assert marks.times.tolist() == sorted(marks.times.tolist())
    assert session.pump().recording.marks is marks, "the same object while there is no other mark"
