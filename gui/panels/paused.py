"""What is said over the timeline while the program is paused, large enough for the last row."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter

from engine.frame import Frame, Phase
from gui import actions
from gui.panel import Commands, PanelInfo, Place
from gui.theme.palette import text_font
from gui.theme.theme import Theme
from gui.widgets.drawing import CENTRE, rounded, write
from gui.widgets.painted import PaintedPanel

SHARE = 0.8  # of the height of the verdict's numbers
SPACED = 1.3  # of the height of a font: its line


class PausedSign(PaintedPanel):
    """Lets the mouse through: the run can be read and moved while it stands."""

    def __init__(self, _commands: Commands) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words = self.tr("PAUSED")
        self._rest = self.tr("{key} goes on").format(key=actions.key("run"))
        self.setAccessibleName(f"{self._words}: {self._rest}")

    def sizeHint(self) -> QSize:
        theme = self.theme
        wide = QFontMetrics(text_font(theme, theme.measures.verdict * SHARE, 700)).horizontalAdvance(self._words)
        high = (theme.measures.verdict * SHARE + theme.measures.base) * SPACED
        return QSize(wide + 2 * theme.px(32), theme.px(high + 16))

    def paint(self, painter: QPainter, theme: Theme) -> None:
        colours, measures = theme.colours, theme.measures
        ground = QColor(colours.panel)
        ground.setAlphaF(0.88)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        rounded(painter, box, measures.radius, QBrush(ground), colours.accent)
        large = theme.px(measures.verdict * SHARE * SPACED)
        top = QRectF(0, theme.px(6), self.width(), large)
        write(painter, (text_font(theme, measures.verdict * SHARE, 700), colours.text), top, self._words, CENTRE)
        below = QRectF(0, top.bottom(), self.width(), theme.px(measures.base * SPACED))
        write(painter, (text_font(theme, measures.base, 500), colours.muted), below, self._rest, CENTRE)


def _paused(frame: Frame) -> bool:
    return frame.run.phase is Phase.PAUSED


PANEL = PanelInfo("paused", "Paused", Place.OVER_TIME, 0, make=PausedSign, wanted=_paused, draws=("run.phase",))
