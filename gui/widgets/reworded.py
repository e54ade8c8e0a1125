"""Other words for some lines of a program that is shown, without a move of the text or of what is marked in it."""

from collections.abc import Mapping

from PySide6.QtGui import QTextCursor, QTextDocument


def reword(document: QTextDocument, lines: Mapping[int, str]) -> None:
    """Puts these texts in the place of lines, from 1, that read otherwise; each stays one line."""
    for number, words in lines.items():
        block = document.findBlockByNumber(number - 1)
        name, same = block.text().partition("=")[0], words.partition("=")[0]
        if not block.isValid() or block.text() == words or name != same:
            continue  # Qt and Python may count lines differently, after a form feed for instance
        cursor = QTextCursor(block)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(words)
