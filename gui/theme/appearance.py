"""Which theme the window wears: chosen by name, text scale, and how much room there is; and how calm it is."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from gui.theme.theme import NAMES, Theme, make

COMPACT_WIDTH, COMPACT_HEIGHT = 1680, 900  # below either, at text scale 1, the window is compact
LEAST_WIDTH, LEAST_HEIGHT = 640, 360  # at text scale 1: the text grows only as far as so much of the window remains
MOST_PRESENTED = 2.0  # what is presented is large already: beyond that three lanes find no room


def usual_theme() -> str:
    """The theme of who has not chosen one: the one of high contrast where the system wants that (Qt 6.10 tells)."""
    hints = QGuiApplication.styleHints() if QGuiApplication.instance() is not None else None
    ask = getattr(hints, "accessibility", None)
    accessibility = ask() if ask is not None else None
    wants = getattr(accessibility, "contrastPreference", lambda: None)()
    return "contrast" if getattr(wants, "name", "") == "HighContrast" else "dark"


def system_is_calm() -> bool:
    """Whether the system wants nothing to move by itself: Qt says so by animations that take no time."""
    from PySide6.QtWidgets import QStyle  # noqa: PLC0415 - 12 ms that the first frame does not wait for

    if not isinstance(QApplication.instance(), QApplication):
        return False
    return QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) == 0


class Appearance(QObject):
    """Says `changed` when the theme is another one."""

    changed = Signal()

    def __init__(self, name: str = "dark", scale: float = 1.0, calm: bool | None = None) -> None:
        """`calm`: what the presenter has chosen; None: what the system wants, once it is asked."""
        super().__init__()
        self.chosen_calm: bool | None = None
        self.calm = False
        if calm is not None:
            self.keep_calm(calm)
        self._name, self.scale, self._presents = name, scale, False
        self.theme: Theme = make(name, False, scale)
        self._room = (1920, 1080)

    def choose(self, name: str) -> None:
        """One of the themes; a name that none has does nothing."""
        if name in NAMES:
            self._name = name
            self._make()

    def keep_calm(self, on: bool) -> None:
        """Whether nothing slides, fades or rolls: the axis goes on in pages."""
        self.calm = self.chosen_calm = on
        if on:
            for effect in Qt.UIEffect:
                QApplication.setEffectEnabled(effect, False)

    def ask_system(self) -> None:
        """What the system wants counts where nobody has chosen."""
        if self.chosen_calm is None:
            self.calm = system_is_calm()

    def enlarge(self, scale: float) -> None:
        """The text scale, kept between 0.75 and 3."""
        self.scale = min(3.0, max(0.75, scale))
        self._make()

    def present(self, on: bool) -> None:
        """The measures of a window that is read from the last row, or those of a desk."""
        self._presents = on
        self._make()

    def fit(self, width: int, height: int) -> None:
        """The window's size in pixels."""
        self._room = (width, height)
        self._make()

    def _make(self) -> None:
        width, height = self._room
        most = max(1.0, min(width / LEAST_WIDTH, height / LEAST_HEIGHT))
        scale = min(self.scale, most)
        compact = width < COMPACT_WIDTH * scale or height < COMPACT_HEIGHT * scale
        if self._presents:
            scale = min(self.scale, MOST_PRESENTED) * min(width / 1920, height / 1080)
        wanted = (self._name, compact and not self._presents, scale, self._presents)
        now = self.theme
        if wanted != (now.name, now.compact, now.scale, now.presents):
            self.theme = make(*wanted)
            self.changed.emit()
