"""Reads a program one line at a time: its coloured pieces, its brackets, the state in which the next line begins."""

from typing import NamedTuple

from pygments.lexer import ExtendedRegexLexer, LexerContext
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Error, Keyword, Name, Number, Operator, String, _TokenType

ROLES = (
    ("keyword", (Keyword, Operator.Word)),
    ("comment", (Comment,)),
    ("string", (String,)),
    ("number", (Number,)),
    ("call", (Name.Function, Name.Class, Name.Builtin, Name.Decorator)),
)
LONGEST = 4000  # letters of a line that are coloured: to read them takes some 10 ms
ROOT = 0  # the state in which a text begins
UNKNOWN = -1
NAME = r"[^\W\d]\w*"
OPENING, CLOSING = "([{", ")]}"


class StyledPiece(NamedTuple):
    """A part of one line: where it begins, how long it is, as Qt counts, and its role, a field of Colours."""

    start: int
    length: int
    role: str


class Bracket(NamedTuple):
    """A bracket that is code: not one in a string or in a comment."""

    column: int  # as Qt counts
    letter: str


class LexedLine(NamedTuple):
    """What a line holds."""

    pieces: list[StyledPiece]
    brackets: tuple[Bracket, ...]
    end: int  # the state of the next line


def utf16(text: str) -> int:
    """The length of a text as Qt counts it: two for what lies beyond the first plane, such as an emoji."""
    return len(text) if text.isascii() else len(text) + sum(ord(letter) > 0xFFFF for letter in text)


_role_of: dict[_TokenType, str] = {}


def role_of(token: _TokenType) -> str:
    """The colour's name, "" for plain text."""
    role = _role_of.get(token)
    if role is None:
        role = next((role for role, kinds in ROLES if any(token in kind for kind in kinds)), "")
        _role_of[token] = role
    return role


def _with_short_names() -> dict[str, list[object]]:
    """The rules of Python's lexer, with a short pattern for names in place of one that lists all of their letters.

    That one has 3,474 letters and stands in seven rules: to compile them takes 25 ms of the start. It knows fewer
    letters of newer alphabets than `re` does, and no sign such as "²" that no program can hold outside of strings.
    """

    def shorten(rule: object) -> object:
        if isinstance(rule, tuple) and isinstance(rule[0], str):
            return rule[0].replace(PythonLexer.uni_name, NAME), *rule[1:]
        return rule

    return {state: [shorten(rule) for rule in rules] for state, rules in PythonLexer.tokens.items()}


class _PythonLines(ExtendedRegexLexer, PythonLexer):  # type: ignore[misc]  # Pygments has no types
    """Python's lexer, with its stack of states in hand."""

    tokens = _with_short_names()


class LineLexer:
    """Keeps a number for every stack of states that it has met, so that states are compared as numbers."""

    def __init__(self) -> None:
        self._lexer = _PythonLines(stripnl=False, stripall=False, ensurenl=False)
        self._stacks: list[tuple[str, ...]] = [("root",)]
        self._numbers: dict[tuple[str, ...], int] = {("root",): ROOT}
        self.knobs: frozenset[str] = frozenset()  # these names have a role of their own

    def read(self, text: str, state: int) -> LexedLine:
        """Reads a line without its end, which begins in this state. Of a very long line only the beginning is read."""
        context = LexerContext(text[:LONGEST] + "\n", 0, stack=list(self._stacks[state]))
        tokens = [(token, value) for _, token, value in self._lexer.get_tokens_unprocessed(context=context)]
        pieces: list[StyledPiece] = []
        brackets: list[Bracket] = []
        column, last = 0, len(tokens) - 1
        for at, (token, value) in enumerate(tokens):
            role = role_of(token)
            if token is Name or (self.knobs and token in Name):
                if value in self.knobs:
                    role = "knob"
                elif token is Name and at < last and tokens[at + 1][1].startswith("("):
                    role = "call"
            part = value.rstrip("\n")
            length = utf16(part)
            if role and length:
                before = pieces[-1] if pieces else StyledPiece(0, 0, "")
                if role == before.role and before.start + before.length == column:
                    pieces[-1] = StyledPiece(before.start, before.length + length, role)
                else:
                    pieces.append(StyledPiece(column, length, role))
            elif not role and token is not Error:
                brackets += [Bracket(column + i, one) for i, one in enumerate(part) if one in "([{}])"]
            column += length
        found = tuple(context.stack)
        number = self._numbers.get(found)
        if number is None:
            number = self._numbers[found] = len(self._stacks)
            self._stacks.append(found)
        return LexedLine(pieces, tuple(brackets), number)


def lex(text: str, knobs: frozenset[str] = frozenset()) -> list[list[StyledPiece]]:
    """The coloured pieces of each line of a whole text."""
    lexer, state, lines = LineLexer(), ROOT, []
    lexer.knobs = knobs
    for line in text.split("\n"):
        read = lexer.read(line, state)
        lines.append(read.pieces)
        state = read.end
    return lines
