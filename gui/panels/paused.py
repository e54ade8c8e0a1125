"""What is said over the timeline while the program is paused, large enough for the last row."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from engine.frame import Frame, Phase
from gui import actions
from gui.panel import Commands, PanelInfo, Place
from gui.theme.palette import text_font
from gui.theme.theme import Theme
from gui.widgets.drawing import LEFT, RIGHT, rounded, write
from gui.widgets.painted import PaintedPanel

SHARE = 0.8  # of the height of the verdict's numbers
AIR = 16  # pixels beside and between its words


class PausedSign(PaintedPanel):
    """Lets the mouse through: the run can be read and moved while it stands."""

    def __init__(self, _commands: Commands) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words = self.tr("PAUSED")
        self._rest = self.tr("{key} goes on").format(key=actions.key("run"))
        self.setAccessibleName(f"{self._words}: {self._rest}")

    def sizeHint(self) -> QSize:
        wide, high = self._wants(self.theme, 1.0)
        return QSize(round(wide), round(high))

    def _wants(self, theme: Theme, share: float) -> tuple[float, float]:
        """Width and height of the sign, pixels, with letters of this share of their size."""
        words, rest = self._fonts(theme, share)
        wide = QFontMetricsF(words).horizontalAdvance(self._words) + QFontMetricsF(rest).horizontalAdvance(self._rest)
        return wide + 3 * theme.px(AIR), QFontMetricsF(words).height() + theme.px(4)

    def _fonts(self, theme: Theme, share: float) -> tuple[QFont, QFont]:
        measures = theme.measures
        return (
            text_font(theme, measures.verdict * SHARE * share, 700),
            text_font(theme, measures.base * max(0.8, share), 500),
        )

    def paint(self, painter: QPainter, theme: Theme) -> None:
        colours = theme.colours
        rounded(painter, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.measures.radius, colours.accent)
        wide, high = self._wants(theme, 1.0)
        words, rest = self._fonts(theme, min(1.0, self.width() / wide, self.height() / high))
        box = QRectF(self.rect()).adjusted(theme.px(AIR), 0, -theme.px(AIR), 0)
        write(painter, (words, colours.accent_ink), box, self._words, LEFT)
        write(painter, (rest, colours.accent_ink), box, self._rest, RIGHT)


def _paused(frame: Frame) -> bool:
    return frame.run.phase is Phase.PAUSED


PANEL = PanelInfo("paused", "Paused", Place.OVER_TIME, 0, make=PausedSign, wanted=_paused, draws=("run.phase",))
