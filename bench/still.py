"""Whether the window holds still: pixels that an edge of a panel, a lane or a chip moves from Run to the end."""

import argparse
import os
import time
from collections.abc import Iterator, Sequence

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QPoint, QRect
from PySide6.QtWidgets import QWidget

from engine.findings.standing.standstill import stands_still
from engine.frame import Phase
from engine.scenarios import catalogue
from gui import app
from gui.plots.timeline.timeline import TimelinePanel

SIZES = ("1280x720", "1920x1080")
LIMIT = 60.0  # seconds that a run is watched at most
LAID_OVER = "trouble"  # comes and goes over the deck


class Stillness:
    """Notes where everything stands, again and again, and how far each edge has come from where it was first seen."""

    def __init__(self, theatre: app.Theatre) -> None:
        self._theatre = theatre
        self._first: dict[str, QRect] = {}
        self.moved: dict[str, int] = {}  # what -> pixels of the edge that has moved farthest; only what has moved

    def note(self) -> None:
        """Looks at all that is there now. A panel that is gone has moved by its size."""
        there = dict(self._places())
        gone = {name: QRect() for name in self._first if name.startswith("panel ") and name not in there}
        for name, box in (there | gone).items():
            first = self._first.setdefault(name, box)
            far = _apart(first, box)
            if far > self.moved.get(name, 0):
                self.moved[name] = far

    def _places(self) -> Iterator[tuple[str, QRect]]:
        for part in self._theatre.driver.parts:
            widget = part.panel.widget
            if widget.isVisible() and part.info.id != LAID_OVER:
                yield f"panel {part.info.id}", self._box(widget)
                if isinstance(part.panel, TimelinePanel):
                    yield from self._in_timeline(part.panel)

    def _in_timeline(self, panel: TimelinePanel) -> Iterator[tuple[str, QRect]]:
        canvas, told = panel.canvas, panel.canvas.frame.recording
        for row in canvas.places.rows:
            name = f"lane {told.lanes[row.lane].id}" if row.lock < 0 else f"lock {told.holders[row.lock].name}"
            yield name, QRect(0, canvas.places.top + row.y - canvas.places.scroll, canvas.width(), row.height)
        yield "legend", self._box(panel.legend)
        for chip in panel.legend.findChildren(QWidget):
            if chip.isVisible():
                yield f"chip {chip.accessibleName()}", self._box(chip)

    def _box(self, widget: QWidget) -> QRect:
        return QRect(widget.mapTo(self._theatre.window, QPoint(0, 0)), widget.size())


def _apart(one: QRect, other: QRect) -> int:
    if one.isNull() != other.isNull():
        box = one if other.isNull() else other
        return max(box.width(), box.height())
    edges = ("left", "top", "right", "bottom")
    return max(abs(getattr(one, edge)() - getattr(other, edge)()) for edge in edges)


def watched(theatre: app.Theatre, limit: float = LIMIT) -> dict[str, int]:
    """Runs what is open and returns what moved until its end, in pixels. What stands still for good is stopped."""
    loop, deadline = QEventLoop(), time.monotonic() + limit
    theatre.driver.start()
    for _ in range(5):  # the window as it is before Run
        theatre.driver.tick()
        loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
    still = Stillness(theatre)
    still.note()
    theatre.controller.run()
    while theatre.session.frame.run.phase is not Phase.ENDED:
        loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        still.note()
        if stands_still(theatre.session.frame) or time.monotonic() > deadline:
            theatre.session.stop()
    for _ in range(5):  # the last frame, and what it makes others do
        theatre.driver.tick()
        loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        still.note()
    theatre.driver.stop()
    return still.moved


def main(arguments: Sequence[str] = ()) -> int:
    """Prints what moved in each scenario; returns 1 when anything did."""
    parser = argparse.ArgumentParser(prog="python -m bench still")
    parser.add_argument("scenario", nargs="*", help="an id, or one with settings such as 'bank?LOCKED=0'; else all")
    parser.add_argument("--size", action="append", help="such as 1280x720; may be given several times")
    options = parser.parse_args(arguments)
    app.application()
    app.collect_by_hand()
    known = catalogue.load()
    wanted = options.scenario or [one.id for one in known if not one.page and not one.error]
    worst = 0
    for size in options.size or SIZES:
        width, _, height = size.partition("x")
        theatre = app.assemble(known)
        theatre.window.resize(int(width), int(height))
        theatre.window.show()
        for name in wanted:
            scenario, _, settings = name.partition("?")
            theatre.controller.open(scenario, settings)
            theatre.controller.speed(20)
            moved = watched(theatre)
            most = max(moved.values(), default=0)
            worst = max(worst, most)
            ended = theatre.session.frame.run.ended
            said = ", ".join(f"{what} {far}" for what, far in sorted(moved.items(), key=lambda one: -one[1])[:6])
            print(f"{size} {name:24} {ended.value if ended else '?':10} {most:4} px  {said}", flush=True)
        theatre.close()
        theatre.window.close()
    print(f"farthest that an edge moved: {worst} pixels")
    return int(worst > 0)
