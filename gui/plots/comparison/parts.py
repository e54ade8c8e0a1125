"""The chart of a comparing scenario: how long each part of the run took, and what else was measured."""

from operator import attrgetter

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QVBoxLayout, QWidget

from engine.frame import Frame, Phase
from engine.scenarios.scenario import PartsNote
from gui.panel import Commands, Course, PanelInfo, Place
from gui.plots.common.paint_cache import PaintCache
from gui.plots.comparison import bars, number_curve
from gui.plots.comparison.comparison_model import Bar, Chart, chart, curves, exact
from gui.theme.theme import UNDRESSED, Theme
from gui.widgets.card import Card
from gui.widgets.controls import Name
from gui.widgets.drawing import write
from gui.widgets.later import Later
from gui.widgets.scroll_area import scrolled

_NEAR = 24  # pixels from a point of a curve at which its figures are told


class ChartView(QWidget):
    """Paints the bars or the curve, and tells the exact figures under the mouse."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(QCoreApplication.translate("parts", "Measured parts"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._later = Later(self, self._need)
        self.cache = PaintCache(UNDRESSED, self.devicePixelRatioF())
        self.note: PartsNote | None = None
        self.made = chart(Frame(), None)
        self.hits: list[tuple[Bar, QRectF]] = []

    def apply_theme(self, theme: Theme) -> None:
        self.cache = PaintCache(theme, self.devicePixelRatioF())
        self.update()

    def show_chart(self, made: Chart, note: PartsNote | None) -> None:
        """Draws this chart from now on."""
        self.made, self.note = made, note
        said = ((bar.part.group, bar.part.name, bar.words, bar.limit_words, bar.cores_words) for bar in made.bars)
        self.setAccessibleDescription("; ".join(", ".join(filter(None, words)) for words in said))
        self._need()
        self.update()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._later.ask()

    def area(self) -> QRectF:
        """Where the chart is drawn, pixels."""
        theme, side = self.cache.theme, self.cache.theme.pixels.padding - 1
        return QRectF(self.rect()).adjusted(side, theme.px(2), -side, -theme.px(8))

    def _need(self) -> None:
        """Asks for the height without which rows would be too small to read: the card scrolls then."""
        need = 0.0
        if self.made.bars and not self._curves():
            placed = bars.place(self.cache, self.made, self.note, self.area())
            need = max(box.bottom() for _, box in placed.slots) + self.cache.theme.px(2)
        self.setMinimumHeight(round(need))

    def _curves(self) -> bool:
        """Whether it is drawn as a curve: the names of all parts have to be numbers."""
        return self.note is not None and self.note.chart == "curve" and bool(curves(self.made))

    def paintEvent(self, _event: QPaintEvent) -> None:
        made, cache, painter = self.made, self.cache, QPainter(self)
        self.hits = []
        if not made.bars:
            words = QCoreApplication.translate("parts", "Nothing is measured yet.")
            write(painter, (cache.word, cache.theme.colours.muted), self.area(), words, Qt.AlignmentFlag.AlignTop)
        elif self.note is not None and self._curves():
            found = number_curve.draw(painter, cache, made, self.note, self.area())
            around = QPointF(_NEAR, _NEAR)
            self.hits = [(point.bar, QRectF(at - around, at + around)) for point, at in found]
        else:
            placed = bars.place(cache, made, self.note, self.area())
            bars.Rows(painter, cache, placed).draw(made, self.note)
            self.hits = [(made.groups[slot.group].bars[slot.bar], box) for slot, box in placed.slots if slot.bar >= 0]

    def hint_at(self, place: QPoint) -> str:
        """The exact figures of the part at a place, "" where there is none."""
        inside = [(bar, box) for bar, box in self.hits if box.contains(QPointF(place))]
        nearest = min(inside, key=lambda hit: (hit[1].center() - QPointF(place)).manhattanLength(), default=None)
        return exact(nearest[0], self.note) if nearest is not None else ""

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.hint_at(event.pos()), self)
            return True
        return super().event(event)


class PartsPanel(Card):
    """The chart in its card."""

    def __init__(self, _commands: Commands) -> None:
        super().__init__(QCoreApplication.translate("parts", "Measured"))
        self.view = ChartView()
        self.speed = Name(tone="muted")
        self.tools.addWidget(self.speed)
        self._note: PartsNote | None = None
        self._drawn: tuple[object, ...] = ()
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self._area = scrolled(inner)
        self.body.addWidget(self._area, 1)
        self.body.setContentsMargins(0, 0, 0, 1)

    def opened(self, course: Course) -> None:
        self._note, self._drawn = course.scenario.parts, ()

    def sizeHint(self) -> QSize:
        return QSize(self.theme.px(400), self.theme.px(1.5 * self.theme.measures.plot))

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._drawn = ()
        self.speed.apply_theme(theme)
        self._area.setMinimumHeight(theme.px(64))
        self.view.apply_theme(theme)

    def draw(self, frame: Frame) -> None:
        going = any(part.end is None for part in frame.recording.parts) and frame.run.phase is not Phase.ENDED
        drawn = (frame.recording.parts, frame.run.phase, round(frame.run.now, 2) if going else 0.0)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        made = chart(frame, self._note)
        self.view.show_chart(made, self._note)
        self.speed.set_text(made.speed, "lost_text" if made.disturbed else "muted")
        self.speed.setToolTip(_busy(frame.run.others) if made.disturbed else made.speed)


def _busy(share: float | None) -> str:
    """What a busy machine means for the chart."""
    words = "Other programs used {share} of all processor cores just before this run: its times say little."
    return QCoreApplication.translate("parts", words).format(share=f"{share or 0.0:.0%}")


PANEL = PanelInfo(
    "parts",
    "Measured",
    Place.DECK,
    25,
    make=PartsPanel,
    wanted=attrgetter("recording.parts"),
    offered=lambda course, _text: course.scenario.parts,
)
