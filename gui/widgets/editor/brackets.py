"""Pure: which bracket belongs to the one beside the caret."""

from collections.abc import Sequence

from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.widgets.editor.line_lexer import CLOSING, OPENING, Bracket

Brackets = Sequence[tuple[Bracket, ...] | None]  # of each line; None: it is not read yet
FAR = 2000  # lines; a partner that is farther away is none
Spot = tuple[int, int]  # line from 0, column


@lazy_dataclass(frozen=True)
class Pair:
    """A bracket and its partner; `bad` where it has none, or one of another kind."""

    spots: tuple[Spot, ...]
    bad: bool = False


def pair_at(lines: Brackets, line: int, column: int) -> Pair | None:
    """The pair of the bracket behind the caret, else of the one before it; None where there is none, or none known."""
    if line >= len(lines):
        return None
    here = lines[line] or ()
    for at in (column, column - 1):
        for index, one in enumerate(here):
            if one.column == at:
                return _partner(lines, line, index)
    return None


def _partner(lines: Brackets, line: int, index: int) -> Pair | None:
    here = lines[line]
    assert here is not None
    bracket = here[index]
    forward = bracket.letter in OPENING
    opens, closes = (OPENING, CLOSING) if forward else (CLOSING, OPENING)
    open_now: list[str] = []
    number, part = line, here[index:] if forward else here[: index + 1][::-1]
    while True:
        for one in part:
            if one.letter in opens:
                open_now.append(one.letter)
                continue
            fits = opens.index(open_now.pop()) == closes.index(one.letter)
            if not open_now or not fits:
                return Pair(((line, bracket.column), (number, one.column)), bad=not fits)
        number += 1 if forward else -1
        if not 0 <= number < len(lines) or abs(number - line) > FAR:
            return Pair(((line, bracket.column),), bad=True)
        found = lines[number]
        if found is None:
            return None
        part = found if forward else found[::-1]
