"""Fonts and small pictures of one theme and one screen, made once: a frame only puts them together."""

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPixmap

from gui.theme.palette import font, text_font
from gui.theme.theme import Theme
from gui.widgets import drawing

MANY = 512  # pictures kept of each sort before the oldest are made anew


class PaintCache:
    """What plots draw with."""

    def __init__(self, theme: Theme, ratio: float) -> None:
        measures = theme.measures
        self.theme, self.ratio = theme, ratio
        self.name = text_font(theme, measures.lane_name, 600)
        self.lock_name = font(theme, measures.lane_name, 500, mono=True)
        self.small = text_font(theme, measures.tick)
        self.word = text_font(theme, measures.small, 500)
        self.task = text_font(theme, measures.task - 3, 500)
        self.pill = text_font(theme, measures.tick, 600)
        self.key = text_font(theme, measures.key, 700)
        self.side = drawing.letter_side(theme)
        # Measuring is dear, so answers are kept: how wide a text is in one of the fonts above ...
        self.width: Callable[[QFont, str], float] = lru_cache(8 * MANY)(
            lambda font, text: QFontMetricsF(font).horizontalAdvance(text)
        )
        # ... and a text that ends in dots where it does not fit into so many whole pixels.
        self._elided: Callable[[QFont, str, int], str] = lru_cache(8 * MANY)(
            lambda font, text, room: QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
        )
        self._kept: dict[tuple[object, ...], QPixmap] = {}

    def elided(self, font: QFont, text: str, room: float) -> str:
        """A text that ends in dots where it does not fit."""
        return self._elided(font, text, round(room))

    def kept(self, key: tuple[object, ...], size: tuple[int, int], draw: Callable[[QPainter], None]) -> QPixmap:
        """The picture of this key, `size` pixels, drawn when it is asked for the first time."""
        if key not in self._kept:
            if len(self._kept) > MANY:
                self._kept.clear()
            pixmap = drawing.canvas(*size, self.ratio)
            painter = QPainter(pixmap)
            draw(painter)
            painter.end()
            self._kept[key] = pixmap
        return self._kept[key]
