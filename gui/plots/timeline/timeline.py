"""The timeline: what every thread does, who holds each lock, where updates were lost."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton

from engine.frame import Frame, State
from gui.panel import Commands, Course, PanelInfo, Place
from gui.plots.common.labels import flips_in
from gui.plots.common.scale import duration, moment
from gui.plots.timeline.canvas import Canvas
from gui.plots.timeline.legend import Legend, Occurring, height_of
from gui.plots.timeline.overlays import labels_above
from gui.plots.timeline.overview import Overview
from gui.plots.timeline.stretch_field import StretchField
from gui.theme import theme as themes
from gui.theme.palette import text_font
from gui.theme.theme import Theme
from gui.view_state.arrangement import timeline_least
from gui.view_state.views import NEARER
from gui.widgets.card import Card
from gui.widgets.later import Later
from gui.widgets.legend_symbols import CPU, LETS_IN, LOST, Mark


class TimelinePanel(Card):
    """Header with tools, the drawn rows, the legend."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(QCoreApplication.translate("timeline", "Timeline"))
        self._commands = commands
        self.canvas = Canvas(commands)
        self.steering = self.canvas.steering
        self.legend = Legend(self._pressed)
        self._occurring = Occurring()
        self._theme = themes.make("dark", compact=False)
        self._rule = QFrame()
        self._later = Later(self, self._give_way)
        words = partial(QCoreApplication.translate, "timeline")
        self.zoom_out = self._tool("\u2212", words("Zoom out"), "S", lambda: self.steering.zoom(1 / NEARER))
        self.zoom_in = self._tool("+", words("Zoom in"), "W", lambda: self.steering.zoom(NEARER))
        self.fit_button = self._tool(words("Fit"), words("Show the whole run"), "F", self._fit)
        keep = words("Keep the last moment in view")
        self.follow_button = self._tool(words("Follow"), keep, "G", self.steering.follow)
        self.follow_button.setCheckable(True)
        self.fit_button.setCheckable(True)
        self.overview = Overview(self.steering)
        self.field = StretchField(self.steering, self.subtitle, self.canvas)
        self.header.insertWidget(1, self.field, 1)
        self.body.addWidget(self.canvas, 1)
        self.body.addWidget(self.overview)
        self.body.addWidget(self._rule)
        self.body.addWidget(self.legend)

    def _tool(self, text: str, name: str, key: str, clicked: Callable[..., None]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName("tool")
        button.setAccessibleName(name)
        button.setToolTip(f"{name} ({key})")
        button.clicked.connect(clicked)
        self.tools.addWidget(button)
        return button

    def _fit(self) -> None:
        self.steering.fit()
        self.fit_button.setChecked(True)  # again, where it was so already

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._theme = theme
        self.subtitle.setFont(text_font(theme, theme.measures.base))
        height = theme.pixels.chip
        for button in (self.zoom_out, self.zoom_in, self.fit_button, self.follow_button):
            button.setFont(text_font(theme, theme.measures.small))
            button.setFixedHeight(height)
            if len(button.text()) == 1:
                button.setFixedWidth(height)
            button.setStyleSheet(_tool_style(theme, square=len(button.text()) == 1))
        self._rule.setFixedHeight(1)
        self._rule.setStyleSheet(f"background: {theme.colours.line};")
        self.canvas.apply_theme(theme)
        self.overview.apply_theme(theme)
        self.field.apply_theme(theme)
        self.legend.apply_theme(theme)
        self._give_way()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._later.ask()

    def _give_way(self) -> None:
        """Where the lanes need their room, overview and legend give way: by the size alone, so that it stays so.

        While presenting there is no legend: words stand in large bars.
        """
        least = timeline_least(self._theme) + height_of(self._theme, self.width())
        for widget in (self._rule, self.legend):
            widget.setVisible(self.height() >= least and not self._theme.presents)
        self.overview.setVisible(self.height() >= least + self._theme.pixels.overview)

    def draw(self, frame: Frame) -> None:
        self.canvas.show_frame(frame)
        self.overview.show_frame(frame)
        states, told = self._occurring.feed(frame), frame.recording
        extra = {LOST} if len(told.losses.times) else set()
        extra |= {LETS_IN} if State.WAIT_LOCK in states else set()
        extra |= {CPU} if any(lane.cpu is not None for lane in told.lanes) else set()
        self.legend.show_marks(frame.program.scenario, states | extra, frame.view.hidden)
        text = _subtitle(frame)
        if self.subtitle.said != text:
            self.subtitle.setText(text)
        if self.follow_button.isChecked() is not frame.view.follow:
            self.follow_button.setChecked(frame.view.follow)
        if self.fit_button.isChecked() is not frame.view.whole:
            self.fit_button.setChecked(frame.view.whole)

    def clear_box(self, size: QSize) -> QRect:
        """Above the lanes, between title and tools: in the middle, or beside it where flips have their labels there.

        While presenting there is no header; there it lies over the upper end of the first lane.
        """
        labels = self._flip_labels()
        first, last, high = 0, self.width(), size.height()
        if self.header_row.isHidden():
            high = min(high, self.canvas.y() + self.canvas.places.top + self.canvas.places.layout.first)
        else:
            words = self.subtitle.fontMetrics().horizontalAdvance(self.subtitle.text())
            first, last = self.subtitle.x() + words, self.zoom_out.x()
            high = min(high, self.canvas.y() + self.canvas.places.top)
        air = self.theme.px(8)
        room = QSize(last - first - 2 * air, high - self.theme.edge).boundedTo(size)
        size = size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        lefts = [first + air + round((last - first - 2 * air - size.width()) * share) for share in (0.5, 1, 0)]
        boxes = [QRect(QPoint(left, self.theme.edge), size) for left in lefts]
        return min(boxes, key=lambda box: sum(box.intersects(label) for label in labels))

    def _flip_labels(self) -> list[QRect]:
        """Where the labels of flips stand."""
        canvas, scene = self.canvas, self.canvas.scene()
        shown, top = flips_in(scene.frame.recording.flips, scene.scale), canvas.places.top
        labels = labels_above(scene, shown, top, top - canvas.brackets.rows * self.theme.pixels.part)
        return [box.translated(canvas.pos()).toRect() for box, _ in labels]

    def opened(self, course: Course) -> None:
        """How many lanes there will be, and what the parts of a run are called, is said by the scenario."""
        parts = course.scenario.parts
        self.canvas.expectation.scenario = course.scenario
        self.canvas.brackets.noun = parts.noun if parts is not None else ""

    def _pressed(self, mark: Mark, hidden: bool) -> None:
        if isinstance(mark, State):
            self._commands.hide(mark, hidden)
        else:
            self.canvas.left_out ^= {mark}
            self.canvas.update()


def _subtitle(frame: Frame) -> str:
    """Which part of the run is shown, in words."""
    view = frame.view
    if not frame.recording.lanes:
        return ""
    if view.start <= 0 and view.end >= frame.run.now:
        return QCoreApplication.translate("timeline", "the whole run")
    if view.end >= frame.run.now - 1e-9:
        last = QCoreApplication.translate("timeline", "last")
        rest = QCoreApplication.translate("timeline", "of the run")
        return f"{last} {_length(view.end - view.start)} {rest}"
    finest = (view.end - view.start) / 100
    begin, end = moment(max(0.0, view.start), finest).removesuffix(" s"), moment(view.end, finest)
    return f"{_length(view.end - view.start)} \u00b7 {begin} \u2013 {end}"


def _length(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else duration(seconds)


def _tool_style(theme: Theme, square: bool) -> str:
    """Small outlined buttons of a header; set once per theme."""
    colours = theme.colours
    padding = 0 if square else theme.px(10)
    return (
        f"QPushButton {{ color: {colours.text}; background: transparent; border: 1px solid {colours.line};"
        f" border-radius: 6px; padding: 0 {padding}px; }}"
        f"QPushButton:hover {{ background: {colours.raised}; }}"
        f"QPushButton:checked {{ background: {colours.accent_soft}; border-color: {colours.accent}; }}"
        f"QPushButton:focus {{ border-color: {colours.accent}; }}"
    )


PANEL = PanelInfo("timeline", "Timeline", Place.PLOTS, 10, make=TimelinePanel, stretch=3)
