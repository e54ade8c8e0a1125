"""Colours for the program's text: Pygments reads it once, the highlighter looks its colours up."""

from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType
from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.theme.theme import Colours

ROLES = (
    ("keyword", (Keyword, Operator.Word)),
    ("comment", (Comment,)),
    ("string", (String,)),
    ("number", (Number,)),
    ("call", (Name.Function, Name.Class, Name.Builtin, Name.Decorator)),
)


@lazy_dataclass(frozen=True)
class StyledPiece:
    """A part of one line: where it begins, how long it is, and its role, a field of Colours."""

    start: int
    length: int
    role: str


def role_of(token: _TokenType) -> str:
    """The colour's name, "" for plain text."""
    return next((role for role, kinds in ROLES if any(token in kind for kind in kinds)), "")


def utf16(text: str) -> int:
    """The length of a text as Qt counts it: two for what lies beyond the first plane, such as an emoji."""
    return len(text) + sum(ord(letter) > 0xFFFF for letter in text)


def lex(text: str, knobs: frozenset[str] = frozenset()) -> list[list[StyledPiece]]:
    """The coloured pieces of each line; a name directly before a bracket is a call, a knob's name has its own role."""
    lines: list[list[StyledPiece]] = [[]]
    column = 0
    tokens = list(PythonLexer(stripnl=False, stripall=False, ensurenl=False).get_tokens(text))
    for at, (token, value) in enumerate(tokens):
        role = role_of(token)
        if token in Name and value in knobs:
            role = "knob"
        elif token is Name and at + 1 < len(tokens) and tokens[at + 1][1].startswith("("):
            role = "call"
        for number, part in enumerate(value.split("\n")):
            if number:
                lines.append([])
                column = 0
            length = utf16(part)
            if role and length:
                lines[-1].append(StyledPiece(column, length, role))
            column += length
    return lines


class Highlighter(QSyntaxHighlighter):
    """Colours a document by pieces that were found before; knows which lines are switched off."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.lines: list[list[StyledPiece]] = []
        self.off: frozenset[int] = frozenset()  # lines from 1
        self.colours: Colours | None = None

    def strike(self, off: frozenset[int]) -> None:
        """Strikes other lines through; only the lines that change are painted again."""
        changed, self.off = self.off ^ off, off
        for line in changed:
            block = self.document().findBlockByNumber(line - 1)
            if block.isValid():
                self.rehighlightBlock(block)

    def highlightBlock(self, text: str) -> None:
        number = self.currentBlock().blockNumber()
        if self.colours is None:
            return
        if number + 1 in self.off:
            begin = len(text) - len(text.lstrip())
            self.setFormat(begin, len(text) - begin, self._format("off", self.colours))
            return
        for piece in self.lines[number] if number < len(self.lines) else ():
            self.setFormat(piece.start, piece.length, self._format(piece.role, self.colours))

    @staticmethod
    def _format(role: str, colours: Colours) -> QTextCharFormat:
        form = QTextCharFormat()
        form.setForeground(QColor(getattr(colours, {"knob": "number", "off": "faint"}.get(role, role))))
        form.setFontItalic(role == "comment")
        form.setFontStrikeOut(role == "off")
        if role == "knob":
            form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
            form.setUnderlineColor(QColor(colours.faint))
        return form
