"""Draws the parts of a run as bars: seconds at each, a mark where its limit lies, the second measure beside it."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from engine.frame import Part
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.scenarios.scenario import PartsNote
from gui.plots.common.paint_cache import PaintCache
from gui.plots.common.scale import step_for
from gui.plots.comparison.comparison_model import Bar, Chart, Fate, Slot, slots
from gui.theme.palette import text_font
from gui.theme.theme import Hatch, Look, Theme
from gui.widgets.drawing import draw_bar, rounded, write

MOST_COLUMNS = 4
_HIGHEST = 4  # rows that height is asked for where there is one group; more bars stand in columns


@lazy_dataclass(frozen=True)
class Placed:
    """Where everything stands, in pixels."""

    slots: tuple[tuple[Slot, QRectF], ...]  # each row's box
    font: QFont
    name: float  # width of the names
    bars: float  # length of the longest bar there can be
    values: float  # left of the second measure within a row; 0: there is none
    value_bars: float
    head: float  # height of the titles above the columns


def least_row(theme: Theme) -> int:
    """Pixels of a row below which the chart scrolls."""
    return theme.px(15 if theme.compact else 18)


def _rows(theme: Theme) -> tuple[int, int]:
    """Pixels of a row that is read without effort at the desk, and of one that is read from the back of the class."""
    return (theme.px(19), theme.px(30)) if theme.compact else (theme.px(25), theme.px(36))


def place(cache: PaintCache, made: Chart, note: PartsNote | None, area: QRectF) -> Placed:
    """Chooses how many columns the rows stand in, and how they share their width."""
    theme = cache.theme
    both = made.timed and made.valued
    sizes, titled = [len(group.bars) for group in made.groups], any(group.name for group in made.groups)
    head = float(theme.px(theme.measures.small + 8)) if _titles(made, note) else 0.0
    (fair, good), least = _rows(theme), theme.px(400 if both else 230)
    enough = fair if len(sizes) == 1 and sizes[0] <= _HIGHEST else good  # lengths compare below each other
    gap = float(theme.px(24))
    tried = []
    for columns in range(1, MOST_COLUMNS + 1):
        wide = (area.width() - gap * (columns - 1)) / columns
        if columns > 1 and wide < least:
            break
        placed, rows = slots(sizes, titled, columns)
        high = min((area.height() - head) / rows, theme.px(52))
        tried.append((placed, high, wide))
        if high >= enough:
            break
    rows_at, high, wide = max(tried, key=lambda one: min(one[1], enough))
    high = max(high, least_row(theme))
    boxes = [
        (slot, QRectF(area.left() + slot.column * (wide + gap), area.top() + head + slot.row * high, wide, high))
        for slot in rows_at
    ]
    return _shares(cache, made, note, tuple(boxes), head)


def needed(theme: Theme, parts: Sequence[Part], note: PartsNote | None) -> tuple[int, int]:
    """The least and the good height of all rows, pixels, whatever the width. Rows come in pairs: it changes seldom."""
    names = list(dict.fromkeys(part.group for part in parts))
    sizes = [sum(part.group == name for part in parts) for name in names] or [0]
    even, titled = [size + size % 2 for size in sizes], any(names)
    rows = min(even[0], _HIGHEST) + titled if len(even) == 1 else slots(even, titled, 2)[1]
    numbers = all(part.name.replace(".", "", 1).isdigit() for part in parts)
    headed = any(part.value is not None for part in parts) or (numbers and note is not None and bool(note.noun))
    words = theme.px(theme.measures.small + 8) if headed else 0
    fair, good = _rows(theme)
    return words + rows * fair, words + rows * good


def _shares(
    cache: PaintCache, made: Chart, note: PartsNote | None, boxes: tuple[tuple[Slot, QRectF], ...], head: float
) -> Placed:
    """How the width of a row is shared among name, bar, words and second measure."""
    theme, box = cache.theme, boxes[0][1]
    size = max(9, min(round(box.height() * 0.5), theme.px(theme.measures.heading + 2)))
    font = text_font(theme, 12, 600)
    font.setPixelSize(size)
    both = made.timed and made.valued
    names = max(cache.width(font, bar.part.name) for bar in made.bars) + size
    head_words = cache.width(cache.word, (_titles(made, note) or ("",))[0]) + size
    name = max(min(names, box.width() * (0.3 if both else 0.4)), head_words)
    values = box.width() * 0.64 if both else name if made.valued else 0.0
    words = max((cache.width(font, _words(bar)) for bar in made.bars if made.timed), default=0.0)
    said = max((cache.width(font, bar.value_words) for bar in made.bars), default=0.0)
    end = values - size if both else box.width()
    bars = max(end - name - words - size, (end - name) * 0.3)
    value_bars = max(box.width() - values - said - size, (box.width() - values) * 0.3)
    return Placed(boxes, font, name, bars, values, value_bars, head)


def _words(bar: Bar) -> str:
    """What stands behind a bar; words of a failure may be cut, they do not make the others shorter."""
    said = bar.words if bar.fate in (Fate.DONE, Fate.GOING) else bar.words[-8:]
    return "   ".join(filter(None, [said, bar.limit_words, bar.cores_words, bar.speed_words]))


def _titles(made: Chart, note: PartsNote | None) -> tuple[str, str, str] | None:
    """What stands above names, bars and second bars; None when the bars explain themselves."""
    noun = note.noun if note is not None else ""
    numbers = all(bar.part.name.replace(".", "", 1).isdigit() for bar in made.bars)
    if not made.valued and not (numbers and noun):
        return None
    time = QCoreApplication.translate("parts", "time, s") if made.timed else ""
    return noun if numbers else "", time, made.value_title if made.valued else ""


def nice_top(longest: float) -> float:
    """A round length that the longest bar fits into: while a part grows, the others keep theirs for a while."""
    if longest <= 0:
        return 1.0
    step = step_for(longest, 8)
    return step * -(-longest // step)


class Rows:
    """Draws all of it with one painter."""

    def __init__(self, painter: QPainter, cache: PaintCache, placed: Placed) -> None:
        self.painter, self.cache, self.placed = painter, cache, placed
        self.colours = cache.theme.colours

    def draw(self, made: Chart, note: PartsNote | None) -> None:
        """Titles, headings, and a row for each part."""
        self._draw_titles(made, note)
        for slot, box in self.placed.slots:
            group = made.groups[slot.group]
            if slot.bar < 0:
                self._draw_heading(group.name, box)
            else:
                self._draw_row(made, group.bars[slot.bar], box)

    def _draw_titles(self, made: Chart, note: PartsNote | None) -> None:
        titles = _titles(made, note)
        if titles is None:
            return
        placed, pen = self.placed, (self.cache.word, self.colours.muted)
        wide, top = placed.slots[0][1].width(), min(box.top() for _, box in placed.slots) - placed.head
        for left in {box.left() for _, box in placed.slots}:
            for title, at in zip(titles, (0.0, placed.name, placed.values), strict=True):
                write(self.painter, pen, QRectF(left + at, top, wide - at, placed.head), title)

    def _draw_heading(self, name: str, box: QRectF) -> None:
        painter = self.painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QColor(self.colours.line2))
        y = round(box.bottom()) - 3.5
        painter.drawLine(QLineF(box.left(), y, box.right(), y))
        said = self.cache.elided(self.cache.name, name, box.width())
        write(painter, (self.cache.name, self.colours.text), box.adjusted(0, 0, 0, -4), said)

    def _draw_row(self, made: Chart, bar: Bar, box: QRectF) -> None:
        placed, painter, size = self.placed, self.painter, self.placed.font.pixelSize()
        painter.setFont(placed.font)
        name = QRectF(box.left(), box.top(), placed.name - size * 0.6, box.height())
        said = painter.fontMetrics().elidedText(bar.part.name, Qt.TextElideMode.ElideRight, int(name.width()))
        write(painter, (placed.font, self.colours.text), name, said)
        if made.timed:
            end = box.left() + placed.values - size if made.valued else box.right()
            room = QRectF(box.left() + placed.name, box.top(), end - box.left() - placed.name, box.height())
            self._draw_time(bar, room, placed.bars / nice_top(made.longest))
        if bar.part.value is not None and made.valued:
            room = QRectF(box.left() + placed.values, box.top(), box.width() - placed.values, box.height())
            self._draw_value(bar, room, max(0.0, bar.part.value) / nice_top(made.largest), second=made.timed)

    def _draw_value(self, bar: Bar, room: QRectF, share: float, second: bool) -> None:
        body = _body(room, share * self.placed.value_bars, 0.4 if second else 0.62)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rounded(self.painter, body, 2, self.colours.line2 if second else self.colours.threads[0])
        said = [(bar.value_words, self.colours.text)]
        if not second:
            said.append((bar.speed_words, self.colours.lost_text))
        self._write(said, QPointF(body.right(), room.center().y()), room.right())

    def _draw_time(self, bar: Bar, room: QRectF, scale: float) -> None:
        colours, body = self.colours, _body(room, bar.seconds * scale, 0.62)
        self._draw_body(bar, body)
        words, after, right = bar.words, body.right(), room.right()
        ink = {Fate.FAILED: colours.lost_text, Fate.DONE: colours.text}.get(bar.fate, colours.muted)
        if bar.limit is not None:
            x, font = room.left() + bar.limit * scale, self.placed.font
            self._draw_limit(x, body)
            if x - after > self.cache.width(font, words) + font.pixelSize():  # it is far from its limit yet
                self._write([(words, ink)], QPointF(after, room.center().y()), x)
                words = ""
            after = max(after, x + 2)
        beside = [(bar.limit_words, colours.muted), (bar.cores_words, colours.muted)]
        beside = [(words, ink), *beside, (bar.speed_words, colours.lost_text)]
        self._write(beside, QPointF(after, room.center().y()), right)

    def _draw_body(self, bar: Bar, body: QRectF) -> None:
        painter, colours = self.painter, self.colours
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if bar.fate is Fate.DONE:
            rounded(painter, body, 2, colours.threads[0])
            return
        # Not a measured time: never as solid as one.
        pattern, edge = (Hatch.CROSS, colours.lost) if bar.fate is Fate.FAILED else (Hatch.RISING, colours.muted)
        look = Look("", colours.sunken, pattern, edge, edge, edge, colours.ink)
        draw_bar(painter, look, body, self.cache.ratio)

    def _draw_limit(self, x: float, body: QRectF) -> None:
        """A mark across the bar, with a casing so that it shows on the bar and beside it."""
        painter = self.painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        line = QLineF(round(x), body.top() - 3, round(x), body.bottom() + 3)
        for colour, wide in ((self.colours.panel, 5), (self.colours.text, 2)):
            painter.setPen(QPen(QColor(colour), wide))
            painter.drawLine(line)

    def _write(self, said: list[tuple[str, str]], at: QPointF, right: float) -> None:
        """Words one behind the other from a point on; what does not fit ends in dots."""
        font, painter = self.placed.font, self.painter
        x, gap = at.x() + font.pixelSize() * 0.5, font.pixelSize() * 0.8
        painter.setFont(font)
        for text, ink in said:
            if not text or right - x < font.pixelSize():
                continue
            words = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(right - x) + 1)
            write(painter, (font, ink), QRectF(x, at.y() - 30, right - x + 2, 60), words)
            x += self.cache.width(font, text) + gap


def _body(room: QRectF, length: float, share: float) -> QRectF:
    """The bar itself within its row; what was measured at all is two pixels long at least."""
    high = max(6.0, round(room.height() * share))
    return QRectF(room.left(), round(room.center().y() - high / 2), max(2.0, length), high)
