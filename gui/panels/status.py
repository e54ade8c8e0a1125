"""The status bar: which Python, how much was recorded, how smoothly the window runs."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from engine.frame import Frame, Interpreter, Phase
from engine.words.states import ended
from gui.panel import Commands, Course, PanelInfo, Place, Suits
from gui.theme.theme import Theme
from gui.view_state.run_progress import RunProgress, progress
from gui.widgets.controls import Rule, Text, dress_children

DOT = "  ·  "


HELD_BACK = 0.05  # seconds; less is not worth a word


class ProgressBar(QWidget):
    """How much of a run is over, as a thin line."""

    def __init__(self) -> None:
        super().__init__()
        self.share = 0.0
        self._theme: Theme | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setFixedSize(theme.px(120 if not theme.compact else 88), theme.px(8))

    def put(self, share: float) -> None:
        """Shows a share, 0 to 1."""
        if round(share * self.width()) != round(self.share * self.width()):
            self.update()
        self.share = share

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole, radius = QRectF(self.rect()), self.height() / 2
        painter.setBrush(QColor(self._theme.colours.line2))
        painter.drawRoundedRect(whole, radius, radius)
        painter.setBrush(QColor(self._theme.colours.accent))
        whole.setWidth(max(whole.height(), whole.width() * self.share))
        painter.drawRoundedRect(whole, radius, radius)


class Status(QWidget):
    """One line of facts."""

    def __init__(self, _commands: Commands) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._interpreter: Interpreter | None = None
        self._letters = self._run = 0
        self.setAccessibleName(self.tr("Status"))
        self.python = Text(size="small", tone="muted")
        self.counts = Text(size="small", tone="muted")
        self.rate = Text("– fps", "small", "muted")
        self.mode = Text(self.tr("Free: only synchronisation and files report"), "small", "text", 500)
        self.bar = ProgressBar()
        self.progress = Text(size="small")
        self.state = Text(size="small", tone="muted")
        row = self._row = QHBoxLayout(self)
        for widget in (self.python, Rule(), self.counts, Rule(), self.rate, Rule(), self.mode):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.bar)
        row.addWidget(self.progress)
        row.addWidget(self.state)

    @property
    def widget(self) -> QWidget:
        return self

    def draw(self, frame: Frame) -> None:
        if frame.run.interpreter != self._interpreter:
            self._interpreter = frame.run.interpreter
            self.python.set_text(self._python(frame.run.interpreter))
        records = self.tr("records")
        dropped = self.tr("dropped")
        held = (
            f"{DOT}{self.tr('held back')} {frame.recording.held_back:.1f} s"
            if frame.recording.held_back > HELD_BACK
            else ""
        )
        self.counts.set_text(f"{frame.recording.records:,} {records}{DOT}{frame.recording.dropped:,} {dropped}{held}")
        self.counts.setToolTip(self._why_held(frame))
        self.counts.set_colour("lost_text" if frame.recording.dropped else "muted")
        come = progress(frame) if frame.run.plan or frame.recording.tasks.submitted else None
        self._show_progress(frame, come)
        self.state.set_text(self._state(frame, timed=come is None or come.share is None))
        texts = (self.python, self.counts, self.progress, self.state)
        letters = sum(len(text.text()) for text in texts) + (1000 if self.bar.isVisible() else 0)
        if letters != self._letters:  # figures are equally wide, so only their number matters
            self._letters = letters
            self._fit()

    def _show_progress(self, frame: Frame, come: RunProgress | None) -> None:
        """The words keep the greatest width that they have had in a run, so that nothing beside them moves."""
        self.bar.setVisible(come is not None and come.share is not None)
        self.bar.put(come.share or 0.0 if come is not None else 0.0)
        said = come.words if come is not None else ""
        metrics, longest = self.progress.fontMetrics(), come.widest if come is not None else ""
        wide = max(metrics.horizontalAdvance(said), metrics.horizontalAdvance(longest)) + 2 if said else 0
        kept = self.progress.minimumWidth() if frame.run.number == self._run and said else 0
        self._run = frame.run.number
        self.progress.setMinimumWidth(max(kept, wide))
        self.progress.set_text(said)
        self.bar.setAccessibleName(said)

    def _why_held(self, frame: Frame) -> str:
        if frame.recording.held_back <= HELD_BACK:
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

    def _state(self, frame: Frame, *, timed: bool) -> str:
        if frame.program.page:
            return self.tr("a page to read")
        words = {
            Phase.IDLE: self.tr("ready"),
            Phase.STARTING: self.tr("starting"),
            Phase.RUNNING: self.tr("running"),
            Phase.PAUSED: self.tr("paused"),
        }
        word = ended(frame.run.ended) if frame.run.ended is not None else words.get(frame.run.phase, "")
        return f"{word}{DOT}{frame.run.now:.2f} s" if frame.run.now and timed else word

    def pace(self, rate: float, worst: float) -> None:
        """Frames per second, and the longest gap between two in milliseconds."""
        self.rate.set_text(f"{rate:.0f} fps")
        longest = self.tr("longest gap between two frames")
        self.rate.setToolTip(f"{longest}: {worst:.0f} ms")

    def apply_theme(self, theme: Theme) -> None:
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
        """The note about the mode gives way first, then how the run stands.

        What has no room is not shown to find that out: the window would grow with it.
        """
        optional = (self.state, self.mode)
        shown = [widget for widget in optional if not widget.isHidden()]
        gap = self._row.spacing()
        self._row.invalidate()
        need = self._row.minimumSize().width() - sum(widget.sizeHint().width() + gap for widget in shown)
        for widget in optional:
            need += widget.sizeHint().width() + gap
            widget.setVisible(need <= self.width())

    def opened(self, _course: Course) -> None:
        """Nothing here belongs to a scenario."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._theme is not None:
            painter = QPainter(self)
            painter.fillRect(self.rect(), QColor(self._theme.colours.sunken))
            painter.setPen(QColor(self._theme.colours.line))
            painter.drawLine(0, 0, self.width(), 0)


PANEL = PanelInfo("status", "Status", Place.STATUS, 10, make=Status, suits=Suits.BOTH)
