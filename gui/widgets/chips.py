"""The chips of threads beside a line: a badge with the letter of a state, narrower where several stand together."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from gui.theme.palette import font
from gui.theme.theme import Theme, thread_colour
from gui.view_state.code_annotations import Marker
from gui.widgets.drawing import CENTRE, badge_width, rounded, write

MOST = 3  # beside one another; more threads on a line are counted
_USUAL = "9"  # a badge of which two whole chips have room in the gutter
_GAP = 3  # pixels between two


def side_of(theme: Theme) -> int:
    """The height of a chip, and the width of its letter, pixels."""
    return theme.px(max(16 if theme.compact else 18, theme.measures.letter * 1.4))


def chip_width(theme: Theme, badge: str) -> int:
    """A whole chip, pixels: badge and letter, equally wide unless the badge is long."""
    return side_of(theme) + badge_width(badge, side_of(theme))


def chip_room(theme: Theme) -> int:
    """What the gutter has for chips in every program and run: two whole ones, or three without letters."""
    return 2 * chip_width(theme, _USUAL) + theme.px(_GAP)


def laid_out(theme: Theme, badges: Sequence[str], room: QRect) -> tuple[list[QRect], QRect | None]:
    """Where chips of these badges stand, at the right end of `room`, and where the number of the others stands.

    As many of them as there is room for, MOST at the most; letters are left out before a chip is.
    """
    side, gap = side_of(theme), theme.px(_GAP)
    whole, bare = [chip_width(theme, one) for one in badges], [badge_width(one, side) for one in badges]
    for widths in (whole, bare):
        if len(badges) <= MOST and sum(widths) + gap * (len(badges) - 1) <= room.width():
            return _from_the_right(widths, side, gap, room), None
    count = min(MOST - 1, len(badges) - 1)
    while count and sum(bare[:count]) + gap * count + side > room.width():
        count -= 1
    *boxes, rest = _from_the_right([*bare[:count], side], side, gap, room)
    return boxes, rest


def _from_the_right(widths: Sequence[int], high: int, gap: int, room: QRect) -> list[QRect]:
    left = room.right() + 1 - sum(widths) - gap * (len(widths) - 1)
    high = min(high, room.height())
    boxes = []
    for wide in widths:
        boxes.append(QRect(left, room.top() + (room.height() - high) // 2, wide, high))
        left += wide + gap
    return boxes


def draw_chip(painter: QPainter, theme: Theme, marker: Marker, box: QRect) -> None:
    """A thread's badge beside the letter of its state, or alone where the box is too narrow for both."""
    look, letter = theme.looks[marker.state], side_of(theme)
    letter = letter if box.width() >= letter + badge_width(marker.badge, letter) else 0
    first = QRect(box.left(), box.top(), box.width() - letter, box.height())
    halves = [(first, 4 if letter else 0, marker.badge, thread_colour(theme.colours, marker.badge), theme.colours.ink)]
    if letter:
        second = QRect(first.right() + 1, box.top(), letter, box.height())
        halves.append((second, -4, look.letter, look.badge, look.ink))
    words = font(theme, theme.measures.letter, 700)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for part, beyond, word, fill, ink in halves:
        painter.setClipRect(part)  # the corners that meet are square
        rounded(painter, QRectF(part.adjusted(min(beyond, 0), 0, max(beyond, 0), 0)), 4, fill)
        painter.setClipping(False)
        write(painter, (words, ink), part.adjusted(-4, 0, 4, 0), word, CENTRE)
    rounded(painter, QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, "", theme.colours.outline)
    painter.restore()


def draw_chips(painter: QPainter, theme: Theme, group: Sequence[Marker], room: QRect) -> None:
    """The chips of the threads at one line, and how many more there are."""
    boxes, rest = laid_out(theme, [one.badge for one in group], room)
    for marker, box in zip(group, boxes, strict=False):
        draw_chip(painter, theme, marker, box)
    if rest is not None:
        words = font(theme, theme.measures.letter, 700), theme.colours.muted
        write(painter, words, rest.adjusted(-4, 0, 8, 0), f"+{len(group) - len(boxes)}", CENTRE)
