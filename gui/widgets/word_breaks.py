"""Pure: where a word may be broken that is wider than its room."""

import re

from PySide6.QtGui import QFontMetrics

BREAK = "\u200b"  # a space of no width: Qt begins a line behind it where it has to
_SIGNS = re.compile(r"[_/\\.,:;=\-]+|[a-z0-9](?=[A-Z])")


def broken(text: str, metrics: QFontMetrics, room: int) -> str:
    """A text whose words Qt can break where one is wider than so many pixels: behind its signs, else anywhere."""
    wide = {word for word in text.split() if metrics.horizontalAdvance(word) > room}
    for word in sorted(wide, key=len, reverse=True):
        parts = _SIGNS.sub(rf"\g<0>{BREAK}", word).split(BREAK)
        kept = [part if metrics.horizontalAdvance(part) <= room else BREAK.join(part) for part in parts]
        text = text.replace(word, BREAK.join(kept))
    return text
