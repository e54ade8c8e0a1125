"""Which theme the window wears: chosen by name, text scale, and how much room there is."""

from PySide6.QtCore import QObject, Signal

from gui.theme.theme import Theme, make

COMPACT_WIDTH, COMPACT_HEIGHT = 1680, 900  # below either, at text scale 1, the window is compact
LEAST_WIDTH, LEAST_HEIGHT = 640, 360  # at text scale 1: the text grows only as far as so much of the window remains


class Appearance(QObject):
    """Says `changed` when the theme is another one."""

    changed = Signal()

    def __init__(self, name: str = "dark", scale: float = 1.0) -> None:
        super().__init__()
        self._name, self.scale, self._presents = name, scale, False
        self.theme: Theme = make(name, False, scale)
        self._room = (1920, 1080)

    def choose(self, name: str) -> None:
        """The theme "dark" or "light"; any other name does nothing."""
        if name in ("dark", "light"):
            self._name = name
            self._make()

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
        scale = self.scale * min(width / 1920, height / 1080) if self._presents else scale
        wanted = (self._name, compact and not self._presents, scale, self._presents)
        now = self.theme
        if wanted != (now.name, now.compact, now.scale, now.presents):
            self.theme = make(*wanted)
            self.changed.emit()
