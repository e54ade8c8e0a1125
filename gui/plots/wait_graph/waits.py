"""The wait-for graph in its card: who waits for which lock, and who has it; a deadlock is a red cycle."""

from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.frame import Frame
from gui.panel import Commands, PanelInfo, Place
from gui.plots.common.paint_cache import PaintCache
from gui.plots.wait_graph.graph_painter import Dash, Drawing, dash_of, draw_key, draw_words, words_height
from gui.plots.wait_graph.graph_words import asked_for, sentences
from gui.plots.wait_graph.wait_for_graph import WaitForGraph, graph, may_be_waited_for
from gui.theme.theme import Theme
from gui.widgets.card import Card
from gui.widgets.controls import Text

_SHARE = 0.6  # of the width for the graph, the rest for its sentences


class GraphView(QWidget):
    """Paints the graph, and beside it what it says."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(QCoreApplication.translate("waits", "Who waits for whom"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.cache: PaintCache | None = None
        self.frame, self.made = Frame(), WaitForGraph((), (), (), (), ())
        self.said: tuple[str, ...] = ()
        self.asked = frozenset[int]()  # which of the sentences are about what somebody has chosen
        self.drawing: Drawing | None = None

    def apply_theme(self, theme: Theme) -> None:
        self.cache = PaintCache(theme, self.devicePixelRatioF())
        self.update()

    def show_graph(self, frame: Frame, made: WaitForGraph) -> None:
        """Draws this graph from now on."""
        self.frame, self.made = frame, made
        self.said, self.asked = sentences(frame, made), asked_for(frame, made)
        self.setAccessibleDescription(" ".join(self.said))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        cache = self.cache
        if cache is None:
            return
        px, side = cache.theme.px, cache.theme.pixels.padding
        area = QRectF(self.rect()).adjusted(side, px(2), -side, -px(8))
        painter = QPainter(self)
        left = QRectF(area.left(), area.top(), area.width() * _SHARE, area.height())
        self.drawing = Drawing(painter, cache, self.frame, self.made, left)
        self.drawing.draw()
        right = area.adjusted(left.width() + px(24) if self.drawing.boxes else 0, px(4), 0, 0)
        said = self.said
        if self.drawing.left_out:
            more = QCoreApplication.translate("waits", "{count} more are not drawn: there is no room for them.")
            said = (*said, more.format(count=self.drawing.left_out))
        bad = bool(self.made.cycle)
        key_fits = words_height(cache, said, right.width(), bad=bad) + px(22) <= right.height()
        draw_words(painter, cache, said, right, bad=bad, asked=self.asked)
        if self.drawing.boxes and key_fits:
            self._draw_key(painter, cache, right)
        painter.end()

    def _draw_key(self, painter: QPainter, cache: PaintCache, right: QRectF) -> None:
        high = cache.theme.px(18)
        key = QRectF(right.left(), right.bottom() - high, right.width(), high)
        translate = QCoreApplication.translate
        links = self.made.links
        entries = [
            (translate("waits", "waits for"), Dash.WAIT),
            (translate("waits", "is held by"), Dash.HOLD),
            (translate("waits", "waits for its end"), Dash.JOIN),
            (translate("waits", "is up to"), Dash.WORK),
        ]
        used = {dash_of(link) for link in links} or {Dash.WAIT, Dash.HOLD, Dash.JOIN}
        draw_key(painter, cache, key, [entry for entry in entries if entry[1] in used])


class WaitsPanel(Card):
    """The graph in its card."""

    def __init__(self, _commands: Commands) -> None:
        super().__init__(QCoreApplication.translate("waits", "Who waits for whom"))
        self.view = GraphView()
        self.moment = Text(tone="muted")
        self.tools.addWidget(self.moment)
        self.body.addWidget(self.view, 1)
        self._drawn: tuple[object, ...] = ()

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._drawn = ()
        self.moment.apply_theme(theme)
        self.view.setMinimumHeight(theme.px(72))
        self.view.apply_theme(theme)

    def draw(self, frame: Frame) -> None:
        made = graph(frame)
        names = tuple(lane.name for lane in frame.recording.lanes if lane.id in made.threads)
        drawn = (made, names, frame.recording.things, frame.view.thread, frame.view.thing)
        cursor = frame.view.cursor
        at = QCoreApplication.translate("waits", "at the cursor, {seconds} s")
        last = QCoreApplication.translate("waits", "at the last moment")
        self.moment.set_text(last if cursor is None else at.format(seconds=f"{cursor:.2f}"))
        if drawn != self._drawn:
            self._drawn = drawn
            self.view.show_graph(frame, made)


def _has_something_to_wait_for(frame: Frame) -> bool:
    recording = frame.recording
    return bool(recording.holders or recording.hidden) or any(map(may_be_waited_for, recording.things.values()))


PANEL = PanelInfo(
    "waits",
    "Who waits for whom",
    Place.DECK,
    40,
    make=WaitsPanel,
    wanted=_has_something_to_wait_for,
    offered=lambda course, _text: not course.scenario.page,
)
