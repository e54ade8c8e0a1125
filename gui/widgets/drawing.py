"""What all panels draw alike: hatch tiles, letters in squares, badges of threads, the tag of a lost update."""

import enum
from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from engine.frame import State
from gui.theme.palette import text_font
from gui.theme.theme import THREADS, Hatch, Look, Theme, badge_number, thread_colour

TILE = 24  # pixels: a multiple of every pattern's period (8, 6), so that tiles meet without a seam
MINUS = "\u2212"
LETTER_SQUARE = 1.34  # height of a letter's square, in sizes of its font
_BADGE_LETTERS = 0.56  # size of the letters of a badge that has several, in its heights
_THIN = {Hatch.CROSS: 1.2, Hatch.GRID: 1.0, Hatch.ZIGZAG: 1.6}  # widths of the lines of dense patterns, pixels
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
_SMOOTH = QPainter.RenderHint.Antialiasing


def canvas(width: float, height: float, ratio: float) -> QPixmap:
    """A transparent picture of this many logical pixels."""
    pixmap = QPixmap(QSize(max(1, round(width * ratio)), max(1, round(height * ratio))))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap


def painted(width: float, height: float, ratio: float, draw: Callable[[QPainter], None]) -> QPixmap:
    """A picture of this many logical pixels, drawn once: for those who show it hundreds of times."""
    pixmap = canvas(width, height, ratio)
    painter = QPainter(pixmap)
    draw(painter)
    painter.end()
    return pixmap


def smooth(widget: QWidget) -> QPainter:
    """A painter for a widget, whose edges are not jagged."""
    painter = QPainter(widget)
    painter.setRenderHint(_SMOOTH)
    return painter


def rounded(painter: QPainter, box: QRectF, radius: float, fill: str | QBrush, edge: str | QPen = "") -> None:
    """A box with round corners, pixels; "" is no fill, or no edge."""
    painter.setPen(QPen(edge) if edge else Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(fill) if fill else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, radius, radius)


def write(
    painter: QPainter, pen: tuple[QFont, str], box: QRectF | QRect, text: str, flags: Qt.AlignmentFlag = LEFT
) -> None:
    """A text in a font and a colour, at its place in a box."""
    painter.setFont(pen[0])
    painter.setPen(QColor(pen[1]))
    painter.drawText(box, flags, text)


def _lines(hatch: Hatch) -> list[list[tuple[int, int]]]:
    """The lines of one tile, corner by corner; they go beyond its edges, so that corners meet."""
    lines = []
    if hatch in (Hatch.BARS, Hatch.GRID):
        lines += [[(0, y), (TILE, y)] for y in range(3, TILE, 6)]
    if hatch is Hatch.ZIGZAG:
        lines += [[(x, y - 4 + x % 8) for x in range(-4, TILE + 8, 4)] for y in range(2, TILE + 8, 8)]
    if hatch in (Hatch.UPRIGHT, Hatch.GRID):
        lines += [[(x, 0), (x, TILE)] for x in range(4, TILE, 8)]
    if hatch in (Hatch.RISING, Hatch.CROSS):
        lines += [[(x, TILE), (x + TILE, 0)] for x in range(-TILE, 2 * TILE, 8)]
    if hatch in (Hatch.FALLING, Hatch.CROSS):
        lines += [[(x, 0), (x + TILE, TILE)] for x in range(-TILE, 2 * TILE, 8)]
    return lines


def draw_pattern(painter: QPainter, look: Look) -> None:
    """One tile of a state's hatch, TILE pixels square, at the painter's origin, without the fill."""
    slanted = look.hatch in (Hatch.RISING, Hatch.FALLING, Hatch.CROSS, Hatch.ZIGZAG)
    painter.setRenderHint(_SMOOTH, slanted or look.hatch is Hatch.DOTS)
    if look.hatch is Hatch.DOTS:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.hatch_ink))
        for x in range(0, TILE, 8):
            for y in range(0, TILE, 8):
                painter.drawEllipse(QPointF(x + 2, y + 2), 1, 1)
                painter.drawEllipse(QPointF(x + 6, y + 6), 1, 1)
        return
    painter.setPen(QPen(QColor(look.hatch_ink), _THIN.get(look.hatch, 2.0)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path = QPainterPath()
    for line in _lines(look.hatch):
        path.addPolygon(QPolygonF([QPointF(*corner) for corner in line]))
    painter.drawPath(path)


@lru_cache(maxsize=256)
def hatch(look: Look, ratio: float = 1.0) -> QBrush:
    """The hatch of a state as a brush, without its fill, for a screen of this device pixel ratio."""
    return QBrush(painted(TILE, TILE, ratio, lambda painter: draw_pattern(painter, look)))


def draw_bar(painter: QPainter, look: Look, bar: QRectF, ratio: float = 1.0) -> None:
    """A span as a legend or a hint shows it: fill, hatch and edge; a dashed line for what has no bar."""
    painter.setRenderHint(_SMOOTH)
    if look.hatch is Hatch.LINE:
        pen = QPen(QColor(look.edge), 2)
        pen.setDashPattern([1, 2])
        painter.setPen(pen)
        painter.drawLine(QPointF(bar.left(), bar.center().y()), QPointF(bar.right(), bar.center().y()))
        return
    rounded(painter, bar, 2, look.fill)
    painter.setBrushOrigin(bar.topLeft())
    rounded(painter, bar, 2, hatch(look, ratio))
    rounded(painter, bar.adjusted(0.5, 0.5, -0.5, -0.5), 2, "", look.edge)


def letter_side(theme: Theme) -> int:
    """Height, and full width, of the square behind a letter."""
    return round(theme.px(theme.measures.letter) * LETTER_SQUARE)


def draw_letter(painter: QPainter, theme: Theme, state: State, centre: QPointF, width: float = 0.0) -> None:
    """The letter of a state in its solid square; `width` narrows the square, 0 leaves it square."""
    look, side = theme.looks[state], float(letter_side(theme))
    box = QRectF(0, 0, min(side, width) if width else side, side)
    box.moveCenter(centre)
    painter.setRenderHint(_SMOOTH)
    edged = look.badge in (theme.colours.panel, theme.colours.raised)
    body = box.adjusted(0.5, 0.5, -0.5, -0.5) if edged else box
    rounded(painter, body, 3, look.badge, look.edge if edged else "")
    pen = text_font(theme, theme.measures.letter, 700), look.ink
    write(painter, pen, box.adjusted(-4, 0, 4, 0), look.letter, CENTRE)


def letter(theme: Theme, state: State, width: int, ratio: float) -> QPixmap:
    """The same as a picture of `width` pixels, for those who draw hundreds: keep what you get."""
    side, middle = letter_side(theme), QPointF(width / 2, letter_side(theme) / 2)
    return painted(width, side, ratio, lambda painter: draw_letter(painter, theme, state, middle, width))


class Shape(enum.Enum):
    """What a badge looks like: its kind is told without colour, and so are threads of like colour."""

    SQUARE = "square"  # MainThread, and a process: its main thread
    DISC = "disc"
    DIAMOND = "diamond"
    TRIANGLE = "triangle"
    HOUSE = "house"
    SHIELD = "shield"
    HEXAGON = "hexagon"  # a task of an event loop


ONE_DIGIT = (Shape.DISC, Shape.DIAMOND, Shape.TRIANGLE, Shape.HOUSE)  # threads 1 to 4, and 5 to 8
MORE_DIGITS = (Shape.DISC, Shape.SHIELD, Shape.HOUSE)  # one for each round of hues: only these have room for two digits


def badge_shape(badge: str) -> Shape:
    """The shape of a badge such as "M", "1", "P1", "P1.2", "A1"."""
    number = badge_number(badge)
    if badge.startswith("A"):
        return Shape.HEXAGON
    if not number or (badge.startswith("P") and "." not in badge):
        return Shape.SQUARE
    if not badge.isdigit():
        return Shape.DISC
    return ONE_DIGIT[(number - 1) % 4] if number < 9 else MORE_DIGITS[(number - 1) // len(THREADS) % 3]


def badge_width(badge: str, side: float) -> int:
    """How wide a badge `side` pixels high is: as wide as high, wider where its letters need it."""
    if badge[:1] in ("", "M") or (badge.isdigit() and len(badge) < 3):
        return round(side)
    letters = sum(0.32 if letter == "." else 0.65 for letter in badge)  # widths of bold Inter, in sizes of the font
    return round(side * (letters * _BADGE_LETTERS + 0.55))


def _corners(shape: Shape, box: QRectF) -> list[tuple[float, float]]:
    """The corners of a badge of straight lines, in a box that may be wider than high."""
    left, top, right, bottom, middle = box.left(), box.top(), box.right(), box.bottom(), box.center()
    if shape is Shape.TRIANGLE:
        return [(middle.x(), top), (right, bottom), (left, bottom)]
    if shape is Shape.HOUSE:
        eaves = top + box.height() * 0.38
        return [(middle.x(), top), (right, eaves), (right, bottom), (left, bottom), (left, eaves)]
    if shape is Shape.SHIELD:
        waist = bottom - box.height() * 0.38
        return [(left, top), (right, top), (right, waist), (middle.x(), bottom), (left, waist)]
    bite = box.height() * 0.26 if shape is Shape.HEXAGON else box.width() / 2
    flat = [(left, middle.y()), (left + bite, top), (right - bite, top)]
    return [*flat, (right, middle.y()), (right - bite, bottom), (left + bite, bottom)]


# How much larger the box of a shape is that would look smaller, and would cut its number, pixels; how far below the
# middle that number stands, and how large it is, in heights of the badge.
_GROWTH = {
    Shape.DIAMOND: (-2.0, -2.0, 2.0, 2.0),
    Shape.TRIANGLE: (-2.0, -2.0, 2.0, 1.5),
    Shape.HOUSE: (-0.5, -2.0, 0.5, 0.5),
    Shape.SHIELD: (-0.5, -0.5, 0.5, 2.0),
}
_BELOW = {Shape.TRIANGLE: 0.17, Shape.HOUSE: 0.05, Shape.SHIELD: -0.05}
_SMALLER = {Shape.TRIANGLE: 0.58}


def _badge_path(shape: Shape, box: QRectF) -> QPainterPath:
    """The outline of a badge in a box that may be wider than high."""
    path = QPainterPath()
    if shape in (Shape.SQUARE, Shape.DISC):
        radius = 4 if shape is Shape.SQUARE else box.height() / 2
        path.addRoundedRect(box, radius, radius)
    else:
        grown = box.adjusted(*_GROWTH.get(shape, (0.0, 0.0, 0.0, 0.0)))
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in _corners(shape, grown)]))
        path.closeSubpath()
    return path


def draw_badge(painter: QPainter, theme: Theme, badge: str, box: QRectF) -> None:
    """The badge of a lane: its shape tells threads, processes and tasks apart, its number identifies it."""
    colours, shape = theme.colours, badge_shape(badge)
    painter.setRenderHint(_SMOOTH)
    painter.setPen(QPen(QColor(colours.outline), 1))
    painter.setBrush(QColor(thread_colour(colours, badge)))
    painter.drawPath(_badge_path(shape, box.adjusted(0.5, 0.5, -0.5, -0.5)))
    font = text_font(theme, 12, 700)
    size = _SMALLER.get(shape, 0.65) if len(badge) == 1 else _BADGE_LETTERS
    font.setPixelSize(max(6, round(box.height() * size)))
    below = box.height() * _BELOW.get(shape, 0.0)
    write(painter, (font, colours.ink), box.adjusted(-4, below, 4, below), badge, CENTRE)


def badge(theme: Theme, name: str, ratio: float, size: int = 0) -> QPixmap:
    """The badge as a picture, `size` pixels high (0: the theme's), with 2 pixels of air for the diamond."""
    side = size or theme.px(theme.measures.badge)
    wide = badge_width(name, side)
    box = QRectF(2, 2, wide, side)
    return painted(wide + 4, side + 4, ratio, lambda painter: draw_badge(painter, theme, name, box))


def loss_text(count: int) -> str:
    """What the tag of `count` lost updates says: -1, -12, -3k."""
    if count < 1000:
        return f"{MINUS}{count}"
    return f"{MINUS}{count // 1000}k" if count < 1_000_000 else f"{MINUS}{count // 1_000_000}M"


def loss_font(theme: Theme) -> QFont:
    """The font of the tag of a lost update."""
    return text_font(theme, theme.measures.key, 700)


def draw_loss(painter: QPainter, theme: Theme, centre: QPointF, count: int = 1) -> None:
    """The vermilion tag of lost updates; its shape tells it from "holding" where hues look alike."""
    font, text = loss_font(theme), loss_text(count)
    height = theme.px(16 if not theme.compact else 14)
    width = max(round(height * 1.6), round(QFontMetricsF(font).horizontalAdvance(text)) + 8)
    box = QRectF(0, 0, width, height)
    box.moveCenter(centre)
    painter.setRenderHint(_SMOOTH)
    rounded(painter, box.adjusted(-1.5, -1.5, 1.5, 1.5), 5, theme.colours.panel)
    rounded(painter, box, 4, theme.colours.lost)
    write(painter, (font, theme.colours.ink), box, text, CENTRE)


def loss(theme: Theme, count: int, ratio: float) -> QPixmap:
    """The tag as a picture."""
    width = QFontMetricsF(loss_font(theme)).horizontalAdvance(loss_text(count)) + 16
    wide, high = round(max(width, theme.px(32)) * ratio) / ratio, round((theme.px(16) + 4) * ratio) / ratio
    return painted(wide, high, ratio, lambda painter: draw_loss(painter, theme, QPointF(wide / 2, high / 2), count))


def draw_pill(painter: QPainter, text: str, font: QFont, box: QRectF, *, ground: str, ink: str) -> None:
    """A filled label with round corners: times at the cursor, names of flips."""
    painter.setRenderHint(_SMOOTH)
    rounded(painter, box, 4, ground)
    write(painter, (font, ink), box, text, CENTRE)


def draw_padlock(painter: QPainter, colour: str, box: QRectF) -> None:
    """The sign of a lock, on the 24-pixel grid of all icons."""
    painter.save()
    painter.setRenderHint(_SMOOTH)
    painter.translate(box.topLeft())
    painter.scale(box.width() / 24, box.height() / 24)
    pen = QPen(QColor(colour), 1.75)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(4.5, 10.5, 15, 10), 2, 2)
    bow = QPainterPath(QPointF(8, 10.5))
    bow.lineTo(8, 7.5)
    bow.arcTo(QRectF(8, 3.5, 8, 8), 180, -180)
    bow.lineTo(16, 10.5)
    painter.drawPath(bow)
    painter.drawLine(QPointF(12, 14.5), QPointF(12, 16.5))
    painter.restore()
