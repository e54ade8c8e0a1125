"""The timeline: what every thread does, who holds each lock, where updates were lost."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFrame, QPushButton

from engine.frame import Frame, State
from engine.scenarios.scenario import PartsNote
from gui.panel import Commands, Course, PanelInfo, Place
from gui.plots.common.scale import duration, moment
from gui.plots.timeline.canvas import Canvas
from gui.plots.timeline.legend import Legend, Occurring
from gui.theme import theme as themes
from gui.theme.palette import text_font
from gui.theme.theme import Theme
from gui.view_state.views import NEARER
from gui.widgets.card import Card
from gui.widgets.legend_symbols import CPU, LETS_IN, LOST, Mark

ROOMY = 8  # lanes that a scenario has room for from the start which compares threads and processes, one after the other


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
        self._parts: PartsNote | None = None  # how the scenario's run is cut into parts
        self._rule = QFrame()
        words = partial(QCoreApplication.translate, "timeline")
        self.zoom_out = self._tool("\u2212", words("Zoom out"), "S", lambda: self.steering.zoom(1 / NEARER))
        self.zoom_in = self._tool("+", words("Zoom in"), "W", lambda: self.steering.zoom(NEARER))
        self.fit_button = self._tool(words("Fit"), words("Show the whole run"), "F", self.steering.fit)
        keep = words("Keep the last moment in view")
        self.follow_button = self._tool(words("Follow"), keep, "G", self.steering.follow)
        self.follow_button.setCheckable(True)
        self.body.addWidget(self.canvas, 1)
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
        self.legend.apply_theme(theme)
        for part in (self._rule, self.legend):  # words stand in large bars
            part.setVisible(not theme.presents)

    def draw(self, frame: Frame) -> None:
        self.canvas.show_frame(frame)
        states, told = self._occurring.feed(frame), frame.recording
        extra = {LOST} if len(told.losses.times) else set()
        extra |= {LETS_IN} if State.WAIT_LOCK in states else set()
        extra |= {CPU} if any(lane.cpu is not None for lane in told.lanes) else set()
        self.legend.show_marks(states | extra, frame.view.hidden)
        text = _subtitle(frame)
        if self.subtitle.text() != text:
            self.subtitle.setText(text)
        if self.follow_button.isChecked() is not frame.view.follow:
            self.follow_button.setChecked(frame.view.follow)

    def opened(self, course: Course) -> None:
        """What the parts of a run are called is said by the scenario."""
        self._parts = course.scenario.parts
        self.canvas.brackets.noun = self._parts.noun if self._parts is not None else ""

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
