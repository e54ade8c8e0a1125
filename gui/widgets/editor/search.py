"""Pure: where something is found in a text, and what it is replaced by. Positions are counted as Qt counts."""

from PySide6.QtCore import QRegularExpression, QRegularExpressionMatch

from gui.widgets.editor.line_lexer import utf16
from gui.widgets.editor.query import Found, Query

MOST = 10_000  # places that are counted; more of them nobody steps through
PATIENCE = 300_000  # steps of the matcher: an expression that tries for ever ends after some 10 ms and finds nothing
_OPTION = QRegularExpression.PatternOption


def expression(query: Query) -> QRegularExpression:
    """The query as an expression; ^ and $ are the ends of lines."""
    pattern = query.text if query.regular else QRegularExpression.escape(query.text)
    if query.words:
        pattern = rf"(?<!\w)(?:{pattern})(?!\w)"
    options = _OPTION.MultilineOption | _OPTION.UseUnicodePropertiesOption
    if not query.case:
        options |= _OPTION.CaseInsensitiveOption
    return QRegularExpression(f"(*LIMIT_MATCH={PATIENCE}){pattern}", options)


def find_all(text: str, query: Query, most: int = MOST) -> Found:
    """All places of a text whose lines end with \\n; an empty match is none."""
    if not query.text:
        return Found()
    wanted = expression(query)
    if not wanted.isValid():
        return Found(wrong=wanted.errorString())
    places: list[tuple[int, int]] = []
    found = wanted.globalMatch(text)
    while found.hasNext():
        one = found.next()
        begin, end = one.capturedStart(), one.capturedEnd()
        if end <= begin:
            continue
        if len(places) == most:
            return Found(places, more=True)
        places.append((begin, end))
    return Found(places)


def replacement(match: QRegularExpressionMatch, by: str) -> str:
    """What a match is replaced by: \\1 or \\g<name> is a group, \\n, \\t and \\\\ are what they are in Python."""
    made, at = [], 0
    plain = {"n": "\n", "t": "\t", "\\": "\\"}
    while at < len(by):
        letter, after = by[at], by[at + 1 : at + 2]
        if letter != "\\" or not after:
            made.append(letter)
            at += 1
        elif after.isdigit():
            made.append(match.captured(int(after)))
            at += 2
        elif after == "g" and by[at + 2 : at + 3] == "<" and ">" in by[at:]:
            end = by.index(">", at)
            name = by[at + 3 : end]
            made.append(match.captured(int(name)) if name.isdigit() else match.captured(name))
            at = end + 1
        else:
            made.append(plain.get(after, letter + after))
            at += 2
    return "".join(made)


def replace_all(text: str, query: Query, by: str) -> tuple[int, int, str, int]:
    """Begin and end of the part that changes, what is there then, and how many places were replaced."""
    wanted, made, count = expression(query), [], 0
    if not query.text or not wanted.isValid():
        return 0, 0, "", 0
    units = text if utf16(text) == len(text) else None
    found, first, last = wanted.globalMatch(text), -1, 0
    while found.hasNext():
        one = found.next()
        begin, end = one.capturedStart(), one.capturedEnd()
        if end <= begin:
            continue
        if first < 0:
            first = last = begin
        made.append(units[last:begin] if units is not None else _part(text, last, begin))
        made.append(replacement(one, by) if query.regular else by)
        last, count = end, count + 1
    return max(0, first), last, "".join(made), count


def _part(text: str, begin: int, end: int) -> str:
    """A part of a text with letters beyond the first plane."""
    return text.encode("utf-16-le", "surrogatepass")[2 * begin : 2 * end].decode("utf-16-le", "replace")
