"""What keys do to the text of a program: each is one step of undo, and leaves caret and selection where one expects."""

import re

from PySide6.QtGui import QTextBlock, QTextCursor

SPACES = "    "
STOP = len(SPACES)
_LEAVES = re.compile(r"(?:return|pass|break|continue|raise)\b")
_BLANKS = re.compile(r"[ \t]*")
Spot = tuple[int, int]  # line from 0, column as Qt counts


def unit_of(text: str) -> str:
    """What one step of indentation is in a text: a tab where more lines begin with one than with spaces."""
    tabs, spaces = text.count("\n\t") + text.startswith("\t"), text.count("\n  ") + text.startswith("  ")
    return "\t" if tabs > spaces else SPACES


def _blanks(text: str) -> str:
    found = _BLANKS.match(text)
    return found[0] if found is not None else ""


def spot(cursor: QTextCursor, position: int) -> Spot:
    """Line and column of a position."""
    block = cursor.document().findBlock(position)
    return block.blockNumber(), position - block.position()


def place(cursor: QTextCursor, anchor: Spot, position: Spot) -> None:
    """Selects from one spot to another; a column beyond the end of its line is that end."""
    for (line, column), mode in (
        (anchor, QTextCursor.MoveMode.MoveAnchor),
        (position, QTextCursor.MoveMode.KeepAnchor),
    ):
        block = cursor.document().findBlockByNumber(line)
        cursor.setPosition(block.position() + min(column, block.length() - 1), mode)


def lines_of(cursor: QTextCursor) -> list[QTextBlock]:
    """The lines that are selected, or that of the caret. One of which only the beginning is reached is not."""
    document = cursor.document()
    first = document.findBlock(cursor.selectionStart())
    last = document.findBlock(cursor.selectionEnd())
    if last.blockNumber() > first.blockNumber() and cursor.selectionEnd() == last.position():
        last = last.previous()
    found = [first]
    while found[-1].blockNumber() < last.blockNumber():
        found.append(found[-1].next())
    return found


def _at(block: QTextBlock, column: int = 0) -> QTextCursor:
    cursor = QTextCursor(block)
    cursor.setPosition(block.position() + column)
    return cursor


def _cut(block: QTextBlock, column: int, length: int) -> None:
    cursor = _at(block, column)
    cursor.setPosition(block.position() + column + length, QTextCursor.MoveMode.KeepAnchor)
    cursor.removeSelectedText()


def _select_from(cursor: QTextCursor, begin: int) -> None:
    """What was put in at the beginning of the first line is selected too."""
    end, backward = cursor.selectionEnd(), cursor.position() < cursor.anchor()
    cursor.setPosition(end if backward else begin)
    cursor.setPosition(begin if backward else end, QTextCursor.MoveMode.KeepAnchor)


def replace_lines(cursor: QTextCursor, text: str) -> None:
    """Makes the document's text this one: only the lines that differ are exchanged, in one step of undo."""
    old, new = cursor.document().toRawText().split("\u2029"), text.split("\n")
    most = min(len(old), len(new)) - 1  # a line stays to be exchanged on both sides
    first = next((at for at in range(most) if old[at] != new[at]), most)
    rest = most - first
    last = next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)
    begin, end = (cursor.document().findBlockByNumber(at) for at in (first, len(old) - last - 1))
    cursor.setPosition(begin.position())
    cursor.setPosition(end.position() + end.length() - 1, QTextCursor.MoveMode.KeepAnchor)
    cursor.beginEditBlock()
    cursor.insertText("\n".join(new[first : len(new) - last]))
    cursor.endEditBlock()


def indent(cursor: QTextCursor, unit: str) -> None:
    """Moves the selected lines one step to the right; without several: blanks up to the next stop."""
    lines = lines_of(cursor)
    cursor.beginEditBlock()
    if len(lines) > 1:
        starts = cursor.selectionStart() == lines[0].position()
        for block in lines:
            if block.text().strip():
                _at(block).insertText(unit)
        if starts:
            _select_from(cursor, lines[0].position())
    else:
        column = min(spot(cursor, cursor.selectionStart())[1], 1 << 20)
        before = lines[0].text()[:column].expandtabs(STOP)
        cursor.insertText(unit if unit == "\t" else " " * (STOP - len(before) % STOP))
    cursor.endEditBlock()


def dedent(cursor: QTextCursor, unit: str) -> None:
    """Moves the selected lines, or that of the caret, one step to the left."""
    del unit  # a line goes back by whatever it begins with
    cursor.beginEditBlock()
    for block in lines_of(cursor):
        text = block.text()
        if text.startswith("\t"):
            _cut(block, 0, 1)
        elif text.startswith(" "):
            blanks = len(text) - len(text.lstrip(" "))
            _cut(block, 0, min(blanks, (blanks - 1) % STOP + 1))
    cursor.endEditBlock()


def new_line(cursor: QTextCursor, unit: str, code: str) -> None:
    """Begins a line as far in as this one: one step more after a colon, one less after what leaves a block.

    `code` is the text of the line before the caret without its comment, "" inside of a string.
    """
    cursor.beginEditBlock()
    cursor.removeSelectedText()
    block = cursor.block()
    column = cursor.position() - block.position()
    before = _qt_cut(block.text(), column)
    rest = block.text()[len(before) :]
    blanks, ends = _blanks(before), code.rstrip()
    if before and not before.strip():  # a line of blanks is left empty
        _cut(block, 0, column)
    if ends.endswith((":", "(", "[", "{")):
        blanks += unit
    elif _LEAVES.match(ends.lstrip()) and not rest.strip():
        blanks = blanks[:-1] if blanks.endswith("\t") else blanks[: max(0, len(blanks) - STOP)]
    if rest.strip() and before.strip():
        _cut(cursor.block(), cursor.position() - cursor.block().position(), len(_blanks(rest)))
    cursor.insertText("\n" + blanks)
    cursor.endEditBlock()


def _qt_cut(text: str, column: int) -> str:
    """The beginning of a text, so long as Qt counts."""
    if text.isascii():
        return text[:column]
    return text.encode("utf-16-le", "surrogatepass")[: 2 * column].decode("utf-16-le", "replace")


def backspace(cursor: QTextCursor, unit: str) -> bool:
    """Among the spaces that a line begins with: goes back to the stop before. False where Qt's own does it."""
    del unit
    block, column = cursor.block(), cursor.positionInBlock()
    if cursor.hasSelection() or not column or block.text()[:column].strip(" "):
        return False
    step = (column - 1) % STOP + 1
    _cut(block, column - step, step)
    return True


def toggle_comment(cursor: QTextCursor, _unit: str = "") -> None:
    """Comments the lines out, or in again where all of them are; blank ones stay as they are."""
    lines = [block for block in lines_of(cursor) if block.text().strip()]
    if not lines:
        return
    marked = all(block.text().lstrip().startswith("#") for block in lines)
    column = min(len(_blanks(block.text())) for block in lines)
    starts = cursor.hasSelection() and cursor.selectionStart() == lines[0].position()
    cursor.beginEditBlock()
    for block in lines:
        if marked:
            text = block.text()
            at = len(_blanks(text))
            _cut(block, at, 2 if text[at : at + 2] == "# " else 1)
        else:
            _at(block, column).insertText("# ")
    if starts:
        _select_from(cursor, lines[0].position())
    cursor.endEditBlock()


def duplicate(cursor: QTextCursor, _unit: str = "") -> None:
    """A copy of the lines below them; the caret goes into the copy."""
    lines, ends = lines_of(cursor), (spot(cursor, cursor.anchor()), spot(cursor, cursor.position()))
    copy = "\n".join(block.text() for block in lines)
    cursor.beginEditBlock()
    _at(lines[-1], lines[-1].length() - 1).insertText("\n" + copy)
    (a, i), (b, j) = ends
    place(cursor, (a + len(lines), i), (b + len(lines), j))
    cursor.endEditBlock()


def move_up(cursor: QTextCursor, _unit: str = "") -> None:
    """Changes places with the line above."""
    _swap(cursor, -1)


def move_down(cursor: QTextCursor, _unit: str = "") -> None:
    """Changes places with the line below."""
    _swap(cursor, 1)


def _swap(cursor: QTextCursor, by: int) -> None:
    lines, ends = lines_of(cursor), (spot(cursor, cursor.anchor()), spot(cursor, cursor.position()))
    other = lines[0].previous() if by < 0 else lines[-1].next()
    if not other.isValid():
        return
    pair = [other, *lines] if by < 0 else [*lines, other]
    texts = [block.text() for block in pair]
    texts = [*texts[1:], texts[0]] if by < 0 else [texts[-1], *texts[:-1]]
    cursor.beginEditBlock()
    whole = _at(pair[0])
    whole.setPosition(pair[-1].position() + pair[-1].length() - 1, QTextCursor.MoveMode.KeepAnchor)
    whole.insertText("\n".join(texts))
    (a, i), (b, j) = ends
    place(cursor, (a + by, i), (b + by, j))
    cursor.endEditBlock()


def delete_lines(cursor: QTextCursor, _unit: str = "") -> None:
    """Takes the lines away; the caret stays in its column."""
    lines, column = lines_of(cursor), cursor.positionInBlock()
    first, end = lines[0].position(), lines[-1].position() + lines[-1].length()
    last = lines[-1].next().isValid()
    if not last:  # the end of the line before goes with the last one
        first, end = max(0, first - 1), end - 1
    cursor.beginEditBlock()
    line = lines[0].blockNumber()
    cursor.setPosition(first)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    cursor.removeSelectedText()
    line = min(line, cursor.document().blockCount() - 1)
    place(cursor, (line, column), (line, column))
    cursor.endEditBlock()


def home(cursor: QTextCursor, selecting: bool) -> None:
    """To the first letter of the line; from there to its beginning."""
    begin = len(_blanks(cursor.block().text()))
    column = 0 if cursor.positionInBlock() == begin else begin
    mode = QTextCursor.MoveMode.KeepAnchor if selecting else QTextCursor.MoveMode.MoveAnchor
    cursor.setPosition(cursor.block().position() + column, mode)
