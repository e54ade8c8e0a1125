"""The toolbar: run, pause, stop, speed, which Python, and how the window looks."""

import math
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from engine.frame import Frame, Phase
from gui import actions
from gui.panel import Commands, Course, PanelInfo, Place, Suits
from gui.theme.palette import font
from gui.theme.theme import Theme
from gui.widgets.controls import KeyButton, KeyCap, Rule, Text
from gui.widgets.inputs import Picker, Slider
from gui.widgets.later import Later
from gui.widgets.painted import PaintedPanel
from gui.widgets.program_menu import program_menu

SLOWEST, FASTEST = actions.SPEEDS[0], actions.SPEEDS[-1]


def place_of_speed(speed: float) -> float:
    """Where a speed stands on the slider, 0 to 1: real speed in the middle, each half logarithmic."""
    if speed <= 1:
        return 0.5 * (1 - math.log(max(speed, SLOWEST)) / math.log(SLOWEST))
    return 0.5 + 0.5 * math.log(min(speed, FASTEST)) / math.log(FASTEST)


def speed_of_place(place: float) -> float:
    """The speed at a place on the slider: the rung that is nearest there."""
    return min(actions.SPEEDS, key=lambda rung: abs(place_of_speed(rung) - place))


Give = Callable[[bool], None]  # shows a part of the toolbar, or does without


def _keys(*buttons: KeyButton) -> Give:
    """The boxes of the keys in these buttons."""

    def give(there: bool) -> None:
        for button in buttons:
            button.shows_key = there
            button.updateGeometry()

    return give


def _words(*buttons: KeyButton) -> Give:
    """The words beside the icons of these buttons."""

    def give(there: bool) -> None:
        for button in buttons:
            button.shows_word = there
            button.updateGeometry()

    return give


def _word_of(button: KeyButton) -> Give:
    """The word of a button that keeps it in a compact window, too, while there is room."""

    def give(there: bool) -> None:
        button.keep = there
        button.shows_word = there
        button.updateGeometry()

    return give


def _controls(*widgets: QWidget) -> Give:
    """These controls: without room for them they are entries of a menu."""

    def give(there: bool) -> None:
        for widget in widgets:
            widget.setVisible(there)

    return give


def below(button: QWidget) -> QPoint:
    """Where a menu of a button opens, on the screen."""
    return button.mapToGlobal(QPoint(0, button.height()))


class Toolbar(PaintedPanel):
    """Shows only what can be done, as much of it as there is room for; the rest is in a menu."""

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self._commands = commands
        self._course: Course | None = None
        self._frame = Frame()
        self.setAccessibleName(self.tr("Toolbar"))
        self._later = Later(self, self._fit)
        self._make_controls()
        self._lay_out()
        self._connect()

    def _make_controls(self) -> None:
        self.run = KeyButton(self.tr("Run"), "run", actions.key("run"), primary=True, keep=True)
        self.file = KeyButton(self.tr("File"), "file", keep=True, name=self.tr("Programs of your own"))
        self.pause = KeyButton(self.tr("Pause"), "pause", actions.key("pause"))
        self.stop = KeyButton(self.tr("Stop"), "stop", actions.key("stop"))
        self.slider = Slider(self.tr("Speed"), step=0.0625)
        self.speed_word = Text("1×", weight=600)
        self.speed_caption = Text(self.tr("Speed"), tone="muted")
        self.speed_keys = KeyCap(f"{actions.key('slower')} {actions.key('faster')}")
        self.python = Picker(self.tr("Choose the Python"), actions.key("python"))
        self.smaller = KeyButton("", "smaller", "Ctrl −", name=self.tr("Smaller text"))
        self.larger = KeyButton("", "larger", "Ctrl +", name=self.tr("Larger text"))
        self.look = KeyButton("", "theme", actions.key("theme"), name=self.tr("Dark, light or high contrast"))
        self.help = KeyButton("", "help", actions.key("help"), name=self.tr("All keys"))
        self.more = KeyButton(self.tr("More"), name=self.tr("More of the toolbar"))

    def _lay_out(self) -> None:
        row = self._row = QHBoxLayout(self)
        before_speed, before_python = Rule(), Rule()
        speed = (self.speed_caption, self.slider, self.speed_word, self.speed_keys)
        left: tuple[QWidget, ...] = (
            self.file,
            self.run,
            self.pause,
            self.stop,
            before_speed,
            *speed,
            before_python,
            self.python,
        )
        for widget in left:
            row.addWidget(widget)
        row.addStretch(1)
        for button in (self.smaller, self.larger, self.look, self.help, self.more):
            row.addWidget(button)
        self._menu = QMenu(self)
        # What gives way, the first one first. Run keeps its word.
        self._giving: tuple[Give, ...] = (
            lambda there: self.speed_caption.setVisible(there and not self.theme.compact),
            _keys(self.smaller, self.larger),
            _words(self.pause, self.stop),
            _word_of(self.file),
            self.speed_keys.setVisible,
            _keys(self.look, self.help),
            _keys(self.pause, self.stop),
            _controls(self.smaller, self.larger),
            _controls(self.look),
            _controls(self.file),
            _keys(self.run),
            _controls(before_python, self.python),
            _controls(self.help),
            _controls(before_speed, self.slider, self.speed_word),
        )

    def _connect(self) -> None:
        commands = self._commands
        self.file.clicked.connect(lambda: self._file_menu().popup(below(self.file)))
        self.run.clicked.connect(commands.run)
        self.pause.clicked.connect(commands.pause)
        self.stop.clicked.connect(commands.stop)
        self.slider.moved.connect(lambda at: commands.speed(speed_of_place(at)))
        self.python.chosen.connect(self._choose_python)
        self.python.offered.connect(self._fit)
        self.smaller.clicked.connect(lambda: self._do("smaller"))
        self.larger.clicked.connect(lambda: self._do("larger"))
        self.look.clicked.connect(lambda: self._do("theme"))
        self.help.clicked.connect(lambda: self._do("help"))
        self.more.clicked.connect(self.show_more)

    def _do(self, name: str) -> None:
        """What the key of the same name does."""
        self._commands.perform(name)

    def _file_menu(self) -> QMenu:
        """What can be done with programs of one's own; made anew each time, for the files differ."""
        course, face = self._course, font(self.theme, self.theme.measures.base)
        return program_menu(self, face, self._commands, course.recent if course is not None else ())

    def show_more(self) -> None:
        """Opens the menu of what the toolbar has no room for."""
        self._menu.clear()
        if self.file.isHidden():
            self._menu.addMenu(self._file_menu())
            self._menu.addSeparator()
        self._menu.setFont(font(self.theme, self.theme.measures.base))
        groups: Sequence[tuple[QWidget, tuple[str, ...]]] = (
            (self.slider, ("slower", "faster", "real")),
            (self.python, ("python",)),
            (self.smaller, ("smaller", "larger")),
            (self.look, ("theme",)),
            (self.help, ("help",)),
        )
        for widget, names in groups:
            for name in names if widget.isHidden() else ():
                entry = self._menu.addAction(f"{actions.words(actions.action(name).words)}\t{actions.key(name)}")
                entry.triggered.connect(partial(self._do, name))
            if widget.isHidden():
                self._menu.addSeparator()
        self._menu.popup(below(self.more))

    def choose_python(self) -> None:
        """Opens the list of Pythons."""
        self.python.open(self.more if self.python.isHidden() else self.python)

    def _choose_python(self, index: int) -> None:
        if self._course is not None and index < len(self._course.interpreters):
            self._commands.interpreter(self._course.interpreters[index][0])

    def draw(self, frame: Frame) -> None:
        self._frame = frame
        live = frame.run.phase in (Phase.STARTING, Phase.RUNNING, Phase.PAUSED)
        paused = frame.run.phase is Phase.PAUSED
        self.pause.setEnabled(frame.run.phase in (Phase.RUNNING, Phase.PAUSED))
        self.stop.setEnabled(live)
        word = self.tr("Resume") if paused else self.tr("Pause")
        if word != self.pause.word:
            self.pause.rename(word, "run" if paused else "pause")
            self._fit()
        again = self.tr("Run again")
        self.run.setEnabled(not frame.program.page)
        nothing = self.tr("There is nothing to run: this is a page to read. Its links open programs.")
        self.run.setToolTip(nothing if frame.program.page else f"{again if live else self.run.word} ({self.run.key})")
        self.slider.put(place_of_speed(frame.run.speed), f"{frame.run.speed:g}×")
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
            names.append(f"{said} · {current.executable}" if said in names else said)
            at = len(names) - 1
        self.python.offer(names, at)

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._row.setContentsMargins(theme.measures.gap, 0, theme.measures.gap, 0)
        self._row.setSpacing(theme.px(8))
        self.slider.setFixedWidth(theme.px(96))
        self.speed_word.setFixedWidth(self.speed_word.fontMetrics().horizontalAdvance("0.05×") + 2)
        self.speed_word.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._fit()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._later.ask()

    def _fit(self) -> None:
        """Where there is no room for all, one thing after the other gives way."""
        for gone in range(len(self._giving) + 1):
            for at, give in enumerate(self._giving):
                give(at >= gone)
            self.more.setVisible(
                any(one.isHidden() for one in (self.file, self.smaller, self.look, self.python, self.help))
            )
            self._row.invalidate()
            if self._row.minimumSize().width() <= self.width():
                return

    def minimumSizeHint(self) -> QSize:
        """It asks for no width: what has no room gives way."""
        return QSize(0, super().minimumSizeHint().height())

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
