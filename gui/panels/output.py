"""What the program printed: each line with its time and its thread; switches that were flipped stand between."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractScrollArea

from engine.frame import Flip, Frame, OutputPiece
from engine.words.reasons import printed
from gui.panel import Commands, PanelInfo, Place
from gui.theme.palette import font
from gui.theme.theme import UNDRESSED, Theme, thread_text
from gui.view_state.output_rows import BADGE, FLIP, OutputRow, OutputRows, RowPiece, last_line
from gui.widgets.card import Card
from gui.widgets.controls import KeyButton, Text, draw_focus
from gui.widgets.drawing import badge_width, draw_badge
from gui.widgets.spoken import tell


def draw_sign(painter: QPainter, theme: Theme, row: OutputRow, at: QPoint, badge: str) -> None:
    """The thread's badge, or a dashed rule for a flip."""
    side = theme.px(theme.measures.badge)
    if row.thread == FLIP:
        painter.setPen(QPen(QColor(theme.colours.text), 2, Qt.PenStyle.DashLine))
        painter.drawLine(at.x(), at.y(), at.x() + side, at.y())
    elif badge:
        draw_badge(painter, theme, badge, QRectF(at.x(), at.y() - side / 2, badge_width(badge, side), side))


def letter_width(face: QFont) -> float:
    """Pixels from one letter to the next: with fractions, which add up along a row."""
    return QFontMetricsF(face).horizontalAdvance("x" * 64) / 64


def draw_pieces(
    painter: QPainter, theme: Theme, pieces: Sequence[RowPiece], box: QRect, badges: Mapping[int, str]
) -> None:
    """The text of a row: each piece in its thread's colour, behind its badge where another thread goes on."""
    face, x = painter.font(), float(box.left())
    letter, side = letter_width(face), theme.px(theme.measures.badge - 2)
    for piece in pieces:
        badge = badges.get(piece.thread, "")
        if piece.begins and badge:
            wide = badge_width(badge, side)
            left = x + max(0.0, (BADGE * letter - wide) / 2)
            draw_badge(painter, theme, badge, QRectF(left, box.center().y() - side / 2, wide, side))
            painter.setFont(face)  # the badge has one of its own
        x += BADGE * letter if piece.begins else 0
        ink = thread_text(theme.colours, badge) if badge else theme.colours.muted
        painter.setPen(QColor(theme.colours.lost_text if piece.error else ink))
        room = QRectF(x, box.top(), 1 << 20, box.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, piece.text)
        x += QFontMetricsF(face).horizontalAdvance(piece.text)


def draw_cursor(painter: QPainter, theme: Theme, time: float, y: int, width: int) -> None:
    """A line where the cursor's time falls between two rows, in a view that is so many pixels wide."""
    face, said = font(theme, theme.measures.key, 600), f"{time:.2f} s"
    wide, padding = QFontMetrics(face).horizontalAdvance(said) + theme.px(8), theme.pixels.padding
    painter.setPen(QPen(QColor(theme.colours.accent), 2))
    painter.drawLine(padding, y, width - padding - wide, y)
    painter.setFont(face)
    box = QRect(width - padding - wide, max(0, y - theme.px(8)), wide, theme.px(16))
    painter.fillRect(box, QColor(theme.colours.panel))
    painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, said)


def columns_of(theme: Theme, rows: Sequence[OutputRow], badge: str) -> tuple[int, int, int]:
    """Left edges of time, badge and text, pixels; `badge` is the widest there is."""
    side = theme.px(theme.measures.padding) - 1
    latest = max(rows[-1].time if rows else 0.0, 9.0)
    time = QFontMetrics(font(theme, theme.measures.small, mono=True)).horizontalAdvance(f"{latest:.2f}")
    gap = theme.px(8 if theme.compact else 12)
    sign = badge_width(badge, theme.px(theme.measures.badge))
    return side, side + time + gap, side + time + gap + sign + gap


class OutputView(QAbstractScrollArea):
    """Paints only the rows that are seen, so that 20,000 cost what 20 cost. Long lines go on in the next row."""

    pointed = Signal(int, str)  # line and file: a row that names them was pressed
    spoken_role = QAccessible.Role.StaticText

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Output"))
        self._theme = UNDRESSED
        self.printed = OutputRows()
        self.rows = self.printed.rows
        self._flips: tuple[Flip, ...] = ()
        self.source: Sequence[OutputPiece] = ()
        self._letters = 80  # that fit into a row
        self.files: Mapping[str, str] = {}  # of the program: path, as its tracebacks have it, -> name
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self._cursor: float | None = None
        self._badges: Mapping[int, str] = {}
        self._widest = ""

    def badges(self, badges: Mapping[int, str]) -> None:
        """The badges of all threads; wider ones move the text to the right."""
        self._badges = badges
        widest = max(badges.values(), key=len, default="")
        if max(2, len(widest)) != max(2, len(self._widest)):
            self._widest = widest
            self._cut_anew()
        self.viewport().update()

    def take(self, output: Sequence[OutputPiece], flips: tuple[Flip, ...], cursor: float | None) -> None:
        """Shows this output; only what is new is looked at."""
        begun = bool(self.source) and bool(output) and output[0] is self.source[0]
        if self.printed.taken and (
            not begun or len(output) < self.printed.taken or flips[: len(self._flips)] != self._flips
        ):
            self.printed.clear()
            self._flips = ()
        changed = len(output) != self.printed.taken or len(flips) != len(self._flips) or not output
        self.source = output
        self.printed.add(output, self._letters, self.files)
        for flip in flips[len(self._flips) :]:
            self._insert(flip)
        self._flips = flips
        if changed:
            self._measure()
        if changed or cursor != self._cursor:
            if cursor is not None and cursor != self._cursor:
                self._reveal(cursor)
            self._cursor = cursor
            self.viewport().update()

    def spoken(self) -> str:
        """The last line, up to the cursor."""
        line = last_line(self.rows, self._cursor)
        said = self.tr("{text}, at {time} s")
        return said.format(text=line.text, time=f"{line.time:.2f}") if line is not None else ""

    def _insert(self, flip: Flip) -> None:
        """A flip comes late at times: lines after it may be there already."""
        said = self.tr("switched on") if flip.on else self.tr("switched off")
        at = bisect_right(self.rows, flip.time, key=lambda row: row.time)
        self.rows.insert(at, OutputRow(flip.time, FLIP, f"{flip.name} {said}"))

    def _reveal(self, time: float) -> None:
        """Scrolls so that the row before a time is seen."""
        high = self._row_height()
        at = bisect_right(self.rows, time, key=lambda row: row.time)
        bar = self.verticalScrollBar()
        if not bar.value() <= at * high <= bar.value() + self.viewport().height() - high:
            bar.setValue(max(0, at * high - self.viewport().height() // 2))

    def _row_height(self) -> int:
        return self._theme.px(self._theme.measures.output_line)

    def _measure(self) -> None:
        """The range of the scroll bar; who was at the end stays there."""
        high, seen, down = self._row_height(), self.viewport().height(), self.verticalScrollBar()
        at_end = down.value() >= down.maximum()
        down.setRange(0, max(0, len(self.rows) * high - seen))
        down.setPageStep(seen)
        down.setSingleStep(high)
        if at_end:
            down.setValue(down.maximum())

    def _cut_anew(self) -> None:
        """Another width or another size of text: other rows."""
        theme = self._theme
        letter = letter_width(font(theme, theme.measures.code, mono=True))
        room = self.viewport().width() - columns_of(theme, self.rows, self._widest)[2] - theme.px(4)
        letters = int(room / letter)
        if letters != self._letters:
            self._letters = letters
            source, flips = self.source, self._flips
            self.printed.clear()
            self._flips, self.source = (), ()
            self.take(source, flips, self._cursor)
        self._measure()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._cut_anew()
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
        self.viewport().update()

    def resizeEvent(self, _event: object) -> None:
        self._cut_anew()

    def _row_at(self, event: QMouseEvent) -> OutputRow | None:
        """The row under the mouse, where it names a line of the program."""
        index = int(event.position().y() + self.verticalScrollBar().value()) // self._row_height()
        return self.rows[index] if 0 <= index < len(self.rows) and self.rows[index].line else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        shapes = Qt.CursorShape
        self.viewport().setCursor(shapes.PointingHandCursor if self._row_at(event) else shapes.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event)
        if row is not None and event.button() is Qt.MouseButton.LeftButton:
            self.pointed.emit(row.line, row.file)

    def event(self, event: QEvent) -> bool:
        copying = isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Copy)
        if copying and event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            named = next((row for row in reversed(self.rows) if row.line), None)
            if named is not None:
                self.pointed.emit(named.line, named.file)
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Puts all the text into the clipboard."""
        text = "".join(printed(line) + ("" if line.open else "\n") for line in self.source)
        QGuiApplication.clipboard().setText(text.removesuffix("\n"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.viewport().rect(), QColor(theme.colours.panel))
        high, top = self._row_height(), self.verticalScrollBar().value()
        columns = columns_of(theme, self.rows, self._widest)
        for index in range(top // high, min(len(self.rows), (top + self.viewport().height()) // high + 1)):
            box = QRect(0, index * high - top, self.viewport().width(), high)
            self._draw_row(painter, theme, self.rows[index], box, columns)
        if self._cursor is not None and self.rows:
            row = bisect_right(self.rows, self._cursor, key=lambda row: row.time)
            draw_cursor(painter, theme, self._cursor, max(1, row * high - top), self.viewport().width())
        draw_focus(painter, theme, self)

    def _draw_row(
        self, painter: QPainter, theme: Theme, row: OutputRow, box: QRect, columns: tuple[int, int, int]
    ) -> None:
        if row.first:
            painter.setFont(font(theme, theme.measures.small, mono=True))
            painter.setPen(QColor(theme.colours.faint))
            room = QRect(box.left() + columns[0], box.top(), columns[1] - columns[0], box.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, f"{row.time:.2f}")
            at = QPoint(box.left() + columns[1], box.center().y())
            draw_sign(painter, theme, row, at, self._badges.get(row.thread, ""))
        face = font(theme, theme.measures.code, mono=True)
        face.setItalic(row.thread == FLIP)
        face.setUnderline(bool(row.line))
        painter.setFont(face)
        pieces = row.pieces or (RowPiece(row.thread, row.text, row.error),)
        draw_pieces(painter, theme, pieces, box.adjusted(columns[2], 0, 0, 0), self._badges)
        if row.thread == FLIP:
            end = box.left() + columns[2] + QFontMetrics(face).horizontalAdvance(row.text) + theme.px(8)
            y = box.center().y()
            painter.setPen(QPen(QColor(theme.colours.line2), 1, Qt.PenStyle.DashLine))
            painter.drawLine(end, y, box.right() - theme.px(theme.measures.padding), y)


class Output(Card):
    """The view, and how many lines there are."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(self.tr("Output"))
        self._seen: tuple[object, ...] = ()  # what is shown; first the run and the number of lanes with badges
        self.count = Text(tone="muted")
        self.copy = KeyButton(self.tr("Copy"), quiet=True, name=self.tr("Copy the output"))
        self.view = OutputView()
        self.nothing = Text(self.tr("Nothing printed yet."), "small", "muted")
        self.copy.clicked.connect(self.view.copy)
        self.view.pointed.connect(commands.line)
        self.tools.addWidget(self.count)
        self.tools.addWidget(self.copy)
        self.body.addWidget(self.nothing)
        self.body.addWidget(self.view, 1)

    def draw(self, frame: Frame) -> None:
        told, cursor = frame.recording, frame.view.cursor
        state = (frame.run.number, len(told.lanes), len(told.output), told.output_left_out, told.flips, cursor)
        if state == self._seen and told.output is self.view.source:
            return
        modules = {one.path: one.name for one in frame.program.modules}
        self.view.files = {frame.program.path: "", **modules}
        if state[:2] != self._seen[:2]:
            self.view.badges({lane.id: lane.badge for lane in told.lanes})
        self._seen = state
        self.view.take(told.output, told.flips, cursor)
        tell(self.view)
        self.count.set_text(self._count(self.view.printed.lines, told.output_left_out))
        self.nothing.setVisible(not self.view.rows)
        self.copy.setVisible(bool(self.view.rows))

    def _count(self, lines: int, left_out: int) -> str:
        said = self.tr("1 line") if lines == 1 else self.tr("{lines} lines").format(lines=f"{lines:,}")
        more = self.tr("{more} left out").format(more=f"{left_out:,}")
        return ", ".join(filter(None, (said if lines else "", more if left_out else "")))

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self.body.setContentsMargins(0, 0, 1, theme.px(4))
        self.nothing.setContentsMargins(theme.px(theme.measures.padding) - 1, 0, 0, 0)


PANEL = PanelInfo(
    "output",
    "Output",
    Place.BESIDE,
    10,
    make=Output,
    stretch=1,
    draws=("program", "recording.output", "recording.output_left_out", "recording.flips", "view.cursor"),
)
