"""What the program printed: each line with its time and thread, flips between them, a field for what it asks."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea

from engine.frame import NO_QUESTIONS, Flip, Frame, OutputPiece, Phase
from engine.words import questions
from engine.words.reasons import printed
from gui.panel import Commands, PanelInfo, Place
from gui.theme.palette import font
from gui.theme.theme import UNDRESSED, Theme
from gui.view_state.output_rows import FLIP, OutputRow, OutputRows, last_line
from gui.widgets.answer_field import EDGE, AnswerField
from gui.widgets.card import Card
from gui.widgets.controls import KeyButton, Text, draw_focus
from gui.widgets.later import Later
from gui.widgets.output_drawing import RowPainter, columns_of, draw_cursor, letter_width, width_of
from gui.widgets.spoken import tell

ROOM = 16  # letters of an answer that have to fit behind its question
LIVE = (Phase.STARTING, Phase.RUNNING, Phase.PAUSED)


class OutputView(QAbstractScrollArea):
    """Paints only the rows that are seen, so that 20,000 cost what 20 cost. Long lines go on in the next row.

    What is typed stands where a terminal has its cursor: behind the last row if that has no end, else below it.
    """

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
        self.answer = AnswerField(self.viewport())
        self._behind = 0  # pixels from the text's left edge where the field stands in the last row; 0: in its own
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._place_answer)
        self.answer.line.textEdited.connect(lambda _text: bar.setValue(bar.maximum()))  # who types sees it
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
            # A flip comes late at times: lines after it may be there already.
            said = self.tr("switched on") if flip.on else self.tr("switched off")
            at = bisect_right(self.rows, flip.time, key=lambda row: row.time)
            self.rows.insert(at, OutputRow(flip.time, FLIP, f"{flip.name} {said}"))
        self._flips = flips
        if changed:
            self._measure()
        if changed or cursor != self._cursor:
            if cursor is not None and cursor != self._cursor:
                self._reveal(cursor)
            self._cursor = cursor
            self.viewport().update()

    def spoken(self) -> str:
        """The last line, up to the cursor, and who asks."""
        line = last_line(self.rows, self._cursor)
        said = self.tr("{text}, at {time} s")
        last = said.format(text=line.text, time=f"{line.time:.2f}") if line is not None else ""
        asked = self.answer.line.accessibleName() if self.answer.badge and not self.answer.isHidden() else ""
        return "; ".join(filter(None, (last, asked)))

    def open_field(self, is_open: bool) -> None:
        """Whether what somebody types can reach the program."""
        if is_open == self.answer.isHidden():
            if is_open:
                self.answer.show()
            else:
                self.answer.leave()
            self._measure()

    def _place_answer(self) -> None:
        """Puts the field where it belongs; behind the last row only where enough of a line has room."""
        if self.answer.isHidden():
            self._behind = 0
            return
        theme, high, width = self._theme, self._row_height(), self.viewport().width()
        face, left = font(theme, theme.measures.code, mono=True), columns_of(theme, self.rows, self._widest)[2]
        right = width - theme.px(theme.measures.padding)
        wide = round(width_of(self.rows[-1], face)) + theme.px(4) if self.printed.open else 0
        self._behind = wide if 0 < wide < right - left - ROOM * letter_width(face) else 0
        row = len(self.rows) - bool(self._behind)
        left += self._behind
        top = row * high - self.verticalScrollBar().value()
        self.answer.place(QRect(left - EDGE, top, max(1, right - left + EDGE), high))

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
        self._place_answer()
        rows = len(self.rows) + (not self._behind and not self.answer.isHidden())
        down.setRange(0, max(0, rows * high - seen))
        down.setPageStep(seen)
        down.setSingleStep(high)
        if at_end:
            down.setValue(down.maximum())
        self._place_answer()

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
        self.answer.apply_theme(theme)
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
        elif self.answer.isVisible():
            self.answer.line.setFocus(Qt.FocusReason.MouseFocusReason)

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
        rows = RowPainter(painter, theme, columns_of(theme, self.rows, self._widest), self._badges)
        for index in range(top // high, min(len(self.rows), (top + self.viewport().height()) // high + 1)):
            box = QRect(0, index * high - top, self.viewport().width(), high)
            rows.draw(self.rows[index], box)
        if self._cursor is not None and self.rows:
            row = bisect_right(self.rows, self._cursor, key=lambda row: row.time)
            draw_cursor(painter, theme, self._cursor, max(1, row * high - top), self.viewport().width())
        draw_focus(painter, theme, self)


class Output(Card):
    """The view, how many lines there are, and who asks."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(self.tr("Output"))
        self._seen: tuple[object, ...] = ()  # what is shown; first the run and the number of lanes with badges
        self.count = Text(tone="muted")
        self.copy = KeyButton(self.tr("Copy"), quiet=True, name=self.tr("Copy the output"))
        self.view = OutputView()
        self.nothing = Text(self.tr("Nothing printed yet."), "small", "muted")
        self.copy.clicked.connect(self.view.copy)
        self.view.pointed.connect(commands.line)
        self.end = KeyButton(self.tr("End input"), key="Ctrl+D", quiet=True)
        self.end.setToolTip(self.tr("Nothing more is typed: who asks for more gets EOFError (Ctrl+D)"))
        self.end.hide()
        self.end.clicked.connect(commands.end_input)
        self.view.answer.line.ended.connect(commands.end_input)
        self.view.answer.line.sent.connect(commands.answer)
        self._questions = NO_QUESTIONS
        self._later = Later(self, self._fit_again)
        self.tools.addWidget(self.end)
        self.tools.addWidget(self.count)
        self.tools.addWidget(self.copy)
        self.body.addWidget(self.nothing)
        self.body.addWidget(self.view, 1)

    def draw(self, frame: Frame) -> None:
        told, cursor = frame.recording, frame.view.cursor
        taken = told.questions.asked and not frame.run.input_ended and frame.run.phase in LIVE
        figures = (len(told.output), told.output_left_out, told.flips, cursor, told.questions, taken)
        state = (frame.run.number, len(told.lanes), *figures)
        if state == self._seen and told.output is self.view.source:
            return
        modules = {one.path: one.name for one in frame.program.modules}
        self.view.files = {frame.program.path: "", **modules}
        if state[:2] != self._seen[:2]:
            self.view.badges({lane.id: lane.badge for lane in told.lanes})
        self._seen = state
        self.view.take(told.output, told.flips, cursor)
        self._ask(frame, taken)
        tell(self.view)
        self.count.set_text(self._count(self.view.printed.lines, told.output_left_out))
        self.nothing.setVisible(not self.view.rows and not taken)
        self._fit(taken)

    def _fit(self, taken: bool) -> None:
        """What there is no room for in the header gives way, and never moves an edge: first the name of the key."""
        rows, layout = bool(self.view.rows), self.header.contentsMargins()
        room = self.width() - layout.left() - layout.right() - self.theme.px(16)
        there = {self.count: rows, self.copy: rows, self.end: taken}
        self.end.shows_key = True

        def wide() -> int:
            shown = [one for one, wanted in there.items() if wanted]
            if not self.title.isHidden():
                shown.append(self.title)
            return sum(one.sizeHint().width() + self.theme.px(8) for one in shown)

        if taken:
            self.end.shows_key = wide() <= room
            there[self.count] = rows and wide() <= room
            there[self.copy] = rows and wide() <= room
            self.end.updateGeometry()
        for one, wanted in there.items():
            one.setVisible(wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._later.ask()

    def _fit_again(self) -> None:
        if not self.view.answer.isHidden():
            self._fit(True)

    def _ask(self, frame: Frame, taken: bool) -> None:
        """Whether somebody may type, for whom, and who comes after that."""
        before, self._questions = self._questions, frame.recording.questions
        self.view.open_field(taken)
        asking = self._questions.asking
        badge = next((one.badge for one in frame.recording.lanes if asking and one.id == asking[0].lane), "")
        if taken:
            self.view.answer.tell(badge, questions.name(frame), questions.hints(frame))
        if taken and asking and not before.asking:
            self.view.answer.take_keyboard()

    def answer_program(self) -> None:
        """The keyboard goes to the field, where there is one."""
        if self.view.answer.isVisible():
            self.view.answer.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

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
    draws=(
        "program",
        "recording.output",
        "recording.output_left_out",
        "recording.flips",
        "view.cursor",
        "recording.questions",
        "run.phase",
        "run.input_ended",
    ),
)
