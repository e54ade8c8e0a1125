"""The toolbar: run, pause, stop, speed, which Python, and how the window looks."""

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeySequence, QPainter, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.frame import Frame, Phase
from gui import actions
from gui.panel import Commands, Course, PanelInfo, Place, Suits
from gui.theme.theme import Theme
from gui.widgets.controls import KeyButton, KeyCap, Rule, Text
from gui.widgets.inputs import Picker, Slider
from gui.widgets.key_overlay import KeysOverlay
from gui.widgets.painted import PaintedPanel

SLOWEST, FASTEST = actions.SPEEDS[0], actions.SPEEDS[-1]


def place_of_speed(speed: float) -> float:
    """Where a speed stands on the slider, 0 to 1: real speed in the middle, each half logarithmic."""
    if speed <= 1:
        return 0.5 * (1 - math.log(max(speed, SLOWEST)) / math.log(SLOWEST))
    return 0.5 + 0.5 * math.log(min(speed, FASTEST)) / math.log(FASTEST)


def speed_of_place(place: float) -> float:
    """The speed at a place on the slider: the rung that is nearest there."""
    return min(actions.SPEEDS, key=lambda rung: abs(place_of_speed(rung) - place))


class Toolbar(PaintedPanel):
    """Shows only what can be done."""

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self._commands = commands
        self._course: Course | None = None
        self._overlay: KeysOverlay | None = None
        self._frame = Frame()
        self.setAccessibleName(self.tr("Toolbar"))
        self._make_controls()
        self._lay_out()
        self._connect()

    def _make_controls(self) -> None:
        self.run = KeyButton(self.tr("Run"), "run", actions.key("run"), primary=True, keep=True)
        self.pause = KeyButton(self.tr("Pause"), "pause", actions.key("pause"))
        self.stop = KeyButton(self.tr("Stop"), "stop", actions.key("stop"))
        self.slider = Slider(self.tr("Speed"), step=0.0625)
        self.speed_word = Text("1×", weight=600)
        self.speed_caption = Text(self.tr("Speed"), tone="muted")
        self.speed_keys = KeyCap(f"{actions.key('slower')} {actions.key('faster')}")
        self.python = Picker(self.tr("Choose the Python"), actions.key("python"))
        self.smaller = KeyButton("", "smaller", "Ctrl −", name=self.tr("Smaller text"))
        self.larger = KeyButton("", "larger", "Ctrl +", name=self.tr("Larger text"))
        self.look = KeyButton("", "theme", actions.key("theme"), name=self.tr("Light or dark"))
        self.help = KeyButton("", "help", actions.key("help"), name=self.tr("All keys"))

    def _lay_out(self) -> None:
        row = self._row = QHBoxLayout(self)
        speed = (self.speed_caption, self.slider, self.speed_word, self.speed_keys)
        left: tuple[QWidget, ...] = (self.run, self.pause, self.stop, Rule(), *speed, Rule(), self.python)
        for widget in left:
            row.addWidget(widget)
        row.addStretch(1)
        for button in (self.smaller, self.larger, self.look, self.help):
            row.addWidget(button)

    def _connect(self) -> None:
        commands = self._commands
        self.run.clicked.connect(commands.run)
        self.pause.clicked.connect(commands.pause)
        self.stop.clicked.connect(commands.stop)
        self.slider.moved.connect(lambda at: commands.speed(speed_of_place(at)))
        self.python.chosen.connect(self._choose_python)
        self.python.offered.connect(self._fit)
        self.smaller.clicked.connect(lambda: self._do("smaller"))
        self.larger.clicked.connect(lambda: self._do("larger"))
        self.look.clicked.connect(lambda: self._do("theme"))
        self.help.clicked.connect(self.show_keys)
        for name, do in (("help", self.show_keys), ("python", self.python.open)):
            for key in actions.action(name).keys:
                QShortcut(QKeySequence(key), self).activated.connect(do)

    def _do(self, name: str) -> None:
        """What the key of the same name does."""
        do = actions.action(name).do
        if do is not None and self._course is not None:
            do(self._commands, actions.ActionScene(self._frame, self.theme, self._course))

    def show_keys(self) -> None:
        """Lists every key over the window."""
        notes = self._course.scenario.switches.items() if self._course is not None else ()
        extra = tuple((one.key, f"{name}: {one.note}" if one.note else name) for name, one in notes if one.key)
        self._overlay = KeysOverlay(self.window(), self.theme, extra)

    def _choose_python(self, index: int) -> None:
        if self._course is not None and index < len(self._course.interpreters):
            self._commands.interpreter(self._course.interpreters[index][0])

    def draw(self, frame: Frame) -> None:
        self._frame = frame
        live = frame.run.phase in (Phase.STARTING, Phase.RUNNING, Phase.PAUSED)
        paused = frame.run.phase is Phase.PAUSED
        self.pause.setEnabled(frame.run.phase in (Phase.RUNNING, Phase.PAUSED))
        self.stop.setEnabled(live)
        self.pause.rename(self.tr("Resume") if paused else self.tr("Pause"), "run" if paused else "pause")
        again = self.tr("Run again")
        self.run.setEnabled(not frame.program.page)
        nothing = self.tr("There is nothing to run: this is a page to read. Its links open programs.")
        self.run.setToolTip(nothing if frame.program.page else f"{again if live else self.run.word} ({self.run.key})")
        self.slider.put(place_of_speed(frame.run.speed))
        self.speed_word.set_text(f"{frame.run.speed:g}×")
        self._offer(frame)

    def _offer(self, frame: Frame) -> None:
        """The Pythons that were found, with the one that runs; it is offered even before the search is over."""
        found = self._course.interpreters if self._course is not None else ()
        names, current = [name for _, name in found], frame.run.interpreter
        at = next((at for at, (path, _) in enumerate(found) if path == current.executable), -1)
        if at < 0:
            gil = self.tr("GIL") if current.gil else self.tr("no GIL")
            short = ".".join(current.version.split(".")[:2])
            said = f"Python {short} · {gil}" if current.version else self.tr("Python")
            names += [] if said in names else [said]
            at = names.index(said)
        self.python.offer(names, at)

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._row.setContentsMargins(theme.measures.gap, 0, theme.measures.gap, 0)
        self._row.setSpacing(theme.px(8))
        self.slider.setFixedWidth(theme.px(96))
        self.speed_word.setFixedWidth(self.speed_word.fontMetrics().horizontalAdvance("0.05×") + 2)
        self.speed_word.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.speed_caption.setVisible(not theme.compact)
        self._fit()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """Where there is no room for all keys, those of the text size go first, then those of the speed."""
        for step in range(3):
            self.speed_keys.setVisible(step < 2)
            for button in (self.smaller, self.larger):
                button.shows_key = step < 1
                button.updateGeometry()
            self._row.invalidate()
            if self._row.minimumSize().width() <= self.width():
                return

    def opened(self, course: Course) -> None:
        self._course = course
        self._offer(self._frame)

    def paint(self, painter: QPainter, theme: Theme) -> None:
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(theme.colours.line))


PANEL = PanelInfo(
    "toolbar",
    "Toolbar",
    Place.TOOLBAR,
    10,
    make=Toolbar,
    suits=Suits.BOTH,
    draws=("program", "run.phase", "run.interpreter", "run.speed"),
)
