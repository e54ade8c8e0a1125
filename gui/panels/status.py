"""The status bar: which Python, how much was recorded, how smoothly the window runs."""

from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.frame import Ended, Frame, Interpreter, Phase
from gui.controls import Rule, Text, dress_children
from gui.panel import Commands, Course, PanelInfo, Place
from gui.theme import Theme

DOT = "  ·  "


HELD_BACK = 0.05  # seconds; less is not worth a word


class Status(QWidget):
    """One line of facts."""

    def __init__(self, _commands: Commands) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._interpreter: Interpreter | None = None
        self._letters = 0
        self.setAccessibleName(self.tr("Status"))
        self.python = Text(size="small", tone="muted")
        self.counts = Text(size="small", tone="muted")
        self.rate = Text("– fps", "small", "muted")
        self.mode = Text(self.tr("Free: only synchronisation and files report"), "small", "text", 500)
        self.state = Text(size="small", tone="muted")
        row = self._row = QHBoxLayout(self)
        for widget in (self.python, Rule(), self.counts, Rule(), self.rate, Rule(), self.mode):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.state)

    @property
    def widget(self) -> QWidget:
        return self

    def draw(self, frame: Frame) -> None:
        if frame.interpreter != self._interpreter:
            self._interpreter = frame.interpreter
            self.python.say(self._python(frame.interpreter))
        records = self.tr("records")
        dropped = self.tr("dropped")
        held = f"{DOT}{self.tr('held back')} {frame.held_back:.1f} s" if frame.held_back > HELD_BACK else ""
        self.counts.say(f"{frame.records:,} {records}{DOT}{frame.dropped:,} {dropped}{held}")
        self.counts.setToolTip(self._why_held(frame))
        self.counts.tone("lost_text" if frame.dropped else "muted")
        self.state.say(self._state(frame))
        letters = sum(len(text.text()) for text in (self.python, self.counts, self.state))
        if letters != self._letters:  # figures are equally wide, so only their number matters
            self._letters = letters
            self._fit()

    def _why_held(self, frame: Frame) -> str:
        if frame.held_back <= HELD_BACK:
            return ""
        return self.tr(
            "The program's threads reported faster than it can be drawn. They waited to report, "
            "so that nothing is dropped: the run is slower than it would be unwatched."
        )

    def _python(self, python: Interpreter) -> str:
        if not python.version:
            return self.tr("Python: starting")
        gil = self.tr("GIL on") if python.gil else self.tr("GIL off")
        cores = self.tr("cores") if python.cores != 1 else self.tr("core")
        interval = self.tr("switch interval")
        return DOT.join(
            [
                f"{python.implementation} {python.version}",
                gil,
                f"{python.cores} {cores}",
                f"{interval} {python.switch_interval * 1000:g} ms",
            ]
        )

    def _state(self, frame: Frame) -> str:
        words = {
            Phase.IDLE: self.tr("ready"),
            Phase.STARTING: self.tr("starting"),
            Phase.RUNNING: self.tr("running"),
            Phase.PAUSED: self.tr("paused"),
        }
        ends = {
            Ended.FINISHED: self.tr("finished"),
            Ended.DIED: self.tr("died"),
            Ended.STOPPED: self.tr("stopped"),
            Ended.TIMEOUT: self.tr("stopped by the time-out"),
            Ended.REFUSED: self.tr("not started"),
        }
        word = ends.get(frame.ended, "") if frame.ended is not None else words.get(frame.phase, "")
        return f"{word}{DOT}{frame.now:.2f} s" if frame.now else word

    def pace(self, rate: float, worst: float) -> None:
        """Frames per second, and the longest gap between two in milliseconds."""
        self.rate.say(f"{rate:.0f} fps")
        longest = self.tr("longest gap between two frames")
        self.rate.setToolTip(f"{longest}: {worst:.0f} ms")

    def dress(self, theme: Theme) -> None:
        self._theme = theme
        self._row.setContentsMargins(theme.px(16), 1, theme.px(16), 0)
        self._row.setSpacing(theme.px(10))
        dress_children(self, theme)
        for rule in self.findChildren(Rule):
            rule.setFixedHeight(theme.px(16))
        self._fit()
        self.update()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """The note about the mode gives way first, then how the run stands."""
        for widget in (self.mode, self.state):
            widget.show()
        for widget in (self.mode, self.state):
            self._row.invalidate()
            if self._row.minimumSize().width() > self.width():
                widget.hide()

    def opened(self, _course: Course) -> None:
        """Nothing here belongs to a scenario."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._theme is not None:
            painter = QPainter(self)
            painter.fillRect(self.rect(), QColor(self._theme.colours.sunken))
            painter.setPen(QColor(self._theme.colours.line))
            painter.drawLine(0, 0, self.width(), 0)


PANEL = PanelInfo("status", "Status", Place.STATUS, 10, make=Status)
