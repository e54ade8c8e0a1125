"""Where one moment stands in the real window: `one_axis.py 1280x720 ...` prints a JSON list, a row for each view.

It is a process of its own because Qt takes the scale of its screen (QT_SCALE_FACTOR) from the environment once. Columns
are device pixels of the window's picture; a moment is found as what changes in it when it changes in the frame.
"""

import json
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPoint, QRectF
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from engine.frame import Ended, Flip, Frame, Phase, Series, State, View
from engine.scenarios import catalogue
from gui import app
from gui.view_state.window_settings import WindowLayout
from tests.gui.frames import changed, lane

NS = 1_000_000_000
NOW, MOMENT = 4.0, 1.2345
VIEWS = ((0.0, 4.08), (0.5, 2.0), (1.2, 1.27), (1.2344, 1.23465))
Pixels = NDArray[np.uint32]


@dataclass
class Columns:
    """The columns that a moment takes, from and to, in the timeline and in the curve."""

    ratio: float
    view: tuple[float, float]
    flip: list[list[int]]
    cursor: list[list[int]]
    step: list[list[int]]


class Bench:
    """The real window with Counter open, drawn with frames that are made by hand."""

    def __init__(self) -> None:
        self.theatre = app.assemble(catalogue.load(), WindowLayout(theme="light"))
        self.window = self.theatre.window
        self.window.show()
        self.theatre.controller.open("counter")
        self.theatre.driver.tick()
        self.theatre.controller.turn_to("values")
        self.theatre.driver.tick()
        panels = {part.info.id: part.panel for part in self.theatre.driver.parts}
        self.canvas, self.card = panels["timeline"].canvas, panels["values"]

    def frame(self, view: tuple[float, float], *, moment: bool) -> Frame:
        """One thread that begins to run, and one update, at the moment, or long after all that shows."""
        at = MOMENT if moment else NOW - 0.001
        values = np.array([0, 10], np.int64)
        return changed(
            self.theatre.session.frame,
            number=1,
            phase=Phase.ENDED,
            ended=Ended.FINISHED,
            now=NOW,
            lanes=(lane(1, "MainThread", [(0.0, State.ABSENT, 0, 0), (at, State.RUNNING, 0, 1)]),),
            value=Series("counter", np.array([0, round(at * NS)], np.int64), values, np.array([0, 12], np.int64)),
            view=View(*view, follow=False),
        )

    def picture(self, frame: Frame) -> Pixels:
        """The window's picture of a frame."""
        for _ in range(2):
            self.theatre.driver.draw(frame)
            QCoreApplication.processEvents()
        image = self.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4).copy()

    def part(self, picture: Pixels, widget: QWidget, box: QRectF) -> tuple[Pixels, int]:
        """The pixels of a box of a widget, and the column at which it begins."""
        ratio, corner = self.window.devicePixelRatioF(), widget.mapTo(self.window, QPoint(0, 0))
        left, top = (corner.x() + box.left()) * ratio, (corner.y() + box.top()) * ratio
        right, bottom = left + box.width() * ratio, top + box.height() * ratio
        return picture[round(top) : round(bottom), round(left) : round(right)], round(left)

    def rows(self, *, foot: bool) -> list[tuple[QWidget, QRectF]]:
        """Of the lanes, and of the curve: all of it, or what is below, where no table stands beside the cursor."""
        places, area = self.canvas.places, self.card.view.space.area
        lanes = QRectF(places.scale.left, places.top + 3, places.scale.width, 8)
        below = QRectF(area.left(), area.bottom() + 2, area.width(), 2)
        return [(self.canvas, lanes), (self.card.view, below if foot else area)]

    def differing(self, one: Pixels, other: Pixels, rows: list[tuple[QWidget, QRectF]]) -> list[list[int]]:
        """From which column to which one two pictures differ first, in each of these boxes."""
        found = []
        for widget, box in rows:
            (a, left), (b, _) = self.part(one, widget, box), self.part(other, widget, box)
            at = np.flatnonzero((a != b).any(axis=0))
            after = np.flatnonzero(np.diff(at) > 1)
            found.append([left + int(at[0]), left + int(at[after[0]] if len(after) else at[-1])] if len(at) else [])
        return found

    def resize(self, size: str) -> None:
        """Gives the window a size, such as 1280x720."""
        self.window.resize(*map(int, size.split("x")))
        QCoreApplication.processEvents()

    def columns(self, view: tuple[float, float]) -> Columns:
        """Where the moment stands in this view."""
        frame = self.frame(view, moment=True)
        plain = self.picture(frame)
        flipped = self.picture(changed(frame, flips=(Flip(MOMENT, "lock", False, 0, 0),)))
        pointed = self.picture(replace(frame, view=replace(frame.view, cursor=MOMENT)))
        stepped = self.differing(plain, self.picture(self.frame(view, moment=False)), self._step_rows())
        flip = self.differing(plain, flipped, self.rows(foot=False))
        cursor = self.differing(plain, pointed, self.rows(foot=True))
        return Columns(self.window.devicePixelRatioF(), view, flip, cursor, stepped)

    def _step_rows(self) -> list[tuple[QWidget, QRectF]]:
        """The middle of the bar of the lane; halfway between the two values of the curve."""
        (canvas, lanes), space = self.rows(foot=True)[0], self.card.view.space
        row = self.canvas.places.layout.row(0)
        lanes.moveTop(self.canvas.places.top + row.y + row.height / 2 - 4)
        between = QRectF(space.area.left(), space.y(5) - 1, space.area.width(), 2)
        return [(canvas, lanes), (self.card.view, between)]

    def close(self) -> None:
        self.theatre.close()
        self.window.close()


def main(sizes: list[str]) -> None:
    application = app.application()
    bench, found = Bench(), []
    for size in sizes:
        bench.resize(size)
        found += [{"size": size, **asdict(bench.columns(view))} for view in VIEWS]
    print(json.dumps(found))
    bench.close()
    application.processEvents()


if __name__ == "__main__":
    main(sys.argv[1:])
