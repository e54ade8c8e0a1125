"""Other words for some lines of a program that is shown, without a move of the text or of what is marked in it."""

from collections.abc import Collection, Mapping

from PySide6.QtGui import QTextCursor

from gui.widgets.highlight import Highlighter, lex


def reword(highlighter: Highlighter, lines: Mapping[int, str], knobs: Collection[str]) -> None:
    """Puts these texts in the place of lines, from 1, that read otherwise; each stays one line."""
    document, names = highlighter.document(), frozenset(knobs)
    for number, words in lines.items():
        block = document.findBlockByNumber(number - 1)
        name, same = block.text().partition("=")[0], words.partition("=")[0]
        if not block.isValid() or block.text() == words or name != same or number > len(highlighter.lines):
            continue  # Qt and Python may count lines differently, after a form feed for instance
        highlighter.lines[number - 1] = lex(words, names)[0]  # before it is looked up for the new text
        cursor = QTextCursor(block)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(words)
