"""A finding's chips in the real window: each shows its thread or lock in the timeline, in the graph, in the text."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.frame import View
from engine.frame.finding import Deadlock
from gui.app import Theatre, assemble
from gui.panels.code import Code
from gui.panels.verdict import Verdict
from gui.plots.timeline.timeline import TimelinePanel
from gui.plots.wait_graph.waits import WaitsPanel
from gui.view_state import views
from gui.widgets.finding_list import SubjectChip
from tests.gui.show_window import show_window

P = TypeVar("P")
MANY = 12  # threads that come before those of the circle: their rows do not fit
PROGRAM = f"""\
import logging
import queue
import threading
import time

jobs = queue.Queue()
account_lock = threading.Lock()
log = logging.getLogger("bank")


class Balance:
    def __str__(self):
        with account_lock:
            return "100"


class Slow(logging.StreamHandler):
    def emit(self, record):
        logs.set()
        has.wait()
        super().emit(record)


log.addHandler(Slow())
log.setLevel(logging.INFO)
logs, has, never = threading.Event(), threading.Event(), threading.Event()


def report():
    log.info("balance %s", Balance())


def transfer():
    with account_lock:
        logs.wait()
        has.set()
        log.info("transferring")


for number in range({MANY}):
    threading.Thread(target=never.wait, daemon=True, name=f"idle {{number}}").start()
threads = [threading.Thread(target=report, name="report <b>x</b>\\n2"), threading.Thread(target=transfer)]
for thread in threads:
    thread.start()
for _ in range(100):
    jobs.put(1)
    time.sleep(0.05)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("mine")
    (made / "circle.py").write_text(PROGRAM)
    return made


@pytest.fixture
def theatre(qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Theatre]:
    """A window whose program stands in a circle with the lock of a library, long before what is shown."""
    monkeypatch.setenv("THREAD_THEATRE_RESCUE", str(folder / "rescue"))
    made = assemble(())
    show_window(qtbot, made.window, 1600, 900)
    made.controller.open_file(str(folder / "circle.py"))
    made.controller.turn_to("depth")
    made.controller.shown.width = 0.2
    made.driver.start()
    made.controller.run()
    circle = lambda: any(isinstance(one, Deadlock) for one in made.session.frame.result.findings)  # noqa: E731
    qtbot.waitUntil(lambda: circle() and made.session.frame.view.start > 0.5, timeout=30_000)
    made.driver.stop()
    settle(made)
    yield made
    made.close()


def settle(theatre: Theatre) -> None:
    for _ in range(4):
        theatre.driver.tick()
        QApplication.processEvents()


def panel(theatre: Theatre, kind: type[P]) -> P:
    return next(part.panel for part in theatre.driver.parts if isinstance(part.panel, kind))


def chips(theatre: Theatre) -> list[SubjectChip]:
    """Those of the circle."""
    rows = panel(theatre, Verdict).list.rows
    return next(row.chips for row in rows if row.row is not None and isinstance(row.row.finding, Deadlock))


def test_that_each_chip_of_a_circle_shows_its_moment_thread_lock_and_line_wherever_they_are(theatre: Theatre) -> None:
    verdict, code = panel(theatre, Verdict), panel(theatre, Code)
    canvas, waits = panel(theatre, TimelinePanel).canvas, panel(theatre, WaitsPanel)
    assert not waits.isVisible()
    found = chips(theatre)
    kinds = [("thread" if one.subject.thread else "thing" if one.subject.thing else "line") for one in found]
    assert kinds[:4] == ["thread", "thread", "thing", "thing"]
    assert found[0].subject.name == "report <b>x</b>\\n2", "a name stands in one line"
    for at, kind in enumerate(kinds):
        theatre.controller.look(5.0, 5.2)  # nothing of it is in sight
        theatre.controller.turn_to("depth")
        settle(theatre)
        chip = chips(theatre)[at]
        verdict._area.ensureWidgetVisible(chip)
        if at % 2:
            QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
        else:
            chip.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(chip, Qt.Key.Key_Return)
        settle(theatre)
        view, told = theatre.driver.frame.view, theatre.driver.frame.recording
        assert view.cursor == chip.subject.time
        assert view.start <= view.cursor <= view.end, "its moment is in sight"
        assert code.view.textCursor().blockNumber() + 1 == chip.subject.line or view.line == chip.subject.line
        rows = canvas.places
        if kind == "thread":
            (row,) = [one for one in rows.lane_rows if told.lanes[one.lane].id == chip.subject.thread]
            assert rows.top <= rows.y(row) <= rows.locks - row.height, "the whole row is in sight"
            assert view.thread == chip.subject.thread
            assert not view.thing, "what was asked for before is no longer marked"
        elif kind == "thing":
            (lock,) = [one for one in rows.lock_rows if told.holders[one.lock].object == chip.subject.thing]
            assert rows.locks <= rows.y(lock) <= rows.bottom - lock.height
            assert view.thing == chip.subject.thing
        if kind != "line":
            assert waits.isVisible(), "who waits for whom is turned to"
            asked = [waits.view.said[one] for one in waits.view.asked]
            assert asked
            assert all("waits for" in one for one in asked)
    assert theatre.session.frame.recording.holders[-1].name.endswith("Slow.lock"), "a library's lock has a row"


def test_that_a_moment_that_is_asked_for_comes_into_sight_and_does_not_slide_out_of_it() -> None:
    def around(seconds: float, *, follow: bool = False, whole: bool = False) -> tuple[float, float] | None:
        return views.around(View(start=10.0, end=14.0, follow=follow, whole=whole), seconds)

    assert around(2.0) == around(2.0, follow=True) == (1.0, 5.0)
    assert around(0.1) == (0.0, 4.0)
    assert around(11.0, follow=True) == (10.0, 14.0), "it is looked at, and no more followed"
    assert around(11.0) is None
    assert around(2.0, whole=True) is around(15.0, whole=True) is None
