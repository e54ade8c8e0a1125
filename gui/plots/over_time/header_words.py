"""The numbers in the header of a plot: coloured words with the signs of their curves, as many as there is room for."""

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.plots.common.labels import write
from gui.plots.common.paint_cache import PaintCache
from gui.plots.over_time.run_plot import DASHES, Sign, Word
from gui.theme.theme import Theme
from gui.widgets.drawing import draw_loss, loss_text

Said = tuple[Word, str]


class HeaderWords(QWidget):
    """Words at the right end of a header. Its size does not depend on what they are: nothing moves as numbers grow."""

    def __init__(self) -> None:
        super().__init__()
        self.words: tuple[Word, ...] = ()
        self._cache: PaintCache | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def apply_theme(self, theme: Theme) -> None:
        """Takes on colours, fonts and measures."""
        self._cache = PaintCache(theme, self.devicePixelRatioF())
        self.updateGeometry()
        self.update()

    def show_words(self, words: tuple[Word, ...]) -> None:
        """Says this from now on."""
        if words != self.words:
            self.words = words
            self.setAccessibleName(", ".join(word.text for word in words))
            self.update()

    def sizeHint(self) -> QSize:
        """Room for numbers of five figures."""
        return self._sized(400)

    def minimumSizeHint(self) -> QSize:
        """Room for the short forms."""
        return self._sized(240)

    def _sized(self, width: int) -> QSize:
        if self._cache is None:
            return QSize(width, 20)
        theme = self._cache.theme
        return QSize(theme.px(width * theme.measures.small / 13), theme.pixels.small + theme.px(6))

    def said(self, room: float) -> list[Said]:
        """What is said in so many pixels: all in full, all in short, or the last ones in short."""
        cache = self._cache
        if cache is None or not self.words:
            return []
        full = [(word, word.text) for word in self.words]
        short = [(word, word.short) for word in self.words]
        tried = [full, *(short[at:] for at in range(len(short)))]
        return next((one for one in tried if self._wide(cache, one) <= room), [])

    def _wide(self, cache: PaintCache, said: list[Said]) -> float:
        gap = cache.theme.px(16)
        return sum(_wide(cache, one) for one in said) + gap * (len(said) - 1)

    def paintEvent(self, _event: object) -> None:
        cache = self._cache
        if cache is None:
            return
        painter, said = QPainter(self), self.said(self.width())
        left = self.width() - self._wide(cache, said)
        for one in said:
            wide = _wide(cache, one)
            _draw(painter, cache, one, QRectF(left, 0, wide, self.height()))
            left += wide + cache.theme.px(16)
        painter.end()


def _in_tag(said: Said) -> int:
    """What the tag of a lost update counts: all of them where no words follow."""
    word, text = said
    return 1 if text == word.text else word.count


def _sign(cache: PaintCache, said: Said) -> float:
    """Pixels of a sign, with the air behind it."""
    px = cache.theme.px
    if said[0].sign is Sign.NONE:
        return 0.0
    if said[0].sign is not Sign.LOST:
        return float(px(22) + px(6))
    return max(float(px(26)), cache.width(cache.key, loss_text(_in_tag(said))) + 8) + px(6)


def _wide(cache: PaintCache, said: Said) -> float:
    word, text = said
    tag_alone = word.sign is Sign.LOST and text != word.text
    return _sign(cache, said) + (0 if tag_alone else cache.width(cache.name, text) + 1)


def _draw(painter: QPainter, cache: PaintCache, said: Said, box: QRectF) -> None:
    (word, text), theme = said, cache.theme
    ink, wide, middle = getattr(theme.colours, word.tone), _sign(cache, said), round(box.center().y())
    if word.sign is Sign.LOST:
        draw_loss(painter, theme, QPointF(box.left() + (wide - theme.px(6)) / 2, middle), _in_tag(said))
        if text != word.text:
            return
    elif word.sign is not Sign.NONE:
        pen = QPen(QColor(ink), 3 if word.sign is Sign.LINE else 2)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if word.sign is Sign.DASHED:
            pen.setDashPattern(DASHES)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(pen)
        painter.drawLine(QLineF(box.left(), middle, box.left() + wide - theme.px(6), middle))
    write(painter, cache.name, ink, box.adjusted(wide, 0, 2, 0), text)
