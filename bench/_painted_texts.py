"""What a widget writes, and where: it is painted on a device that keeps texts in place of pixels."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QFontMetricsF,
    QPaintDevice,
    QPaintEngine,
    QPaintEngineState,
    QPainter,
    QPainterPath,
    QPixmap,
    QTextItem,
)  # fmt: skip
from PySide6.QtWidgets import QStackedWidget, QWidget

from gui.plots.timeline.rows_view import RowsView
from gui.plots.timeline.scene import RowCache

BOX = (5, 13)  # elements of the path of a rectangle, and of one with round corners
LARGEST = 64  # pixels of a picture that can hide a text: a letter, a tag, a badge; larger ones are see-through
HIDDEN = 0.9  # share of a text that is painted over: more of it is not meant to be seen


@dataclass(frozen=True)
class PaintedText:
    """A text where it was written, in pixels of the window. `seen` is what was let through, `covered` painted over."""

    text: str
    ink: QRectF  # of its letters, not of its line
    seen: QRectF
    covered: float = 0.0  # share of what was seen


@dataclass
class Record:
    """What a painting wrote, in its order."""

    texts: list[PaintedText] = field(default_factory=list)

    def write(self, text: PaintedText) -> None:
        if text.text.strip():
            self.texts.append(text)

    def cover(self, box: QRectF) -> None:
        """Something that is not see-through was painted here, over what was written before."""
        for at, text in enumerate(self.texts):
            shown = text.ink & text.seen
            area = shown.width() * shown.height()
            if area > 0 and box.intersects(shown):
                over = box & shown
                share = over.width() * over.height() / area
                if share < HIDDEN and over.height() >= shown.height() - 1 and over.right() >= shown.right() - 1:
                    seen = QRectF(text.seen)
                    seen.setRight(over.left())
                    self.texts[at] = replace(text, seen=seen)  # its end is away, as behind an edge
                else:
                    self.texts[at] = replace(text, covered=max(text.covered, share))

    def visible(self) -> list[PaintedText]:
        """What is not wholly behind something else."""
        return [text for text in self.texts if text.covered < HIDDEN]


class _Engine(QPaintEngine):
    """Hands texts and opaque boxes to a record."""

    def __init__(self) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self.record = Record()
        self.pictures: dict[int, Record] = {}  # what is written in a picture, by its key

    def begin(self, _device: QPaintDevice) -> bool:
        return True

    def end(self) -> bool:
        return True

    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User

    def updateState(self, _state: QPaintEngineState) -> None:
        """Nothing is kept of it: the painter is asked."""

    def _clip(self, painter: QPainter) -> QRectF:
        clip = QRectF(self.systemClip().boundingRect())
        if painter.hasClipping():
            clip &= painter.deviceTransform().mapRect(painter.clipBoundingRect())
        return clip

    def drawTextItem(self, at: object, item: QTextItem) -> None:
        assert isinstance(at, QPointF)
        painter = self.painter()
        ink = QFontMetricsF(item.font()).tightBoundingRect(item.text()).translated(at)
        ink.setLeft(at.x())
        ink.setWidth(max(item.width(), 1.0))
        self.record.write(PaintedText(item.text(), painter.deviceTransform().mapRect(ink), self._clip(painter)))

    def drawPath(self, path: QPainterPath) -> None:
        painter = self.painter()
        brush = painter.brush()
        solid = brush.style() is Qt.BrushStyle.SolidPattern and brush.color().alpha() == 255 and painter.opacity() == 1
        if solid and path.elementCount() in BOX:
            box = painter.deviceTransform().mapRect(path.boundingRect())
            self.record.cover(box & self._clip(painter))

    def drawPixmap(self, target: object, pixmap: object, _source: object) -> None:
        assert isinstance(target, QRectF)
        assert isinstance(pixmap, QPixmap)
        painter = self.painter()
        box, clip = painter.deviceTransform().mapRect(target), self._clip(painter)
        for text in self.pictures.get(pixmap.cacheKey(), Record()).texts:
            ink, seen = text.ink.translated(box.topLeft()), text.seen.translated(box.topLeft()) & clip
            self.record.write(replace(text, ink=ink, seen=seen))
        if max(box.width(), box.height()) <= LARGEST and pixmap.cacheKey() not in self.pictures:
            self.record.cover(box.adjusted(2, 2, -2, -2) & clip)  # they have some air around them

    def drawImage(self, *_what: object) -> None:
        """Rasters of bars are the ground of what is written."""

    def drawTiledPixmap(self, *_what: object) -> None:
        """Hatches."""

    def drawPolygon(self, *_what: object) -> None:
        """Lines, heads of arrows."""

    def drawEllipse(self, *_what: object) -> None:
        """Knobs of sliders."""


class _Device(QPaintDevice):
    """So many logical pixels, on which an engine keeps what is written."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__()
        self.engine = _Engine()
        metric = QPaintDevice.PaintDeviceMetric
        dots = (metric.PdmDpiX, metric.PdmDpiY, metric.PdmPhysicalDpiX, metric.PdmPhysicalDpiY)
        self._metrics = dict.fromkeys(dots, 96) | {
            metric.PdmWidth: width, metric.PdmHeight: height, metric.PdmWidthMM: width // 4,
            metric.PdmHeightMM: height // 4, metric.PdmDepth: 32, metric.PdmNumColors: 2**31 - 1,
            metric.PdmDevicePixelRatio: 1,
            metric.PdmDevicePixelRatioScaled: round(QPaintDevice.devicePixelRatioFScale()),
        }  # fmt: skip

    def paintEngine(self) -> QPaintEngine:
        return self.engine

    def metric(self, metric: QPaintDevice.PaintDeviceMetric) -> int:
        return self._metrics.get(metric, 0)


class _ReadableCache(RowCache):
    """Names of lanes are kept as pictures: what is written in them is kept too."""

    def __init__(self, made: RowCache, pictures: dict[int, Record]) -> None:
        super().__init__(made.theme, made.ratio)
        self._pictures = pictures

    def kept(self, key: tuple[object, ...], size: tuple[int, int], draw: Callable[[QPainter], None]) -> QPixmap:
        pixmap = super().kept(key, size, draw)
        if pixmap.cacheKey() not in self._pictures:
            device = _Device(*size)
            painter = QPainter(device)
            painter.setClipRect(QRect(0, 0, *size))
            draw(painter)
            painter.end()
            whole = QRectF(0, 0, *size)
            texts = [replace(text, seen=whole) for text in device.engine.record.texts]
            self._pictures[pixmap.cacheKey()] = Record(texts)
        return pixmap


@contextmanager
def uncovered(widget: QWidget) -> Iterator[None]:
    """Without the pages that lie behind the one that is shown."""
    stacks = widget.findChildren(QStackedWidget)
    pages = [stack.widget(at) for stack in stacks for at in range(stack.count()) if at != stack.currentIndex()]
    behind = [page for page in pages if page is not None and not page.isHidden()]
    for page in behind:
        page.hide()
    yield
    for page in behind:
        page.show()


def written(widget: QWidget) -> list[PaintedText]:
    """All that a widget and what is in it write when they are painted, in pixels of the widget; see `uncovered`."""
    device = _Device(widget.width(), widget.height())
    engine = device.engine
    for rows in widget.findChildren(RowsView):
        if rows.cache is not None:
            rows.cache = _ReadableCache(rows.cache, engine.pictures)
    painter = QPainter(device)
    widget.render(painter, QPoint())
    painter.end()
    return engine.record.visible()
