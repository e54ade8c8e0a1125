"""A program's text as Qt's document holds it, and back, so that no letter is lost.

Qt takes some letters for ends of lines (U+2029), breaks a line in two by one (U+2028), and drops a byte order mark
that a text begins with. In the document stand letters in their place that no text has: Unicode's noncharacters.
"""

import re

_HELD = {"\u2028": "\ufdd2", "\u2029": "\ufdd3", "\ufdd0": "\ufdd4", "\ufdd1": "\ufdd5", "\ufeff": "\ufdd6"}
_INTO = str.maketrans(_HELD)
_BACK = str.maketrans({held: real for real, held in _HELD.items()})
_STANDS = re.compile("[\ufdd2-\ufdd6]")
_SIGNS = {"\ufdd2": "\u21a9", "\ufdd3": "\u00b6", "\ufdd4": "\ufffd", "\ufdd5": "\ufffd", "\ufdd6": "\u2402"}
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufdd2-\ufdd6]")
_ENDS = re.compile("\r\n|\r|\n")


def held(text: str) -> str:
    """What the document holds for a text; ends of lines of any kind become \\n."""
    if "\r" in text:
        text = _ENDS.sub("\n", text)
    return text if text.isascii() else text.translate(_INTO)


def real(raw: str) -> str:
    """The text of what a document holds, which ends its lines by U+2029."""
    text = raw.replace("\u2029", "\n")
    return text.translate(_BACK) if not text.isascii() and _STANDS.search(text) else text


def ending(text: str) -> str:
    """How most lines of a text end: \\n, \\r\\n or \\r."""
    windows = text.count("\r\n")
    old, unix = text.count("\r") - windows, text.count("\n") - windows
    if not windows and not old:
        return "\n"
    return "\r\n" if windows >= max(old, unix) else "\r" if old > unix else "\n"


def sign(letter: str) -> str:
    """What is painted for a letter that cannot be seen."""
    if letter in _SIGNS:
        return _SIGNS[letter]
    number = ord(letter)
    return chr(0x2400 + number) if number < 0x20 else "\u2421" if number == 0x7F else "\u00b7"
