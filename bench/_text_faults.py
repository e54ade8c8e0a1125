"""What is wrong with what a window writes: cut, written over, ended in dots; too few lanes or lines in sight."""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QComboBox, QLabel, QLineEdit, QTabBar, QWidget

from bench._painted_texts import PaintedText, uncovered, written
from gui.panels.lessons import Lessons
from gui.panels.page import Page
from gui.panels.trouble import TroubleBanner
from gui.plots.over_time.watched import WatchedCard
from gui.plots.timeline.legend import Chip
from gui.plots.timeline.rows_view import RowsView
from gui.plots.wait_graph.waits import GraphView
from gui.view_state.arrangement import LEAST_LANES, LEAST_LINES
from gui.widgets.code_view import CodeView
from gui.widgets.controls import KeyCap, Name
from gui.widgets.deck import Deck
from gui.widgets.editor.find_bar import Laid
from gui.widgets.painted import PaintedPanel
from gui.widgets.passing_hint import PassingHint

SLACK = 1.0  # pixels: what rounding may cut, and the air of a letter's box
TOUCH = 1.5  # pixels that boxes of two texts may share: letters do not fill theirs
SCRATCH = 0.04  # share of a text that may be painted over
DOTS = "\u2026"
CONTROLS = (QAbstractButton, QComboBox, QLabel, QLineEdit, QTabBar, KeyCap)
LAID = (Laid, TroubleBanner, PassingHint)  # over other things for a while: they hide some of it, and are meant to
MEANT = (
    Name,
    Lessons,
    CodeView,
    RowsView,
    GraphView,
    WatchedCard,
)  # names of the program and titles of lessons end in dots, hints say all


class Kind(enum.Enum):
    """What may be wrong, in the order of the table."""

    CUT = "cut"
    OVER = "overlap"
    DOTS = "dots"
    WORD = "no word"
    LANES = "lanes"
    LINES = "lines"
    WINDOW = "window"


@dataclass(frozen=True)
class Fault:
    """One of it: in which panel, and which text, or how it is."""

    kind: Kind
    panel: str
    text: str


def _box(widget: QWidget, window: QWidget) -> QRectF:
    """A widget in pixels of the window."""
    return QRectF(QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()))


def _lineage(widget: QWidget | None) -> Iterable[QWidget]:
    while widget is not None:
        yield widget
        widget = widget.parentWidget()


def _panel(widget: QWidget | None) -> str:
    for one in _lineage(widget):
        if isinstance(one, (PaintedPanel, Deck)):
            return one.accessibleName() or type(one).__name__
    return "window"


def _beyond(ink: QRectF, frame: QRectF) -> tuple[bool, bool]:
    """Whether a text stands out of a frame sideways, and above or below."""
    aside = ink.left() < frame.left() - SLACK or ink.right() > frame.right() + SLACK
    return aside, ink.top() < frame.top() - SLACK or ink.bottom() > frame.bottom() + SLACK


def _scrolls(ink: QRectF, owner: QWidget | None, window: QWidget) -> tuple[bool, bool]:
    """Whether it is where it is because somebody scrolled: sideways, and up or down."""
    aside = upright = False
    for one in _lineage(owner):
        if one is window:
            break
        if isinstance(one, RowsView):
            upright = upright or _beyond(ink, QRectF(0, one.places.top, 1, 1))[1]
        elif isinstance(one, QLineEdit):
            aside = aside or bool(one.text())  # what is typed goes along with the cursor; what stands for it does not
        elif isinstance(one, QAbstractScrollArea):
            wide, high = _beyond(ink, _box(one.viewport(), window))
            aside |= wide and one.horizontalScrollBarPolicy() is not Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            upright |= high and one.verticalScrollBarPolicy() is not Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            aside |= isinstance(one, CodeView)  # a note may stand on the end of a line
    return aside, upright


def cut(text: PaintedText, owner: QWidget | None, window: QWidget) -> bool:
    """Whether letters are missing that no scrolling brings into sight."""
    aside, upright = _beyond(text.ink, text.seen)
    if not (aside or upright):
        return False
    scrolled_aside, scrolled = _scrolls(text.ink, owner, window)
    return (aside and not scrolled_aside and not (scrolled and not text.seen.intersects(text.ink))) or (
        upright and not scrolled
    )


def overlaps(texts: Sequence[PaintedText]) -> list[tuple[PaintedText, PaintedText]]:
    """Pairs of texts that are written over one another."""
    found = []
    order = sorted(((text.ink & text.seen, text) for text in texts), key=lambda one: one[0].top())
    for at, (box, text) in enumerate(order):
        for other_box, other in order[at + 1 :]:
            if other_box.top() > box.bottom() - TOUCH:
                break
            shared = box & other_box
            again = text.text == other.text and box.topLeft() == other_box.topLeft()  # in another colour: it is chosen
            if shared.width() > TOUCH and shared.height() > TOUCH and not again:
                found.append((text, other))
    return found


def _owner(text: PaintedText, window: QWidget) -> QWidget | None:
    """The widget that wrote a text; of one that is wholly out of sight the smallest that reaches there."""
    if text.seen.isEmpty():
        reach = [one for one in window.findChildren(QWidget) if one.isVisible()]
        there = [one for one in reach if _box(one, window).contains(text.ink.center())]
        return min(there, key=lambda one: one.width() * one.height(), default=None)
    box = text.ink & text.seen
    middle = (box if box.isValid() else text.seen).center()
    return window.childAt(int(middle.x()), int(middle.y()))  # the pixel, not the next edge


def _of_texts(window: QWidget) -> Iterable[Fault]:
    texts = written(window)
    owners: dict[int, QWidget | None] = {}
    for text in texts:
        owner = owners[id(text)] = _owner(text, window)
        if cut(text, owner, window):
            yield Fault(Kind.CUT, _panel(owner), text.text)
        if text.covered > SCRATCH:
            yield Fault(Kind.OVER, _panel(owner), f"{text.text} is painted over")
        if text.text.endswith(DOTS) and not any(isinstance(one, MEANT) for one in _lineage(owner)):
            yield Fault(Kind.DOTS, _panel(owner), text.text)
    for chip in (one for one in window.findChildren(Chip) if one.isVisible()):
        if not any(owners[id(text)] is chip and text.text == chip.text() for text in texts):
            yield Fault(Kind.WORD, _panel(chip), chip.text() or chip.accessibleName())
    for one, other in overlaps(texts):
        yield Fault(Kind.OVER, _panel(owners[id(one)]), f"{one.text} / {other.text}")


def _of_controls(window: QWidget) -> Iterable[Fault]:
    """Controls that stand out of what holds them, wholly or in part."""
    for control in window.findChildren(QWidget):
        if not isinstance(control, CONTROLS) or not control.isVisible():
            continue
        if isinstance(control, QLabel) and not control.text():
            continue
        whole, seen = QRectF(control.rect()), QRectF(control.visibleRegion().boundingRect())
        if whole.isEmpty() or not any(_beyond(whole, seen)):
            continue
        aside, upright = _scrolls(_box(control, window), control, window)
        if (seen.width() < whole.width() - SLACK and not (aside or upright)) or (
            seen.height() < whole.height() - SLACK and not upright
        ):
            said = control.accessibleName() or getattr(control, "text", str)() or type(control).__name__
            yield Fault(Kind.CUT, _panel(control), f"[{said}]")


def _offered(window: QWidget, *names: str) -> bool:
    """Whether one of these panels is a page that can be chosen."""
    tabs = [deck.tabs for deck in window.findChildren(Deck) if deck.isVisible()]
    return any(bar.tabData(at) in names for bar in tabs for at in range(bar.count()))


def _of_least(window: QWidget) -> Iterable[Fault]:
    """The lanes and the lines that are in sight at least, or can be chosen."""
    for rows in window.findChildren(RowsView):
        if not rows.isVisible() or not rows.frame.recording.lanes:
            continue
        places = rows.places
        high = places.bottom - places.top
        tops = [row.y - places.scroll for row in places.rows if row.lock < 0]
        ends = [row.y + row.height - places.scroll for row in places.rows if row.lock < 0]
        whole = sum(top >= 0 and end <= high for top, end in zip(tops, ends, strict=True))
        if whole < min(LEAST_LANES, len(rows.frame.recording.lanes)):
            yield Fault(Kind.LANES, "Timeline", f"{whole} lanes in sight")
    for view in window.findChildren(CodeView):
        if view.isVisible() and view.viewport().visibleRegion().boundingRect().height() > 0:
            line = view.blockBoundingRect(view.firstVisibleBlock()).height()
            lines = view.viewport().visibleRegion().boundingRect().height() / max(line, 1)
            if lines < min(LEAST_LINES, view.blockCount()) - 0.1:
                yield Fault(Kind.LINES, "Program", f"{lines:.1f} lines in sight")
    for kind, name, some in ((Kind.LANES, "timeline", RowsView), (Kind.LINES, "code", CodeView)):
        there = any(one.isVisible() for one in window.findChildren(some))
        if not there and window.findChildren(some) and not _offered(window, name):
            yield Fault(kind, name, "neither in sight nor to be chosen")


def faults(window: QWidget, *, page: bool = False) -> list[Fault]:
    """All that is wrong with a window as it stands. `page`: it has no program to show."""
    for view in window.findChildren(CodeView):
        view.setCursorWidth(0)  # it stands where somebody clicked, and it blinks
    bars = [one for kind in LAID for one in window.findChildren(kind) if one.isVisible()]
    for bar in bars:
        bar.hide()
    behind = _faults(window, page=page)
    for bar in bars:
        bar.show()
    return [*behind, *(fault for bar in bars for fault in (*_of_texts(bar), *_of_controls(bar)))]


def _faults(window: QWidget, *, page: bool) -> list[Fault]:
    with uncovered(window):
        found = [*_of_texts(window), *_of_controls(window)]
        if page:
            pages = window.findChildren(Page)
            hidden = bool(pages) and not any(one.isVisible() for one in pages)
            return [*found, *([Fault(Kind.LINES, "page", "not in sight")] if hidden else [])]
        return [*found, *_of_least(window)]
