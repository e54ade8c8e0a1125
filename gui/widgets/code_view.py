"""The program's text as an editor: what `CodeText` shows, and keys, brackets, finding, marks of errors."""

import time
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QTextCursor

from gui.theme.theme import Theme
from gui.view_state.code_annotations import Note
from gui.widgets.code_text import CodeText, Seen, writer_of
from gui.widgets.editor import brackets, edits, plain_text
from gui.widgets.editor.finder import Finder
from gui.widgets.editor.keyboard import Keyboard
from gui.widgets.editor.letters import box_of, draw_signs, frame
from gui.widgets.editor.problem_marks import ProblemMarks

CARET = 2  # pixels at text scale 1


class CodeView(CodeText):
    """Read only until `set_editable`. It extends QPlainTextEdit: there is no free QScintilla for PySide6."""

    edited = Signal()  # by the user, not by the program
    problem_asked = Signal()  # the next one, also where that is in another file

    def __init__(self) -> None:
        super().__init__()
        self.loaded = False  # False: the next text is another document's, and nothing before it can be undone
        self.sent: str | None = None  # the text that was handed over last
        self._loading = False
        self._text = ""  # the whole text, as long as it is `_fresh`
        self._fresh = True
        self._ending = "\n"
        self.help = ""  # what a screen reader says of the keys
        self.lends_keyboard = False  # a run began from here, and nothing was touched since: its questions may have it
        self.used_at = 0.0  # when somebody typed or moved the caret last, on the clock of `monotonic`
        self._pair: brackets.Pair | None = None
        self._caret_line = 0
        self.finder, self.problems = Finder(self, self.jump), ProblemMarks(self)
        self.keyboard = Keyboard(self, self.finder, self.code_before, self.problem_asked.emit)
        self.finder.may_close = lambda: not self.keyboard.live
        self.textChanged.connect(self._changed)
        self.cursorPositionChanged.connect(self._caret_moved)

    def set_editable(self, on: bool) -> None:
        """Whether it can be typed into."""
        if on == (not self.isReadOnly()):
            return
        self.setReadOnly(not on)
        flag = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flag.TextEditorInteraction if on else flag.TextSelectableByMouse)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        said = self.tr("Tab indents. F6 goes to the next panel, Esc gives the keyboard back to the window.")
        self.help = said if on else ""
        self.setAccessibleDescription(self.help)
        self._caret_moved()
        self.viewport().update()

    def load(self, text: str, knobs: Sequence[str]) -> None:
        """Another document's text, which cannot be undone. The same document's: undo brings back what was typed."""
        if self.loaded and text == self.text():
            self.highlighter.name_knobs(frozenset(knobs))
            return
        self._loading = True
        if self.loaded and not self.isReadOnly():
            self.highlighter.name_knobs(frozenset(knobs))
            self.layout_of_lines.below = {}
            edits.replace_lines(QTextCursor(self.document()), plain_text.held(text))
        else:
            super().load(text, knobs)
        self._loading, self.loaded, self.sent = False, True, None
        self._text, self._fresh = text, True
        self._ending, self.keyboard.unit = plain_text.ending(text), edits.unit_of(text)
        self.problems.put(())

    def text(self) -> str:
        """The whole text. Lines end as most of them did when it was loaded; what nobody touched is as it was."""
        if not self._fresh:
            made = plain_text.real(self.document().toRawText())
            self._text = made.replace("\n", self._ending) if self._ending != "\n" else made
            self._fresh = True
        return self._text

    def _changed(self) -> None:
        self.highlighter.catch_up(self.visible_lines()[1])
        self.colour_seen()
        self.finder.text_changed()
        if not self._loading and not self.isReadOnly():
            self._fresh = False
            self.problems.typed(self.textCursor().blockNumber())
            self._caret_moved()  # the brackets of the line are read only now
            self.edited.emit()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Text; a file that is dropped is the window's."""
        return source.hasText() and not source.hasUrls()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Text without its looks; its ends of lines become the program's."""
        if source.hasText():
            cursor = self.textCursor()
            cursor.insertText(plain_text.held(source.text()))
            self.setTextCursor(cursor)
            self.ensureCursorVisible()

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is copied is what the file holds."""
        data, cursor = QMimeData(), self.textCursor()
        data.setText(plain_text.real(cursor.selectedText()))
        return data

    def event(self, event: QEvent) -> bool:
        """Keys that belong to the text are no shortcuts of the window while it is edited."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.setAccepted(self.keyboard.keeps(event))
            return True
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.gutter.update()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.keyboard.pressed(event):
            event.accept()
        else:
            super().keyPressEvent(event)

    def code_before(self, cursor: QTextCursor) -> str:
        """The line before the caret without its comment; "" where the caret is in a string or a comment."""
        line, column, text = cursor.blockNumber(), cursor.positionInBlock(), cursor.block().text()
        self.highlighter.catch_up(line)
        piece = next((one for one in reversed(self.highlighter.lines[line] or ()) if one.start < column), None)
        if piece is not None and piece.role == "comment":
            return text[: min(column, piece.start)]
        inside = piece is not None and piece.role == "string" and piece.start + piece.length >= column
        return "" if inside else text[:column]

    def jump(self, line: int, column: int = 0) -> None:
        """Puts the caret to a line and a column, from 1, and brings it into sight."""
        line = min(max(1, line), self.blockCount())
        cursor, spot = self.textCursor(), (line - 1, max(0, column - 1))
        edits.place(cursor, spot, spot)
        self.setTextCursor(cursor)
        self.reveal(line)

    def to_problem(self, after: int) -> bool:
        """Goes to the first line with an error below this one, from 0; returns whether there is one."""
        line = next((one for one in self.problems.lines if one > after), None)
        if line is None:
            return False
        self.jump(line + 1, self.problems.column(line) + 1)
        self.setFocus()
        return True

    def said_of(self, line: int) -> str:
        said = [one.message for one in self.problems.of_line(line - 1)]
        return "\n".join([*said, *filter(None, [super().said_of(line)])])

    def _caret_moved(self) -> None:
        cursor = self.textCursor()
        self.used_at, self.lends_keyboard = 0.0 if self._loading else time.monotonic(), False
        line, pair = cursor.blockNumber(), None
        self.problems.caret_at(line)
        if not self.isReadOnly():
            pair = brackets.pair_at(self.highlighter.brackets, line, cursor.positionInBlock())
        self.caret_line = 0 if self.isReadOnly() else line + 1
        if pair != self._pair or line != self._caret_line:
            self._pair, self._caret_line = pair, line
            self.viewport().update()
            self.gutter.update()

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self.setCursorWidth(theme.px(CARET))
        self.finder.apply_theme(theme)

    def paint_beside(self, painter: QPainter, seen: Seen, *, behind: bool) -> None:
        if behind:
            self._paint_places(painter, seen)
        else:
            self._paint_problems(painter, seen)

    def _paint_places(self, painter: QPainter, seen: Seen) -> None:
        """The line of the caret, what was found, the pair of brackets."""
        theme, colours = self.theme, self.theme.colours
        for line, block, box in seen:
            if line == self._caret_line + 1 and not self.isReadOnly() and self.hasFocus():
                row = self.layout_of_lines.row(line, box)
                painter.fillRect(QRect(row.left(), row.top(), row.width(), 1), QColor(colours.line2))
                painter.fillRect(QRect(row.left(), row.bottom(), row.width(), 1), QColor(colours.line2))
            at = block.position()
            for begin, end in self.finder.places_in(at, at + block.length() - 1):
                frame(painter, theme, box_of(self, block, begin - at, end - at), colours.accent)
            for number, column in self._pair.spots if self._pair is not None else ():
                if number == line - 1 and self._pair is not None:
                    edge = colours.lost_text if self._pair.bad else colours.accent
                    frame(painter, theme, box_of(self, block, column, column + 1), edge)

    def _paint_problems(self, painter: QPainter, seen: Seen) -> None:
        """Errors, and signs for letters that cannot be seen."""
        for line, block, box in seen:
            draw_signs(painter, self.theme, self, block)
            problems = self.problems.of_line(line - 1)
            if problems:
                self.problems.paint(painter, self.theme, line - 1)
                covers = line != self._caret_line + 1  # what is typed is not covered
                note = Note(problems[0].message.partition("\n")[0], bad=True, stays=True, covers=covers)
                row = self.layout_of_lines.row(line, box)
                writer_of(self, self.theme).draw(painter, note, block.text(), row, self.ground(line))
