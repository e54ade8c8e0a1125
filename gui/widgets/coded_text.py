"""Texts in which what stands between backticks is code: it has the letters of the program's text."""

import html
import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel

from gui.widgets.controls import Link, Text

if TYPE_CHECKING:
    _Base = Text
else:
    _Base = object
_CODE = re.compile(r"`([^`\n]+)`")


def plain(text: str) -> str:
    """Without the backticks: for whoever hears it."""
    return _CODE.sub(r"\1", text)


def as_html(text: str, family: str) -> str:
    """The text as Qt's rich text, code in the letters of this family."""
    code = rf"""<span style="font-family:'{html.escape(family)}',monospace">\1</span>"""
    return _CODE.sub(code, html.escape(text, quote=False)).replace("\n", "<br>")


class _Coded(_Base):
    """What is added to a label. Its base is none of Qt's: in a diamond of those `paintEvent` calls itself."""

    def setText(self, text: str) -> None:
        rich = _CODE.search(text) is not None
        self.setTextFormat(Qt.TextFormat.RichText if rich else Qt.TextFormat.PlainText)
        super().setText(text)

    def _broken(self, width: int) -> str:
        shown = super()._broken(width)
        return as_html(shown, self._theme.code_font) if self.textFormat() is Qt.TextFormat.RichText else shown

    def heightForWidth(self, width: int) -> int:
        if self.textFormat() is not Qt.TextFormat.RichText or self._broken(width) == QLabel.text(self):
            return super().heightForWidth(width)
        sides = self.contentsMargins()
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setDefaultFont(self.font())
        document.setHtml(self._broken(width))
        document.setTextWidth(self._inside(width))
        return round(document.size().height()) + sides.top() + sides.bottom()


class CodedText(_Coded, Text):
    """A `Text` that shows code as code."""


class CodedLink(_Coded, Link):
    """A `Link` that shows code as code."""
