"""The status bar: which Python, how much happened, how smoothly the window runs."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.frame import Frame, Interpreter, Phase, Recording
from engine.words import questions
from engine.words.states import ended
from gui.panel import Commands, PanelInfo, Place, Suits
from gui.theme.theme import Theme
from gui.view_state.run_progress import RunProgress, progress
from gui.widgets.controls import Rule, Text
from gui.widgets.later import Later
from gui.widgets.painted import Painted, PaintedPanel

DOT = "  ·  "
HELD_BACK = 0.05  # seconds; less is not worth a word


class ProgressBar(Painted):
    """How much of a run is over, as a thin line."""

    share = 0.0

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self.setFixedSize(theme.px(120 if not theme.compact else 88), theme.px(8))

    def put(self, share: float) -> None:
        """Shows a share, 0 to 1."""
        if round(share * self.width()) != round(self.share * self.width()):
            self.update()
        self.share = share

    def paint(self, painter: QPainter, theme: Theme) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        whole, radius = QRectF(self.rect()), self.height() / 2
        painter.setBrush(QColor(theme.colours.line2))
        painter.drawRoundedRect(whole, radius, radius)
        painter.setBrush(QColor(theme.colours.accent))
        whole.setWidth(max(whole.height(), whole.width() * self.share))
        painter.drawRoundedRect(whole, radius, radius)


class Status(PaintedPanel):
    """One line of facts."""

    def __init__(self, _commands: Commands) -> None:
        super().__init__()
        self._interpreter: Interpreter | None = None
        self._letters = self._run = 0
        self._gone: frozenset[QWidget] = frozenset()  # what there is no room for
        self.setAccessibleName(self.tr("Status"))
        self.python = Text(size="small", tone="muted")
        self.counts = Text(size="small", tone="muted")
        self.rate = Text("– fps", "small", "muted")
        self.mode = Text(self.tr("a real run, nothing is simulated"), "small", "muted")
        self.mode.setToolTip(
            self.tr(
                "The threads of your program run by themselves. What is watched: when they start, end, sleep,\n"
                "print, and use locks, events, queues, files and the network. Their computing is not slowed down."
            )
        )
        self.bar = ProgressBar()
        self._measured = False  # how much of the run is over is known
        self.progress = Text(size="small")
        self.state = Text(size="small", tone="muted")
        self._later = Later(self, self._fit)
        row = self._row = QHBoxLayout(self)
        self._rules: dict[QWidget, Rule] = {one: Rule() for one in (self.counts, self.rate, self.mode)}  # before them
        for widget in (self.python, self.counts, self.rate, self.mode):
            if widget in self._rules:
                row.addWidget(self._rules[widget])
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.bar)
        row.addWidget(self.progress)
        row.addWidget(self.state)

    def draw(self, frame: Frame) -> None:
        if frame.run.interpreter != self._interpreter:
            self._interpreter = frame.run.interpreter
            self.python.set_text(self._python(frame.run.interpreter))
            self.python.setToolTip(self._about_python(frame.run.interpreter))
        self._count(frame.recording)
        come = progress(frame) if frame.run.plan or frame.recording.tasks.submitted else None
        self._show_progress(frame, come)
        self.state.set_text(self._state(frame, timed=come is None or come.share is None))
        texts = (self.python, self.counts, self.progress, self.state)
        letters = sum(len(text.said) for text in texts) + 1000 * self._measured
        if letters != self._letters:  # figures are equally wide, so only their number matters
            self._letters = letters
            self._fit()

    def _show_progress(self, frame: Frame, come: RunProgress | None) -> None:
        """The words keep the greatest width that they have had in a run, so that nothing beside them moves."""
        self._measured = come is not None and come.share is not None
        self.bar.setVisible(self._measured and self.bar not in self._gone)
        self.bar.put(come.share or 0.0 if come is not None else 0.0)
        said = come.words if come is not None else ""
        metrics, longest = self.progress.fontMetrics(), come.widest if come is not None else ""
        wide = max(metrics.horizontalAdvance(said), metrics.horizontalAdvance(longest)) + 2 if said else 0
        kept = self.progress.minimumWidth() if frame.run.number == self._run and said else 0
        self._run = frame.run.number
        self.progress.setMinimumWidth(max(kept, wide))
        self.progress.set_text(said)
        self.bar.setAccessibleName(said)

    def _count(self, told: Recording) -> None:
        said = [self.tr("{count} events").format(count=f"{told.records:,}")]
        why = [self.tr("An event is one thing that a thread did: it took a lock, put an item, began to wait ...")]
        if told.dropped:
            said.append(self.tr("{count} not kept").format(count=f"{told.dropped:,}"))
            why.append(
                self.tr("There were more than this machine has room for: of the rest only their number is known.")
            )
        if told.held_back > HELD_BACK:
            said.append(self.tr("slowed down by {seconds} s").format(seconds=f"{told.held_back:.1f}"))
            why.append(
                self.tr(
                    "So much happened that the threads had to wait until it was taken down. Nothing is missing, but\n"
                    "the run took longer than it would take outside of this window."
                )
            )
        self.counts.set_text(DOT.join(said), "lost_text" if told.dropped else "muted")
        self.counts.setToolTip("\n".join(why))

    def _python(self, python: Interpreter) -> str:
        if not python.version:
            return self.tr("Python: starting")
        name = python.implementation if python.implementation not in ("CPython", "") else self.tr("Python")
        cores = self.tr("{count} cores") if python.cores != 1 else self.tr("{count} core")
        gil = self.tr("GIL") if python.gil else self.tr("no GIL")
        return DOT.join([f"{name} {python.version}", gil, cores.format(count=python.cores)])

    def _about_python(self, python: Interpreter) -> str:
        """What those few words mean."""
        if not python.version:
            return ""
        one = self.tr(
            "With the GIL, a lock of Python's own, one thread at a time runs Python code. While others want to\n"
            "run, it has to give way after {interval} ms (the switch interval)."
        ).format(interval=f"{python.switch_interval * 1000:g}")
        all_at_once = self.tr("Without the GIL threads run Python code at the same time, each on a core of its own.")
        return "\n".join([python.executable, one if python.gil else all_at_once])

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
        if frame.run.phase is Phase.RUNNING and frame.recording.questions.asking:
            word = questions.waiting_shortly(frame) or word
        return f"{word}{DOT}{frame.run.now:.2f} s" if frame.run.now and timed else word

    def pace(self, rate: float, worst: float) -> None:
        """Frames per second, and the longest gap between two in milliseconds."""
        self.rate.set_text(f"{rate:.0f} fps")
        said = self.tr("This window is drawn {rate} times a second; the longest pause between two was {worst} ms.")
        self.rate.setToolTip(said.format(rate=f"{rate:.0f}", worst=f"{worst:.0f}"))

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._row.setContentsMargins(theme.px(16), 1, theme.px(16), 0)
        self._row.setSpacing(theme.px(10))
        for rule in self.findChildren(Rule):
            rule.setFixedHeight(theme.px(16))
        self._fit()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._later.ask()

    def _fit(self) -> None:
        """Where there is no room for all, one thing after the other gives way; how the run stands is the last to go."""
        giving: tuple[QWidget, ...] = (
            self.mode,
            self.rate,
            self.python,
            self.bar,
            self.counts,
            self.progress,
            self.state,
        )
        there = [one for one in giving if (self._measured if one is self.bar else bool(getattr(one, "text", str)()))]
        gap, margins = self._row.spacing(), self._row.contentsMargins()
        wide = {one: max(one.sizeHint().width(), one.minimumWidth()) + gap for one in giving}
        wide |= {one: wide[one] + rule.width() + gap for one, rule in self._rules.items()}
        need = margins.left() + margins.right() + sum(wide[one] for one in there)
        gone = []
        for one in there[:-1]:
            if need <= self.width():
                break
            need -= wide[one]
            gone.append(one)
        self._gone = frozenset(gone)
        for one in giving:
            one.setVisible(one in there and one not in self._gone)
        first = next((one for one in (self.python, *self._rules) if not one.isHidden()), None)
        for one, rule in self._rules.items():
            rule.setVisible(not one.isHidden() and one is not first)

    def minimumSizeHint(self) -> QSize:
        """It asks for no width: what has no room gives way."""
        return QSize(0, super().minimumSizeHint().height())

    def paint(self, painter: QPainter, theme: Theme) -> None:
        painter.fillRect(self.rect(), QColor(theme.colours.sunken))
        painter.fillRect(0, 0, self.width(), 1, QColor(theme.colours.line))


PANEL = PanelInfo("status", "Status", Place.STATUS, 10, make=Status, suits=Suits.BOTH)
