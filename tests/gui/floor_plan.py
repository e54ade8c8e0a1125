"""Where things are in the real window and how they look: a window of the same size, drawn in this process."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from engine.frame import Phase
from engine.scenarios import catalogue
from gui import app
from gui.panels.switches import Switches, SwitchRow
from gui.panels.toolbar import Toolbar
from gui.plots.timeline.timeline import TimelinePanel
from gui.view_state.window_settings import WindowLayout
from gui.widgets.key_overlay import KeysOverlay
from tests.gui.stage_screen import HEIGHT, PATIENCE, WIDTH, Pixels, until


class FloorPlan:
    """Opens and runs the same scenarios as the real program. Its own runs take place at twenty times the speed."""

    def __init__(self, theme: str = "dark", scale: float = 1.0) -> None:
        self.theatre = app.assemble(catalogue.load(), WindowLayout(theme=theme, scale=scale))
        self.window = self.theatre.window
        self.window.resize(WIDTH, HEIGHT)
        self.window.show()
        self.theatre.controller.speed(20)
        self.settle()

    def settle(self) -> None:
        """Draws until everything stands: layouts take two passes, and what was taken out goes at the end."""
        for _ in range(3):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            QCoreApplication.processEvents()
            self.theatre.driver.tick()

    def open(self, scenario: str) -> None:
        """Opens a scenario as the real program finds it at its first start."""
        self.theatre.controller.open(scenario)
        self.settle()

    def run(self, scenario: str, *off: str) -> None:
        """Opens a scenario and runs it to its end, with these switches off."""
        self.open(scenario)
        for name in off:
            self.theatre.controller.switch(name, False)
        self.theatre.controller.run()
        until(self._ended, f"the end of {scenario}", PATIENCE)
        self.settle()

    def _ended(self) -> bool:
        self.theatre.driver.tick()
        return self.theatre.session.frame.run.phase is Phase.ENDED

    def panel(self, name: str) -> QWidget:
        """The widget of a panel."""
        return next(part.panel.widget for part in self.theatre.driver.parts if part.info.id == name)

    @property
    def timeline(self) -> TimelinePanel:
        panel = self.panel("timeline")
        assert isinstance(panel, TimelinePanel)
        return panel

    @property
    def toolbar(self) -> Toolbar:
        panel = self.panel("toolbar")
        assert isinstance(panel, Toolbar)
        return panel

    def switch(self, name: str) -> SwitchRow:
        """The row of a switch."""
        panel = self.panel("switches")
        assert isinstance(panel, Switches)
        return panel.rows[name]

    def hide_keys(self) -> None:
        """Takes the overlay away that lists the keys."""
        for overlay in self.window.findChildren(KeysOverlay):
            overlay.close()
        self.settle()

    def above_lanes(self) -> int:
        """Pixels of the strip above the lanes, where labels of rules stand."""
        return self.timeline.canvas.places.top

    def box(self, widget: QWidget) -> QRect:
        """Where a widget is on the screen."""
        return QRect(widget.mapTo(self.window, QPoint(0, 0)), widget.size())

    def lanes(self) -> QRect:
        """Where the bars of all lanes are: right of the names, above the axis."""
        places = self.timeline.canvas.places
        return self._bars(places.top, places.bottom - places.top)

    def lane(self, thread: str) -> QRect:
        """Where the bars of one thread are, without the lines between the lanes."""
        names = [lane.name for lane in self.theatre.driver.frame.recording.lanes]
        places = self.timeline.canvas.places
        row = places.layout.of_lane(names.index(thread))
        return self._bars(places.top + row.y - places.scroll + 1, row.height - 1)

    def _bars(self, y: int, height: int) -> QRect:
        """Where bars are between two heights of the timeline."""
        scale = self.timeline.canvas.places.scale
        box = QRect(scale.left, y, round(scale.width), height)
        return box.translated(self.timeline.canvas.mapTo(self.window, QPoint(0, 0)))

    def picture(self, widget: QWidget) -> Pixels:
        """How a widget looks."""
        image = self.window.grab(self.box(widget)).toImage().convertToFormat(QImage.Format.Format_RGB32)
        pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
        return np.bitwise_and(pixels[:, : image.width()], 0xFFFFFF)

    def close(self) -> None:
        """Ends its processes."""
        self.theatre.close()
        self.window.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # now, not during somebody else's test
