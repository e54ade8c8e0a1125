"""The parts of a run as brackets above the lanes: "4 jobs, 6.42 s" from begin to end, growing while it goes on."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.frame import Frame, Part
from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.plots.common.labels import write
from gui.plots.common.paint_cache import PaintCache
from gui.plots.common.scale import NS, Scale, duration
from gui.plots.timeline.scene import PaintScene
from gui.view_state.verdict_text import number_with

MOST_ROWS = 3  # parts that overlap more often share the last row, as do those of rows that no room is kept for
_HANDLE = 12  # pixels between brackets and lanes, for the handle of the cursor
_NARROW = 3  # pixels: narrower brackets have no ends
_WORTH = 1.0  # pixels: brackets nearer to one another than this are one line
_AIR = 7  # pixels beside the words
Times = NDArray[np.float64]


def titles(part: Part, noun: str, grouped: bool, now: float) -> list[str]:
    """What a bracket may say, the longest first."""
    took = duration(max(0.0, (part.end if part.end is not None else now) - part.start))
    name = number_with(part.name, noun)
    long = [f"{part.group}: {name} \u00b7 {took}"] if grouped and part.group else []
    return [*long, f"{name} \u00b7 {took}", f"{part.name} \u00b7 {took}", name, part.name, took]


@lazy_dataclass(frozen=True)
class _Known:
    """What is worked out of the parts of a frame once, until there is another part."""

    parts: tuple[Part, ...]
    starts: Times
    ends: Times  # infinity while it goes on
    rows: NDArray[np.int64]
    grouped: bool


def _know(parts: tuple[Part, ...]) -> _Known:
    starts = np.array([part.start for part in parts])
    ends = np.array([np.inf if part.end is None else part.end for part in parts])
    rows, busy = np.zeros(len(parts), np.int64), [-np.inf] * MOST_ROWS
    for index in np.argsort(starts, kind="stable").tolist():
        free = next((row for row in range(MOST_ROWS) if busy[row] <= starts[index]), MOST_ROWS - 1)
        rows[index], busy[free] = free, max(busy[free], ends[index])
    return _Known(parts, starts, ends, rows, len({part.group for part in parts}) > 1)


class Brackets:
    """Draws the brackets and knows which one lies under the mouse."""

    def __init__(self) -> None:
        self.noun = ""  # what a part is called
        self.rows = 0  # that there is room for, decided before the run
        self._known = _know(())

    @property
    def asked(self) -> int:
        """How many rows the parts would fill."""
        return int(self._known.rows.max()) + 1 if self._known.parts else 0

    def meet(self, frame: Frame) -> None:
        """Learns the parts of a frame."""
        own = tuple(part for part in frame.recording.parts if part.lane)  # not what other runs are remembered by
        if own != self._known.parts:
            self._known = _know(own)

    def height(self, inks_part: int, least: int, label: int = 0) -> int:
        """Pixels above the lanes: for the rows of brackets (each `inks_part` high), and `least` anyway.

        `label` is the height of what stands on the rule of a flip, 0 where nothing can be flipped; without brackets
        `least` is enough for it.
        """
        return max(least, self.rows * inks_part + max(_HANDLE, label)) if self.rows else least

    def at(self, scale: Scale, high: int, x: float, y: float, now: float) -> Part | None:
        """The part whose bracket lies at a point, in rows `high` pixels high."""
        known, seconds = self._known, scale.seconds(x)
        if not 0 <= y < self.rows * high or x < scale.left:
            return None
        air = 2 / scale.width * (scale.end - scale.start) / NS
        inside = (known.starts - air <= seconds) & (np.minimum(known.ends, now) + air >= seconds)
        found = np.flatnonzero(inside & (self._row(known.rows) == int(y // high)))
        return known.parts[int(found[-1])] if len(found) else None

    def _row(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of parts as far as there is room for them."""
        return np.minimum(rows, max(0, self.rows - 1))

    def title(self, part: Part, now: float) -> str:
        """The longest that a bracket may say."""
        return titles(part, self.noun, self._known.grouped, now)[0]

    def boxes(self, scene: PaintScene) -> list[tuple[Part, QRectF]]:
        """The brackets that show and where; of those narrower than a pixel that stand together, one."""
        known, scale = self._known, scene.scale
        ends, high = np.minimum(known.ends, scene.frame.run.now), scene.cache.theme.pixels.part
        last, found = [-1e9] * MOST_ROWS, []
        rows = self._row(known.rows)
        for index in np.flatnonzero((ends * NS >= scale.start) & (known.starts * NS <= scale.end)).tolist():
            x0, x1, row = scale.x(float(known.starts[index])), scale.x(float(ends[index])), int(rows[index])
            if x1 - x0 >= _WORTH or x1 >= last[row] + _WORTH:
                last[row] = max(x1, last[row])
                box = QRectF(round(x0), row * high, max(1, round(x1) - round(x0)), high)
                found.append((known.parts[index], box))
        return found

    def draw(self, painter: QPainter, scene: PaintScene) -> None:
        """All brackets that show, from the top of the painter's plot."""
        boxes = self.boxes(scene)
        if not boxes or not self.rows:
            return
        scale, colours = scene.scale, scene.cache.theme.colours
        painter.save()
        painter.setClipRect(QRectF(scale.left - 1, 0, scale.width + 2, boxes[0][1].height() * self.rows + 2))
        grouped = self.groups_fit(scene, boxes)
        for part, box in boxes:
            _draw_one(painter, scene, part, box)
            words, place = self.words(scene, part, box, grouped)
            if words:
                painter.fillRect(place.adjusted(0, 1, 0, -1), QColor(colours.panel))
                ink = colours.lost_text if part.error else colours.text
                write(painter, scene.cache.pill, ink, place, words, flags=Qt.AlignmentFlag.AlignCenter)
        painter.restore()

    def groups_fit(self, scene: PaintScene, boxes: list[tuple[Part, QRectF]]) -> bool:
        """Whether all brackets can say their groups: if one does and its neighbour does not, they seem to differ."""
        cache, room = scene.cache, 2 * scene.cache.theme.px(_AIR)
        return self._known.grouped and all(
            _width(cache, self.title(part, scene.frame.run.now)) + room <= box.width() for part, box in boxes
        )

    def words(self, scene: PaintScene, part: Part, box: QRectF, grouped: bool = False) -> tuple[str, QRectF]:
        """What a bracket says, and where: in the middle of what is seen of it."""
        cache, scale = scene.cache, scene.scale
        seen = box.intersected(QRectF(scale.left, 0, scale.width, 1e4))
        room = seen.width() - 2 * cache.theme.px(_AIR)
        said = titles(part, self.noun, grouped, scene.frame.run.now)
        words = next((text for text in said if _width(cache, text) <= room), "")
        wide = _width(cache, words) + 2 * cache.theme.px(_AIR - 2)
        return words, QRectF(round(seen.center().x() - wide / 2), box.top(), wide, box.height())


def _width(cache: PaintCache, text: str) -> float:
    # Digits are equally wide: the width of a growing time is measured once for each number of digits.
    return cache.width(cache.pill, "".join("0" if letter.isdigit() else letter for letter in text))


def _draw_one(painter: QPainter, scene: PaintScene, part: Part, box: QRectF) -> None:
    """A line with both ends down to the lanes; what goes on has no end yet."""
    colours, compact = scene.cache.theme.colours, scene.cache.theme.compact
    y, bottom = round(box.center().y()) + 0.5, box.bottom() - 1
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(QColor(colours.lost_text if part.error else colours.muted), 1 if compact else 2))
    lines = [QLineF(box.left(), y, box.right(), y)]
    if box.width() >= _NARROW:
        lines.append(QLineF(box.left() + 0.5, y, box.left() + 0.5, bottom))
        if part.end is not None:
            lines.append(QLineF(box.right() - 0.5, y, box.right() - 0.5, bottom))
    painter.drawLines(lines)
