"""Watching a value by pointing at its name in the program's text: Ctrl and a click, or the menu of the mouse."""

import textwrap
from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QCursor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QTextCursor
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QToolTip, QWidget

from engine.analysis.watch_target import NOWHERE, Target
from engine.frame import Frame
from engine.protocol.messages import WatchFact
from engine.words.reasons import unwatched
from gui import actions
from gui.panel import Commands
from gui.theme.theme import UNDRESSED, Theme
from gui.view_state.watch_strips import hue, hues
from gui.widgets.drawing import rounded
from gui.widgets.plain_hint import plain_hint

READS, EDITS = ("edit-find", "edit-go-to"), ("edit-replace", "edit-comment")  # besides what Qt's own menu has
HINT = 64  # letters in a row of a hint
CONTROL = Qt.KeyboardModifier.ControlModifier


def outermost(found: list[Target]) -> list[Target]:
    """Of places that lie one in another, the outer ones: `items` in `len(items)` is marked once."""
    return [one for one in found if not any(_lies_in(one, other) for other in found)]


def marked(text: str, watches: Mapping[str, int]) -> tuple[tuple[Target, int], ...]:
    """Every place that names one of these, with its hue."""
    from engine.analysis.watchable import targets  # noqa: PLC0415 - where something is watched

    found = outermost([one for one in targets(text) if one.expression in watches])
    return tuple((one, watches[one.expression]) for one in found)


def _lies_in(one: Target, other: Target) -> bool:
    inside = one.line == other.line and other.start <= one.start and one.end <= other.end
    return inside and (one.start, one.end) != (other.start, other.end)


class NameMarks(QWidget):
    """Laid over the text: watched names have a dot and a line in the colour of their curve."""

    def __init__(self, view: QPlainTextEdit) -> None:
        super().__init__(view.viewport())
        self._view, self.theme = view, UNDRESSED
        self.marks: tuple[tuple[Target, int], ...] = ()  # and the hue
        self.pointed = NOWHERE
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        view.updateRequest.connect(self._follow)

    def put(self, marks: tuple[tuple[Target, int], ...], pointed: Target) -> None:
        """Shows these."""
        if (marks, pointed) != (self.marks, self.pointed):
            self.marks, self.pointed = marks, pointed
            self.setVisible(bool(marks or pointed.line))
            self.setGeometry(self._view.viewport().rect())
            self.update()

    def _follow(self, area: QRect, by: int) -> None:
        if self.isVisible():
            self.setGeometry(self._view.viewport().rect())
            self.update(self.rect() if by else area)

    def box(self, target: Target) -> QRect:
        """Where a place of the text is seen, empty where it is not."""
        block = self._view.document().findBlockByNumber(target.line - 1)
        if not block.isValid() or target.end > len(block.text()):
            return QRect()
        edges = []
        for column in (target.start, target.end):
            cursor = QTextCursor(block)
            cursor.setPosition(block.position() + column)
            edges.append(self._view.cursorRect(cursor))
        return QRect(edges[0].left(), edges[0].top(), edges[1].left() - edges[0].left(), edges[0].height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first = self._view.firstVisibleBlock().blockNumber() + 1
        last = first + self.height() // max(1, self._view.fontMetrics().height()) + 1
        for target, number in self.marks:
            if first <= target.line <= last:
                self._draw(painter, self.box(target), hue(theme.colours, number))
        if self.pointed.line:
            box, colours = self.box(self.pointed), theme.colours
            colour = colours.accent if self.pointed.expression else colours.faint
            painter.fillRect(QRect(box.left(), box.bottom() - 1, box.width(), 2), QColor(colour))
        painter.end()

    def _draw(self, painter: QPainter, box: QRect, colour: str) -> None:
        if box.isEmpty():
            return
        side = self.theme.px(6)
        painter.fillRect(QRect(box.left(), box.bottom() - 1, box.width(), 2), QColor(colour))
        rounded(painter, QRectF(box.right() - side / 2 + 1, box.top() - side / 2, side, side), side / 2, colour)


class Pointing(QObject):
    """Listens to the mouse over a view of the program. `show_frame` says what is watched."""

    def __init__(self, view: QPlainTextEdit, commands: Commands) -> None:
        super().__init__(view)
        self._view, self._commands = view, commands
        self._theme = UNDRESSED
        self._marks: NameMarks | None = None  # made when there is something to mark
        self._watches: Mapping[str, int] = {}
        self._shown: tuple[object, ...] = ()
        self._marked: tuple[tuple[Target, int], ...] = ()
        self._pointed = NOWHERE
        self._took = False  # a press that began here ends here
        view.viewport().setMouseTracking(True)
        view.viewport().installEventFilter(self)
        view.installEventFilter(self)

    def apply_theme(self, theme: Theme) -> None:
        """Takes on colours and measures."""
        self._theme = theme
        if self._marks is not None:
            self._marks.theme = theme
            self._marks.update()

    def show_frame(self, frame: Frame) -> None:
        """Marks what is watched."""
        shown = (frame.program.watches, frame.program.text)
        if len(self._shown) == 2 and shown[0] is self._shown[0] and shown[1] is self._shown[1]:
            return
        self._shown, self._watches = shown, hues(frame.program.watches)
        self._marked = marked(frame.program.text, self._watches) if self._watches else ()
        self._put(self._pointed)

    def target(self, at: QPoint) -> Target:
        """What stands at a point of the viewport."""
        cursor = self._view.cursorForPosition(at)
        column, block = cursor.positionInBlock(), cursor.block()
        if self._view.cursorRect(cursor).left() > at.x():  # it goes to the nearer side of a letter
            column -= 1
        end = QTextCursor(block)
        end.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        rect = self._view.cursorRect(end)
        if at.x() > rect.left() or not rect.top() <= at.y() <= rect.bottom() or column < 0:
            return NOWHERE
        from engine.analysis.watchable import target_at  # noqa: PLC0415 - when somebody points

        return target_at(self._view.toPlainText(), block.blockNumber() + 1, column)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._view:
            if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Control and not event.isAutoRepeat():
                self._look(event.type() is QEvent.Type.KeyPress, self._view.viewport().mapFromGlobal(QCursor.pos()))
        elif isinstance(event, QContextMenuEvent):
            return self._offer(event)
        elif isinstance(event, QMouseEvent):
            return self._mouse(event)
        elif event.type() is QEvent.Type.Leave:
            self._put(NOWHERE)
        return event.type() is QEvent.Type.ToolTip and bool(self._pointed.line)  # it has its hint already

    def _mouse(self, event: QMouseEvent) -> bool:
        held, at = bool(event.modifiers() & CONTROL), event.position().toPoint()
        kind = event.type()
        if kind is QEvent.Type.MouseMove and not event.buttons():
            self._look(held, at)
        elif kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            target = self.target(at) if held and event.button() is Qt.MouseButton.LeftButton else NOWHERE
            self._took = bool(target.line)
            if target.expression and kind is QEvent.Type.MouseButtonPress:
                self._turn(target)
            return self._took
        elif kind is QEvent.Type.MouseButtonRelease and self._took:
            self._took = False
            return True
        return self._took

    def _look(self, held: bool, at: QPoint) -> None:
        target = self.target(at) if held and self._view.viewport().rect().contains(at) else NOWHERE
        if target != self._pointed:
            if target.line:
                said = "\n".join(textwrap.wrap(self.said(target), HINT))
                QToolTip.showText(QCursor.pos(), plain_hint(said), self._view.viewport())
            elif self._pointed.line:
                QToolTip.hideText()
        self._put(target)

    def said(self, target: Target) -> str:
        """What a click would do there, or why none would."""
        if not target.expression:
            return unwatched(WatchFact(0, target.detail, reason=target.reason, detail=target.detail))
        word = self.tr("Stop watching {name}") if target.expression in self._watches else self.tr("Watch {name}")
        return word.format(name=target.expression)

    def _put(self, pointed: Target) -> None:
        self._pointed = pointed
        if self._marks is None and (self._marked or pointed.line):
            self._marks = NameMarks(self._view)
            self._marks.theme = self._theme
        if self._marks is not None:
            self._marks.put(self._marked, pointed)
        shape = Qt.CursorShape.PointingHandCursor if pointed.expression else Qt.CursorShape.IBeamCursor
        if self._view.viewport().cursor().shape() is not shape:
            self._view.viewport().setCursor(shape)

    def _turn(self, target: Target) -> None:
        QToolTip.hideText()
        self._commands.watch(target.expression, target.expression not in self._watches)

    def _offer(self, event: QContextMenuEvent) -> bool:
        """The menu of the view, with what the editor does, and with one more line where there is a value."""
        at = event.pos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            at = self._view.cursorRect().center()
        menu: QMenu = self._view.createStandardContextMenu()
        self._add_value(menu, self.target(at))
        menu.addSeparator()
        for name in READS if self._view.isReadOnly() else (*READS, *EDITS):
            words = f"{actions.words(actions.action(name).words)}\t{actions.key(name)}"
            menu.addAction(words, partial(self._commands.perform, name))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._view.viewport().mapToGlobal(at))
        return True

    def _add_value(self, menu: QMenu, target: Target) -> None:
        """One more line, before all others, where there is a value."""
        first = next(iter(menu.actions()), None)
        if not target.line:
            return
        if target.expression:
            added = menu.addAction(self.said(target), lambda: self._turn(target))
        else:
            added = menu.addAction(self.tr("{name} cannot be watched").format(name=target.detail))
            added.setToolTip("\n".join(textwrap.wrap(self.said(target), HINT)))
            added.setEnabled(False)
            menu.setToolTipsVisible(True)
        menu.insertAction(first, added)  # type: ignore[arg-type]  # None puts it at the end
        menu.insertSeparator(first)  # type: ignore[arg-type]
