"""The one catalogue of sentences: gettext's, read from its text file when the first of them is needed."""

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent.parent / "resources" / "words" / "en.po"


@cache
def load() -> gettext.GNUTranslations:
    """The whole catalogue: 20 ms the first time, so a window does it when its first frame is painted."""
    import polib  # noqa: PLC0415 - the start does not wait for it

    return gettext.GNUTranslations(BytesIO(polib.pofile(str(FILE)).to_binary()))


def has(message: str) -> bool:
    """Whether there is such a message."""
    return load().gettext(message) != message


def in_file(line: int, file: str) -> str:
    """The line as a sentence has it behind "line": "12", or "12 of helper.py"; "" where there is none."""
    return (say("line-of-file", line=line, file=file) if file else str(line)) if line else ""


def say(message: str, **values: object) -> str:
    """A message with its values put in; `count` is the one that chooses between singular and plural."""
    count, words = values.get("count"), load()
    said = words.ngettext(message, message, count) if isinstance(count, int) else words.gettext(message)
    return said.format(**values) if values else said
