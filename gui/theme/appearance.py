"""Which theme the window wears: chosen by name, text scale, and how much room there is."""

from PySide6.QtCore import QObject, Signal

from gui.theme.theme import Theme, make

COMPACT_WIDTH, COMPACT_HEIGHT = 1680, 900  # below either, at text scale 1, the window is compact


class Appearance(QObject):
    """Says `changed` when the theme is another one."""

    changed = Signal()

    def __init__(self, name: str = "dark", scale: float = 1.0) -> None:
        super().__init__()
        self._name, self._scale = name, scale
        self.theme: Theme = make(name, False, scale)
        self._room = (1920, 1080)

    def choose(self, name: str) -> None:
        """The theme "dark" or "light"; any other name does nothing."""
        if name in ("dark", "light"):
            self._name = name
            self._make()

    def enlarge(self, scale: float) -> None:
        """The text scale, kept between 0.75 and 3."""
        self._scale = min(3.0, max(0.75, scale))
        self._make()

    def fit(self, width: int, height: int) -> None:
        """The window's size in pixels."""
        self._room = (width, height)
        self._make()

    def _make(self) -> None:
        width, height = self._room
        compact = width < COMPACT_WIDTH * self._scale or height < COMPACT_HEIGHT * self._scale
        if (self._name, compact, self._scale) != (self.theme.name, self.theme.compact, self.theme.scale):
            self.theme = make(self._name, compact, self._scale)
            self.changed.emit()
